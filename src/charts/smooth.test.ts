import { describe, expect, it } from 'vitest';
import { createSmoother, smoothSeries, warmUpRows } from './smooth';

describe('smoothing', () => {
  it('leaves a constant series exactly as it is', () => {
    expect([...smoothSeries(new Array<number>(50).fill(5.18), 0.97)]).toEqual(
      new Array<number>(50).fill(5.18),
    );
  });

  it('starts at the first value instead of near 0', () => {
    expect(smoothSeries([8, 8.5], 0.99)[0]).toBe(8);
  });

  it('is the debiased exponential mean, by its definition as a weighted sum', () => {
    const values = [3, -1, 4, 1, -5, 9];
    const weight = 0.7;
    const expected = values.map((_, n) => {
      let sum = 0;
      let mass = 0;
      for (let i = 0; i <= n; i++) {
        sum += weight ** (n - i) * (values[i] ?? 0);
        mass += weight ** (n - i);
      }
      return sum / mass;
    });
    const found = smoothSeries(values, weight);
    for (const [n, value] of expected.entries()) expect(found[n]).toBeCloseTo(value, 12);
  });

  it('passes what is not finite through and goes on as if it had not been there', () => {
    const found = smoothSeries([1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5], 0.5);
    const without = smoothSeries([1, 3, 5], 0.5);
    expect(found[1]).toBeNaN();
    expect(found[3]).toBe(Number.POSITIVE_INFINITY);
    expect([found[0], found[2], found[4]]).toEqual([...without]);
  });

  it('does nothing at weight 0', () => {
    expect([...smoothSeries([1, 7, 2], 0)]).toEqual([1, 7, 2]);
  });

  it('refuses a weight of 1 and more', () => {
    expect(() => createSmoother(1)).toThrow('not 1');
  });

  it('needs as many earlier rows as still weigh a billionth', () => {
    expect(0.9 ** warmUpRows(0.9)).toBeLessThanOrEqual(1e-9);
    expect(0.9 ** (warmUpRows(0.9) - 1)).toBeGreaterThan(1e-9);
    expect(warmUpRows(0)).toBe(0);
  });
});
