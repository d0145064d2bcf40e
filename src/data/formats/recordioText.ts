/**
 * The two texts that lie beside a RecordIO file: `property` (how many identities there are and how
 * large the images) and the list it was made from (`train.lst`, `train.tsv`), which has every label.
 */
import type { RowsByKey } from './recordioIndex';
import { LabelTable, type ListedLabels } from './recordioLabels';
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

/** In which column the label stands: `key label … path`, or `key path label`. */
type LabelColumn = 1 | 2;

class ListReader {
  readonly table: LabelTable;
  #column: LabelColumn | null = null;

  constructor(table: LabelTable) {
    this.table = table;
  }

  take(line: string, number: number): void {
    const fields = line.split('\t').map((field) => field.trim());
    this.#column ??= labelColumn(fields);
    const key = numberIn(fields[0]);
    const label = this.#column === null ? null : numberIn(fields[this.#column]);
    if (key === null || label === null)
      this.table.why = `line ${number} of it has no key and label.`;
    else this.table.set(key, label);
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
  const table = new LabelTable(rows, rowCount);
  const reader = new ListReader(table);
  const decoder = new TextDecoder();
  await forEachLine(
    list,
    (bytes, start, end, number) => {
      if (table.why !== null) return;
      const line = decoder.decode(bytes.subarray(start, end));
      if (line.trim() !== '') reader.take(line, number);
    },
    onProgress,
  );
  return table.finish();
}

function labelColumn(fields: readonly string[]): LabelColumn | null {
  if (fields.length >= 3 && numberIn(fields[1]) !== null) return 1;
  return fields.length >= 3 && numberIn(fields[2]) !== null ? 2 : null;
}

function numberIn(field: string | undefined): number | null {
  if (field === undefined || !/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(field)) return null;
  return Number(field);
}
