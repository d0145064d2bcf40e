/** The second stage of every long sum: partial sums added in a fixed order, so results repeat. */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { componentsFor, runProgram } from './program';

/**
 * `[parts, …shape]` → `shape`, times `factor`. Frees `partial`. One thread per element (or four of
 * them), `parts` reads each.
 */
export function sumParts(
  backend: WebGPUBackend,
  partial: tf.TensorInfo,
  parts: number,
  shape: readonly number[],
  factor: number,
): tf.TensorInfo {
  const size = shape.reduce((product, length) => product * length, 1);
  const components = componentsFor(size);
  const result = runProgram(backend, {
    key: `sum-parts ${components}`,
    inputs: [{ name: 'partial', tensor: partial, components }],
    output: { shape, components },
    integers: { parts, stride: size / components },
    floats: { factor },
    threads: size / components,
    code: `
fn main(index : i32) {
  if (index >= uniforms.stride) { return; }
  var sum = partial[index];
  for (var part = 1; part < uniforms.parts; part++) {
    sum += partial[part * uniforms.stride + index];
  }
  result[index] = sum * uniforms.factor;
}`,
  });
  backend.disposeData(partial.dataId);
  return result;
}
