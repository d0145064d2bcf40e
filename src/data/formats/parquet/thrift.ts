/**
 * Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages. Every
 * length is held against the bytes that are there before anything is made of it, so that damaged or
 * hostile bytes end in an error and neither in a loop nor in an allocation.
 * Format: Apache Thrift, "Thrift Compact protocol encoding"; only the types that Parquet uses.
 */
import { corrupt } from '../archive';

/** Whole numbers of 64 bits are exact to 2^53. */
export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;

const TYPE = { true: 1, false: 2, byte: 3, int16: 4, int64: 6, double: 7, binary: 8, list: 9 };
const STRUCT = 12;
/** Parquet nests seven levels. */
const DEEPEST = 16;
/** All values of one structure: more are not worth the memory. */
const MOST_VALUES = 8_000_000;

const UTF8 = new TextDecoder();

/** The fields of a structure by their numbers; what is missing or of another type is `null`. */
export class ThriftStruct {
  readonly #fields = new Map<number, ThriftValue>();

  set(id: number, value: ThriftValue): void {
    this.#fields.set(id, value);
  }

  int(id: number): number | null {
    const value = this.#fields.get(id);
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
  }

  flag(id: number): boolean | null {
    const value = this.#fields.get(id);
    return typeof value === 'boolean' ? value : null;
  }

  text(id: number): string | null {
    const value = this.#fields.get(id);
    return value instanceof Uint8Array ? UTF8.decode(value) : null;
  }

  struct(id: number): ThriftStruct | null {
    const value = this.#fields.get(id);
    return value instanceof ThriftStruct ? value : null;
  }

  has(id: number): boolean {
    return this.#fields.has(id);
  }

  structs(id: number): readonly ThriftStruct[] {
    return this.#list(id).filter((value) => value instanceof ThriftStruct);
  }

  texts(id: number): readonly string[] {
    const parts = this.#list(id).filter((value) => value instanceof Uint8Array);
    return parts.map((part) => UTF8.decode(part));
  }

  #list(id: number): readonly ThriftValue[] {
    const value = this.#fields.get(id);
    return isList(value) ? value : [];
  }
}

/** `Array.isArray` does not know arrays that are only read. */
function isList(value: ThriftValue | undefined): value is readonly ThriftValue[] {
  return Array.isArray(value);
}

class ThriftReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #left = MOST_VALUES;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get position(): number {
    return this.#at;
  }

  struct(depth: number): ThriftStruct {
    if (depth > DEEPEST) throw corrupt(`A structure in it is nested more than ${DEEPEST} deep.`);
    const struct = new ThriftStruct();
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      id = head >>> 4 === 0 ? this.#zigzag() : id + (head >>> 4);
      const type = head & 15;
      // A truth has no byte of its own in a structure, but it has one in a list.
      const isTruth = type === TYPE.true || type === TYPE.false;
      struct.set(id, isTruth ? type === TYPE.true : this.#value(type, depth));
    }
    return struct;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw corrupt('A structure in it ends too early.');
    this.#at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw corrupt('A number in it has more than 64 bits.');
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw corrupt(`A text in it claims ${length} bytes.`);
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  #value(type: number, depth: number): ThriftValue {
    this.#left -= 1;
    if (this.#left < 0) throw corrupt(`It has more than ${MOST_VALUES} values in one structure.`);
    if (type === TYPE.true || type === TYPE.false) return this.#byte() === TYPE.true;
    if (type === TYPE.byte) return (this.#byte() << 24) >> 24;
    if (type >= TYPE.int16 && type <= TYPE.int64) return this.#zigzag();
    if (type === TYPE.double) {
      const part = this.#take(8);
      return new DataView(part.buffer, part.byteOffset, 8).getFloat64(0, true);
    }
    if (type === TYPE.binary) return this.#take(this.#varint());
    if (type === TYPE.list) return this.#list(depth);
    if (type === STRUCT) return this.struct(depth + 1);
    throw corrupt(`A structure in it has a value of the unknown type ${type}.`);
  }

  #list(depth: number): readonly ThriftValue[] {
    if (depth > DEEPEST) throw corrupt(`A list in it is nested more than ${DEEPEST} deep.`);
    const head = this.#byte();
    const length = head >>> 4 === 15 ? this.#varint() : head >>> 4;
    // Every value takes a byte at least.
    if (length > this.#bytes.length - this.#at)
      throw corrupt(`A list in it claims ${length} values.`);
    const values: ThriftValue[] = [];
    while (values.length < length) values.push(this.#value(head & 15, depth + 1));
    return values;
  }
}

/**
 * @returns the structure that begins at `start`, and where it ends
 * @throws FormatError `archive/corrupt`, also where `bytes` is only the beginning of it
 */
export function readStruct(
  bytes: Uint8Array,
  start: number,
): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new ThriftReader(bytes, start);
  const struct = reader.struct(0);
  return { struct, end: reader.position };
}
