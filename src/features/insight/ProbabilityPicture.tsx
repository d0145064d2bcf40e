/**
 * The signature picture: P(target) against θ at each arm's s and B_avg, a dot riding at θ_med, the
 * newest batch's angles as ticks, the cap, and the closed-form curves to compare with.
 */
import { memo } from 'react';
import { ARM_STYLES, drawingOrder } from '../../charts/armStyle';
import { formatFixed, formatNumber } from '../../charts/format';
import type { InsightArm, InsightModel } from '../../charts/insightModel';
import {
  closedFormLabels,
  curvePath,
  FRAME,
  type ProbabilityScales,
  probabilityScales,
  spreadLabels,
} from '../../charts/probabilityGeometry';
import styles from './insight.module.css';

const PROBABILITIES = [0, 0.25, 0.5, 0.75, 1];
const DEGREES = [0, 15, 30, 45, 60, 75, 90];
const TICK_PX = 6;

export const ProbabilityPicture = memo(function ProbabilityPicture({
  model,
  width,
}: {
  readonly model: InsightModel;
  readonly width: number;
}) {
  const height = Math.round(Math.min(250, Math.max(190, width * 0.62)));
  const scales = probabilityScales(width, height);
  const { x, y } = scales;
  const bottom = height - FRAME.bottom;
  const right = width - FRAME.right;
  return (
    <svg width={width} height={height} role="img" aria-label={model.summary}>
      {PROBABILITIES.map((p) => (
        <g key={p}>
          <line className={styles.grid} x1={FRAME.left} x2={right} y1={at(y, p)} y2={at(y, p)} />
          <text className={styles.tick} x={FRAME.left - 6} y={at(y, p) + 4} textAnchor="end">
            {p}
          </text>
        </g>
      ))}
      {DEGREES.map((degrees) => (
        <text
          key={degrees}
          className={styles.tick}
          x={at(x, degrees)}
          y={height - 7}
          textAnchor={degrees === 90 ? 'end' : 'middle'}
        >
          {degrees}°
        </text>
      ))}
      {model.closedForm.map(({ scale, curve }) => (
        <path
          key={scale}
          className={styles.closedForm}
          data-closed-form={scale}
          d={curvePath(curve, scales)}
        />
      ))}
      {closedFormLabels(
        model.closedForm.map(({ curve }) => curve),
        scales,
      ).map((label) => (
        <text
          key={label.text}
          className={styles.curveLabel}
          x={label.x}
          y={label.y}
          textAnchor={label.anchor}
        >
          {label.text}
        </text>
      ))}
      {model.capDegrees.map((degrees) => (
        <g key={degrees} data-cap={degrees}>
          <line
            className={styles.cap}
            x1={at(x, degrees)}
            x2={at(x, degrees)}
            y1={FRAME.top}
            y2={bottom}
          />
          <text className={styles.curveLabel} x={at(x, degrees) + 4} y={FRAME.top + 9}>
            {Math.abs(degrees - 45) < 1e-6 ? 'π/4 cap' : `${formatNumber(degrees)}° cap`}
          </text>
        </g>
      ))}
      {model.whatIf !== null && (
        <g data-what-if={model.whatIf.scale}>
          <path className={styles.whatIfCurve} d={curvePath(model.whatIf.curve, scales)} />
          <text className={styles.curveLabel} x={right - 4} y={FRAME.top + 22} textAnchor="end">
            what if s = {formatFixed(model.whatIf.scale, 1)}, B = C−1
          </text>
        </g>
      )}
      {model.arms.map((arm, index) => (
        <BatchTicks key={arm.id} arm={arm} scales={scales} base={bottom - index * (TICK_PX + 1)} />
      ))}
      {drawingOrder(model.arms).map(({ id, curve }) =>
        curve === null ? null : (
          <path
            key={id}
            data-arm-curve={id}
            className={styles.armCurve}
            d={curvePath(curve, scales)}
            strokeDasharray={ARM_STYLES[id].dash ?? undefined}
            style={{ stroke: ARM_STYLES[id].colour }}
          />
        ),
      )}
      <MedianPoints arms={model.arms} scales={scales} bottom={bottom} width={width} />
      {model.step === 0 && (
        <text className={styles.before} x={right - 4} y={bottom - 8} textAnchor="end">
          before training
        </text>
      )}
    </svg>
  );
});

const at = (scale: ProbabilityScales['x'], value: number): number => scale.toPixel(value) ?? 0;

/** One path for the whole batch: a few hundred ticks cost one element. */
function BatchTicks({
  arm,
  scales,
  base,
}: {
  readonly arm: InsightArm;
  readonly scales: ProbabilityScales;
  readonly base: number;
}) {
  const d = arm.batchDegrees
    .filter((degrees) => degrees <= 90)
    .map((degrees) => `M${at(scales.x, degrees).toFixed(1)} ${base}v${-TICK_PX}`)
    .join('');
  return (
    <path
      className={styles.batchTicks}
      data-ticks={arm.id}
      d={d}
      style={{ stroke: ARM_STYLES[arm.id].colour }}
    />
  );
}

function MedianPoints({
  arms,
  scales,
  bottom,
  width,
}: {
  readonly arms: readonly InsightArm[];
  readonly scales: ProbabilityScales;
  readonly bottom: number;
  readonly width: number;
}) {
  const points = arms.flatMap(({ id, median }) => {
    if (median === null || median.probability === null) return [];
    // Beyond 90° the point waits at the picture's edge; its label tells the angle.
    const px = at(scales.x, Math.min(90, median.angleDegrees));
    return [{ id, px, py: at(scales.y, median.probability), label: median.label }];
  });
  const range: [number, number] = [FRAME.top + 10, bottom - 14];
  const labels = spreadLabels(
    points.map(({ py }) => py - 8),
    range,
  );
  return points.map(({ id, px, py, label }, index) => {
    const left = px < width * 0.45;
    return (
      <g key={id} data-median={id}>
        <circle
          className={styles.dot}
          cx={px}
          cy={py}
          r={5}
          style={{ fill: ARM_STYLES[id].colour }}
        />
        <text
          className={styles.dotLabel}
          x={left ? px + 9 : px - 9}
          y={labels[index]}
          textAnchor={left ? 'start' : 'end'}
        >
          {points.length > 1 ? `${id}: ${label}` : label}
        </text>
      </g>
    );
  });
}
