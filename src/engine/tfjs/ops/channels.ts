/**
 * What a batch norm needs of its activations, channel by channel: each from stock operations, or from one
 * of this product's kernels where the backend has it. Both compute the same.
 */
import * as tf from '@tensorflow/tfjs';
import type { Constants } from '../constants';
import { hasKernel, runKernel } from './own-kernel';

export interface NormalisedRows {
  /** `[rows, channels]`. */
  readonly x: tf.Tensor2D;
  /** `[channels]`. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly epsilon: number;
}

/** `[rows, channels]` → `[channels]`. */
export function channelMean(x: tf.Tensor2D, constants: Constants): tf.Tensor1D {
  if (hasKernel('ChannelMean')) return runKernel('ChannelMean', { x }, {}) as tf.Tensor1D;
  // A product with a constant row needs neither the transpose nor the reduction of `tf.mean`.
  return tf.matMul(constants.meanRow(x.shape[0]), x).as1D();
}

/** Mean of (x − mean)² over the rows. */
export function channelVariance(
  x: tf.Tensor2D,
  mean: tf.Tensor1D,
  constants: Constants,
): tf.Tensor1D {
  if (hasKernel('ChannelVariance'))
    return runKernel('ChannelVariance', { x, mean }, {}) as tf.Tensor1D;
  return channelMean(tf.squaredDifference(x, row(mean)), constants);
}

/** Mean of dy·x̂ over the rows, x̂ = (x − mean)/√(variance + ε). */
export function channelMeanOfProduct(
  { x, mean, variance, epsilon }: NormalisedRows,
  dy: tf.Tensor2D,
  constants: Constants,
): tf.Tensor1D {
  if (hasKernel('ChannelMeanOfProduct')) {
    return runKernel('ChannelMeanOfProduct', { x, dy, mean, variance }, { epsilon }) as tf.Tensor1D;
  }
  const normalised = tf.batchNorm2d(x, mean, variance, undefined, undefined, epsilon);
  return channelMean(tf.mul(dy, normalised), constants);
}

/** dx = γ/√(variance + ε) · (dy − mean(dy) − x̂·mean(dy·x̂)); γ = 1 for `null`. */
export function batchNormInputGradient(
  { x, mean, variance, epsilon }: NormalisedRows,
  gamma: tf.Tensor1D | null,
  dy: tf.Tensor2D,
  { meanDy, meanDyX }: { meanDy: tf.Tensor1D; meanDyX: tf.Tensor1D },
  constants: Constants,
): tf.Tensor2D {
  if (hasKernel('BatchNormInputGradient')) {
    const inputs = { x, dy, mean, variance, meanDy, meanDyX, ...(gamma === null ? {} : { gamma }) };
    return runKernel('BatchNormInputGradient', inputs, { epsilon }) as tf.Tensor2D;
  }
  // x̂·mean(dy·x̂) + mean(dy) is itself a batch norm.
  const pulled = tf.batchNorm2d(x, mean, variance, meanDy, meanDyX, epsilon);
  const inverse = tf.rsqrt(tf.add(variance, constants.scalar(epsilon)));
  const slope = gamma === null ? inverse : tf.mul(inverse, gamma);
  return tf.mul(tf.sub(dy, pulled), row(slope));
}

/** A vector as a row: tfjs broadcasts a plain vector through workgroup memory, which is slower. */
function row(vector: tf.Tensor): tf.Tensor2D {
  return vector.reshape([1, vector.size]);
}
