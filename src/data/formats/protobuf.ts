/**
 * Reads protocol buffers field by field, without a schema and without copies: as much of the wire
 * format as tf.train.Example needs. Format: https://protobuf.dev/programming-guides/encoding/
 */
import { corrupt } from './archive';
import type { FormatError } from './errors';

/** How a field's value is written; groups (3 and 4) are no longer in use. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A varint of a 64-bit number has no more bytes. */
const LONGEST_VARINT = 10;

function damaged(offset: number, what: string): FormatError {
  return corrupt(`A message is damaged at its byte ${offset}: ${what}.`);
}

/**
 * Goes over the fields of one message. After each `next()` the field is either read with the method
 * of its wire type or passed with `skip()`.
 */
export class ProtoReader {
  /** Number of the current field. */
  field = 0;
  /** Wire type of the current field. */
  wire = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Goes to the next field; false at the end. @throws FormatError `archive/corrupt` */
  next(): boolean {
    if (this.done) return false;
    const start = this.#at;
    const key = Number(this.int64());
    this.field = Math.floor(key / 8);
    this.wire = key % 8;
    if (this.field < 1 || this.field >= 2 ** 29) throw damaged(start, `field ${this.field}`);
    return true;
  }

  /** Passes over the value of the current field. @throws FormatError `archive/corrupt` */
  skip(): void {
    if (this.wire === WIRE.varint) this.int64();
    else if (this.wire === WIRE.bytes) this.bytes();
    else if (this.wire === WIRE.fixed64) this.#advance(8);
    else if (this.wire === WIRE.fixed32) this.#advance(4);
    else throw damaged(this.#at, `wire type ${this.wire}`);
  }

  /** A signed 64-bit number, exact: a bigint where a number cannot hold it. */
  int64(): number | bigint {
    let value = 0;
    let scale = 1;
    const start = this.#at;
    // Seven bytes hold 49 bits, which a number holds as well.
    for (; scale < 2 ** 49; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    this.#at = start;
    return this.#longInt64();
  }

  #longInt64(): number | bigint {
    let value = 0n;
    const start = this.#at;
    for (let count = 0; count < LONGEST_VARINT; count += 1) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << BigInt(7 * count);
      if (byte >= 128) continue;
      const signed = BigInt.asIntN(64, value);
      return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
    }
    throw damaged(start, 'a number does not end');
  }

  float32(): number {
    const at = this.#advance(4);
    return this.#view.getFloat32(at, true);
  }

  /** Bytes, text or a message: a view into what is read. */
  bytes(): Uint8Array {
    const start = this.#at;
    const length = Number(this.int64());
    if (length < 0) throw damaged(start, `a length of ${length}`);
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  #byte(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  /** Where the next `length` bytes are. */
  #advance(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) {
      throw damaged(at, `${length} bytes are asked for, ${this.#bytes.length - at} are left`);
    }
    this.#at = at + length;
    return at;
  }
}
