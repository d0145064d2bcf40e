/**
 * The index of a RecordIO file (`train.idx`): a line `key⇥offset` for each record. Keys and offsets
 * become numeric columns in the order of the file, so that millions of records take few megabytes.
 */
import { Column } from './column';
import { PART_HEAD } from './recordioFormat';
import { recordPath, type SkippedRecords } from './skippedRecords';
import { forEachLine, isBlank, twoNumbers } from './textLines';

/** Where the records lie, ascending; row by row. */
export interface RecordRows {
  readonly keys: Float64Array<ArrayBuffer>;
  /** Of the records' first bytes. */
  readonly offsets: Float64Array<ArrayBuffer>;
  /** Bytes from each record to the next, or to the end of the file. */
  readonly extents: Float64Array<ArrayBuffer>;
}

export interface ReadIndex {
  readonly rows: RecordRows;
  /** How many records lie beyond the end of the file, by the index. */
  readonly beyond: number;
}

/**
 * Lines that are no key and offset, offsets outside the file and keys that come again are skipped
 * with their reasons; of a key that comes again the last line counts.
 * @param fileSize of the `.rec`, bytes
 */
export async function readIndex(
  idx: Blob,
  fileSize: number,
  skipped: SkippedRecords,
  onProgress: (done: number) => void,
): Promise<ReadIndex> {
  const keys = new Column();
  const offsets = new Column();
  let beyond = 0;
  const take = (key: number, offset: number) => {
    if (offset + PART_HEAD > fileSize) {
      beyond += 1;
      const reason = `The index says byte ${offset}; the file has ${fileSize} bytes.`;
      skipped.add(recordPath(key), reason);
    } else {
      keys.push(key);
      offsets.push(offset);
    }
  };
  await forEachLine(
    idx,
    (bytes, start, end, line) => {
      const pair = twoNumbers(bytes, start, end);
      if (pair !== null) take(pair[0], pair[1]);
      else if (!isBlank(bytes, start, end)) {
        skipped.add(`line ${line} of the index`, 'It is no key and offset.');
      }
    },
    onProgress,
  );
  const once = withoutRepeats(keys.toArray(), offsets.toArray(), skipped);
  return { rows: withExtents(inFileOrder(once), fileSize), beyond };
}

type KeysAndOffsets = Omit<RecordRows, 'extents'>;

function inFileOrder({ keys, offsets }: KeysAndOffsets): KeysAndOffsets {
  const inOrder = offsets.every((offset, row) => row === 0 || offset >= offsets[row - 1]!);
  if (inOrder) return { keys, offsets };
  const order = Uint32Array.from(offsets, (_, row) => row);
  order.sort((a, b) => offsets[a]! - offsets[b]! || a - b);
  return {
    keys: Float64Array.from(order, (row) => keys[row]!),
    offsets: Float64Array.from(order, (row) => offsets[row]!),
  };
}

function withoutRepeats(
  keys: Float64Array<ArrayBuffer>,
  offsets: Float64Array<ArrayBuffer>,
  skipped: SkippedRecords,
): KeysAndOffsets {
  const rows = new RowsByKey(keys);
  const last = (key: number, row: number) => rows.rowOf(key) === row;
  if (keys.every(last)) return { keys, offsets };
  for (const [row, key] of keys.entries()) {
    if (!last(key, row)) skipped.add(recordPath(key), 'Its key is in the index more than once.');
  }
  return {
    keys: keys.filter(last),
    offsets: offsets.filter((_, row) => last(keys[row]!, row)),
  };
}

function withExtents(rows: KeysAndOffsets, fileSize: number): RecordRows {
  const { keys, offsets } = rows;
  const extents = new Float64Array(offsets.length);
  let next = fileSize;
  for (let row = offsets.length - 1; row >= 0; row -= 1) {
    // Two keys may lead to one record.
    const offset = offsets[row]!;
    if (row + 1 < offsets.length && offsets[row + 1]! > offset) next = offsets[row + 1]!;
    extents[row] = next - offset;
  }
  return { keys, offsets, extents };
}

/** Finds rows by their keys; of a key that comes again the last row. */
export class RowsByKey {
  readonly #keys: Float64Array;
  /** Row + 1 for every key up to the largest, where the keys lie close together. */
  readonly #dense: Uint32Array | null;
  /** Else the rows in the order of their keys. */
  readonly #sorted: Uint32Array;

  constructor(keys: Float64Array) {
    this.#keys = keys;
    const largest = keys.reduce((most, key) => Math.max(most, key), 0);
    if (largest < 4 * keys.length + 1024) {
      this.#dense = new Uint32Array(largest + 1);
      this.#sorted = new Uint32Array(0);
      for (let row = 0; row < keys.length; row += 1) this.#dense[keys[row]!] = row + 1;
    } else {
      this.#dense = null;
      this.#sorted = Uint32Array.from(keys, (_, row) => row);
      this.#sorted.sort((a, b) => keys[a]! - keys[b]! || a - b);
    }
  }

  /** −1 where there is none. */
  rowOf(key: number): number {
    if (this.#dense !== null) return (this.#dense[key] ?? 0) - 1;
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[this.#sorted[middle]!]! <= key) low = middle + 1;
      else high = middle;
    }
    const row = this.#sorted[low - 1];
    return row !== undefined && this.#keys[row] === key ? row : -1;
  }
}
