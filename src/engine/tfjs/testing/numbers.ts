/** For tests: reproducible numbers and a tolerance that says where two arrays differ. */
import { normal } from '../../../math/random';

/** Standard normal numbers, the same for the same seed. */
export function normals(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => normal(seed, 0, 0, index));
}

/** Largest |a − b| over the largest |b|, or ∞ where lengths differ or one is not a number. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-30;
  for (let index = 0; index < expected.length; index += 1) {
    const gap = Math.abs(actual[index]! - expected[index]!);
    if (!(gap >= 0)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, gap);
    scale = Math.max(scale, Math.abs(expected[index]!));
  }
  return difference / scale;
}
