import { describe, expect, it } from 'vitest';
import { createScale } from './scale';

describe('createScale', () => {
  it('maps linearly and back', () => {
    const y = createScale({ kind: 'linear', domain: [0, 90], range: [200, 20] });
    expect(y.toPixel(45)).toBe(110);
    expect(y.toValue(110)).toBe(45);
  });

  it('maps decades to equal distances', () => {
    const x = createScale({ kind: 'log', domain: [1, 1000], range: [0, 300] });
    expect(x.toPixel(10)).toBeCloseTo(100, 9);
    expect(x.toValue(200)).toBeCloseTo(100, 9);
  });

  it('has no place for what an axis cannot show', () => {
    const log = createScale({ kind: 'log', domain: [1, 10], range: [0, 10] });
    expect([log.toPixel(0), log.toPixel(-1), log.toPixel(Number.NaN)]).toEqual([null, null, null]);
  });
});
