/**
 * The signature picture: P(target) against θ at each arm's s and B_avg, a dot riding at θ_med, the
 * newest batch's angles as ticks, the cap, and the closed-form curves to compare with.
 */
import { memo } from 'react';
import { ARM_STYLES, drawingOrder } from '../../charts/armStyle';
import { formatFixed, formatNumber } from '../../charts/format';
import type { InsightArm, InsightModel } from '../../charts/insightModel';
import {
  type LabelPlace,
  placeLabels,
  type Surroundings,
  type WantedLabel,
} from '../../charts/labels';
import {
  closedFormLabels,
  curvePath,
  curvePoints,
  FRAME,
  type ProbabilityScales,
  pointLabelPlaces,
  probabilityScales,
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
  const closedForm = model.closedForm.map(({ scale, curve }) => ({
    scale,
    points: curvePoints(curve, scales),
  }));
  const whatIf = model.whatIf === null ? null : curvePoints(model.whatIf.curve, scales);
  const armCurves = model.arms.flatMap(({ id, curve }) =>
    curve === null ? [] : [{ id, points: curvePoints(curve, scales) }],
  );
  const points = medianPoints(model, scales);
  const labels = pictureLabels({
    model,
    scales,
    points,
    right,
    bottom,
    lines: armCurves.map((curve) => curve.points),
    faintLines: [...closedForm.map((curve) => curve.points), ...(whatIf === null ? [] : [whatIf])],
  });
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
      {closedForm.map(({ scale, points: line }) => (
        <path
          key={scale}
          className={styles.closedForm}
          data-closed-form={scale}
          d={curvePath(line)}
        />
      ))}
      {model.capDegrees.map((degrees) => (
        <line
          key={degrees}
          className={styles.cap}
          data-cap={degrees}
          x1={at(x, degrees)}
          x2={at(x, degrees)}
          y1={FRAME.top}
          y2={bottom}
        />
      ))}
      {model.whatIf !== null && whatIf !== null && (
        <path
          className={styles.whatIfCurve}
          data-what-if={model.whatIf.scale}
          d={curvePath(whatIf)}
        />
      )}
      {model.arms.map((arm, index) => (
        <BatchTicks key={arm.id} arm={arm} scales={scales} base={bottom - index * (TICK_PX + 1)} />
      ))}
      {drawingOrder(armCurves).map(({ id, points: line }) => (
        <path
          key={id}
          data-arm-curve={id}
          className={styles.armCurve}
          d={curvePath(line)}
          strokeDasharray={ARM_STYLES[id].dash ?? undefined}
          style={{ stroke: ARM_STYLES[id].colour }}
        />
      ))}
      {points.map(({ id, px, py }) => (
        <circle
          key={id}
          className={styles.dot}
          data-median={id}
          cx={px}
          cy={py}
          r={5}
          style={{ fill: ARM_STYLES[id].colour }}
        />
      ))}
      {labels.map(({ text, tone, place }) => (
        <text
          key={text}
          className={tone === 'point' ? styles.dotLabel : styles.curveLabel}
          data-label={tone}
          x={place.x}
          y={place.y}
          textAnchor={place.anchor}
        >
          {text}
        </text>
      ))}
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

interface MedianPoint {
  readonly id: InsightArm['id'];
  readonly px: number;
  readonly py: number;
  readonly label: string;
}

function medianPoints({ arms }: InsightModel, { x, y }: ProbabilityScales): readonly MedianPoint[] {
  const points = arms.flatMap(({ id, median }) => {
    if (median === null || median.probability === null) return [];
    // Beyond 90° the point waits at the picture's edge; its label tells the angle.
    const px = at(x, Math.min(90, median.angleDegrees));
    const label = arms.length > 1 ? `${id}: ${median.short}` : median.short;
    return [{ id, px, py: at(y, median.probability), label }];
  });
  // The highest is named first, so that the names stand in the order of the points.
  return points.sort((a, b) => a.py - b.py);
}

type Tone = 'point' | 'curve' | 'cap' | 'what-if';

/** Every word in the picture, those that matter most first, each where it covers nothing. */
function pictureLabels({
  model,
  scales,
  points,
  right,
  bottom,
  lines,
  faintLines,
}: {
  readonly model: InsightModel;
  readonly scales: ProbabilityScales;
  readonly points: readonly MedianPoint[];
  readonly right: number;
  readonly bottom: number;
} & Pick<Surroundings, 'lines' | 'faintLines'>): readonly {
  readonly text: string;
  readonly tone: Tone;
  readonly place: LabelPlace;
}[] {
  const wanted: (WantedLabel & { readonly tone: Tone })[] = points.map(({ px, py, label }) => ({
    text: label,
    tone: 'point',
    places: pointLabelPlaces({ x: px, y: py }, { text: label, right }),
    crossed: 'keep',
  }));
  if (model.whatIf !== null) {
    wanted.push({
      text: `what if s = ${formatFixed(model.whatIf.scale, 1)}, B = C−1`,
      tone: 'what-if',
      places: [9, 22, 35, 48].map((y) => ({ x: right - 4, y: FRAME.top + y, anchor: 'end' })),
      crossed: 'keep',
    });
  }
  for (const degrees of model.capDegrees) {
    const px = at(scales.x, degrees);
    const rows = [FRAME.top + 9, FRAME.top + 22, bottom - 26, FRAME.top + 35];
    wanted.push({
      text: Math.abs(degrees - 45) < 1e-6 ? 'π/4 cap' : `${formatNumber(degrees)}° cap`,
      tone: 'cap',
      places: rows.flatMap((y) => [
        { x: px + 4, y, anchor: 'start' as const },
        { x: px - 4, y, anchor: 'end' as const },
      ]),
      crossed: 'keep',
    });
  }
  const curves = model.closedForm.map(({ curve }) => curve);
  wanted.push(
    ...closedFormLabels(curves, scales).map((label) => ({ ...label, tone: 'curve' as const })),
  );
  const places = placeLabels(wanted, {
    frame: { left: FRAME.left, right: right + 4, top: FRAME.top - 2, bottom: bottom - 10 },
    taken: points.map(({ px, py }) => ({
      left: px - 6,
      right: px + 6,
      top: py - 6,
      bottom: py + 6,
    })),
    lines,
    ...(faintLines === undefined ? {} : { faintLines }),
  });
  return wanted.flatMap(({ text, tone }, index) => {
    const place = places[index] ?? null;
    return place === null ? [] : [{ text, tone, place }];
  });
}
