/** How the curves are drawn: smoothing, axes, which loss and accuracy, following, zoom, export. */
import { useState } from 'react';
import { newestStep } from '../../charts/chartModel';
import type { ChartSession, Source } from '../../charts/sources';
import { MAX_SMOOTHING, shownRange, useView } from '../../state/view';
import styles from './curves.module.css';
import { downloadCurves } from './download';

export function CurvesToolbar({ session }: { readonly session: Source<ChartSession> }) {
  const view = useView();
  const [exporting, setExporting] = useState(false);
  const newest = () => newestStep(session.getState().series);

  const onExport = async () => {
    setExporting(true);
    try {
      await downloadCurves(session.getState());
    } finally {
      setExporting(false);
    }
  };

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
      <Check label="log steps" on={view.logX} set={view.setLogX} />
      <Check label="log loss" on={view.logY} set={view.setLogY} />
      <label className={styles.control}>
        loss
        <select
          value={view.lossMode}
          onChange={(event) => view.setLossMode(event.target.value === 'own' ? 'own' : 'common')}
        >
          <option value="common">at common scale</option>
          <option value="own">own</option>
        </select>
      </label>
      <Check
        label="batch accuracy"
        on={view.accuracy.training}
        set={() => view.toggleAccuracy('training')}
      />
      <Check
        label="held-out accuracy"
        on={view.accuracy.validation}
        set={() => view.toggleAccuracy('validation')}
      />
      <Check
        label="follow live"
        on={view.followLive}
        set={(on) =>
          view.setFollowLive(on, shownRange(view, newest()) ?? [0, Math.max(10, newest())])
        }
      />
      <button
        type="button"
        className={styles.small}
        disabled={view.xRange === null}
        onClick={view.resetZoom}
      >
        Whole run
      </button>
      <button
        type="button"
        className={styles.small}
        disabled={exporting}
        onClick={() => void onExport()}
      >
        {exporting ? 'Writing…' : 'CSV'}
      </button>
    </div>
  );
}

function Check({
  label,
  on,
  set,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}) {
  return (
    <label className={styles.control}>
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />
      {label}
    </label>
  );
}
