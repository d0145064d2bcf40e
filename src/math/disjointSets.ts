/** Things that hang together: sets that grow by joining, each called by its smallest member. */
export class DisjointSets {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index);
  }

  /** The smallest member of the set that `member` is in. */
  find(member: number): number {
    const parent = this.#parent;
    let root = member;
    while (parent[root] !== root) {
      // Halves the way for the next one who asks.
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  }

  /** @returns whether they were apart */
  join(a: number, b: number): boolean {
    const [left, right] = [this.find(a), this.find(b)];
    if (left === right) return false;
    this.#parent[Math.max(left, right)] = Math.min(left, right);
    return true;
  }

  /** `[count]`: the number of each member's set, from 0, in order of first appearance. */
  numbers(): Uint32Array<ArrayBuffer> {
    const numbers = new Uint32Array(this.#parent.length);
    let sets = 0;
    for (let member = 0; member < numbers.length; member += 1) {
      const first = this.find(member);
      numbers[member] = first === member ? sets : numbers[first]!;
      if (first === member) sets += 1;
    }
    return numbers;
  }
}
