/** For tests: rows of channels with the engine's padding to fours, and without. */
import { padded } from '../kernel';

/** `[rows, channels]` → `[rows, padded(channels)]`, `filler` in the padding. */
export function padRows(
  values: ArrayLike<number>,
  channels: number,
  filler = 0,
): Float32Array<ArrayBuffer> {
  const rows = values.length / channels;
  const width = padded(channels);
  const result = new Float32Array(rows * width).fill(filler);
  for (let row = 0; row < rows; row += 1) {
    for (let at = 0; at < channels; at += 1)
      result[row * width + at] = values[row * channels + at]!;
  }
  return result;
}

/** `[rows, padded(channels)]` → `[rows, channels]`. */
export function cutRows(values: Float32Array, channels: number): Float32Array {
  const width = padded(channels);
  const rows = values.length / width;
  const result = new Float32Array(rows * channels);
  for (let row = 0; row < rows; row += 1) {
    result.set(values.subarray(row * width, row * width + channels), row * channels);
  }
  return result;
}

/** `[taps, inputs, outputs]` → `[taps, padded(inputs), padded(outputs)]`, zeros in the padding. */
export function padFilter(
  values: Float32Array,
  taps: number,
  inputs: number,
  outputs: number,
): Float32Array<ArrayBuffer> {
  const wide = padRows(values, outputs);
  const width = padded(outputs);
  const result = new Float32Array(taps * padded(inputs) * width);
  for (let tap = 0; tap < taps; tap += 1) {
    const from = tap * inputs * width;
    result.set(wide.subarray(from, from + inputs * width), tap * padded(inputs) * width);
  }
  return result;
}

/** The way back. */
export function cutFilter(
  values: Float32Array,
  taps: number,
  inputs: number,
  outputs: number,
): Float32Array {
  const narrow = cutRows(values, outputs);
  const result = new Float32Array(taps * inputs * outputs);
  for (let tap = 0; tap < taps; tap += 1) {
    const from = tap * padded(inputs) * outputs;
    result.set(narrow.subarray(from, from + inputs * outputs), tap * inputs * outputs);
  }
  return result;
}
