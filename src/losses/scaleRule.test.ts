import { describe, expect, it } from 'vitest';
import { scaledCrossEntropy } from './crossEntropy';
import { LossError } from './errors';
import {
  batchAngles,
  commonScale,
  dynamicScale,
  fixedAdaCosScale,
  guardRange,
  guardScale,
  initialScale,
  logBAvg,
} from './scaleRule';

describe('fixedAdaCosScale', () => {
  it.each([1, 0, -3, 2.5, Number.NaN])('refuses %s identities', (classes) => {
    expect(() => fixedAdaCosScale(classes)).toThrow(LossError);
  });
});

describe('commonScale', () => {
  it('is the fixed scale, but at least 1', () => {
    expect(commonScale(40)).toBe(fixedAdaCosScale(40));
    expect(commonScale(2)).toBe(1);
    expect(commonScale(3)).toBe(1);
    expect(commonScale(4)).toBeGreaterThan(1);
  });
});

describe('logBAvg', () => {
  it('averages B itself over the batch, target left out', () => {
    const batch = { cosines: [0.9, 0.1, -0.2, 0.3, 0.8, 0.5], labels: [0, 1], classes: 3 };
    const sum = [0.1, -0.2, 0.3, 0.5].reduce((total, cosine) => total + Math.exp(2 * cosine), 0);
    expect(logBAvg(batch, 2)).toBeCloseTo(Math.log(sum / 2), 14);
  });

  it('does not read the target', () => {
    const others = { labels: [0], classes: 3 };
    expect(logBAvg({ ...others, cosines: [0.9, 0.1, 0.2] }, 5)).toBe(
      logBAvg({ ...others, cosines: [-0.9, 0.1, 0.2] }, 5),
    );
  });

  it('passes not-a-number on', () => {
    const batch = { cosines: [0.9, Number.NaN, 0.2], labels: [0], classes: 3 };
    expect(logBAvg(batch, 5)).toBeNaN();
    expect(scaledCrossEntropy(batch, 5).loss).toBeNaN();
    const target = { cosines: [Number.NaN, 0.1, 0.2], labels: [0], classes: 3 };
    expect(batchAngles(target, 5).medianAngleRad).toBeNaN();
  });

  it.each([
    ['no images', { cosines: [], labels: [], classes: 3 }],
    ['a row too short', { cosines: [1, 2], labels: [0], classes: 3 }],
    ['a label out of range', { cosines: [1, 0, 0], labels: [3], classes: 3 }],
    ['a label that is no whole number', { cosines: [1, 0, 0], labels: [0.5], classes: 3 }],
  ])('refuses %s', (_, batch) => {
    expect(() => logBAvg(batch, 1)).toThrow(LossError);
    expect(() => scaledCrossEntropy(batch, 1)).toThrow(LossError);
  });
});

describe('dynamicScale', () => {
  it('equals ln B / max(cos cap, cos θ_med), the form without an angle', () => {
    for (let degrees = 0; degrees <= 180; degrees += 5) {
      const medianAngleRad = (degrees * Math.PI) / 180;
      const divisor = Math.max(Math.SQRT1_2, Math.cos(medianAngleRad));
      expect(dynamicScale({ logBAvg: 3, medianAngleRad, capAngleRad: Math.PI / 4 })).toBeCloseTo(
        3 / divisor,
        12,
      );
    }
  });
});

describe('guardScale', () => {
  const within = (scale: number) => guardScale({ scale, previousScale: 5, classes: 100 });
  const fixed = fixedAdaCosScale(100);

  it('lets through what is in range', () => {
    expect(within(fixed)).toBe(fixed);
    expect(within(1.9 * fixed)).toBe(1.9 * fixed);
  });

  it('stops at a quarter and at four times the fixed scale', () => {
    expect(within(-3)).toBe(fixed / 4);
    expect(within(0)).toBe(fixed / 4);
    expect(within(1e9)).toBe(4 * fixed);
  });

  it('keeps the previous scale where the rule gave no number', () => {
    expect(within(Number.NaN)).toBe(5);
    expect(within(Number.POSITIVE_INFINITY)).toBe(5);
    expect(within(Number.NEGATIVE_INFINITY)).toBe(5);
  });

  it('has a range for two identities although their fixed scale is 0', () => {
    expect(guardRange(2)).toEqual({ lower: 0.25, upper: 4 });
  });
});

describe('initialScale', () => {
  const dynamic = { kind: 'dynamic-adacos', capAngleRad: 0.7, firstStep: 'paper' } as const;

  it('is none for plain softmax and the chosen one for normalised softmax', () => {
    expect(initialScale({ kind: 'softmax' }, 10)).toBeNull();
    expect(initialScale({ kind: 'normalised-softmax', scale: 12 }, 10)).toBe(12);
  });

  it('is the fixed scale for both forms of AdaCos', () => {
    expect(initialScale({ kind: 'fixed-adacos' }, 10)).toBe(fixedAdaCosScale(10));
    expect(initialScale({ ...dynamic, guard: 'clamp' }, 10)).toBe(fixedAdaCosScale(10));
    expect(initialScale({ ...dynamic, guard: 'paper-exact' }, 10)).toBe(fixedAdaCosScale(10));
  });

  it('is positive for two identities under guard only', () => {
    expect(initialScale({ ...dynamic, guard: 'paper-exact' }, 2)).toBe(0);
    expect(initialScale({ ...dynamic, guard: 'clamp' }, 2)).toBe(0.25);
  });
});
