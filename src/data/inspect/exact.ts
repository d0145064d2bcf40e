/** Face crops that are the same byte for byte: a hash finds them, a comparison makes sure. */

/** The pixels of each image as the widest whole numbers they can be read as. */
function wordsOf(
  pixels: Uint8Array,
  bytes: number,
): { words: Uint8Array | Uint32Array; size: number } {
  if (bytes % 4 !== 0 || pixels.byteOffset % 4 !== 0) return { words: pixels, size: bytes };
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, Math.floor(pixels.length / 4));
  return { words, size: bytes / 4 };
}

/** Takes images one after the other and says which earlier one each equals. */
export class ExactCopies {
  readonly #words: Uint8Array | Uint32Array;
  readonly #size: number;
  /** Different images with one hash, the first of each. */
  readonly #firsts = new Map<number, number[]>();

  /** @param pixels `[count, bytes]` */
  constructor(pixels: Uint8Array, bytes: number) {
    const { words, size } = wordsOf(pixels, bytes);
    this.#words = words;
    this.#size = size;
  }

  /** @returns the first image given before that has the same pixels, else `image` itself */
  firstLike(image: number): number {
    const hash = this.#hash(image);
    const firsts = this.#firsts.get(hash);
    if (firsts === undefined) {
      this.#firsts.set(hash, [image]);
      return image;
    }
    const same = firsts.find((first) => this.#equal(first, image));
    if (same === undefined) firsts.push(image);
    return same ?? image;
  }

  #hash(image: number): number {
    const words = this.#words;
    const end = (image + 1) * this.#size;
    let hash = 0x811c9dc5 | 0;
    for (let at = image * this.#size; at < end; at += 1) {
      hash = Math.imul(hash ^ words[at]!, 0x9e3779b1);
      // Multiplication only carries upwards.
      hash = (hash << 13) | (hash >>> 19);
    }
    return hash;
  }

  #equal(a: number, b: number): boolean {
    const words = this.#words;
    const [left, right] = [a * this.#size, b * this.#size];
    const size = this.#size;
    for (let step = 0; step < size; step += 1) {
      if (words[left + step] !== words[right + step]) return false;
    }
    return true;
  }
}
