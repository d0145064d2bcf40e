/** Where things stand in the picture of P(target) against θ: curves as paths, labels kept apart. */
import { formatNumber } from './format';
import { type LabelPlace, labelWidth, type WantedLabel } from './labels';
import { type ProbabilityCurve, sampleCurve, targetProbability } from './probability';
import { createScale, type PixelScale } from './scale';

export const FRAME = { left: 32, right: 10, top: 10, bottom: 24 } as const;
/** A point per degree: smooth for every s that can be chosen. */
const POINTS = 91;

export interface ProbabilityScales {
  /** Degrees 0 … 90. */
  readonly x: PixelScale;
  /** Probability 0 … 1. */
  readonly y: PixelScale;
}

export function probabilityScales(width: number, height: number): ProbabilityScales {
  const range: [number, number] = [FRAME.left, width - FRAME.right];
  return {
    x: createScale({ kind: 'linear', domain: [0, 90], range }),
    y: createScale({ kind: 'linear', domain: [0, 1], range: [height - FRAME.bottom, FRAME.top] }),
  };
}

/** P(θ) for θ from 0° to 90° in pixels, left to right. */
export function curvePoints(
  curve: ProbabilityCurve,
  { x, y }: ProbabilityScales,
): readonly CurvePixel[] {
  return sampleCurve(curve, { toRad: Math.PI / 2, count: POINTS }).map(
    ({ angleRad, probability }) => ({
      x: x.toPixel((angleRad * 180) / Math.PI) ?? 0,
      y: y.toPixel(probability) ?? 0,
    }),
  );
}

export interface CurvePixel {
  readonly x: number;
  readonly y: number;
}

/** Points as an SVG path. */
export function curvePath(points: readonly CurvePixel[]): string {
  return `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

/** Probabilities at whose height curves may be labelled; the first is above most arms' points. */
const LABEL_PROBABILITIES = [0.82, 0.9, 0.72, 0.62, 0.52, 0.42];
/** Between a label and its curve, and between a label and the curve before. */
const GAP_PX = 4;
/** Above the baseline of a label, up to where its curve must have left it. */
const HALF_HEIGHT_PX = 7;

/**
 * Labels of the closed-form curves, `s = 8`, to the left of each curve; curves so close that a label
 * does not fit between them share one that lists them from left to right, as many as there is room for
 * beside the curve before. A curve that stays low is
 * labelled above its left end.
 */
export function closedFormLabels(
  curves: readonly ProbabilityCurve[],
  scales: ProbabilityScales,
): readonly WantedLabel[] {
  const labels: { text: string; places: readonly LabelPlace[]; crossed: 'drop' }[] = [];
  let before: {
    readonly px: number;
    /** From the curve before the group to the group's first. */
    readonly room: number;
    readonly shared: (typeof labels)[number];
  } | null = null;
  for (const curve of [...curves].sort((a, b) => a.scale - b.scale)) {
    const name = formatNumber(curve.scale);
    const text = `s = ${name}`;
    const places = LABEL_PROBABILITIES.flatMap((p) => leftOf(curve, p, scales));
    const px = pixelAt(curve, LABEL_PROBABILITIES[0] ?? 1, scales);
    if (px === null) {
      labels.push({ text, places: [...aboveStart(curve, scales), ...places], crossed: 'drop' });
      continue;
    }
    if (before !== null && px - before.px < labelWidth(text) + 2 * GAP_PX) {
      const longer: string = `${before.shared.text}, ${name}`;
      if (labelWidth(longer) + 2 * GAP_PX <= before.room) before.shared.text = longer;
      before = { px, room: before.room, shared: before.shared };
      continue;
    }
    const label = { text, places, crossed: 'drop' as const };
    labels.push(label);
    before = { px, room: px - (before?.px ?? FRAME.left), shared: label };
  }
  return labels;
}

/** Where the curve has the probability; `null` beyond the picture or on its flat beginning. */
function pixelAt(curve: ProbabilityCurve, probability: number, { x }: ProbabilityScales) {
  const cosine = (curve.logB + Math.log(probability / (1 - probability))) / curve.scale;
  if (!(cosine <= Math.cos(Math.PI / 8) && cosine >= 0)) return null;
  return x.toPixel((Math.acos(cosine) * 180) / Math.PI);
}

function leftOf(curve: ProbabilityCurve, probability: number, scales: ProbabilityScales) {
  const middle = scales.y.toPixel(probability) ?? 0;
  // At the label's upper edge, where a falling curve comes nearest to it.
  const px = pixelAt(curve, scales.y.toValue(middle - HALF_HEIGHT_PX), scales);
  return px === null ? [] : [{ x: px - GAP_PX, y: middle + 4, anchor: 'end' as const }];
}

function aboveStart(curve: ProbabilityCurve, { x, y }: ProbabilityScales) {
  const top = y.toPixel(targetProbability({ ...curve, angleRad: 0 })) ?? 0;
  return [{ x: (x.toPixel(1) ?? 0) + 2, y: top - GAP_PX - 1, anchor: 'start' as const }];
}

/**
 * Beside an arm's point, above first, then further and further from it. To the right of a falling curve
 * there is room, so a label that would leave the picture there ends at its `right` edge.
 */
export function pointLabelPlaces(
  { x, y }: CurvePixel,
  { text, right }: { readonly text: string; readonly right: number },
): readonly LabelPlace[] {
  const start = Math.min(x + 9, right - labelWidth(text));
  const rows = [-8, 16, -22, 30, -36, 44, -50, 58, -64, -78];
  return rows.flatMap((offset) => [
    { x: start, y: y + offset, anchor: 'start' as const },
    { x: x - 9, y: y + offset, anchor: 'end' as const },
  ]);
}
