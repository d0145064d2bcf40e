import { describe, expect, it } from 'vitest';
import { logSumExp, lowerMedian } from './statistics';

describe('logSumExp', () => {
  it('is the logarithm of the sum where that can be computed directly', () => {
    expect(logSumExp([0, 0, 0])).toBeCloseTo(Math.log(3), 15);
    expect(logSumExp([-1, 2, 0.5])).toBeCloseTo(
      Math.log(Math.exp(-1) + Math.exp(2) + Math.exp(0.5)),
      14,
    );
  });

  it('neither overflows nor underflows', () => {
    expect(logSumExp([1e6, 1e6])).toBeCloseTo(1e6 + Math.LN2, 9);
    expect(logSumExp([-1e6, -1e6])).toBeCloseTo(-1e6 + Math.LN2, 9);
  });

  it('shifts with its values', () => {
    const values = [0.3, -2, 1.7];
    const shifted = values.map((value) => value + 100);
    expect(logSumExp(shifted) - 100).toBeCloseTo(logSumExp(values), 12);
  });

  it('of nothing, and of impossible terms only, is minus infinity', () => {
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY, 3])).toBe(3);
  });

  it('passes infinity and not-a-number on', () => {
    expect(logSumExp([Number.POSITIVE_INFINITY, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(logSumExp([0, Number.NaN, 1])).toBeNaN();
    expect(logSumExp([Number.NaN, Number.POSITIVE_INFINITY])).toBeNaN();
  });
});

describe('lowerMedian', () => {
  it('is the middle of an odd number of values', () => {
    expect(lowerMedian([3, 1, 2])).toBe(2);
    expect(lowerMedian([7])).toBe(7);
  });

  it('is the lower of the two middles of an even number', () => {
    expect(lowerMedian([10, 40])).toBe(10);
    expect(lowerMedian([44, 10, 40, 20])).toBe(20);
  });

  it('sorts by value, not by text, and leaves its input alone', () => {
    const values = [100, 9, 10, -1, 1e-3];
    expect(lowerMedian(values)).toBe(9);
    expect(values).toEqual([100, 9, 10, -1, 1e-3]);
  });

  it('is not a number as soon as one value is none', () => {
    expect(lowerMedian([1, Number.NaN, 2])).toBeNaN();
  });

  it('refuses nothing', () => {
    expect(() => lowerMedian([])).toThrow(RangeError);
  });
});
