/** For tests: pooling of 2×2 windows, stride 2, and its gradient in float64, straight from the definition. */
import { uniformInt } from '../../../math/random';

export interface PoolCase {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly pool: 'max' | 'average';
}

/** Even and odd sizes, one image and several, channels that do and do not come in fours. */
export const POOL_CASES: readonly PoolCase[] = (['max', 'average'] as const).flatMap((pool) => [
  { batch: 1, size: 6, channels: 4, pool },
  { batch: 3, size: 7, channels: 5, pool },
]);

/** Few different values, so that windows have several largest; `[batch, size, size, channels]`. */
export function tiedValues({ batch, size, channels }: PoolCase): Float32Array {
  const length = batch * size * size * channels;
  return Float32Array.from({ length }, (_, at) => uniformInt(1, 1, 1, at, 4) - 1.5);
}

/** The gradient of a maximum goes to the first of equal ones, row by row. */
export function poolReference(
  { batch, size, channels, pool }: PoolCase,
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
): { readonly y: Float64Array; readonly dx: Float64Array } {
  const half = Math.floor(size / 2);
  const y = new Float64Array(batch * half * half * channels);
  const dx = new Float64Array(batch * size * size * channels);
  for (let at = 0; at < y.length; at += 1) {
    const pixel = Math.floor(at / channels);
    const image = Math.floor(pixel / (half * half));
    const first =
      (image * size + 2 * (Math.floor(pixel / half) % half)) * size + 2 * (pixel % half);
    const places = [0, 1, size, size + 1].map((by) => (first + by) * channels + (at % channels));
    const values = places.map((place) => x[place]!);
    if (pool === 'average') {
      y[at] = values.reduce((sum, value) => sum + value) / 4;
      for (const place of places) dx[place] = dy[at]! / 4;
    } else {
      y[at] = Math.max(...values);
      dx[places[values.indexOf(y[at]!)]!] = dy[at]!;
    }
  }
  return { y, dx };
}
