/**
 * The rows of one row group: who is on their pictures, which is in memory, and the pictures, which are
 * read page by page when they are asked for. Rows are numbers from 0 within the group.
 */
import { corrupt } from '../archive';
import { loadDictionary, loadPage, type PageTable, pageOfRow, readPageTable } from './chunk';
import type { ColumnChunk } from './footer';
import { type Page, valueAt } from './page';
import type { PageCache } from './pageCache';
import type { LeafColumn } from './schema';
import type { ParquetValue } from './values';

/** One file of a set. */
export interface Shard {
  readonly name: string;
  readonly blob: Blob;
  readonly split: string | null;
  /** Unlike that of all other shards. */
  readonly number: number;
  readonly image: LeafColumn;
  /** Every name that a label in it has had. */
  readonly names: string[];
  readonly pages: PageCache<Page>;
  readonly dictionaries: PageCache<readonly ParquetValue[]>;
}

/** Texts of many rows in one piece of memory. */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  /** `[rows + 1]`; a text is empty where there is none. */
  readonly starts: Uint32Array;
}

const UTF8 = new TextDecoder();

function weighDictionary(values: readonly ParquetValue[]): number {
  const bytes = values.reduce<number>((sum, value) => {
    return sum + (value instanceof Uint8Array ? value.length : 8);
  }, 0);
  return bytes + 64 * values.length;
}

export class RowGroup {
  readonly shard: Shard;
  readonly rows: number;
  /** Of its first row in the shard. */
  readonly firstRow: number;
  readonly #chunk: ColumnChunk;
  /** `[rows]` places in the shard's names, -1 for none; `null` where there is no column of them. */
  readonly #labels: Int32Array | null;
  readonly #paths: PackedTexts | null;
  #table: Promise<PageTable> | null = null;

  constructor(
    shard: Shard,
    place: { readonly rows: number; readonly firstRow: number; readonly chunk: ColumnChunk },
    labels: Int32Array | null,
    paths: PackedTexts | null,
  ) {
    this.shard = shard;
    this.rows = place.rows;
    this.firstRow = place.firstRow;
    this.#chunk = place.chunk;
    this.#labels = labels;
    this.#paths = paths;
  }

  identityOf(row: number): string | null {
    return this.shard.names[this.#labels?.[row] ?? -1] ?? null;
  }

  /** As the row names its picture, or `null`. */
  givenPathOf(row: number): string | null {
    if (this.#paths === null) return null;
    const { bytes, starts } = this.#paths;
    const [start, end] = [starts[row]!, starts[row + 1]!];
    return start === end ? null : UTF8.decode(bytes.subarray(start, end));
  }

  pathOf(row: number): string {
    return this.givenPathOf(row) ?? `${this.shard.name}#${this.firstRow + row}`;
  }

  /** Length of its column of pictures in the file, bytes. */
  get imageBytes(): number {
    return this.#chunk.end - this.#chunk.start;
  }

  /** @returns the caller's own bytes, or `null` where the row has no picture. @throws FormatError */
  async imageOf(row: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const value = await this.#imageAt(row);
    return value instanceof Uint8Array ? value.slice() : null;
  }

  /** Costs as much as reading it. @throws FormatError */
  async hasImage(row: number): Promise<boolean> {
    return (await this.#imageAt(row)) instanceof Uint8Array;
  }

  async #imageAt(row: number): Promise<ParquetValue | null> {
    const table = await this.#pageTable();
    const page = pageOfRow(table, row);
    if (page === -1) throw corrupt(`The images of ${this.shard.name} end before row ${row}.`);
    const rowInPage = row - table.firstRows[page]!;
    const loaded = await this.#page(table, page);
    if (rowInPage >= loaded.rows) throw corrupt(`A page of ${this.shard.name} lacks row ${row}.`);
    return valueAt(loaded, rowInPage);
  }

  #pageTable(): Promise<PageTable> {
    if (this.#table === null) {
      this.#table = readPageTable(this.shard.blob, this.#chunk, this.rows);
      // A file that could not be read just now may be read the next time.
      this.#table.catch(() => {
        this.#table = null;
      });
    }
    return this.#table;
  }

  #page(table: PageTable, page: number): Promise<Page> {
    const { blob, number, image, pages } = this.shard;
    const load = async () => {
      const dictionary = await this.#dictionary(table);
      const { rows } = this;
      return loadPage(blob, table, page, {
        column: image,
        codec: this.#chunk.codec,
        rows,
        dictionary,
      });
    };
    return pages.get(`${number}:${table.starts[page]}`, load, ({ weight }) => weight);
  }

  async #dictionary({ dictionary }: PageTable): Promise<readonly ParquetValue[] | null> {
    if (dictionary === null) return null;
    const { blob, number, image, dictionaries } = this.shard;
    const load = () => loadDictionary(blob, dictionary, image, this.#chunk.codec);
    return dictionaries.get(`${number}:${dictionary.start}`, load, weighDictionary);
  }
}
