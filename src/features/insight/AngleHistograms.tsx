/**
 * Angles of the newest batch to the own class centre, and to all others where they are counted: one small
 * histogram per arm over a shared angle axis.
 */
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
  const drawn = arms.flatMap(({ id, name, histogram, others, stoppedAt }) =>
    histogram === null ? [] : [{ id, name, histogram, others, stoppedAt }],
  );
  const bins = Math.max(
    1,
    ...drawn.flatMap(({ histogram, others }) => [lastBin(histogram), lastBin(others)]),
  );
  const binDegrees = drawn[0]?.histogram.binDegrees ?? 5;
  const counted = drawn.some(({ others }) => others !== null);
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
      {counted && (
        <p className={styles.unit}>
          Bars: to the own centre. Line: to all other centres, to a scale of its own.
        </p>
      )}
      {drawn.length === 0 ? (
        <p className={styles.nothing}>No batch yet.</p>
      ) : (
        <svg width={width} height={height} role="img" aria-label={describe(drawn)}>
          {drawn.map(({ id, histogram, others, stoppedAt }, row) => {
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
                {others !== null && (
                  <path
                    className={styles.others}
                    data-others={id}
                    d={outline(others, x, { base, tallest: ROW_PX - WORDS_PX })}
                  />
                )}
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

/** 0 where nothing was counted. */
function lastBin(histogram: AngleHistogram | null): number {
  return (histogram?.counts.findLastIndex((count) => count > 0) ?? -1) + 1;
}

/** The upper edge of the bars, as one line. */
function outline(
  histogram: AngleHistogram,
  x: (degrees: number) => number,
  { base, tallest }: { readonly base: number; readonly tallest: number },
): string {
  const { counts, binDegrees } = histogram;
  const most = Math.max(1, ...counts);
  const edges = counts.slice(0, lastBin(histogram)).map((count, bin) => {
    const y = base - (count / most) * tallest;
    return `V${y.toFixed(1)}H${x((bin + 1) * binDegrees).toFixed(1)}`;
  });
  return `M${x(0).toFixed(1)} ${base}${edges.join('')}V${base}`;
}

function describe(
  drawn: readonly {
    readonly name: string;
    readonly histogram: AngleHistogram;
    readonly others: AngleHistogram | null;
    readonly stoppedAt: string | null;
  }[],
): string {
  const each = drawn.map(
    ({ name: arm, stoppedAt, histogram: { counts, binDegrees, total, nonFinite }, others }) => {
      const rest = others === null || others.total === 0 ? '' : `, others ${peakOf(others)}`;
      const name = stoppedAt === null ? arm : `${arm}, ${stoppedAt}`;
      const bad = nonFinite > 0 ? `, ${nonFinite} not a number` : '';
      return total === 0
        ? `${name}: no numbers${bad}`
        : `${name}: ${total} images, ${peakOf({ counts, binDegrees })}${bad}${rest}`;
    },
  );
  return `Histogram of target angles of the newest batch. ${each.join('; ')}.`;
}

function peakOf({ counts, binDegrees }: Pick<AngleHistogram, 'counts' | 'binDegrees'>): string {
  const peak = counts.indexOf(Math.max(...counts));
  return `most between ${peak * binDegrees}° and ${(peak + 1) * binDegrees}°`;
}
