import { describe, expect, it } from 'vitest';
import { logDomain, logTicksWithin, niceDomain, ticksWithin } from './ticks';

describe('niceDomain', () => {
  it('uses round numbers that hold the data', () => {
    expect(niceDomain(2.71, 4.36)).toEqual({
      domain: [2.5, 4.5],
      ticks: [2.5, 3, 3.5, 4, 4.5],
    });
    expect(niceDomain(0, 100).ticks).toEqual([0, 50, 100]);
  });

  it('writes tenths without rounding noise', () => {
    expect(niceDomain(0, 0.4).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  });

  it('gives a single value room on both sides', () => {
    const { domain } = niceDomain(5.18, 5.18);
    expect(domain[0]).toBeLessThan(5.18);
    expect(domain[1]).toBeGreaterThan(5.18);
  });

  it('falls back to 0 … 1 where there is nothing', () => {
    expect(niceDomain(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY).domain).toEqual([0, 1]);
    expect(niceDomain(Number.NaN, 2).domain).toEqual([0, 1]);
  });

  it('never has a negative zero', () => {
    expect(niceDomain(-1, 1).ticks.some((tick) => Object.is(tick, -0))).toBe(false);
  });
});

describe('ticksWithin', () => {
  it('stays inside and on whole steps', () => {
    expect(ticksWithin(0, 412, { count: 5, integers: true })).toEqual([0, 100, 200, 300, 400]);
    expect(ticksWithin(1, 4, { count: 5, integers: true })).toEqual([1, 2, 3, 4]);
  });
});

describe('log axes', () => {
  it('hold the data between round numbers', () => {
    expect(logDomain(0.03, 3)).toEqual({
      domain: [0.02, 5],
      ticks: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    });
  });

  it('show decades only where 1-2-5 would be too many', () => {
    expect(logTicksWithin(1, 100_000)).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
  });

  it.each([
    ['nothing positive', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['zero', 0, 0],
    ['a negative minimum', -1, 5],
    ['an infinite maximum', 1, Number.POSITIVE_INFINITY],
  ])('are safe with %s', (_, min, max) => {
    expect(logDomain(min, max).domain).toEqual([0.1, 1]);
  });

  it('give a single value some width', () => {
    expect(logDomain(1, 1).domain).toEqual([1, 2]);
  });
});
