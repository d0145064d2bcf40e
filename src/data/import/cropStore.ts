/**
 * The packed pixels while faces arrive: crops are appended in whatever order they are decoded, and
 * put into their final order in place at the end, so that the pixels are in memory once.
 */
export class CropStore {
  readonly #bytesPerCrop: number;
  #pixels: Uint8Array<ArrayBuffer>;
  #count = 0;

  /**
   * @param cropSize width and height of every crop, pixels
   * @param expected how many crops to make room for at first
   * @throws RangeError when there is not that much memory
   */
  constructor(cropSize: number, expected: number) {
    this.#bytesPerCrop = cropSize * cropSize * 3;
    this.#pixels = new Uint8Array(Math.max(expected, 1) * this.#bytesPerCrop);
  }

  get count(): number {
    return this.#count;
  }

  /** @returns the slot of the crop. @throws RangeError when memory ends, TypeError for a crop of another size */
  add(rgb: Uint8Array): number {
    if (rgb.length !== this.#bytesPerCrop) {
      throw new TypeError(`a crop has ${this.#bytesPerCrop} bytes, not ${rgb.length}`);
    }
    const start = this.#count * this.#bytesPerCrop;
    if (start === this.#pixels.length) this.#grow();
    this.#pixels.set(rgb, start);
    this.#count += 1;
    return this.#count - 1;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#pixels.length * 2);
    larger.set(this.#pixels);
    this.#pixels = larger;
  }

  /**
   * Reorders the crops in place and hands them out; the store is empty afterwards.
   * @param order `[count]`, the slot whose crop comes first, second …; every slot once
   * @returns `[count, cropSize, cropSize, 3]`
   */
  take(order: Uint32Array): Uint8Array<ArrayBuffer> {
    const size = this.#bytesPerCrop;
    const pixels = this.#pixels;
    const next = order.slice();
    const saved = new Uint8Array(size);
    for (let start = 0; start < next.length; start += 1) {
      if (next[start] === start) continue;
      saved.set(pixels.subarray(start * size, (start + 1) * size));
      let hole = start;
      while (next[hole] !== start) {
        const from = next[hole]!;
        pixels.copyWithin(hole * size, from * size, (from + 1) * size);
        next[hole] = hole;
        hole = from;
      }
      pixels.set(saved, hole * size);
      next[hole] = hole;
    }
    const used = this.#count * size;
    this.#pixels = new Uint8Array(0);
    this.#count = 0;
    // A view keeps the spare room alive; a copy needs the room of both for a moment.
    return pixels.length - used > used / 4 ? pixels.slice(0, used) : pixels.subarray(0, used);
  }
}
