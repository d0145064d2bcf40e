/**
 * The passes of a batch norm over its activations, each read once and nothing in between written: channel
 * means of x, of (x − mean)², of dy and of dy·x̂, and the gradient of the input. Sums are split over the
 * rows and added in a second pass, without atomics.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { componentsFor, runProgram } from './program';
import { sumParts } from './sum-parts';

const WANTED_THREADS = 4096;
const LEAST_ROWS = 32;

interface MeanTerm {
  readonly key: string;
  /** Beside `x`, `[channels]` each. */
  readonly vectors: Readonly<Record<string, tf.TensorInfo>>;
  /** Beside `x`, `[rows, channels]`. */
  readonly matrix?: tf.TensorInfo;
  readonly epsilon?: number;
  /** WGSL of what is averaged, from `value` (of x), `other` (of the matrix) and the vectors at `c`. */
  readonly prepare?: string;
  readonly term: string;
}

/** `[rows, channels]` → `[channels]`, the mean over the rows of a term. */
function channelMeanOf(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  { key, vectors, matrix, epsilon = 0, prepare = '', term }: MeanTerm,
): tf.TensorInfo {
  const [rows, channels] = x.shape as [number, number];
  const components = componentsFor(channels);
  const groups = channels / components;
  const rowsPerPart = Math.max(LEAST_ROWS, Math.ceil(rows / Math.ceil(WANTED_THREADS / groups)));
  const parts = Math.ceil(rows / rowsPerPart);
  const type = components === 4 ? 'vec4<f32>' : 'f32';
  const partial = runProgram(backend, {
    key: `channel-mean ${key} ${components}`,
    inputs: [
      { name: 'x', tensor: x, components },
      ...(matrix === undefined ? [] : [{ name: 'matrix', tensor: matrix, components } as const]),
      ...Object.entries(vectors).map(([name, tensor]) => ({ name, tensor, components }) as const),
    ],
    output: { shape: [parts, channels], components },
    integers: { parts, rowsPerPart, rows, groups },
    floats: { epsilon },
    threads: parts * groups,
    code: `
fn main(index : i32) {
  let c = index % uniforms.groups;
  let part = index / uniforms.groups;
  if (part >= uniforms.parts) { return; }
  ${prepare}
  var sum = ${type}(0.0);
  let end = min(uniforms.rows, (part + 1) * uniforms.rowsPerPart);
  for (var row = part * uniforms.rowsPerPart; row < end; row++) {
    let value = x[row * uniforms.groups + c];
    ${matrix === undefined ? '' : 'let other = matrix[row * uniforms.groups + c];'}
    sum += ${term};
  }
  result[index] = sum;
}`,
  });
  return sumParts(backend, partial, parts, [channels], 1 / rows);
}

export function channelMean(backend: WebGPUBackend, x: tf.TensorInfo): tf.TensorInfo {
  return channelMeanOf(backend, x, { key: 'plain', vectors: {}, term: 'value' });
}

/** Mean of (x − mean)². */
export function channelVariance(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  mean: tf.TensorInfo,
): tf.TensorInfo {
  return channelMeanOf(backend, x, {
    key: 'variance',
    vectors: { mean },
    prepare: 'let centre = mean[c];',
    term: '(value - centre) * (value - centre)',
  });
}

/** Mean of dy·(x − mean)/√(variance + ε). */
export function channelMeanOfProduct(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  mean: tf.TensorInfo,
  variance: tf.TensorInfo,
  epsilon: number,
): tf.TensorInfo {
  return channelMeanOf(backend, x, {
    key: 'product',
    vectors: { mean, variance },
    matrix: dy,
    epsilon,
    prepare: 'let centre = mean[c]; let scale = inverseSqrt(variance[c] + uniforms.epsilon);',
    term: '(value - centre) * scale * other',
  });
}

export interface InputGradientTensors {
  /** `[rows, channels]`. */
  readonly x: tf.TensorInfo;
  readonly dy: tf.TensorInfo;
  /** `[channels]` from here on. */
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  /** `null` for a batch norm without scale. */
  readonly gamma: tf.TensorInfo | null;
  readonly meanDy: tf.TensorInfo;
  readonly meanDyX: tf.TensorInfo;
}

/** dx = γ/√(variance + ε) · (dy − mean(dy) − x̂·mean(dy·x̂)). */
export function inputGradient(
  backend: WebGPUBackend,
  { x, dy, mean, variance, gamma, meanDy, meanDyX }: InputGradientTensors,
  epsilon: number,
): tf.TensorInfo {
  const [rows, channels] = x.shape as [number, number];
  const components = componentsFor(channels);
  const groups = channels / components;
  const vectors = { mean, variance, meanDy, meanDyX, ...(gamma === null ? {} : { gamma }) };
  return runProgram(backend, {
    key: `batch-norm-input-gradient ${components} ${gamma === null ? 'unscaled' : 'scaled'}`,
    inputs: [
      { name: 'x', tensor: x, components },
      { name: 'dy', tensor: dy, components },
      ...Object.entries(vectors).map(([name, tensor]) => ({ name, tensor, components }) as const),
    ],
    output: { shape: [rows, channels], components },
    integers: { groups, count: rows * groups },
    floats: { epsilon },
    threads: rows * groups,
    code: `
fn main(index : i32) {
  if (index >= uniforms.count) { return; }
  let c = index % uniforms.groups;
  let scale = inverseSqrt(variance[c] + uniforms.epsilon);
  let normalised = (x[index] - mean[c]) * scale;
  let slope = ${gamma === null ? 'scale' : 'scale * gamma[c]'};
  result[index] = slope * (dy[index] - meanDy[c] - normalised * meanDyX[c]);
}`,
  });
}
