/**
 * The two texts that lie beside a RecordIO file: `property` (how many identities there are and how
 * large the images) and the list it was made from (`train.lst`, `train.tsv`), which has every label.
 */
import type { RowsByKey } from './recordioIndex';
import { forEachLine } from './textLines';

/** A longer file is no `property`. */
const LONGEST_PROPERTY = 4096;

/**
 * How many identities `property` states: its first line is `identities,height,width`.
 * @returns `null` where it says something else
 */
export async function statedIdentities(property: Blob): Promise<number | null> {
  if (property.size > LONGEST_PROPERTY) return null;
  const [first = ''] = (await property.text()).split('\n');
  const match = /^\s*(\d{1,9})\s*,\s*\d+\s*,\s*\d+\s*$/.exec(first);
  return match === null ? null : Number(match[1]);
}

/** Labels of a list by the rows of an index, or why they cannot be used, the end of a sentence. */
export type ListedLabels =
  | { readonly labels: Float64Array<ArrayBuffer> }
  | { readonly why: string };

/** In which column the label stands: `key label … path`, or `key path label`. */
type LabelColumn = 1 | 2;

class LabelReader {
  readonly labels: Float64Array<ArrayBuffer>;
  /** Why the list cannot be used. */
  why: string | null = null;
  readonly #rows: RowsByKey;
  readonly #seen: Uint8Array;
  #column: LabelColumn | null = null;

  constructor(rows: RowsByKey, rowCount: number) {
    this.#rows = rows;
    this.labels = new Float64Array(rowCount);
    this.#seen = new Uint8Array(rowCount);
  }

  take(line: string, number: number): void {
    const fields = line.split('\t').map((field) => field.trim());
    this.#column ??= labelColumn(fields);
    const key = numberIn(fields[0]);
    const label = this.#column === null ? null : numberIn(fields[this.#column]);
    if (key === null || label === null) {
      this.why = `line ${number} of it has no key and label.`;
      return;
    }
    const row = this.#rows.rowOf(key);
    if (row < 0) return;
    if (this.#seen[row] === 1) this.why = `it has the key ${key} twice.`;
    this.#seen[row] = 1;
    this.labels[row] = label;
  }

  finish(): ListedLabels {
    if (this.why === null && this.#seen.includes(0)) {
      this.why = 'it leaves out records that the index has.';
    }
    return this.why === null ? { labels: this.labels } : { why: this.why };
  }
}

/**
 * Every row needs its line, and no row two: a list without keys, as face alignment tools write it
 * (`1 path label`), is not taken for one with keys.
 * @param rowCount how many rows `rows` knows
 */
export async function readListedLabels(
  list: Blob,
  rows: RowsByKey,
  rowCount: number,
  onProgress: (done: number) => void,
): Promise<ListedLabels> {
  const reader = new LabelReader(rows, rowCount);
  const decoder = new TextDecoder();
  await forEachLine(
    list,
    (bytes, start, end, number) => {
      if (reader.why !== null) return;
      const line = decoder.decode(bytes.subarray(start, end));
      if (line.trim() !== '') reader.take(line, number);
    },
    onProgress,
  );
  return reader.finish();
}

function labelColumn(fields: readonly string[]): LabelColumn | null {
  if (fields.length >= 3 && numberIn(fields[1]) !== null) return 1;
  return fields.length >= 3 && numberIn(fields[2]) !== null ? 2 : null;
}

function numberIn(field: string | undefined): number | null {
  if (field === undefined || !/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(field)) return null;
  return Number(field);
}
