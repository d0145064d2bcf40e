/**
 * Files for tests that say what is read from them: large ones whose bytes are made when they are asked
 * for, and any other under observation. A range outside the file fails the test.
 */

/** Writes the file's bytes from `start` on into all of `bytes`. */
export type FillBytes = (start: number, bytes: Uint8Array<ArrayBuffer>) => void;

/** A part of such a file, read when its bytes are asked for. */
class Part extends Blob {
  readonly #whole: VirtualBlob;
  readonly #start: number;

  constructor(whole: VirtualBlob, start: number, end: number) {
    super();
    this.#whole = whole;
    this.#start = start;
    Object.defineProperty(this, 'size', { value: end - start });
  }

  override slice(start = 0, end = this.size): Blob {
    checkRange(start, end, this.size);
    return new Part(this.#whole, this.#start + start, this.#start + end);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#whole.readRange(this.#start, this.#start + this.size).buffer;
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }
}

function checkRange(start: number, end: number, size: number): void {
  if (start >= 0 && start <= end && end <= size) return;
  throw new RangeError(`bytes ${start} to ${end} of ${size} were asked for`);
}

/** A file of any size that takes no memory. */
export class VirtualBlob extends Blob {
  bytesRead = 0;
  reads = 0;
  readonly #fill: FillBytes;

  constructor(size: number, fill: FillBytes) {
    super();
    this.#fill = fill;
    // A getter of the base class cannot be overridden by one here: to TypeScript it is a property.
    Object.defineProperty(this, 'size', { value: size });
  }

  override slice(start = 0, end = this.size): Blob {
    checkRange(start, end, this.size);
    return new Part(this, start, end);
  }

  /** Reads, and counts it. */
  readRange(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    this.#fill(start, bytes);
    this.bytesRead += bytes.length;
    this.reads += 1;
    return bytes;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.slice().arrayBuffer();
  }

  override async text(): Promise<string> {
    return this.slice().text();
  }
}

/** Bytes in memory as such a file. */
export function watched(content: Uint8Array): VirtualBlob {
  return new VirtualBlob(content.length, (start, bytes) => {
    bytes.set(content.subarray(start, start + bytes.length));
  });
}

export async function contentOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}
