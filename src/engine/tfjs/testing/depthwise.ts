/** For tests: a depthwise convolution and both its gradients in float64, straight from the definition. */
export interface DepthwiseCase {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly stride: 1 | 2;
}

/** Odd and even sizes, both strides, one image and several, channels that do and do not come in fours, a map of one pixel. */
export const DEPTHWISE_CASES: readonly DepthwiseCase[] = [
  { batch: 2, size: 8, channels: 4, stride: 1 },
  { batch: 3, size: 7, channels: 5, stride: 2 },
  { batch: 2, size: 6, channels: 8, stride: 2 },
  { batch: 1, size: 5, channels: 3, stride: 1 },
  { batch: 1, size: 1, channels: 6, stride: 2 },
];

export function depthwiseOutput({ size, stride }: DepthwiseCase): number {
  return Math.floor((size - 1) / stride) + 1;
}

/** `x`, `dx`: `[batch, size, size, channels]`; `y`, `dy` with `out`; `weights`, `dFilter`: `[3, 3, channels]`. */
export function depthwiseReference(
  shape: DepthwiseCase,
  x: ArrayLike<number>,
  weights: ArrayLike<number>,
  dy: ArrayLike<number>,
): { readonly y: Float64Array; readonly dx: Float64Array; readonly dFilter: Float64Array } {
  const { batch, size, channels, stride } = shape;
  const out = depthwiseOutput(shape);
  const y = new Float64Array(batch * out * out * channels);
  const dx = new Float64Array(batch * size * size * channels);
  const dFilter = new Float64Array(9 * channels);
  for (let at = 0; at < y.length; at += 1) {
    const channel = at % channels;
    const pixel = Math.floor(at / channels);
    const image = Math.floor(pixel / (out * out));
    for (let tap = 0; tap < 9; tap += 1) {
      const row = (Math.floor(pixel / out) % out) * stride + Math.floor(tap / 3) - 1;
      const column = (pixel % out) * stride + (tap % 3) - 1;
      if (row < 0 || row >= size || column < 0 || column >= size) continue;
      const from = ((image * size + row) * size + column) * channels + channel;
      const weight = tap * channels + channel;
      y[at]! += x[from]! * weights[weight]!;
      dx[from]! += dy[at]! * weights[weight]!;
      dFilter[weight]! += x[from]! * dy[at]!;
    }
  }
  return { y, dx, dFilter };
}
