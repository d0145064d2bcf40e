/** The right end of a chart's caption: its unit, or the values under the crosshair. */
import { ARM_STYLES } from './armStyle';
import type { ChartModel } from './chartModel';
import styles from './charts.module.css';
import { useCrosshair } from './crosshair';
import { readAt } from './readout';
import type { ChartSession, Source } from './sources';

export function Readout({
  model,
  session,
}: {
  readonly model: ChartModel;
  readonly session: Source<ChartSession>;
}) {
  const step = useCrosshair((state) => state.step);
  const readings = step === null ? [] : readAt(model, session.getState().series, step);
  if (readings.length === 0) return <span className={styles.unit}>{model.unit}</span>;
  return (
    <span className={styles.readout}>
      {model.smoothed && (
        <span
          className={styles.rawWord}
          title="The values of this very step; the thick line is smoothed"
        >
          raw
        </span>
      )}
      {readings.map(({ arm, text, heldOut }) => (
        <span key={arm} title={heldOut === null ? undefined : 'batch / held out'}>
          <ArmSwatch arm={arm} width={12} /> {arm}{' '}
          {heldOut === null ? text : `${text.replace('%', '')} / ${heldOut}`}
        </span>
      ))}
    </span>
  );
}

/** A short stroke in the arm's colour and dash. */
export function ArmSwatch({
  arm,
  width = 18,
}: {
  readonly arm: keyof typeof ARM_STYLES;
  readonly width?: number;
}) {
  const { colour, dash } = ARM_STYLES[arm];
  return (
    <svg className={styles.swatch} width={width} height={8} aria-hidden="true">
      <line
        x1={0}
        x2={width}
        y1={4}
        y2={4}
        strokeWidth={2}
        style={{ stroke: colour }}
        strokeDasharray={dash ?? undefined}
      />
    </svg>
  );
}
