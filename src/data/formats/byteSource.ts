/**
 * Bytes read in order, from a file that can be read anywhere or from a stream that cannot. Archives
 * are walked over this, so a plain and a compressed tar share one reader.
 */

export interface ByteSource {
  /** Offset of the next byte. */
  readonly position: number;
  /** Total length in bytes, `null` where only the end will tell. */
  readonly size: number | null;
  /** The next `length` bytes, fewer only at the end. The result is the caller's own. */
  take(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Goes forward to `position`; false when the end comes first. */
  skipTo(position: number): Promise<boolean>;
}

/** Small neighbouring reads of a file cost one read of this many bytes instead of one each. */
const READ_AHEAD = 1 << 20;
/** Members at least this long are read by themselves: what follows them is not worth reading ahead. */
const LARGE = 1 << 17;

/**
 * Random access to a file that serves small reads near each other from one buffer of 1 MiB, so that
 * thousands of small members are read without thousands of reads, and without the file in memory.
 */
export class BufferedBlob {
  readonly #blob: Blob;
  #start = 0;
  #end = 0;
  #bytes: Promise<Uint8Array<ArrayBuffer>> | null = null;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  /**
   * `length` bytes from `start`, fewer only at the end of the file; the caller's own copy.
   * @param readAhead how many bytes to fetch at least when the buffer does not have them
   */
  async read(
    start: number,
    length: number,
    readAhead: number = READ_AHEAD,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(start + length, this.size);
    if (length >= LARGE) return this.#fetch(start, end);
    if (this.#bytes === null || start < this.#start || end > this.#end) {
      this.#start = start;
      this.#end = Math.min(start + Math.max(length, readAhead), this.size);
      this.#bytes = this.#fetch(this.#start, this.#end);
    }
    const from = this.#start;
    const bytes = await this.#bytes;
    return bytes.slice(start - from, end - from);
  }

  /** A part of the file, unread. */
  slice(start: number, end: number): Blob {
    return this.#blob.slice(start, end);
  }

  async #fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
  }
}

/** Walks a file, reading far ahead while the steps are short and little where they are long. */
export class BlobSource implements ByteSource {
  readonly #blob: BufferedBlob;
  #position = 0;
  #readAhead = READ_AHEAD;

  constructor(blob: Blob) {
    this.#blob = new BufferedBlob(blob);
  }

  get position(): number {
    return this.#position;
  }

  get size(): number {
    return this.#blob.size;
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#blob.read(this.#position, length, this.#readAhead);
    this.#position += bytes.length;
    return bytes;
  }

  async skipTo(position: number): Promise<boolean> {
    this.#readAhead = position - this.#position < LARGE ? READ_AHEAD : 4096;
    this.#position = Math.min(position, this.size);
    return position <= this.size;
  }
}

/** Reads a stream in order. What was received before the stream failed is still handed out. */
export class StreamSource implements ByteSource {
  readonly size = null;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;
  #failure: unknown = null;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  get position(): number {
    return this.#position;
  }

  /** What ended the stream early, or `null`. */
  get failure(): unknown {
    return this.#failure;
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    const reached = await this.#advance(length, (part) => parts.push(part));
    const bytes = new Uint8Array(reached);
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  async skipTo(position: number): Promise<boolean> {
    const wanted = position - this.#position;
    return (await this.#advance(wanted, () => undefined)) === wanted;
  }

  /** Lets the producer stop; further reads end at once. */
  async cancel(): Promise<void> {
    this.#chunk = new Uint8Array(0);
    // A stream that has failed already has nothing left to stop.
    await this.#reader.cancel().catch(() => undefined);
  }

  /** Consumes up to `wanted` bytes and says how many there were. */
  async #advance(wanted: number, use: (part: Uint8Array) => void): Promise<number> {
    let left = wanted;
    while (left > 0) {
      if (this.#chunk.length === 0 && !(await this.#refill())) break;
      const part = this.#chunk.subarray(0, left);
      use(part);
      this.#chunk = this.#chunk.subarray(part.length);
      this.#position += part.length;
      left -= part.length;
    }
    return wanted - left;
  }

  async #refill(): Promise<boolean> {
    if (this.#failure !== null) return false;
    try {
      const { done, value } = await this.#reader.read();
      if (done) return false;
      this.#chunk = value;
      return true;
    } catch (error) {
      this.#failure = error;
      return false;
    }
  }
}
