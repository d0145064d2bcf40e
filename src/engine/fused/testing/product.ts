/** For tests: a matrix product in float64, straight from the definition. */
import type { GemmShape } from '../gemm';

/** `[m, n]`: a times b, as they lie in memory in this mode. */
export function multiply(
  { mode, m, n, k }: GemmShape,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let at = 0; at < c.length; at += 1) {
    const column = at % n;
    const row = (at - column) / n;
    for (let inner = 0; inner < k; inner += 1) {
      const left = a[mode === 'tn' ? inner * m + row : row * k + inner]!;
      c[at]! += left * b[mode === 'nt' ? column * k + inner : inner * n + column]!;
    }
  }
  return c;
}

/** The sum of parts of `length` numbers each. */
export function partsAdded(values: ArrayLike<number>, length: number): Float32Array {
  const sum = new Float32Array(length);
  for (let at = 0; at < values.length; at += 1) sum[at % length]! += values[at]!;
  return sum;
}
