/** For tests: a convolution and both its gradients in float64, straight from the definition. */
export interface ConvolutionCase {
  readonly batch: number;
  readonly size: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly filter: 1 | 3;
  readonly stride: 1 | 2;
}

export interface ConvolutionResult {
  /** `[batch, out, out, outChannels]`. */
  readonly y: Float64Array;
  /** `[batch, size, size, inChannels]`. */
  readonly dx: Float64Array;
  /** `[filter, filter, inChannels, outChannels]`. */
  readonly dFilter: Float64Array;
}

/** Zero padding 1 for 3×3, 0 for 1×1. */
export function padding({ filter }: ConvolutionCase): 0 | 1 {
  return filter === 3 ? 1 : 0;
}

export function outputSize(shape: ConvolutionCase): number {
  return Math.floor((shape.size + 2 * padding(shape) - shape.filter) / shape.stride) + 1;
}

/** y for `x` and `weights`, and the gradients for `dy`. */
export function convolveReference(
  shape: ConvolutionCase,
  x: ArrayLike<number>,
  weights: ArrayLike<number>,
  dy: ArrayLike<number>,
): ConvolutionResult {
  const { batch, size, inChannels, outChannels, filter, stride } = shape;
  const out = outputSize(shape);
  const pad = padding(shape);
  const y = new Float64Array(batch * out * out * outChannels);
  const dx = new Float64Array(batch * size * size * inChannels);
  const dFilter = new Float64Array(filter * filter * inChannels * outChannels);
  for (let image = 0; image < batch; image += 1) {
    for (let place = 0; place < out * out * filter * filter; place += 1) {
      const tap = place % (filter * filter);
      const position = (place - tap) / (filter * filter);
      const row = Math.floor(position / out) * stride + Math.floor(tap / filter) - pad;
      const column = (position % out) * stride + (tap % filter) - pad;
      if (row < 0 || row >= size || column < 0 || column >= size) continue;
      const from = ((image * size + row) * size + column) * inChannels;
      const to = (image * out * out + position) * outChannels;
      for (let input = 0; input < inChannels; input += 1) {
        const weight = (tap * inChannels + input) * outChannels;
        for (let output = 0; output < outChannels; output += 1) {
          y[to + output]! += x[from + input]! * weights[weight + output]!;
          dx[from + input]! += dy[to + output]! * weights[weight + output]!;
          dFilter[weight + output]! += x[from + input]! * dy[to + output]!;
        }
      }
    }
  }
  return { y, dx, dFilter };
}
