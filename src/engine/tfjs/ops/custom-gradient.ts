/** `tf.customGrad` with types: an operation that names its inputs and brings its own derivative. */
import * as tf from '@tensorflow/tfjs';

export interface Differentiable<T extends tf.Tensor> {
  readonly value: T;
  /** Tensors the derivative needs; handed back to it, since the forward pass frees everything else. */
  readonly saved: tf.Tensor[];
  /** Derivatives with respect to every input, in the inputs' order, same shapes. */
  gradient(dy: T, saved: tf.Tensor[]): tf.Tensor[];
}

/** Runs `forward` as one operation on the tape whose inputs are `inputs`. */
export function customGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: () => Differentiable<T>,
): T {
  const operation = tf.customGrad<T>((...args) => {
    // tfjs passes the save function as the last argument after the inputs.
    const save = args.at(-1) as tf.GradSaveFunc;
    const { value, saved, gradient } = forward();
    save(saved);
    return { value, gradFunc: (dy: T, kept: tf.Tensor[]) => tf.tidy(() => gradient(dy, kept)) };
  });
  return operation(...inputs);
}
