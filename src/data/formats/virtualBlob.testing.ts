/**
 * Files for tests that say what is read from them: large ones whose bytes are made when they are asked
 * for, and any other under observation. A range outside the file fails the test.
 */

/** Writes the file's bytes from `start` on into all of `bytes`. */
export type FillBytes = (start: number, bytes: Uint8Array<ArrayBuffer>) => void;

/** A part that has been read: without the detours of the platform's own. */
class ReadPart extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super();
    this.#bytes = bytes;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.buffer;
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(this.#bytes);
  }
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
    if (!(start >= 0 && start <= end && end <= this.size)) {
      throw new RangeError(`bytes ${start} to ${end} of ${this.size} were asked for`);
    }
    const bytes = new Uint8Array(end - start);
    this.#fill(start, bytes);
    this.bytesRead += bytes.length;
    this.reads += 1;
    return new ReadPart(bytes);
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
