/**
 * The pages of one column of one row group: all of them for a small column (labels, paths), or the
 * places of the pages alone, so that one picture is read with its page and not with its row group.
 */
import { corrupt } from '../archive';
import { FormatError } from '../errors';
import type { ColumnChunk } from './footer';
import {
  type Page,
  type PageContext,
  type PageHeader,
  readDataPage,
  readDictionary,
  readPageHeader,
  valueAt,
} from './page';
import type { LeafColumn } from './schema';
import { readStruct } from './thrift';
import type { ParquetValue } from './values';

/** Most headers are short; those that carry statistics of pictures are not. */
const HEADER_WINDOWS: readonly number[] = [1 << 10, 1 << 14, 1 << 18, 1 << 22];

export async function readSpan(
  blob: Blob,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(start, end).arrayBuffer());
}

/** A page in the file. */
export interface PagePlace {
  readonly header: PageHeader;
  /** Of the bytes behind the header. */
  readonly start: number;
  readonly end: number;
}

async function placeAt(blob: Blob, position: number, end: number): Promise<PagePlace> {
  let failure: unknown = null;
  for (const length of HEADER_WINDOWS) {
    const stop = Math.min(position + length, end);
    try {
      const read = readPageHeader(await readSpan(blob, position, stop), 0);
      const start = position + read.end;
      if (start + read.header.packedSize > end) throw corrupt('A page is longer than its column.');
      return { header: read.header, start, end: start + read.header.packedSize };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      failure = error;
    }
    if (stop === end) break;
  }
  throw failure;
}

/** Where the pages of a column begin, and which row each begins with. */
export interface PageTable {
  readonly dictionary: PagePlace | null;
  /** Of the pages' headers, ascending, and behind them the end of the last page. */
  readonly starts: Float64Array;
  readonly firstRows: Uint32Array;
}

/** By the list that newer writers add, `null` where it is not there or does not fit. */
async function listedPages(blob: Blob, chunk: ColumnChunk, rows: number) {
  if (chunk.offsetIndex === null) return null;
  const { start, end } = chunk.offsetIndex;
  try {
    const { struct } = readStruct(await readSpan(blob, start, end), 0);
    const starts: number[] = [];
    const firstRows: number[] = [];
    for (const place of struct.structs(1)) {
      const [at, row] = [place.int(1) ?? -1, place.int(3) ?? -1];
      const isNext = at > (starts.at(-1) ?? chunk.start - 1) && row > (firstRows.at(-1) ?? -1);
      if (!isNext || at >= chunk.end || row >= rows) return null;
      starts.push(at);
      firstRows.push(row);
    }
    return starts.length > 0 && firstRows[0] === 0 ? { starts, firstRows } : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function walkedPages(blob: Blob, chunk: ColumnChunk, rows: number) {
  const starts: number[] = [];
  const firstRows: number[] = [];
  let position = chunk.start;
  let row = 0;
  while (position < chunk.end && row < rows) {
    const { header, end } = await placeAt(blob, position, chunk.end);
    if (header.kind === 'data' || header.kind === 'data v2') {
      if (header.count > 0) {
        starts.push(position);
        firstRows.push(row);
      }
      row += header.count;
    }
    position = end;
  }
  return { starts, firstRows };
}

/**
 * @param rows of the row group
 * @throws FormatError
 */
export async function readPageTable(
  blob: Blob,
  chunk: ColumnChunk,
  rows: number,
): Promise<PageTable> {
  const first = await placeAt(blob, chunk.start, chunk.end);
  const dictionary = first.header.kind === 'dictionary' ? first : null;
  const { starts, firstRows } =
    (await listedPages(blob, chunk, rows)) ?? (await walkedPages(blob, chunk, rows));
  return {
    dictionary,
    starts: Float64Array.from([...starts, chunk.end]),
    firstRows: Uint32Array.from(firstRows),
  };
}

/** The page with a row, by bisection; -1 where the column ends before it. */
export function pageOfRow({ firstRows }: PageTable, row: number): number {
  let [low, high] = [0, firstRows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firstRows[middle]! <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** @throws FormatError */
export async function loadDictionary(
  blob: Blob,
  { header, start, end }: PagePlace,
  column: LeafColumn,
  codec: number,
): Promise<readonly ParquetValue[]> {
  return readDictionary(header, await readSpan(blob, start, end), column, codec);
}

/**
 * One page, read from the file and decoded.
 * @param context with the rows of the whole row group
 * @throws FormatError
 */
export async function loadPage(
  blob: Blob,
  table: PageTable,
  page: number,
  context: PageContext,
): Promise<Page> {
  const bytes = await readSpan(blob, table.starts[page]!, table.starts[page + 1]!);
  const { header, end } = readPageHeader(bytes, 0);
  if (end + header.packedSize > bytes.length) throw corrupt('A page is longer than its place.');
  const body = bytes.subarray(end, end + header.packedSize);
  return readDataPage(header, body, { ...context, rows: context.rows - table.firstRows[page]! });
}

/**
 * All values of a small column.
 * @param bytes of the whole chunk
 * @returns `[rows]`, `null` where there is none
 * @throws FormatError
 */
export async function readColumn(
  bytes: Uint8Array<ArrayBuffer>,
  column: LeafColumn,
  codec: number,
  rows: number,
): Promise<(ParquetValue | null)[]> {
  const values: (ParquetValue | null)[] = [];
  let dictionary: readonly ParquetValue[] | null = null;
  let position = 0;
  while (position < bytes.length && values.length < rows) {
    const { header, end } = readPageHeader(bytes, position);
    position = end + header.packedSize;
    if (position > bytes.length) throw corrupt('A page is longer than its column.');
    const body = bytes.subarray(end, position);
    if (header.kind === 'dictionary') {
      dictionary = await readDictionary(header, body, column, codec);
    } else if (header.kind !== 'other') {
      const context = { column, codec, rows: rows - values.length, dictionary };
      const page = await readDataPage(header, body, context);
      for (let row = 0; row < page.rows; row += 1) values.push(valueAt(page, row));
    }
  }
  if (values.length < rows) {
    throw corrupt(
      `The column ${column.path.join('.')} ends after ${values.length} of ${rows} rows.`,
    );
  }
  return values;
}
