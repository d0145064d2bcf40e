/** A slider to try another scale: one more closed-form curve in the picture. */
import { formatFixed } from '../../charts/format';
import { fixedAdaCosScale } from '../../losses/scaleRule';
import { useView } from '../../state/view';
import styles from './insight.module.css';

const MOST_SCALE = 64;

export function WhatIf({ classes }: { readonly classes: number | null }) {
  const scale = useView((view) => view.whatIfScale);
  const set = useView((view) => view.setWhatIfScale);
  const start = classes === null || classes < 3 ? 10 : fixedAdaCosScale(classes);
  return (
    <div className={styles.whatIf}>
      <label className={styles.control}>
        <input
          type="checkbox"
          checked={scale !== null}
          onChange={(event) => set(event.target.checked ? Math.round(start * 10) / 10 : null)}
        />
        what if s were
      </label>
      <input
        type="range"
        aria-label="what if s were"
        min={0.5}
        max={MOST_SCALE}
        step={0.5}
        disabled={scale === null}
        value={scale ?? start}
        onChange={(event) => set(event.target.valueAsNumber)}
      />
      <output className={styles.value}>{scale === null ? '' : formatFixed(scale, 1)}</output>
    </div>
  );
}
