/**
 * Pooling of 2×2 windows with stride 2 from slices and element-wise operations, with its own derivative.
 * The stock kernels differ between backends in which of several equal maxima gets the gradient; here it is
 * the first of the window, row by row, everywhere.
 */
import * as tf from '@tensorflow/tfjs';
import { customGradient } from './custom-gradient';

/** `[batch, size, size, channels]` → `[batch, ⌊size/2⌋, ⌊size/2⌋, channels]`; an odd last row or column is left out. */
export function pool2x2(x: tf.Tensor4D, pool: 'max' | 'average'): tf.Tensor4D {
  return pool === 'max' ? maxPool(x) : averagePool(x);
}

function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  return customGradient<tf.Tensor4D>([x], () => {
    const [a, b, c, d] = corners(x);
    const most = tf.maximum<tf.Tensor4D>(tf.maximum(a, b), tf.maximum(c, d));
    return {
      value: most,
      saved: [x, most],
      gradient: (dy, saved) => {
        // Handed back in the order of `saved` above.
        const [xs, largest] = saved as [tf.Tensor4D, tf.Tensor4D];
        const parts: tf.Tensor4D[] = [];
        let left = dy;
        for (const corner of corners(xs).slice(0, 3)) {
          // What a smaller value leaves to those after it; the last takes what is left.
          const passed = tf.mul<tf.Tensor4D>(left, tf.step(tf.sub(largest, corner)));
          parts.push(tf.sub(left, passed));
          left = passed;
        }
        return [spread([...parts, left], xs.shape)];
      },
    };
  });
}

function averagePool(x: tf.Tensor4D): tf.Tensor4D {
  const { shape } = x;
  return customGradient<tf.Tensor4D>([x], () => ({
    value: tf.mul<tf.Tensor4D>(tf.addN(corners(x)), 0.25),
    saved: [],
    gradient: (dy) => {
      const quarter = tf.mul<tf.Tensor4D>(dy, 0.25);
      return [spread([quarter, quarter, quarter, quarter], shape)];
    },
  }));
}

/** The four places of every window, row by row, each `[batch, half, half, channels]`. */
function corners(x: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const even = tf.slice(x, [0, 0, 0, 0], [batch, 2 * rows, 2 * columns, channels]);
  // Two rows, and in them two pixels, side by side.
  const pairs = even.reshape([batch * rows, 2, columns, 2 * channels]);
  const corner = (down: 0 | 1, right: 0 | 1): tf.Tensor4D =>
    tf
      .slice(pairs, [0, down, 0, right * channels], [batch * rows, 1, columns, channels])
      .reshape([batch, rows, columns, channels]);
  return [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
}

/** The way back of `corners`: puts the four together and zeros at an odd border. */
function spread(
  parts: readonly tf.Tensor4D[],
  [, height, width, channels]: tf.Tensor4D['shape'],
): tf.Tensor4D {
  const [a, b, c, d] = parts as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const [batch, rows, columns] = a.shape;
  const row = (left: tf.Tensor4D, right: tf.Tensor4D): tf.Tensor4D =>
    tf.concat([left, right], 3).reshape([batch * rows, 1, columns, 2 * channels]);
  const even = tf
    .concat([row(a, b), row(c, d)], 1)
    .reshape<tf.Tensor4D>([batch, 2 * rows, 2 * columns, channels]);
  if (height % 2 === 0 && width % 2 === 0) return even;
  return tf.pad(even, [
    [0, 0],
    [0, height % 2],
    [0, width % 2],
    [0, 0],
  ]);
}
