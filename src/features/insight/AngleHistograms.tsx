/** Target angles of the newest batch: one small histogram per arm over a shared angle axis. */
import { memo } from 'react';
import type { AngleHistogram } from '../../charts/angleHistogram';
import { ARM_STYLES } from '../../charts/armStyle';
import { formatStep } from '../../charts/format';
import type { InsightArm } from '../../charts/insightModel';
import { FRAME } from '../../charts/probabilityGeometry';
import styles from './insight.module.css';

const ROW_PX = 48;
/** Room for the words above the bars. */
const WORDS_PX = 16;
const AXIS_PX = 18;

export const AngleHistograms = memo(function AngleHistograms({
  arms,
  width,
}: {
  readonly arms: readonly InsightArm[];
  readonly width: number;
}) {
  const drawn = arms.flatMap(({ id, name, histogram, stoppedAt }) =>
    histogram === null ? [] : [{ id, name, histogram, stoppedAt }],
  );
  const bins = Math.max(1, ...drawn.map(({ histogram }) => lastBin(histogram)));
  const binDegrees = drawn[0]?.histogram.binDegrees ?? 5;
  // At least a right angle, so that the axis stands still once training has got anywhere.
  const degrees = Math.max(90, Math.ceil((bins * binDegrees) / 30) * 30);
  const x = (angle: number) => FRAME.left + ((width - FRAME.left - FRAME.right) * angle) / degrees;
  const height = drawn.length * ROW_PX + AXIS_PX;
  const ticks = Array.from({ length: degrees / 30 + 1 }, (_, index) => index * 30);
  return (
    <figure>
      <figcaption className={styles.caption}>
        <span className={styles.title}>Target angles</span>
        <span className={styles.unit}>newest batch, images per {binDegrees}°</span>
      </figcaption>
      {drawn.length === 0 ? (
        <p className={styles.nothing}>No batch yet.</p>
      ) : (
        <svg width={width} height={height} role="img" aria-label={describe(drawn)}>
          {drawn.map(({ id, histogram, stoppedAt }, row) => {
            const base = (row + 1) * ROW_PX;
            const most = Math.max(1, ...histogram.counts);
            return (
              <g key={id} data-histogram={id}>
                <line className={styles.grid} x1={x(0)} x2={x(degrees)} y1={base} y2={base} />
                <text className={styles.tick} x={FRAME.left - 6} y={base - 2} textAnchor="end">
                  {id}
                </text>
                <text
                  className={styles.tick}
                  x={x(degrees)}
                  y={base - ROW_PX + 12}
                  textAnchor="end"
                >
                  {stoppedAt !== null && `${stoppedAt}: `}
                  {histogram.nonFinite > 0
                    ? `${formatStep(histogram.nonFinite)} not a number`
                    : `most ${formatStep(most)} of ${formatStep(histogram.total)}`}
                </text>
                {histogram.counts.map((count, bin) => {
                  if (count === 0) return null;
                  const left = x(bin * histogram.binDegrees);
                  const tall = (count / most) * (ROW_PX - WORDS_PX);
                  return (
                    <rect
                      key={left}
                      x={left + 0.5}
                      width={Math.max(1, x(histogram.binDegrees) - x(0) - 1)}
                      y={base - tall}
                      height={tall}
                      style={{ fill: ARM_STYLES[id].colour }}
                    />
                  );
                })}
              </g>
            );
          })}
          {ticks.map((angle) => (
            <text
              key={angle}
              className={styles.tick}
              x={x(angle)}
              y={height - 4}
              textAnchor={angle === degrees ? 'end' : 'middle'}
            >
              {angle}°
            </text>
          ))}
        </svg>
      )}
    </figure>
  );
});

function lastBin({ counts }: AngleHistogram): number {
  return counts.findLastIndex((count) => count > 0) + 1;
}

function describe(
  drawn: readonly {
    readonly name: string;
    readonly histogram: AngleHistogram;
    readonly stoppedAt: string | null;
  }[],
): string {
  const each = drawn.map(
    ({ name: arm, stoppedAt, histogram: { counts, binDegrees, total, nonFinite } }) => {
      const name = stoppedAt === null ? arm : `${arm}, ${stoppedAt}`;
      const peak = counts.indexOf(Math.max(...counts));
      const bad = nonFinite > 0 ? `, ${nonFinite} not a number` : '';
      return total === 0
        ? `${name}: no numbers${bad}`
        : `${name}: ${total} images, most between ${peak * binDegrees}° and ${(peak + 1) * binDegrees}°${bad}`;
    },
  );
  return `Histogram of target angles of the newest batch. ${each.join('; ')}.`;
}
