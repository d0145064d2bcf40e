/**
 * Which images make up which batch: a pure function of (seed, step), so that pausing, adding an arm or
 * reloading the page never changes the order. Each epoch is a fresh permutation of the training images;
 * the images that do not fill a last batch sit that epoch out.
 */
import { permutation, STREAM } from '../math/random';

export class BatchSampler {
  readonly stepsPerEpoch: number;
  /** The asked-for size, or the number of training images where there are fewer. */
  readonly batchSize: number;
  private order: { readonly epoch: number; readonly permutation: Uint32Array } | null = null;

  /** @param train indices of the training images; at least one. */
  constructor(
    private readonly seed: number,
    private readonly train: Uint32Array,
    batchSize: number,
  ) {
    if (train.length === 0) throw new RangeError('no training images to sample from: 0');
    this.batchSize = Math.min(batchSize, train.length);
    this.stepsPerEpoch = Math.floor(train.length / this.batchSize);
  }

  /** Epoch of a step, both counted from 1 for the step and 0 for the epoch. */
  epochOf(step: number): number {
    return Math.floor((step - 1) / this.stepsPerEpoch);
  }

  /** `[batchSize]`, image indices of a step counted from 1. */
  batch(step: number): Uint32Array {
    const epoch = this.epochOf(step);
    if (this.order?.epoch !== epoch) {
      const order = permutation(this.seed, STREAM.epochOrder, epoch, this.train.length);
      this.order = { epoch, permutation: order };
    }
    const start = ((step - 1) % this.stepsPerEpoch) * this.batchSize;
    const places = this.order.permutation.subarray(start, start + this.batchSize);
    return Uint32Array.from(places, (place) => this.train[place]!);
  }
}
