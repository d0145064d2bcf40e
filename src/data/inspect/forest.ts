/** Which things hang together: the strongest links that connect as much as all do. */
import { DisjointSets } from '../../math/disjointSets';

export interface Links {
  /** `[links, 2]`, what each link connects, the smaller first. */
  readonly ends: Uint32Array;
  /** `[links]`, larger is stronger. */
  readonly strengths: Float32Array;
}

/**
 * Collects links and keeps a maximum spanning forest of them: whatever strength is asked for, the
 * links at least that strong connect the same members as if all had been kept. Takes memory for a few
 * links per member, however many are added.
 */
export class LinkForest {
  readonly #members: number;
  readonly #most: number;
  #ends: number[] = [];
  #strengths: number[] = [];

  /** @param members links connect 0 … members − 1 */
  constructor(members: number) {
    this.#members = members;
    this.#most = 4 * members + 1024;
  }

  add(a: number, b: number, strength: number): void {
    this.#ends.push(a, b);
    this.#strengths.push(strength);
    if (this.#strengths.length > this.#most) this.#prune();
  }

  /** @returns strongest first */
  take(): Links {
    this.#prune();
    return {
      ends: Uint32Array.from(this.#ends),
      strengths: Float32Array.from(this.#strengths),
    };
  }

  #prune(): void {
    const sets = new DisjointSets(this.#members);
    const [ends, strengths] = [this.#ends, this.#strengths];
    const order = Uint32Array.from(strengths.keys());
    order.sort((a, b) => strengths[b]! - strengths[a]! || a - b);
    this.#ends = [];
    this.#strengths = [];
    for (const link of order) {
      const [a, b] = [ends[2 * link]!, ends[2 * link + 1]!];
      if (!sets.join(a, b)) continue;
      this.#ends.push(a, b);
      this.#strengths.push(strengths[link]!);
    }
  }
}
