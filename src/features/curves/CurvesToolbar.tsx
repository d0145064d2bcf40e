/** How the curves are drawn: smoothing, logarithmic axes, which loss, which accuracy. */
import type { ReactNode } from 'react';
import { MAX_SMOOTHING, useView } from '../../state/view';
import { Check } from './Check';
import styles from './curves.module.css';

export function CurvesToolbar() {
  const view = useView();
  return (
    <div className={styles.toolbar}>
      <label className={styles.control}>
        smoothing
        <input
          type="range"
          min={0}
          max={MAX_SMOOTHING}
          step={0.01}
          value={view.smoothing}
          onChange={(event) => view.setSmoothing(event.target.valueAsNumber)}
        />
        <output className={styles.value}>{view.smoothing.toFixed(2)}</output>
      </label>
      <Group label="log">
        <Check label="steps" name="log steps" on={view.logX} set={view.setLogX} />
        <Check label="scale" name="log scale" on={view.logScale} set={view.setLogScale} />
        <Check label="loss" name="log loss" on={view.logY} set={view.setLogY} />
      </Group>
      <label className={styles.control}>
        loss
        <select
          value={view.lossMode}
          onChange={(event) => view.setLossMode(event.target.value === 'own' ? 'own' : 'common')}
        >
          <option value="common">common scale</option>
          <option value="own">own scale</option>
        </select>
      </label>
      <Group label="accuracy">
        <Check
          label="batch"
          name="batch accuracy"
          on={view.accuracy.training}
          set={() => view.toggleAccuracy('training')}
        />
        <Check
          label="held-out"
          name="held-out accuracy"
          on={view.accuracy.validation}
          set={() => view.toggleAccuracy('validation')}
        />
      </Group>
    </div>
  );
}

/** Controls that belong together wrap together. */
function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend.
    <div className={styles.group} role="group" aria-label={label}>
      {label}
      {children}
    </div>
  );
}
