/** PReLU with one slope per channel: max(0, x) + a·min(0, x) (He et al. 2015), with its own derivative. */
import * as tf from '@tensorflow/tfjs';
import type { Constants } from '../constants';
import { channelMean } from './channels';
import { customGradient } from './custom-gradient';

/**
 * `x`: `[…, channels]`; `slope`: `[channels]`. At exactly 0 the derivative is the slope's. Steps and
 * sums rather than comparisons and selections: those are slow on WebAssembly.
 */
export function prelu<T extends tf.Tensor>(x: T, slope: tf.Tensor1D, constants: Constants): T {
  const channels = slope.shape[0];
  return customGradient<T>([x, slope], () => ({
    // prelu keeps rank and shape of its first argument.
    value: tf.prelu<tf.Tensor>(x, slope) as T,
    saved: [x, slope],
    gradient: (dy, saved) => {
      const [xs, a] = saved as [tf.Tensor, tf.Tensor1D];
      const above = tf.mul(dy, tf.step(xs));
      const dx = tf.add(above, tf.mul(tf.sub(dy, above), a.reshape([1, channels])));
      const below = tf.sub(xs, tf.relu(xs));
      const product = tf.mul(dy, below).reshape<tf.Tensor2D>([-1, channels]);
      const dSlope = tf.mul(channelMean(product, constants), constants.scalar(xs.size / channels));
      return [dx, dSlope];
    },
  }));
}
