/**
 * One stretch of a file in memory, moved along it: millions of small headers are looked at without
 * waiting for each, and what lies between windows is never read.
 */

/** Anything that gives ranges of bytes, fewer than asked for only at its end. */
export interface RangeSource {
  readonly size: number;
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A window of this many bytes costs little memory, and a file of any size takes few of them. */
export const WINDOW_BYTES = 1 << 22;

/** Reads just what it is asked for. */
export class ExactReads implements RangeSource {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  async read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(start + length, this.size);
    return new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
  }
}

export class FileWindow {
  readonly #source: RangeSource;
  #start = 0;
  #view = new DataView(new ArrayBuffer(0));

  constructor(source: RangeSource) {
    this.#source = source;
  }

  /** Of the whole file, bytes. */
  get size(): number {
    return this.#source.size;
  }

  /** Where the window begins in the file. */
  get start(): number {
    return this.#start;
  }

  /** Where the window ends in the file. */
  get end(): number {
    return this.#start + this.#view.byteLength;
  }

  /** The bytes in the window; byte 0 is the file's byte `start`. Gone with the next `move`. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  holds(offset: number, length: number): boolean {
    return offset >= this.#start && offset + length <= this.end;
  }

  /** The window becomes the `length` bytes from `offset`, fewer at the end of the file. */
  async move(offset: number, length: number): Promise<void> {
    const bytes = await this.#source.read(offset, length);
    this.#start = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Little-endian; the window must hold it. */
  uint32(offset: number): number {
    return this.#view.getUint32(offset - this.#start, true);
  }

  /** A view into the window, good until the next `move`; the window must hold it. */
  bytes(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const at = this.#view.byteOffset + offset - this.#start;
    return new Uint8Array(this.#view.buffer, at, length);
  }
}
