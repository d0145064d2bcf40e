/**
 * Small tensors that never change, made once and kept: a number written into an operation would be
 * uploaded again at every step. They depend on the batch sizes and optimisers in use, so they are freed
 * with the last learner; they are made again where they are used again.
 */
import * as tf from '@tensorflow/tfjs';

export class Constants {
  readonly #tensors = new Map<string, tf.Tensor>();

  /** A float32 scalar. For values that change from step to step use `tf.scalar`. */
  scalar(value: number): tf.Scalar {
    return this.#kept(`scalar ${value}`, () => tf.scalar(value, 'float32'));
  }

  /** `[length]`, all equal to `value`. */
  filled(length: number, value: number): tf.Tensor1D {
    return this.#kept(`filled ${length} ${value}`, () =>
      tf.tensor1d(new Float32Array(length).fill(value)),
    );
  }

  /** `[1, count]`, all 1/count: times `[count, channels]` it gives the mean of every channel. */
  meanRow(count: number): tf.Tensor2D {
    return this.#kept(`mean ${count}`, () =>
      tf.tensor2d(new Float32Array(count).fill(1 / count), [1, count]),
    );
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  #kept<T extends tf.Tensor>(key: string, make: () => T): T {
    const known = this.#tensors.get(key);
    // The key names the method, so the tensor under it has the type that method returns.
    if (known !== undefined) return known as T;
    const made = tf.keep(make());
    this.#tensors.set(key, made);
    return made;
  }
}
