/**
 * Indexes one Parquet file: its footer, and of each row group the labels and the paths. The pictures
 * are left where they are. A row group that is damaged is left out alone.
 */
import type { IndexOptions, SkippedMember } from '../archive';
import { FormatError } from '../errors';
import { splitOfShard } from '../splitName';
import { readColumn, readSpan } from './chunk';
import { chooseColumns, type ImageColumns } from './columns';
import { type ColumnChunk, chunkOf, readFooter, rowsOf } from './footer';
import { labelPlaces, NameList, packTexts } from './labels';
import { RowGroup, type Shard } from './rowGroup';
import type { LeafColumn } from './schema';
import type { ThriftStruct } from './thrift';

/** Row groups are read so many at a time. */
const LANES = 8;
/** Columns of one row group that lie this near to each other are read together. */
const NEAR = 1 << 16;
/** Longer labels or paths, bytes a row on average, are something else. */
const LONGEST_LABEL = 256;
const ALWAYS_READ = 1 << 16;
const MOST_DISTINCT = 0.75;

export interface IndexedShard {
  readonly groups: readonly IndexedGroup[];
  readonly skipped: readonly SkippedMember[];
  /** Whether all rows are listed: `mostRows` may have cut it short. */
  readonly isComplete: boolean;
}

export interface IndexedGroup {
  readonly group: RowGroup;
  /** Rows without a picture, as far as the writer counted them. */
  readonly nulls: number;
}

interface SmallColumn {
  readonly leaf: LeafColumn;
  readonly chunk: ColumnChunk;
}

/** What a row group says beside its pictures: a column, or none where it is too long to be read. */
function smallColumn(
  group: ThriftStruct,
  leaf: LeafColumn | null,
  blob: Blob,
  rows: number,
): SmallColumn | null {
  if (leaf === null) return null;
  const chunk = chunkOf(group, leaf, blob.size);
  return chunk.end - chunk.start > ALWAYS_READ + rows * LONGEST_LABEL ? null : { leaf, chunk };
}

/** The bytes of columns, in one read where they lie near to each other. */
async function readTogether(
  blob: Blob,
  columns: readonly (SmallColumn | null)[],
): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
  const chunks = columns.flatMap((column) => (column === null ? [] : [column.chunk]));
  if (chunks.length === 0) return columns.map(() => null);
  const start = Math.min(...chunks.map((chunk) => chunk.start));
  const end = Math.max(...chunks.map((chunk) => chunk.end));
  const wanted = chunks.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0);
  const all = end - start <= wanted + NEAR ? await readSpan(blob, start, end) : null;
  return Promise.all(
    columns.map((column) => {
      if (column === null) return null;
      const { chunk } = column;
      if (all === null) return readSpan(blob, chunk.start, chunk.end);
      return all.subarray(chunk.start - start, chunk.end - start);
    }),
  );
}

/** What is known of a shard before its row groups are read. */
interface Plan {
  readonly shard: Shard;
  readonly columns: ImageColumns;
  readonly names: NameList;
}

async function indexGroup(
  { shard, columns, names }: Plan,
  group: ThriftStruct,
  { rows, firstRow }: { readonly rows: number; readonly firstRow: number },
): Promise<IndexedGroup> {
  const { blob } = shard;
  const chunk = chunkOf(group, columns.image, blob.size);
  const small = [columns.label, columns.path].map((leaf) => smallColumn(group, leaf, blob, rows));
  const bytes = await readTogether(blob, small);
  const [labels = null, paths = null] = await Promise.all(
    small.map(async (column, index) => {
      const part = bytes[index] ?? null;
      if (column === null || part === null) return null;
      return readColumn(part, column.leaf, column.chunk.codec, rows);
    }),
  );
  const places = labels === null ? null : labelPlaces(labels, columns, names);
  const texts = paths === null ? null : packTexts(paths);
  return {
    group: new RowGroup(shard, { rows, firstRow, chunk }, places, texts),
    nulls: chunk.nulls ?? 0,
  };
}

interface GroupPlace {
  readonly group: ThriftStruct;
  readonly rows: number;
  readonly firstRow: number;
}

/** Row groups with rows, in order, up to `mostRows` rows. */
function placesOf(groups: readonly ThriftStruct[], mostRows: number): GroupPlace[] {
  const places: GroupPlace[] = [];
  let firstRow = 0;
  for (const group of groups) {
    const rows = rowsOf(group);
    if (firstRow + rows > mostRows) break;
    if (rows > 0) places.push({ group, rows, firstRow });
    firstRow += rows;
  }
  return places;
}

/** Names of rows that hardly repeat are no names of people. */
function forgetWeakNames({ columns, names }: Plan, rows: number): void {
  if (columns.isWeakLabel && names.names.length > rows * MOST_DISTINCT) names.names.length = 0;
}

export interface ShardOptions extends IndexOptions {
  readonly number: number;
  readonly caches: Pick<Shard, 'pages' | 'dictionaries'>;
  readonly mostRows: number;
}

/**
 * @param file one Parquet file
 * @param options `onProgress` counts row groups
 * @throws FormatError when nothing of it can be read
 */
export async function indexShard(
  file: { readonly name: string; readonly blob: Blob },
  options: ShardOptions,
): Promise<IndexedShard> {
  const footer = await readFooter(file.blob);
  const columns = chooseColumns(footer);
  const names = new NameList();
  const shard: Shard = {
    ...file,
    ...options.caches,
    split: splitOfShard(file.name),
    number: options.number,
    image: columns.image,
    names: names.names,
  };
  const places = placesOf(footer.groups, options.mostRows);
  const found = new Array<IndexedGroup | SkippedMember>(places.length);
  const queue = places.entries();
  let done = 0;
  const lane = async () => {
    for (const [index, { group, rows, firstRow }] of queue) {
      options.signal?.throwIfAborted();
      found[index] = await indexGroup({ shard, columns, names }, group, { rows, firstRow }).catch(
        (error: unknown) => lostGroup(error, file.name, firstRow, rows),
      );
      done += 1;
      options.onProgress?.(done, places.length);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  forgetWeakNames(
    { shard, columns, names },
    places.reduce((sum, { rows }) => sum + rows, 0),
  );
  return {
    groups: found.filter((entry) => 'group' in entry),
    skipped: found.filter((entry) => 'reason' in entry),
    isComplete: places.length === footer.groups.filter((group) => rowsOf(group) > 0).length,
  };
}

function lostGroup(error: unknown, name: string, firstRow: number, rows: number): SkippedMember {
  if (!(error instanceof FormatError)) throw error;
  const path = `${name}#${firstRow}–${firstRow + rows - 1}`;
  return { path, reason: `These ${rows} rows cannot be read: ${error.message}` };
}
