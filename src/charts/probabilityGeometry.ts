/** Where things stand in the picture of P(target) against θ: curves as paths, labels kept apart. */
import { formatNumber } from './format';
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

/** Curves nearer than this at the height of the labels share one. */
const SHARED_LABEL_DEGREES = 13;
/** Probability at whose height curves are labelled: above where the arms' points usually are. */
const LABEL_PROBABILITY = 0.82;

/**
 * Labels of the closed-form curves, `s = 8`, to the left of each curve; curves that come too close
 * share one that lists them from left to right. A curve that stays low is labelled at its left end.
 */
export function closedFormLabels(
  curves: readonly ProbabilityCurve[],
  { x, y }: ProbabilityScales,
): readonly (LabelPlace & { readonly text: string })[] {
  const logit = Math.log(LABEL_PROBABILITY / (1 - LABEL_PROBABILITY));
  const labels: (LabelPlace & { text: string })[] = [];
  let group: { degrees: number; label: LabelPlace & { text: string } } | null = null;
  for (const curve of [...curves].sort((a, b) => a.scale - b.scale)) {
    const cosine = (curve.logB + logit) / curve.scale;
    const name = formatNumber(curve.scale);
    if (cosine > Math.cos(Math.PI / 8) || cosine < 0) {
      const top = targetProbability({ ...curve, angleRad: 0 });
      const label = { x: (x.toPixel(1) ?? 0) + 2, y: (y.toPixel(top) ?? 0) - 4 };
      labels.push({ ...label, anchor: 'start', text: `s = ${name}` });
      continue;
    }
    const degrees = (Math.acos(cosine) * 180) / Math.PI;
    if (group !== null && degrees - group.degrees < SHARED_LABEL_DEGREES) {
      group.label.text += `, ${name}`;
      group.degrees = degrees;
      continue;
    }
    const label = {
      x: (x.toPixel(degrees) ?? 0) - 4,
      y: (y.toPixel(LABEL_PROBABILITY) ?? 0) + 4,
      anchor: 'end' as const,
      text: `s = ${name}`,
    };
    labels.push(label);
    group = { degrees, label };
  }
  return labels;
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
