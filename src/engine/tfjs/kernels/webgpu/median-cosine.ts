/**
 * The element at (n − 1) >> 1 in descending order, in one pass: every thread counts what comes before
 * its own element, and the one with the right count writes. The order is that of the bits, so it is
 * total whatever the numbers are and exactly one thread writes.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { runProgram } from './program';

/** `[n]` → `[1]`. */
export function medianCosine(backend: WebGPUBackend, x: tf.TensorInfo): tf.TensorInfo {
  const count = x.shape[0]!;
  return runProgram(backend, {
    key: 'median-cosine',
    inputs: [{ name: 'x', tensor: x, components: 1 }],
    output: { shape: [1], components: 1 },
    integers: { count, place: (count - 1) >> 1 },
    threads: count,
    code: `
// Ascends with the number: negative ones have the greater bits and descend.
fn orderOf(value : f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}

fn main(index : i32) {
  if (index >= uniforms.count) { return; }
  let own = orderOf(x[index]);
  var before = 0;
  for (var other = 0; other < uniforms.count; other++) {
    let order = orderOf(x[other]);
    if (order > own || (order == own && other < index)) { before++; }
  }
  if (before == uniforms.place) { result[0] = x[index]; }
}`,
  });
}
