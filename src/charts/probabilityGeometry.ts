/** Where things stand in the picture of P(target) against θ: curves as paths, labels kept apart. */
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

/** P(θ) for θ from 0° to 90° as an SVG path. */
export function curvePath(curve: ProbabilityCurve, { x, y }: ProbabilityScales): string {
  return sampleCurve(curve, { toRad: Math.PI / 2, count: POINTS })
    .map(({ angleRad, probability }, index) => {
      const px = x.toPixel((angleRad * 180) / Math.PI) ?? 0;
      const py = y.toPixel(probability) ?? 0;
      return `${index === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
    })
    .join('');
}

export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/**
 * Where a closed-form curve is labelled: at P = ½ where it gets there before 80°, else at its left
 * end, where curves of small s are far apart.
 */
export function curveLabel(curve: ProbabilityCurve, { x, y }: ProbabilityScales): LabelPlace {
  const cosine = curve.logB / curve.scale;
  const degrees = Math.abs(cosine) <= 1 ? (Math.acos(cosine) * 180) / Math.PI : 0;
  if (degrees > 8 && degrees < 82) {
    return { x: (x.toPixel(degrees) ?? 0) + 4, y: (y.toPixel(0.5) ?? 0) - 2, anchor: 'start' };
  }
  if (degrees >= 82)
    return { x: (x.toPixel(82) ?? 0) - 4, y: (y.toPixel(0.9) ?? 0) + 4, anchor: 'end' };
  const top = targetProbability({ ...curve, angleRad: 0 });
  return { x: (x.toPixel(1) ?? 0) + 2, y: (y.toPixel(top) ?? 0) - 4, anchor: 'start' };
}

const LABEL_HEIGHT = 13;

/** Labels of the arms' points, pushed down in order until none covers another; stays in the frame. */
export function spreadLabels(
  wanted: readonly number[],
  [top, bottom]: readonly [number, number],
): readonly number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  const placed = [...wanted];
  let free = top;
  for (const { y, index } of order) {
    placed[index] = Math.max(y, free);
    free = placed[index] + LABEL_HEIGHT;
  }
  let limit = bottom;
  for (const { index } of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? limit, limit);
    limit = placed[index] - LABEL_HEIGHT;
  }
  return placed;
}
