/**
 * Reads a zip's table of contents, in windows of a few megabytes: 50,000 files in a fraction of a
 * second, and a table that lists millions is never in memory as bytes.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.5.3.
 */
import { corrupt, type IndexOptions } from './archive';
import { FormatError } from './errors';
import { findDirectory } from './zipEnd';
import { FLAG, type ZipEntry } from './zipEntry';
import { extraField, zipName } from './zipName';

const ENTRY = { length: 46, signature: 0x02014b50 };
const ZIP64_FIELD = 0x0001;
const IN_ZIP64 = 0xffffffff;
/** Larger than the longest entry, whose three lengths have 16 bits each. */
const WINDOW = 1 << 22;
/** A table that lists more is not a set of pictures a person has. */
const MOST_ENTRIES = 5_000_000;

const UNIX = 3;
const LINK_MODE = 0xa000;

interface Sizes {
  readonly size: number;
  readonly packedSize: number;
  readonly offset: number;
}

/** What does not fit in 32 bits stands in a field of its own, in this order. */
function widened(sizes: Sizes, extra: Uint8Array): Sizes {
  const { size, packedSize, offset } = sizes;
  if (size !== IN_ZIP64 && packedSize !== IN_ZIP64 && offset !== IN_ZIP64) return sizes;
  const field = extraField(extra, ZIP64_FIELD);
  if (field === null) return sizes;
  const view = new DataView(field.buffer, field.byteOffset, field.length);
  let at = 0;
  const wide = (value: number) => {
    if (value !== IN_ZIP64 || at + 8 > view.byteLength) return value;
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  return { size: wide(size), packedSize: wide(packedSize), offset: wide(offset) };
}

/** One entry of `window` at `at`, and where the next begins; `null` where none is whole. */
function readEntry(
  window: Uint8Array<ArrayBuffer>,
  at: number,
  shift: number,
): { readonly entry: ZipEntry; readonly next: number } | null {
  if (at + ENTRY.length > window.length) return null;
  const view = new DataView(window.buffer, at, ENTRY.length);
  if (view.getUint32(0, true) !== ENTRY.signature) return null;
  const nameStart = at + ENTRY.length;
  const extraStart = nameStart + view.getUint16(28, true);
  const extraEnd = extraStart + view.getUint16(30, true);
  const next = extraEnd + view.getUint16(32, true);
  if (next > window.length) return null;
  const flags = view.getUint16(8, true);
  const extra = window.subarray(extraStart, extraEnd);
  const narrow = {
    size: view.getUint32(24, true),
    packedSize: view.getUint32(20, true),
    offset: view.getUint32(42, true),
  };
  const { size, packedSize, offset } = widened(narrow, extra);
  const name = window.subarray(nameStart, extraStart);
  const entry: ZipEntry = {
    path: zipName(name, extra, (flags & FLAG.utf8) !== 0),
    offset: offset + shift,
    packedSize,
    size,
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    encrypted: (flags & FLAG.encrypted) !== 0,
    link: view.getUint8(5) === UNIX && (view.getUint16(40, true) & 0xf000) === LINK_MODE,
  };
  return { entry, next };
}

export interface ZipContents {
  /** In the order of the table, without folders. */
  readonly entries: readonly ZipEntry[];
  readonly problem: FormatError | null;
}

/**
 * @returns what the table lists, with a problem where it is damaged in its middle
 * @throws FormatError when there is no table
 */
export async function readDirectory(blob: Blob, options: IndexOptions = {}): Promise<ZipContents> {
  const { start, end, count, shift } = await findDirectory(blob);
  const entries: ZipEntry[] = [];
  let listed = 0;
  let position = start;
  while (position < end) {
    options.signal?.throwIfAborted();
    options.onProgress?.(position - start, end - start);
    const stop = Math.min(position + WINDOW, end);
    const window = new Uint8Array(await blob.slice(position, stop).arrayBuffer());
    let at = 0;
    for (let read = readEntry(window, at, shift); read !== null; ) {
      listed += 1;
      if (!read.entry.path.endsWith('/')) entries.push(read.entry);
      if (entries.length > MOST_ENTRIES) return { entries, problem: tooMany() };
      at = read.next;
      read = readEntry(window, at, shift);
    }
    // Nothing whole in a window: it is damage, or what signs the table.
    if (at === 0) break;
    position += at;
  }
  const isWhole = listed >= count || listed % 65_536 === count;
  const problem = isWhole
    ? null
    : corrupt(`The table of contents of the zip is damaged after ${listed} of ${count} files.`);
  return { entries, problem };
}

function tooMany(): FormatError {
  return new FormatError(
    'archive/unsupported',
    `The zip lists more than ${MOST_ENTRIES} files; the others are left out.`,
    'Split it into several.',
  );
}
