/** Labels from beside a RecordIO file, put to the rows of its index by their keys. */
import type { RowsByKey } from './recordioIndex';

/** Labels by the rows of an index, or why they cannot be used, the end of a sentence. */
export type ListedLabels =
  | { readonly labels: Float64Array<ArrayBuffer> }
  | { readonly why: string };

/** Every row needs a label, and no row two. */
export class LabelTable {
  /** Why the labels cannot be used. */
  why: string | null = null;
  readonly #rows: RowsByKey;
  readonly #labels: Float64Array<ArrayBuffer>;
  readonly #seen: Uint8Array;

  /** @param rowCount how many rows `rows` knows */
  constructor(rows: RowsByKey, rowCount: number) {
    this.#rows = rows;
    this.#labels = new Float64Array(rowCount);
    this.#seen = new Uint8Array(rowCount);
  }

  /** A key that the index does not have is passed over. */
  set(key: number, label: number): void {
    const row = this.#rows.rowOf(key);
    if (row < 0) return;
    if (this.#seen[row] === 1) this.why = `it has the key ${key} twice.`;
    this.#seen[row] = 1;
    this.#labels[row] = label;
  }

  finish(): ListedLabels {
    if (this.why === null && this.#seen.includes(0)) {
      this.why = 'it leaves out records that the index has.';
    }
    return this.why === null ? { labels: this.#labels } : { why: this.why };
  }
}
