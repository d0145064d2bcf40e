/**
 * The footer of a Parquet file: its columns, and where each row group keeps each of them. Nothing else
 * of the file is read, and nothing it says is believed before it is held against the file's length.
 * Format: Apache Parquet, parquet.thrift, `FileMetaData`.
 */
import { corrupt, truncated } from '../archive';
import { FormatError } from '../errors';
import { type LeafColumn, leavesOf } from './schema';
import { readStruct, type ThriftStruct } from './thrift';

/** Bytes of the file, from the first to the one behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One column of one row group. */
export interface ColumnChunk extends Span {
  readonly codec: number;
  /** Rows without a value, where the writer counted them. */
  readonly nulls: number | null;
  /** Where the places of its pages are listed. */
  readonly offsetIndex: Span | null;
}

export interface ParquetFooter {
  readonly leaves: readonly LeafColumn[];
  readonly groups: readonly ThriftStruct[];
  readonly keyValues: ReadonlyMap<string, string>;
}

const MAGIC = 'PAR1';
const ENCRYPTED = 'PARE';
/** Magic at the start, length and magic at the end. */
const SHORTEST = 12;
const TAIL = 8;
/** One read gets the footer of most files. */
const READ_AHEAD = 1 << 16;
const LARGEST_FOOTER = 1 << 26;

function magicOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** @param head the first bytes of a file, four at least */
export function isParquet(head: Uint8Array): boolean {
  return head.length >= 4 && magicOf(head.subarray(0, 4)) === MAGIC;
}

async function bytesOf(blob: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(start, end).arrayBuffer());
}

function checkEnd(tail: Uint8Array, blob: Blob): number {
  const magic = magicOf(tail.subarray(-4));
  if (magic === ENCRYPTED) {
    throw new FormatError(
      'archive/unsupported',
      'The Parquet file is encrypted.',
      'Decrypt it with the program that made it, and give the result.',
    );
  }
  if (magic !== MAGIC) throw truncated('a Parquet file keeps its table of contents at its end');
  const length = new DataView(tail.buffer, tail.byteOffset + tail.length - TAIL, 4).getUint32(
    0,
    true,
  );
  if (length > Math.min(blob.size - SHORTEST, LARGEST_FOOTER)) {
    throw corrupt(`The footer of the Parquet file claims ${length} of its ${blob.size} bytes.`);
  }
  return length;
}

/** @throws FormatError when there is no footer that can be read */
export async function readFooter(blob: Blob): Promise<ParquetFooter> {
  if (blob.size < SHORTEST) throw truncated(`a Parquet file has more than ${blob.size} bytes`);
  let tail = await bytesOf(blob, Math.max(0, blob.size - READ_AHEAD), blob.size);
  const length = checkEnd(tail, blob);
  if (length + TAIL > tail.length) tail = await bytesOf(blob, blob.size - length - TAIL, blob.size);
  const { struct } = readStruct(tail.subarray(0, tail.length - TAIL), tail.length - TAIL - length);
  const keyValues = struct.structs(5).map((pair) => [pair.text(1), pair.text(2)] as const);
  return {
    leaves: leavesOf(struct.structs(2)),
    groups: struct.structs(4),
    keyValues: new Map(keyValues.map(([key, value]) => [key ?? '', value ?? ''])),
  };
}

/** @throws FormatError `archive/corrupt` */
export function rowsOf(group: ThriftStruct): number {
  const rows = group.int(3);
  if (rows === null || rows < 0) throw corrupt('A row group does not say how many rows it has.');
  return rows;
}

function spanIn(start: number | null, length: number | null, size: number): Span | null {
  if (start === null || length === null || start < 4 || length <= 0) return null;
  return start + length > size ? null : { start, end: start + length };
}

/**
 * Where a row group keeps a column.
 * @param size of the file, bytes
 * @throws FormatError `archive/corrupt` when it is not within the file, or belongs to another column
 */
export function chunkOf(group: ThriftStruct, leaf: LeafColumn, size: number): ColumnChunk {
  const chunk = group.structs(1)[leaf.index];
  const meta = chunk?.struct(3) ?? null;
  const name = leaf.path.join('.');
  if (chunk === undefined || meta === null || meta.texts(3).join('.') !== name) {
    throw corrupt(`A row group has no column ${name}.`);
  }
  if (chunk.has(1)) throw corrupt(`The column ${name} is kept in another file.`);
  if (chunk.has(8)) throw corrupt(`The column ${name} is encrypted.`);
  const dataStart = meta.int(9);
  const dictionaryStart = meta.int(11) ?? 0;
  // Some writers say 0 where there is no dictionary.
  const start = dictionaryStart > 0 ? Math.min(dictionaryStart, dataStart ?? 0) : dataStart;
  const span = spanIn(start, meta.int(7), size);
  if (span === null) throw corrupt(`The column ${name} of a row group lies beyond the file.`);
  return {
    ...span,
    codec: meta.int(4) ?? -1,
    nulls: meta.struct(12)?.int(3) ?? null,
    offsetIndex: spanIn(chunk.int(4), chunk.int(5), size),
  };
}
