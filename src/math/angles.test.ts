import { describe, expect, it } from 'vitest';
import { angleOfCosine, toDegrees, toRadians } from './angles';

describe('angles', () => {
  it('turn into degrees and back', () => {
    expect(toDegrees(Math.PI / 4)).toBeCloseTo(45, 12);
    expect(toRadians(180)).toBeCloseTo(Math.PI, 15);
    expect(toDegrees(toRadians(33.7))).toBeCloseTo(33.7, 12);
  });

  it('come from cosines, rounding past ±1 taken back', () => {
    expect(angleOfCosine(0.5)).toBeCloseTo(Math.PI / 3, 15);
    expect(angleOfCosine(1 + 1e-7)).toBe(0);
    expect(angleOfCosine(-1 - 1e-7)).toBe(Math.PI);
  });

  it('of not-a-number is not a number', () => {
    expect(angleOfCosine(Number.NaN)).toBeNaN();
  });
});
