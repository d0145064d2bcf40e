/**
 * How the members of a packed set are read: each by itself while they are asked for here and there,
 * and a mebibyte at a time once they are asked for in their order with few left out.
 */
import { BufferedBlob } from './byteSource';
import type { RangeSource } from './fileWindow';

/** Reading ahead pays while no more than so many times a request is left out before the next one. */
const WORTH_SKIPPING = 4;
/** And only after so many requests like that: of a random sample a few lie near each other by chance. */
const RUN = 8;

export class MemberReads implements RangeSource {
  readonly #blob: BufferedBlob;
  /** Where the last request ended. */
  #end = -Infinity;
  /** How many requests before it went on where the last one ended, or near. */
  #run = 0;

  constructor(blob: Blob) {
    this.#blob = new BufferedBlob(blob);
  }

  get size(): number {
    return this.#blob.size;
  }

  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const left = start - this.#end;
    this.#run = left >= 0 && left <= WORTH_SKIPPING * length ? this.#run + 1 : 0;
    this.#end = start + length;
    return this.#run >= RUN
      ? this.#blob.read(start, length)
      : this.#blob.read(start, length, length);
  }
}
