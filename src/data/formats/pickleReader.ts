/**
 * A pickle's bytes in their order, read in windows: what a step of the machine needs lies at hand and
 * is read without waiting, and what is longer than that is passed over and becomes a place in the file.
 */
import { FormatError } from './errors';
import { ExactReads, FileWindow } from './fileWindow';

const WINDOW = 1 << 18;
/** Everything a step reads at once fits into this: an operation, its numbers, two lines or one short text. */
const AT_HAND = 1024;
/** Names, numbers and memo keys that are written as a line. */
const LONGEST_LINE = 255;
const NEWLINE = 10;

const REMEDY = 'Download or copy the file again.';

export function damagedPickle(message: string): FormatError {
  return new FormatError('archive/corrupt', message, REMEDY);
}

export function cutPickle(detail: string): FormatError {
  return new FormatError('archive/truncated', `The pickle is cut short: ${detail}.`, REMEDY);
}

export class PickleReader {
  readonly #window: FileWindow;
  #position = 0;

  constructor(blob: Blob) {
    this.#window = new FileWindow(new ExactReads(blob));
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#window.size;
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#position;
  }

  get left(): number {
    return this.size - this.#position;
  }

  /** Whether the next step can be read from the window; otherwise `fill` comes first. */
  get atHand(): boolean {
    return this.#window.holds(this.#position, Math.min(AT_HAND, this.left));
  }

  /** What is at hand from the next byte on; stays as it is when the window moves. */
  get ahead(): Uint8Array<ArrayBuffer> {
    return this.#window.bytes(this.#position, Math.max(0, this.#window.end - this.#position));
  }

  /** Moves the window to the next byte. */
  async fill(): Promise<void> {
    await this.#window.move(this.#position, WINDOW);
  }

  u8(): number {
    return this.#window.view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#window.view.getUint16(this.#advance(2), true);
  }

  i32(): number {
    return this.#window.view.getInt32(this.#advance(4), true);
  }

  u32(): number {
    return this.#window.view.getUint32(this.#advance(4), true);
  }

  u64(): number {
    return Number(this.#window.view.getBigUint64(this.#advance(8), true));
  }

  /** At most `AT_HAND` less what the step has read before; only good until the next `fill`. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#position;
    this.#advance(length);
    return this.#window.bytes(start, length);
  }

  /** The same number of bytes is read later, if at all. */
  skip(length: number): void {
    this.#require(length);
    this.#position += length;
  }

  /** A short line as characters, one a byte, without its end. */
  line(): string {
    const end = this.ahead.subarray(0, LONGEST_LINE + 1).indexOf(NEWLINE);
    if (end < 0 && this.left > LONGEST_LINE) {
      throw damagedPickle(
        `The line at byte ${this.#position} of the pickle is longer than ${LONGEST_LINE}.`,
      );
    }
    if (end < 0) throw cutPickle(`it ends inside the line at byte ${this.#position}`);
    const text = String.fromCharCode(...this.bytes(end));
    this.#advance(1);
    return text;
  }

  /** Goes behind a line of any length. @returns the length of the line without its end */
  async skipLine(): Promise<number> {
    const start = this.#position;
    for (;;) {
      const end = this.ahead.indexOf(NEWLINE);
      if (end >= 0) {
        this.#position += end + 1;
        return this.#position - 1 - start;
      }
      this.#position = this.#window.end;
      if (this.left === 0) throw cutPickle(`it ends inside the line at byte ${start}`);
      await this.fill();
    }
  }

  /** @returns where the bytes begin in the window */
  #advance(length: number): number {
    this.#require(length);
    const from = this.#position - this.#window.start;
    this.#position += length;
    return from;
  }

  #require(length: number): void {
    if (length <= this.left) return;
    const bytes = length === 1 ? 'byte' : 'bytes';
    throw cutPickle(
      `at byte ${this.#position} ${length} ${bytes} should follow, but ${this.left} are left`,
    );
  }
}
