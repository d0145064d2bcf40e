/**
 * One page of a Parquet column: its header, and its values once unpacked. Only columns that have one
 * value a row, or none.
 * Format: Apache Parquet, parquet.thrift (`PageHeader`) and Encodings.md.
 */
import { corrupt } from '../archive';
import { decompress } from './decompress';
import { bitsFor, readHybrid } from './hybrid';
import type { LeafColumn } from './schema';
import { readStruct, type ThriftStruct } from './thrift';
import { decodeValues, type ParquetValue } from './values';

export interface PageHeader {
  readonly kind: 'data' | 'data v2' | 'dictionary' | 'other';
  /** Bytes that follow the header, and once unpacked. */
  readonly packedSize: number;
  readonly size: number;
  /** Values with nulls: rows, where a row has one. */
  readonly count: number;
  readonly encoding: number;
  /** Bytes of levels before the packed values; only in version 2. */
  readonly levels: { readonly repetition: number; readonly definition: number };
  /** Version 2 may leave a page as it is. */
  readonly isPacked: boolean;
}

export interface Page {
  readonly rows: number;
  readonly values: readonly ParquetValue[];
  /** `[rows]`: each row's place in `values`, -1 for none; `null` when all have one. */
  readonly places: Int32Array | null;
  /** Bytes that it keeps in memory, roughly. */
  readonly weight: number;
}

const KINDS: readonly PageHeader['kind'][] = ['data', 'other', 'dictionary', 'data v2'];
/** However a dictionary names it, it is written plainly. */
const PLAIN = 0;
const NO_LEVELS = { repetition: 0, definition: 0 };

function details(struct: ThriftStruct, kind: PageHeader['kind']) {
  if (kind === 'data v2') {
    const v2 = struct.struct(8);
    return {
      count: v2?.int(1),
      encoding: v2?.int(4),
      levels: { definition: v2?.int(5) ?? -1, repetition: v2?.int(6) ?? -1 },
      isPacked: v2?.flag(7) ?? true,
    };
  }
  const data = struct.struct(kind === 'dictionary' ? 7 : 5);
  return { count: data?.int(1), encoding: data?.int(2), levels: NO_LEVELS, isPacked: true };
}

/**
 * @param bytes from the header's first byte; what follows it does no harm
 * @returns the header, and where the page begins behind it
 * @throws FormatError `archive/corrupt`, also where `bytes` does not have all of it
 */
export function readPageHeader(
  bytes: Uint8Array,
  start: number,
): { readonly header: PageHeader; readonly end: number } {
  const { struct, end } = readStruct(bytes, start);
  const kind = KINDS[struct.int(1) ?? -1] ?? 'other';
  const size = struct.int(2) ?? -1;
  const packedSize = struct.int(3) ?? -1;
  const { count, encoding, levels, isPacked } = details(struct, kind);
  const header = {
    kind,
    size,
    packedSize,
    count: count ?? 0,
    encoding: encoding ?? -1,
    levels,
    isPacked,
  };
  const levelBytes = levels.definition + levels.repetition;
  if (size < 0 || packedSize < 0 || header.count < 0) throw corrupt('A page header is damaged.');
  if (levels.definition < 0 || levels.repetition < 0 || levelBytes > Math.min(size, packedSize)) {
    throw corrupt('The levels of a page are longer than the page.');
  }
  return { header, end };
}

/** A page's values still encoded, with the levels that say which rows have one. */
interface Unpacked {
  readonly levels: Uint8Array | null;
  readonly encoded: Uint8Array;
}

async function unpackPage(
  header: PageHeader,
  body: Uint8Array<ArrayBuffer>,
  codec: number,
  hasLevels: boolean,
): Promise<Unpacked> {
  if (header.kind === 'data v2') {
    const { repetition, definition } = header.levels;
    const start = repetition + definition;
    const size = header.size - start;
    const values = body.subarray(start);
    const encoded = header.isPacked && size > 0 ? await decompress(codec, values, size) : values;
    return { levels: hasLevels ? body.subarray(repetition, start) : null, encoded };
  }
  const page = await decompress(codec, body, header.size);
  if (!hasLevels) return { levels: null, encoded: page };
  if (page.length < 4) throw corrupt('A page is too short for its levels.');
  const length = new DataView(page.buffer, page.byteOffset, 4).getUint32(0, true);
  if (4 + length > page.length) throw corrupt('The levels of a page are longer than the page.');
  return { levels: page.subarray(4, 4 + length), encoded: page.subarray(4 + length) };
}

/** Which rows have a value: their places among the values, and how many have. */
function placesOf(
  levels: Uint8Array,
  maxDefinition: number,
  rows: number,
): { readonly places: Int32Array | null; readonly present: number } {
  const definition = readHybrid(levels, bitsFor(maxDefinition), rows);
  const places = new Int32Array(rows);
  let present = 0;
  for (let row = 0; row < rows; row += 1) {
    const isThere = definition[row] === maxDefinition;
    places[row] = isThere ? present : -1;
    if (isThere) present += 1;
  }
  return { places: present === rows ? null : places, present };
}

/** What a page is read with beside its own header. */
export interface PageContext {
  readonly column: LeafColumn;
  readonly codec: number;
  /** At most so many are left in the row group. */
  readonly rows: number;
  /** Of the same column and row group. */
  readonly dictionary: readonly ParquetValue[] | null;
}

/** Values are views: they keep all that they are views of, be it the page or the dictionary. */
function weightOf(values: readonly ParquetValue[]): number {
  const [first] = values;
  return 64 * values.length + (first instanceof Uint8Array ? first.buffer.byteLength : 0);
}

/**
 * @param body the bytes behind the header, `packedSize` of them
 * @throws FormatError
 */
export async function readDataPage(
  header: PageHeader,
  body: Uint8Array<ArrayBuffer>,
  { column, codec, rows, dictionary }: PageContext,
): Promise<Page> {
  const { count } = header;
  if (count > rows) throw corrupt(`A page has ${count} rows of ${rows} that are left.`);
  const hasLevels = column.maxDefinition > 0;
  const { levels, encoded } = await unpackPage(header, body, codec, hasLevels);
  const { places, present } =
    levels === null
      ? { places: null, present: count }
      : placesOf(levels, column.maxDefinition, count);
  const values = decodeValues(encoded, header.encoding, column.type, present, dictionary);
  return { rows: count, values, places, weight: weightOf(values) };
}

/** @throws FormatError */
export async function readDictionary(
  header: PageHeader,
  body: Uint8Array<ArrayBuffer>,
  column: LeafColumn,
  codec: number,
): Promise<readonly ParquetValue[]> {
  const page = await decompress(codec, body, header.size);
  return decodeValues(page, PLAIN, column.type, header.count, null);
}

/** The value of a row of the page, `null` where it has none. */
export function valueAt({ values, places }: Page, row: number): ParquetValue | null {
  return values[places === null ? row : places[row]!] ?? null;
}
