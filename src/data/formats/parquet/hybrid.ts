/**
 * Parquet's run-length and bit-packed hybrid, in which it writes levels and places in a dictionary.
 * Format: Apache Parquet, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
import { corrupt } from '../archive';

const damaged = () => corrupt('The runs in a page of the Parquet file are damaged.');

/** A length of at most 32 bits, and where it ends. */
function runHeader(
  bytes: Uint8Array,
  start: number,
): { readonly header: number; readonly at: number } {
  let header = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw damaged();
    header += (byte & 127) * 128 ** index;
    if (byte < 128) return { header, at: start + index + 1 };
  }
  throw damaged();
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length) throw damaged();
  let value = 0;
  for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + bytes[at + index]!;
  return value;
}

/** `count` numbers of `width` bits, least significant bit first, into `out` from `from`. */
function unpackBits(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Uint32Array,
  from: number,
  count: number,
): void {
  if (start + Math.ceil((count * width) / 8) > bytes.length) throw damaged();
  let bit = start * 8;
  for (let index = 0; index < count; index += 1) {
    let value = 0;
    for (let got = 0; got < width; ) {
      const inByte = bit & 7;
      const take = Math.min(8 - inByte, width - got);
      const part = (bytes[Math.floor(bit / 8)]! >>> inByte) & ((1 << take) - 1);
      value += part * 2 ** got;
      got += take;
      bit += take;
    }
    out[from + index] = value;
  }
}

/**
 * @param bytes the encoded runs, from their first byte
 * @param width bits of a value, 0–32
 * @param count how many values to read; the last run may hold more
 * @throws FormatError `archive/corrupt`
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > 32) throw damaged();
  const values = new Uint32Array(count);
  const valueBytes = Math.ceil(width / 8);
  let start = 0;
  let done = 0;
  while (done < count) {
    const { header, at } = runHeader(bytes, start);
    if (header % 2 === 1) {
      const packed = ((header - 1) / 2) * 8;
      unpackBits(bytes, at, width, values, done, Math.min(packed, count - done));
      start = at + (packed / 8) * width;
      done += packed;
    } else {
      const value = littleEndian(bytes, at, valueBytes);
      values.fill(value, done, Math.min(done + header / 2, count));
      start = at + valueBytes;
      done += header / 2;
    }
  }
  return values;
}

/** Bits that numbers from 0 to `largest` take. */
export function bitsFor(largest: number): number {
  return 32 - Math.clz32(largest);
}
