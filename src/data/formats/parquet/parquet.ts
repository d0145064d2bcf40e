/**
 * Image sets in Parquet, as the Hugging Face hub keeps them: a picture and a label a row, in one file
 * or in shards. Indexing reads the footers, the labels and the paths; a picture is read with its page.
 *
 * The pages are decoded here and not by hyparquet, whose codecs are used: it decodes whole row groups,
 * of which each can hold hundreds of megabytes of pictures, and a damaged run length keeps it busy
 * without end (1.31.5).
 */
import type { ArchiveIndex, ArchiveMember, IndexOptions, SkippedMember } from '../archive';
import { FormatError } from '../errors';
import type { Page } from './page';
import { PageCache } from './pageCache';
import type { RowGroup } from './rowGroup';
import { type IndexedGroup, indexShard } from './shard';
import type { ParquetValue } from './values';

export { isParquet } from './footer';

export interface ParquetFile {
  /** With the folders it was given in, where they say of which part it is. */
  readonly name: string;
  readonly blob: Blob;
}

/** Pages of pictures kept for their neighbours, bytes; and dictionaries, which repeat pictures. */
const PAGES_KEPT = 1 << 26;
const DICTIONARIES_KEPT = 1 << 24;
/** More rows are not a set of pictures a person has. */
const MOST_ROWS = 5_000_000;
/** Row groups that miss pictures are read through to name the rows, up to so many bytes in all. */
const MOST_READ_FOR_NULLS = 1 << 28;

/** One row. */
class ParquetMember implements ArchiveMember {
  readonly #group: RowGroup;
  readonly #row: number;

  constructor(group: RowGroup, row: number) {
    this.#group = group;
    this.#row = row;
  }

  get path(): string {
    return this.#group.pathOf(this.#row);
  }

  /** Only reading tells. */
  get size(): number {
    return 0;
  }

  get identity(): string | null {
    return this.#group.identityOf(this.#row);
  }

  get split(): string | null {
    return this.#group.shard.split;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#group.imageOf(this.#row);
    if (bytes !== null) return bytes;
    throw new FormatError(
      'image/invalid',
      withoutImage(this.#group, this.#row),
      'Write the set with the pictures in it.',
    );
  }
}

function withoutImage(group: RowGroup, row: number): string {
  const path = group.givenPathOf(row);
  return path === null
    ? 'Its row holds no picture.'
    : `Its row names the file ${path} but does not hold the picture.`;
}

/** Which rows have a picture: all, none, or what their pages say. */
async function rowsWithImage({ group, nulls }: IndexedGroup, mayRead: boolean) {
  const flags = new Uint8Array(group.rows).fill(nulls < group.rows ? 1 : 0);
  if (nulls === 0 || nulls >= group.rows || !mayRead) return flags;
  for (let row = 0; row < group.rows; row += 1) {
    // Where a page is damaged, reading the row will say so.
    flags[row] = (await group.hasImage(row).catch(() => true)) ? 1 : 0;
  }
  return flags;
}

class ParquetIndex {
  readonly members: ArchiveMember[] = [];
  readonly skipped: SkippedMember[] = [];
  #readForNulls = 0;

  async add(indexed: IndexedGroup): Promise<void> {
    const { group, nulls } = indexed;
    if (nulls > 0) this.#readForNulls += group.imageBytes;
    const flags = await rowsWithImage(indexed, this.#readForNulls <= MOST_READ_FOR_NULLS);
    for (let row = 0; row < group.rows; row += 1) {
      if (flags[row] === 1) this.members.push(new ParquetMember(group, row));
      else this.skipped.push({ path: group.pathOf(row), reason: withoutImage(group, row) });
    }
  }
}

function shardProblem(name: string, error: FormatError): FormatError {
  return new FormatError(error.code, `${name} cannot be read: ${error.message}`, error.remedy);
}

function tooMany(): FormatError {
  return new FormatError(
    'archive/unsupported',
    `The Parquet files have more than ${MOST_ROWS} rows; the others are left out.`,
    'Give some of the shards only.',
  );
}

const SHARD_ORDER = new Intl.Collator('en', { numeric: true });

/**
 * Lists the pictures of a set in the order of its shards' names.
 *
 * @param shards the files of one set; each says for itself which columns hold the pictures and labels
 * @param options `onProgress` counts the bytes of the files, as if each were read in full
 * @returns a shard that cannot be read leaves the others; `problem` names the first such. Row groups
 *   that cannot be read and rows without a picture are among the skipped.
 */
export async function indexParquet(
  shards: readonly ParquetFile[],
  options: IndexOptions = {},
): Promise<ArchiveIndex> {
  const { signal } = options;
  const caches = {
    pages: new PageCache<Page>(PAGES_KEPT),
    dictionaries: new PageCache<readonly ParquetValue[]>(DICTIONARIES_KEPT),
  };
  const index = new ParquetIndex();
  const total = shards.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  let problem: FormatError | null = null;
  const ordered = shards.toSorted((a, b) => SHARD_ORDER.compare(a.name, b.name));
  for (const [number, file] of ordered.entries()) {
    const { size } = file.blob;
    const onProgress = (done: number, of: number) => {
      options.onProgress?.(before + (size * done) / of, total);
    };
    const mostRows = MOST_ROWS - index.members.length - index.skipped.length;
    try {
      const found = await indexShard(file, { signal, onProgress, number, caches, mostRows });
      for (const group of found.groups) {
        signal?.throwIfAborted();
        await index.add(group);
      }
      index.skipped.push(...found.skipped);
      if (!found.isComplete) problem ??= tooMany();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problem ??= shards.length === 1 ? error : shardProblem(file.name, error);
    }
    before += size;
  }
  return { members: index.members, skipped: index.skipped, problem };
}
