/** Helpers around the flat vectors of a learner. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterSlot } from '../../models/layout';

/** `[parameters]`, `weightDecay` where decay applies and 0 elsewhere; `null` where there is none. */
export function decayVector(
  slots: readonly ParameterSlot[],
  size: number,
  weightDecay: number,
): tf.Tensor1D | null {
  if (weightDecay === 0) return null;
  const decay = new Float32Array(size);
  for (const slot of slots) {
    if (slot.decay) decay.fill(weightDecay, slot.offset, slot.offset + slot.size);
  }
  return tf.tensor1d(decay);
}

/** The parameters in their shapes, copied out of the flat vector, by name. */
export function parameterViews(
  slots: readonly ParameterSlot[],
  parameters: tf.Tensor1D,
): ReadonlyMap<string, tf.Tensor> {
  return new Map(
    slots.map(({ name, offset, size, shape }) => [
      name,
      tf.slice(parameters, [offset], [size]).reshape([...shape]),
    ]),
  );
}

/** Reads a tensor and disposes it, read or not. The copy is the caller's own. */
export async function take(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    const values = await tensor.data<'float32'>();
    return values.slice();
  } finally {
    tensor.dispose();
  }
}

/** `indices` in runs of at most `length`. */
export function* chunks(indices: Uint32Array, length: number): Generator<Uint32Array> {
  for (let start = 0; start < indices.length; start += length) {
    yield indices.subarray(start, start + length);
  }
}
