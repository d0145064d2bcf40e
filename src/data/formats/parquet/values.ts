/**
 * The values of a page, decoded: plainly written, as places in a dictionary, or as differences.
 * Format: Apache Parquet, Encodings.md.
 */
import { corrupt } from '../archive';
import { FormatError } from '../errors';
import { readDeltaLengths, readDeltaNumbers, readDeltaTexts } from './delta';
import { readHybrid } from './hybrid';
import type { PhysicalType } from './schema';

/** Bytes are views into the page; whole numbers beyond 2^53 stay exact. */
export type ParquetValue = number | bigint | boolean | Uint8Array;

const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaNumbers: 5,
  deltaLengths: 6,
  deltaTexts: 7,
  dictionary: 8,
};

const damaged = () => corrupt('The values in a page of the Parquet file are damaged.');

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function plainTexts(bytes: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: Uint8Array[] = [];
  let at = 0;
  while (texts.length < count) {
    if (at + 4 > bytes.length) throw damaged();
    const start = at + 4;
    at = start + view.getUint32(at, true);
    if (at > bytes.length) throw damaged();
    texts.push(bytes.subarray(start, at));
  }
  return texts;
}

type NumberType = Exclude<PhysicalType, 'bytes' | 'boolean' | 'other'>;

const WIDTH: Readonly<Record<NumberType, number>> = { int32: 4, int64: 8, float: 4, double: 8 };

function plainNumbers(bytes: Uint8Array, count: number, type: NumberType): ParquetValue[] {
  const width = WIDTH[type];
  if (count * width > bytes.length) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Readonly<Record<NumberType, (at: number) => ParquetValue>> = {
    int32: (at) => view.getInt32(at, true),
    int64: (at) => exact(view.getBigInt64(at, true)),
    float: (at) => view.getFloat32(at, true),
    double: (at) => view.getFloat64(at, true),
  };
  return Array.from({ length: count }, (_, index) => read[type](index * width));
}

function plain(bytes: Uint8Array, type: PhysicalType, count: number): ParquetValue[] {
  switch (type) {
    case 'bytes':
      return plainTexts(bytes, count);
    case 'boolean':
      if (count > bytes.length * 8) throw damaged();
      return Array.from({ length: count }, (_, at) => ((bytes[at >>> 3]! >>> (at & 7)) & 1) === 1);
    case 'other':
      throw damaged();
    default:
      return plainNumbers(bytes, count, type);
  }
}

function fromDictionary(
  bytes: Uint8Array,
  count: number,
  dictionary: readonly ParquetValue[] | null,
): ParquetValue[] {
  if (count === 0) return [];
  const [width] = bytes;
  if (width === undefined || dictionary === null) throw damaged();
  return Array.from(readHybrid(bytes.subarray(1), width, count), (place) => {
    const value = dictionary[place];
    if (value === undefined) throw damaged();
    return value;
  });
}

/**
 * @param encoding its number in the format
 * @param count how many values there are, nulls left out; bounded by the caller
 * @throws FormatError `archive/corrupt`, or `archive/unsupported` for another encoding
 */
export function decodeValues(
  bytes: Uint8Array,
  encoding: number,
  type: PhysicalType,
  count: number,
  dictionary: readonly ParquetValue[] | null,
): readonly ParquetValue[] {
  switch (encoding) {
    case ENCODING.plain:
      return plain(bytes, type, count);
    case ENCODING.plainDictionary:
    case ENCODING.dictionary:
      return fromDictionary(bytes, count, dictionary);
    case ENCODING.rle:
      // Only truths are written so; a length stands before the runs.
      return Array.from(readHybrid(bytes.subarray(4), 1, count), (value) => value === 1);
    case ENCODING.deltaNumbers:
      return readDeltaNumbers(bytes, count).map(exact);
    case ENCODING.deltaLengths:
      return readDeltaLengths(bytes, count);
    case ENCODING.deltaTexts:
      return readDeltaTexts(bytes, count);
    default:
      throw new FormatError(
        'archive/unsupported',
        `A page of the Parquet file has its values in encoding ${encoding}, which is not read.`,
        'Write it again with the usual settings of pyarrow.',
      );
  }
}
