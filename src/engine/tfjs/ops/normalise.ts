/** Vectors brought to length one, with the derivative (dy − ŷ·⟨ŷ, dy⟩)/‖x‖. */
import * as tf from '@tensorflow/tfjs';
import type { Constants } from '../constants';
import { customGradient } from './custom-gradient';

/** Added to the squared length, so that a zero vector stays zero and its derivative finite. */
const SQUARED_LENGTH_FLOOR = 1e-12;

/** x/√(‖x‖² + 1e-12) along `axis` of a matrix: 1 for rows, 0 for columns. */
export function normalise(x: tf.Tensor2D, axis: 0 | 1, constants: Constants): tf.Tensor2D {
  return customGradient<tf.Tensor2D>([x], () => {
    const floor = constants.scalar(SQUARED_LENGTH_FLOOR);
    const inverse = tf.rsqrt(tf.add(sumAlong(tf.square(x), axis, constants), floor));
    const y = tf.mul(x, inverse);
    return {
      // mul of a matrix and a row or column of it has the matrix's shape.
      value: y as tf.Tensor2D,
      saved: [y, inverse],
      gradient: (dy, [ySaved, inverseSaved]) => {
        const along = sumAlong(tf.mul(dy, ySaved!), axis, constants);
        return [tf.mul(tf.sub(dy, tf.mul(ySaved!, along)), inverseSaved!)];
      },
    };
  });
}

/** Sum with the axis kept as 1. Columns are summed by a product, which needs no transpose. */
function sumAlong(x: tf.Tensor, axis: 0 | 1, constants: Constants): tf.Tensor {
  if (axis === 1) return tf.sum(x, 1, true);
  const rows = x.shape[0]!;
  return tf.matMul(constants.filled(rows, 1).reshape([1, rows]), x as tf.Tensor2D);
}
