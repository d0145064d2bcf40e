/** The pages of pictures last used, so that neighbouring rows are unpacked once; bounded in bytes. */

export class PageCache<Value> {
  readonly #capacity: number;
  /** In the order of use: a Map keeps it. */
  readonly #entries = new Map<string, { value: Promise<Value>; weight: number }>();
  #weight = 0;

  /** @param capacity bytes; the newest entry stays whatever its weight */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @param load is called once for all that ask while it runs; what fails is not kept */
  get(key: string, load: () => Promise<Value>, weigh: (value: Value) => number): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const entry = { value: load(), weight: 0 };
    this.#entries.set(key, entry);
    entry.value.then(
      (value) => this.#settle(key, entry, weigh(value)),
      () => this.#entries.delete(key),
    );
    return entry.value;
  }

  #settle(key: string, entry: { weight: number }, weight: number): void {
    entry.weight = weight;
    this.#weight += weight;
    for (const [other, { weight: freed }] of this.#entries) {
      if (this.#weight <= this.#capacity) return;
      // Those that are still loading weigh nothing yet.
      if (other === key || freed === 0) continue;
      this.#entries.delete(other);
      this.#weight -= freed;
    }
  }
}
