/**
 * A Parquet set that names its pictures without holding them, as the Hugging Face hub keeps those of a
 * folder: it is a list of pictures, and said as one, in lines of JSON.
 */
import type { IndexOptions } from '../archive';
import { FormatError } from '../errors';
import { isPictureName } from '../imageName';
import { splitOfShard } from '../splitName';
import { readColumn, readSpan } from './chunk';
import { choosePaths, type PathColumns } from './columns';
import { chunkOf, readFooter, rowsOf } from './footer';
import { nameOf } from './labels';
import type { ParquetFile } from './parquet';
import type { LeafColumn } from './schema';
import type { ThriftStruct } from './thrift';

export interface PathList {
  /** One object a line: `file_name`, who is on it, and `split` where the shard's name tells it. */
  readonly text: string;
  /** The column that has the paths. */
  readonly column: string;
  readonly pictures: number;
  /** Whether it says who is on them. */
  readonly hasLabels: boolean;
}

/** More rows are not a set of pictures a person has. */
const MOST_ROWS = 5_000_000;
/** Of labels that may number the rows, so many must repeat. */
const MOST_DISTINCT = 0.75;
/** Names of columns that may hold something else than people: the list keeps such a one. */
const VAGUE = /^(label|class|cls|target)/i;

async function valuesOf(
  group: ThriftStruct,
  leaf: LeafColumn | null,
  blob: Blob,
  names: readonly string[] | null,
): Promise<readonly (string | null)[]> {
  const rows = rowsOf(group);
  if (leaf === null || rows === 0) return new Array<string | null>(rows).fill(null);
  const { start, end, codec } = chunkOf(group, leaf, blob.size);
  const values = await readColumn(await readSpan(blob, start, end), leaf, codec, rows);
  return values.map((value) => nameOf(value, names));
}

interface Row {
  readonly path: string;
  readonly who: string | null;
  readonly split: string | null;
}

async function rowsOfShard(
  { name, blob }: ParquetFile,
  signal: AbortSignal | undefined,
  mostRows: number,
): Promise<{ readonly rows: readonly Row[]; readonly columns: PathColumns } | null> {
  const footer = await readFooter(blob);
  const columns = choosePaths(footer);
  if (columns === null) return null;
  const rows: Row[] = [];
  const split = splitOfShard(name);
  for (const group of footer.groups) {
    signal?.throwIfAborted();
    if (rows.length + rowsOf(group) > mostRows) return null;
    const paths = await valuesOf(group, columns.path, blob, null);
    const people = await valuesOf(group, columns.label, blob, columns.classNames);
    for (const [row, path] of paths.entries()) {
      if (path !== null && path !== '') rows.push({ path, who: people[row] ?? null, split });
    }
  }
  return { rows, columns };
}

/** Names of rows that hardly repeat are no names of people. */
function tellsPeople(rows: readonly Row[], { label, isWeakLabel }: PathColumns): boolean {
  if (label === null) return false;
  const people = new Set(rows.flatMap(({ who }) => (who === null || who === '' ? [] : [who])));
  return people.size > 0 && (!isWeakLabel || people.size <= rows.length * MOST_DISTINCT);
}

/** Other texts, such as what is said on a page, are no names of pictures. */
function areNames(rows: readonly Row[]): boolean {
  const named = rows.reduce((sum, { path }) => sum + (isPictureName(path) ? 1 : 0), 0);
  return named > 0 && 2 * named >= rows.length;
}

function lineOf({ path, who, split }: Row, key: string | null): string {
  return JSON.stringify({
    file_name: path,
    ...(key !== null && who !== null && who !== '' ? { [key]: who } : {}),
    ...(split === null ? {} : { split }),
  });
}

/**
 * @param shards of one set, in which no picture was found
 * @returns `null` where they name no pictures, or cannot be read
 */
export async function listOfPaths(
  shards: readonly ParquetFile[],
  { signal }: IndexOptions = {},
): Promise<PathList | null> {
  const all: Row[] = [];
  let columns: PathColumns | null = null;
  try {
    for (const shard of shards) {
      const found = await rowsOfShard(shard, signal, MOST_ROWS - all.length);
      if (found === null) return null;
      for (const row of found.rows) all.push(row);
      columns ??= found.columns;
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // What is wrong with it was said when its pictures were looked for.
    return null;
  }
  if (columns === null || !areNames(all)) return null;
  const hasLabels = tellsPeople(all, columns);
  const vague = VAGUE.test(columns.label?.path[0] ?? '') ? 'label' : 'identity';
  const key = hasLabels ? vague : null;
  return {
    text: all.map((row) => `${lineOf(row, key)}\n`).join(''),
    column: columns.path.path[0] ?? '',
    pictures: all.length,
    hasLabels,
  };
}
