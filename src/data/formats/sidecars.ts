/**
 * The small text files that lie between the pictures of a packed set (labels, captions), kept while
 * a tar is listed: they are in the bytes that go by then, and going back for each would read it again.
 */

/** Longer ones are no label of a single picture. */
const LONGEST = 1 << 12;
/** All that is kept of one archive, bytes. */
const MOST_KEPT = 1 << 26;
const NAME = /\.(cls|json|txt)$/i;

export class Sidecars {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  /** Whether a member's content should be handed to `keep`. */
  wants(path: string, size: number): boolean {
    return size <= LONGEST && this.#length + size <= MOST_KEPT && NAME.test(path);
  }

  /** @returns where it is kept, for `get` */
  keep(content: Uint8Array): number {
    const start = this.#length;
    this.#length += content.length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(content, start);
    return start;
  }

  /** The caller's own copy. */
  get(start: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(start, start + length);
  }
}

/** In the place of a member whose content was not kept. */
export const NOT_KEPT = -1;
