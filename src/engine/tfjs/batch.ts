/**
 * A prepared batch on the device, shared by all learners of a step. What learners derive from it alone
 * (one-hot targets, dropout masks) is made once and freed with it.
 */
import * as tf from '@tensorflow/tfjs';
import { STREAM, uniform } from '../../math/random';
import type { PreparedBatch } from '../engine';
import { EXCLUDED, type Targets } from './scale-rule';

export class TfjsBatch implements PreparedBatch {
  readonly step: number;
  readonly size: number;
  /** `[batch, cropSize, cropSize, 3]`. */
  readonly images: tf.Tensor4D;
  /** `[batch]`, on the CPU for the accuracy. */
  readonly labels: Int32Array;
  readonly #derived = new Map<string, tf.Tensor>();

  constructor(step: number, cropSize: number, images: Float32Array, labels: Int32Array) {
    this.step = step;
    this.size = labels.length;
    this.images = tf.tensor4d(images, [labels.length, cropSize, cropSize, 3]);
    this.labels = labels;
  }

  targets(classes: number): Targets {
    const oneHot = this.#derive(`one-hot ${classes}`, () => this.#oneHot(classes));
    const excluded = this.#derive(`excluded ${classes}`, () =>
      tf.mul<tf.Tensor2D>(oneHot, EXCLUDED),
    );
    return { oneHot, excluded };
  }

  /** `[batch, features]`: 0 with probability `rate`, else 1/(1 − rate); the same for equal arguments. */
  dropoutMask(seed: number, step: number, features: number, rate: number): tf.Tensor2D {
    const shape: [number, number] = [this.size, features];
    return this.#derive(`dropout ${seed} ${step} ${features} ${rate}`, () =>
      tf.tensor2d(dropoutMask(seed, step, this.size * features, rate), shape),
    );
  }

  dispose(): void {
    this.images.dispose();
    for (const tensor of this.#derived.values()) tensor.dispose();
    this.#derived.clear();
  }

  /** Compared rather than `tf.oneHot`, whose WebAssembly kernel writes integers into float tensors. */
  #oneHot(classes: number): tf.Tensor2D {
    return tf.tidy(() => {
      const labels = tf.tensor2d(Float32Array.from(this.labels), [this.size, 1]);
      const columns = tf.range(0, classes, 1, 'float32').reshape([1, classes]);
      return tf.equal(labels, columns).toFloat() as tf.Tensor2D;
    });
  }

  #derive<T extends tf.Tensor>(key: string, make: () => T): T {
    const known = this.#derived.get(key);
    // The key names the maker, so the tensor under it has the type that maker returns.
    if (known !== undefined) return known as T;
    const made = tf.keep(tf.tidy(make));
    this.#derived.set(key, made);
    return made;
  }
}

/** One draw of `STREAM.dropout` per feature, index row-major over `[batch, features]`. */
export function dropoutMask(seed: number, step: number, size: number, rate: number): Float32Array {
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(size);
  for (let index = 0; index < size; index += 1) {
    mask[index] = uniform(seed, STREAM.dropout, step, index) < rate ? 0 : kept;
  }
  return mask;
}
