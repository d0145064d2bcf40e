/**
 * The cosine of the lower median angle of a batch, without waiting for the device: `tf.topk` would read
 * its input back on WebGL and take dozens of passes on WebGPU, so it serves only where tensors are in
 * the CPU's memory anyway.
 */
import * as tf from '@tensorflow/tfjs';
import type { Constants } from '../constants';
import { hasKernel, runKernel } from './own-kernel';

/** Below every cosine, and far inside float32. */
const NO_COSINE = -2;

/**
 * Of `[batch]` target cosines. Angles ascend where cosines descend, so it is the element at
 * (batch − 1) >> 1 in descending order. Where a cosine is not a number, so is ln B_avg, and what this
 * gives does not matter.
 */
export function medianCosine(targetCosines: tf.Tensor1D, constants: Constants): tf.Scalar {
  if (hasKernel('MedianCosine')) {
    return runKernel('MedianCosine', { x: targetCosines }, {}).asScalar();
  }
  return tf.getBackend() === 'webgl' ? counted(targetCosines, constants) : sorted(targetCosines);
}

function place(count: number): number {
  return (count - 1) >> 1;
}

function sorted(cosines: tf.Tensor1D): tf.Scalar {
  const index = place(cosines.size);
  const { values } = tf.topk(cosines, index + 1);
  return tf.slice(values, [index], [1]).asScalar();
}

/**
 * The element that at most `place` others exceed and that exceeds at most batch − 1 − `place` others.
 * All that tie for it are equal, so which of them is taken does not matter.
 */
function counted(cosines: tf.Tensor1D, constants: Constants): tf.Scalar {
  const count = cosines.size;
  const before = place(count);
  const exceeds = tf.greater(cosines.reshape([1, count]), cosines.reshape([count, 1])).toFloat();
  const isMedian = tf.logicalAnd(
    tf.lessEqual(tf.sum(exceeds, 1), constants.scalar(before)),
    tf.lessEqual(tf.sum(exceeds, 0), constants.scalar(count - 1 - before)),
  );
  const others: tf.Tensor = constants.scalar(NO_COSINE);
  return tf.max<tf.Scalar>(tf.where<tf.Tensor>(isMedian, cosines, others));
}
