import { describe, expect, it } from 'vitest';
import golden from '../losses/golden.json';
import { fixedAdaCosScale } from '../losses/scaleRule';
import {
  closedFormCurve,
  halfProbabilityAngleRad,
  PAPER_SCALES,
  type ProbabilityCurve,
  sampleCurve,
  steepestAngleRad,
  targetProbability,
} from './probability';

const { thetas, a_scale, b_margin_s30 } = golden.fig2ClosedForm;

function slope(curve: ProbabilityCurve, angleRad: number): number {
  const step = 1e-5;
  const at = (angle: number): number => targetProbability({ ...curve, angleRad: angle });
  return (at(angleRad + step) - at(angleRad - step)) / (2 * step);
}

describe('targetProbability', () => {
  it.each(a_scale)('equals the closed form of Fig. 2(a) for C = $C, s = $s', ({ C, s, P }) => {
    thetas.forEach((angleRad, index) => {
      const found = targetProbability({ ...closedFormCurve(s, C), angleRad });
      expect(found).toBeCloseTo(P[index]!, 12);
    });
  });

  it.each(b_margin_s30)('equals Fig. 2(b) with a margin $m, C = $C', ({ C, s, m, P }) => {
    thetas.forEach((angleRad, index) => {
      const found = targetProbability({ ...closedFormCurve(s, C), angleRad: angleRad + m });
      expect(found).toBeCloseTo(P[index]!, 12);
    });
  });

  it('is one half at 45° for fixed AdaCos, whatever the number of identities', () => {
    for (const classes of [3, 40, 430, 10_575]) {
      const curve = closedFormCurve(fixedAdaCosScale(classes), classes);
      expect(targetProbability({ ...curve, angleRad: Math.PI / 4 })).toBeCloseTo(0.5, 12);
    }
  });

  it('does not overflow at extreme scales', () => {
    expect(targetProbability({ scale: 1e5, logB: 3, angleRad: 0 })).toBe(1);
    expect(targetProbability({ scale: 1e5, logB: 3, angleRad: Math.PI })).toBe(0);
    expect(targetProbability({ scale: Number.NaN, logB: 3, angleRad: 0 })).toBeNaN();
  });
});

describe('closedFormCurve', () => {
  it('draws the scales that the figure is labelled with', () => {
    const drawn = a_scale.filter(({ C, s }) => C === 2000 && Number.isInteger(s));
    expect(drawn.map(({ s }) => s)).toEqual(PAPER_SCALES);
  });
});

describe('sampleCurve', () => {
  it('is evenly spaced and has both ends', () => {
    const curve = { scale: 5, logB: 3 };
    const points = sampleCurve(curve, { toRad: Math.PI / 2, count: 91 });
    expect(points).toHaveLength(91);
    expect(points[0]!.angleRad).toBe(0);
    expect(points[45]!.angleRad).toBeCloseTo(Math.PI / 4, 14);
    expect(points[90]!.angleRad).toBe(Math.PI / 2);
    // At 90°: 1 / (1 + B).
    expect(points[90]!.probability).toBeCloseTo(1 / (1 + Math.exp(3)), 12);
  });

  it('falls from 0 to 180° for a positive scale', () => {
    const points = sampleCurve({ scale: 5, logB: 3 }, { toRad: Math.PI, count: 181 });
    for (let index = 1; index < points.length; index += 1) {
      expect(points[index]!.probability).toBeLessThan(points[index - 1]!.probability);
    }
  });
});

describe('halfProbabilityAngleRad', () => {
  it('is where the probability is one half', () => {
    const curve = { scale: 9, logB: 4 };
    const angleRad = halfProbabilityAngleRad(curve)!;
    expect(targetProbability({ ...curve, angleRad })).toBeCloseTo(0.5, 14);
  });

  it('is none where even 0° stays below one half, or the scale is 0', () => {
    expect(halfProbabilityAngleRad({ scale: 3, logB: 4 })).toBeNull();
    expect(halfProbabilityAngleRad({ scale: 0, logB: 0 })).toBeNull();
    expect(halfProbabilityAngleRad({ scale: 0, logB: 2 })).toBeNull();
  });
});

describe('steepestAngleRad', () => {
  it.each([
    [3.1, Math.log(9)],
    [5.18, Math.log(39)],
    [13.1, Math.log(10_574)],
    [64, Math.log(39)],
    [2, Math.log(39)],
  ])('is steeper than all other angles for s = %f, ln B = %f', (scale, logB) => {
    const curve = { scale, logB };
    const steepest = slope(curve, steepestAngleRad(curve)!);
    for (let angle = 0.01; angle < Math.PI; angle += 0.01) {
      expect(slope(curve, angle)).toBeGreaterThanOrEqual(steepest - 1e-9);
    }
  });

  it('lies a little above 45° for fixed AdaCos, nearer with more identities', () => {
    const excess = [40, 430, 10_575].map((classes) => {
      const curve = closedFormCurve(fixedAdaCosScale(classes), classes);
      return steepestAngleRad(curve)! - Math.PI / 4;
    });
    expect(excess[0]).toBeGreaterThan(excess[1]!);
    expect(excess[1]).toBeGreaterThan(excess[2]!);
    expect(excess[2]).toBeGreaterThan(0);
    expect(excess[0]).toBeLessThan(0.15);
  });

  it('is none without a positive scale', () => {
    expect(steepestAngleRad({ scale: 0, logB: 1 })).toBeNull();
    expect(steepestAngleRad({ scale: -2, logB: 1 })).toBeNull();
    expect(steepestAngleRad({ scale: Number.NaN, logB: 1 })).toBeNull();
    expect(steepestAngleRad({ scale: 5, logB: Number.POSITIVE_INFINITY })).toBeNull();
  });
});
