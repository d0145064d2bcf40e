/**
 * Parquet's delta encodings, which newer writers use for whole numbers and for texts.
 * Format: Apache Parquet, Encodings.md, "Delta Encoding" and the two that build on it.
 */
import { corrupt } from '../archive';

const damaged = () => corrupt('The differences in a page of the Parquet file are damaged.');
const LARGEST_BLOCK = 1 << 20;

class BitReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw damaged();
    this.at += 1;
    return byte;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw damaged();
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  take(length: number): Uint8Array {
    if (length < 0 || this.at + length > this.#bytes.length) throw damaged();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}

/** `count` numbers of `width` bits, least significant bit first. */
function unpack(packed: Uint8Array, width: number, count: number, use: (value: bigint) => void) {
  let bit = 0;
  for (let index = 0; index < count; index += 1) {
    let value = 0n;
    for (let got = 0; got < width; ) {
      const take = Math.min(8 - (bit & 7), width - got);
      const part = (packed[bit >>> 3]! >>> (bit & 7)) & ((1 << take) - 1);
      value |= BigInt(part) << BigInt(got);
      got += take;
      bit += take;
    }
    use(value);
  }
}

function readNumbers(reader: BitReader, count: number): bigint[] {
  if (count === 0) return [];
  const blockSize = Number(reader.varint());
  const miniblocks = Number(reader.varint());
  const total = Number(reader.varint());
  const perMiniblock = blockSize / miniblocks;
  if (!(blockSize > 0 && blockSize <= LARGEST_BLOCK && perMiniblock % 8 === 0)) throw damaged();
  if (total !== count) throw damaged();
  let value = reader.zigzag();
  const values = [value];
  while (values.length < count) {
    const least = reader.zigzag();
    const widths = reader.take(miniblocks);
    for (const width of widths) {
      if (values.length >= count) break;
      if (width > 64) throw damaged();
      const packed = reader.take((perMiniblock / 8) * width);
      unpack(packed, width, Math.min(perMiniblock, count - values.length), (difference) => {
        value = BigInt.asIntN(64, value + least + difference);
        values.push(value);
      });
    }
  }
  return values;
}

/** DELTA_BINARY_PACKED. */
export function readDeltaNumbers(bytes: Uint8Array, count: number): bigint[] {
  return readNumbers(new BitReader(bytes, 0), count);
}

function takeTexts(reader: BitReader, count: number): Uint8Array[] {
  return readNumbers(reader, count).map((length) => reader.take(Number(length)));
}

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
export function readDeltaLengths(bytes: Uint8Array, count: number): Uint8Array[] {
  return takeTexts(new BitReader(bytes, 0), count);
}

/** What texts that repeat their beginnings may grow to, against the page they come from. */
const MOST_GROWTH = 1 << 26;

/** DELTA_BYTE_ARRAY: how much each shares with the one before it, and what is new. */
export function readDeltaTexts(bytes: Uint8Array, count: number): Uint8Array[] {
  const reader = new BitReader(bytes, 0);
  const shared = readNumbers(reader, count);
  let previous = new Uint8Array(0);
  let grown = 0;
  return takeTexts(reader, count).map((rest, index) => {
    const length = Number(shared[index]);
    grown += length;
    if (length < 0 || length > previous.length || grown > MOST_GROWTH) throw damaged();
    const text = new Uint8Array(length + rest.length);
    text.set(previous.subarray(0, length));
    text.set(rest, length);
    previous = text;
    return text;
  });
}
