/**
 * A readable sequence over the counter-based random numbers: one (seed, stream, step), one counter.
 * Two sequences never influence each other, so a face does not depend on what was drawn before it.
 */
import { uniform } from '../../math/random';

export class Draws {
  private index = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
    private readonly step: number,
  ) {}

  /** Uniform in [0, 1). */
  next(): number {
    const value = uniform(this.seed, this.stream, this.step, this.index);
    this.index += 1;
    return value;
  }

  /** Uniform in [low, high). */
  range(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /**
   * Bell-shaped with mean 0 and standard deviation 1, never outside ±3: twice the sum of three centred
   * uniforms. In place of a Gaussian, whose logarithm may differ between engines.
   */
  bell(): number {
    return 2 * (this.next() + this.next() + this.next() - 1.5);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the keys, with probability proportional to its weight. */
  weighted<Key>(weights: readonly (readonly [Key, number])[]): Key {
    let total = 0;
    for (const [, weight] of weights) total += weight;
    let left = this.next() * total;
    for (const [key, weight] of weights) {
      left -= weight;
      if (left < 0) return key;
    }
    const last = weights[weights.length - 1];
    if (last === undefined) throw new RangeError('weighted: nothing to choose from');
    return last[0];
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('pick: nothing to choose from');
    return item;
  }
}
