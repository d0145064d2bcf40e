/**
 * Scalar helpers of the face generator. They use + − × ÷ and square roots only, which IEEE 754 rounds
 * the same way in every engine; Math.sin, cos and exp may differ in the last bit and are not used, so
 * the bytes of a face do not depend on where it was drawn.
 */

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 below `low`, 1 above `high`, smooth between; `low` may be above `high`, which turns it round. */
export function ramp(low: number, high: number, value: number): number {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** A smooth wave of period 1 between −1 and 1: parabolas in place of a sine. */
export function wave(turns: number): number {
  const t = turns - Math.floor(turns);
  return t < 0.5 ? 16 * t * (0.5 - t) : -16 * (t - 0.5) * (1 - t);
}

/** `[cos, sin]` of a small angle in radians, by the half-angle tangent (a short series, then exact). */
export function rotation(angleRad: number): readonly [number, number] {
  const half = angleRad / 2;
  const square = half * half;
  const t = half * (1 + square * (1 / 3 + (2 / 15) * square));
  const norm = 1 + t * t;
  return [(1 - t * t) / norm, (2 * t) / norm];
}

/** Smooth noise of one variable, −1 … 1, from a table of values in 0 … 1. */
export function tableNoise(table: ArrayLike<number>, position: number): number {
  const cell = Math.floor(position);
  const t = position - cell;
  const length = table.length;
  const index = ((cell % length) + length) % length;
  const here = table[index] ?? 0;
  const next = table[(index + 1) % length] ?? 0;
  return 2 * mix(here, next, t * t * (3 - 2 * t)) - 1;
}
