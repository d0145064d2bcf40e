/**
 * The table of identities some RecordIO files carry (insightface's `face2rec`): the record with key 0
 * says which keys are images and which are identities, and each identity's record says which images
 * are its own. So every image gets its class from a few records that lie together.
 */
import { FileWindow, type RangeSource } from './fileWindow';
import { HEAD_BYTES, IMAGE_HEAD, PART_HEAD } from './recordioFormat';
import type { RecordRows, RowsByKey } from './recordioIndex';
import { headAt, headBytes, splitHeadAt } from './recordioRecord';
import { walkRows } from './recordioWalk';

/** What the record with key 0 says: images have the keys 1 … `identities` − 1. */
export interface HeaderRecord {
  /** The first key of an identity. */
  readonly identities: number;
  /** The first key after them. */
  readonly end: number;
}

/** The rows of an index and how to find them. */
export interface IndexedRecords {
  readonly rows: RecordRows;
  readonly byKey: RowsByKey;
  readonly source: RangeSource;
}

/** `null` where the file has no such record: all its records are images. */
export async function readHeaderRecord(set: IndexedRecords): Promise<HeaderRecord | null> {
  const row = set.byKey.rowOf(0);
  if (row < 0) return null;
  const window = new FileWindow(set.source);
  const offset = set.rows.offsets[row]!;
  // Most often it is an image of the other convention: only its head is worth reading.
  await window.move(offset, HEAD_BYTES + 4);
  const placed = headAt(window, offset);
  if (placed === 'split' || 'why' in placed) return null;
  const { labels, label: identities, imageSize } = placed.head;
  if (labels < 2 || imageSize > 0) return null;
  const end = window.view.getFloat32(PART_HEAD + IMAGE_HEAD + 4, true);
  const isSound = Number.isSafeInteger(identities) && Number.isSafeInteger(end);
  return isSound && identities >= 1 && end >= identities ? { identities, end } : null;
}

/** Classes by row (−1: no image), or why they are not known, the end of a sentence. */
export type TableClasses =
  | { readonly classes: Float64Array<ArrayBuffer> }
  | { readonly why: string };

/**
 * The class of every image: its identity's place in the table. Only the table is read.
 * @param images rows of the images
 */
export async function readTable(
  set: IndexedRecords,
  header: HeaderRecord,
  images: Uint32Array,
  onProgress: (offset: number) => void,
): Promise<TableClasses> {
  const ranges = await readRanges(set, header, onProgress);
  if ('why' in ranges) return ranges;
  const { firsts, ends } = ranges;
  const classes = new Float64Array(set.rows.keys.length).fill(-1);
  let at = 0;
  for (const row of images) {
    const key = set.rows.keys[row]!;
    if (!(key >= firsts[at]! && key < ends[at]!)) at = placeOf(key, firsts);
    if (at < 0 || key >= ends[at]!) return { why: `no identity has the image with key ${key}.` };
    classes[row] = at;
  }
  return { classes };
}

interface KeyRanges {
  /** The first key of each identity's images. */
  readonly firsts: Float64Array;
  /** The first key after them. */
  readonly ends: Float64Array;
}

async function readRanges(
  set: IndexedRecords,
  header: HeaderRecord,
  onProgress: (offset: number) => void,
): Promise<KeyRanges | { readonly why: string }> {
  const { keys, offsets } = set.rows;
  const count = header.end - header.identities;
  const rows = rowsWhere(keys, (key) => key >= header.identities && key < header.end);
  if (rows.length < count || count === 0) {
    return { why: `the file has ${rows.length} of the ${count} identities it should have.` };
  }
  const firsts = new Float64Array(count);
  const ends = new Float64Array(count);
  let damaged = -1;
  const visit = (row: number, window: FileWindow): undefined => {
    const range = rangeAt(window, offsets[row]!);
    const key = keys[row]!;
    if (range === null) damaged = key;
    else [firsts[key - header.identities], ends[key - header.identities]] = range;
  };
  await walkRows(set.source, offsets, rows, HEAD_BYTES + 4, visit, onProgress);
  if (damaged >= 0) return { why: `the record of the identity with key ${damaged} is damaged.` };
  return checked({ firsts, ends }, header);
}

/** First key and end of an identity's images, `null` for another kind of record. */
function rangeAt(window: FileWindow, offset: number): [number, number] | null {
  const placed = headAt(window, offset);
  if (placed === 'split' || 'why' in placed || placed.head.labels < 2) return null;
  const at = offset + PART_HEAD + IMAGE_HEAD + 4 - window.start;
  return [placed.head.label, window.view.getFloat32(at, true)];
}

/** The ranges follow one another, as the images were written person by person. */
function checked(ranges: KeyRanges, header: HeaderRecord): KeyRanges | { readonly why: string } {
  let before = 1;
  for (const [place, first] of ranges.firsts.entries()) {
    const end = ranges.ends[place]!;
    // Written so that NaN fails.
    if (!(first >= before && end >= first && end <= header.identities)) {
      return { why: `identity ${place} should have the images ${first} to ${end}.` };
    }
    before = end;
  }
  return ranges;
}

/** The last of `firsts`, which ascend, that is not above `key`; −1 where all are. */
function placeOf(key: number, firsts: Float64Array): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firsts[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The rows whose keys are wanted, in the order of the file. */
export function rowsWhere(keys: Float64Array, isWanted: (key: number) => boolean): Uint32Array {
  const rows = new Uint32Array(keys.length);
  let count = 0;
  for (let row = 0; row < keys.length; row += 1) {
    if (!isWanted(keys[row]!)) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** How many records are looked at to see whether labels from elsewhere are right. */
const SAMPLES = 32;

/**
 * Looks at records spread evenly over `rows`, and at their neighbours, where a class may end.
 * @param labels by row
 * @returns what disagrees, the end of a sentence, or `null`; an index that leads to no record does
 */
export async function disagreement(
  set: IndexedRecords,
  rows: Uint32Array,
  labels: Float64Array,
): Promise<string | null> {
  const window = new FileWindow(set.source);
  for (const row of sampled(rows, labels)) {
    const offset = set.rows.offsets[row]!;
    await window.move(offset, headBytes(set.source.size, offset));
    const whole = headAt(window, offset);
    const placed = whole === 'split' ? await splitHeadAt(window, offset) : whole;
    if ('why' in placed) return `the record with key ${set.rows.keys[row]} is damaged.`;
    if (placed.head.imageSize === 0) continue;
    const label = labels[row]!;
    const found = placed.head.label;
    if (found === Math.fround(label)) continue;
    return `the image with key ${set.rows.keys[row]} has the label ${found}, not ${label}.`;
  }
  return null;
}

/** Half of them spread evenly, half where the label changes next after those. */
function sampled(rows: Uint32Array, labels: Float64Array): ReadonlySet<number> {
  const chosen = new Set<number>();
  const step = Math.max(1, (rows.length - 1) / (SAMPLES / 2 - 1));
  for (let place = 0; place <= rows.length - 1; place += step) {
    let at = Math.round(place);
    chosen.add(rows[at]!);
    const label = labels[rows[at]!];
    while (at + 1 < rows.length && labels[rows[at]!] === label) at += 1;
    chosen.add(rows[at]!);
  }
  return chosen;
}
