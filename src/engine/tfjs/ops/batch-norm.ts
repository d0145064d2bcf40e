/**
 * Batch norm of a training step as one operation with its own derivative (Ioffe and Szegedy 2015), since
 * tfjs differentiates its parts into dozens of passes over the activations.
 */
import * as tf from '@tensorflow/tfjs';
import type { Constants } from '../constants';
import {
  batchNormInputGradient,
  channelMean,
  channelMeanOfProduct,
  channelVariance,
} from './channels';
import { customGradient } from './custom-gradient';

export interface BatchNormInputs {
  /** `[…, channels]`; statistics are over everything but the last axis. */
  readonly x: tf.Tensor;
  /** `[channels]`, or `null` for a batch norm without scale. */
  readonly gamma: tf.Tensor1D | null;
  /** `[channels]`. */
  readonly beta: tf.Tensor1D;
}

export interface BatchStatistics {
  /** `[channels]`, kept: the caller disposes it. */
  readonly mean: tf.Tensor1D;
  /** `[channels]`, of the population (divided by n), kept. */
  readonly variance: tf.Tensor1D;
}

/** y = γ·(x − mean)/√(variance + ε) + β with the statistics of this batch. */
export function trainingBatchNorm<T extends tf.Tensor>(
  { x, gamma, beta }: BatchNormInputs,
  epsilon: number,
  constants: Constants,
): BatchStatistics & { readonly y: T } {
  const channels = x.shape.at(-1)!;
  const count = x.size / channels;
  const rows = (tensor: tf.Tensor): tf.Tensor2D => tensor.reshape([count, channels]);
  let statistics: BatchStatistics | null = null;
  const y = customGradient(gamma === null ? [x, beta] : [x, gamma, beta], () => {
    const x2 = rows(x);
    const mean = channelMean(x2, constants);
    const variance = channelVariance(x2, mean, constants);
    statistics = { mean: tf.keep(mean.clone()), variance: tf.keep(variance.clone()) };
    const value = tf.batchNorm2d(x2, mean, variance, beta, gamma ?? undefined, epsilon);
    return {
      // Same rank and shape as x, which is T's by the caller's choice of x.
      value: value.reshape(x.shape) as T,
      saved: gamma === null ? [x, mean, variance] : [x, mean, variance, gamma],
      gradient: (dy, saved) => {
        // Handed back in the order of `saved` above.
        const [xs, m, v, g] = saved as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D?];
        const norm = { x: rows(xs), mean: m, variance: v, epsilon };
        const dy2 = rows(dy);
        const meanDy = channelMean(dy2, constants);
        const meanDyX = channelMeanOfProduct(norm, dy2, constants);
        const means = { meanDy, meanDyX };
        const dx = batchNormInputGradient(norm, g ?? null, dy2, means, constants).reshape(xs.shape);
        const total = constants.scalar(count);
        const dBeta = tf.mul(meanDy, total);
        return g === undefined ? [dx, dBeta] : [dx, tf.mul(meanDyX, total), dBeta];
      },
    };
  });
  // customGrad runs its function at once, so the statistics are there; the compiler cannot see that.
  return { y, ...(statistics as unknown as BatchStatistics) };
}
