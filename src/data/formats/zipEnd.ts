/**
 * Finds a zip's table of contents from the record at its end, with or without the 64-bit record, data
 * before the zip (self-extracting programs) and a comment or padding behind it.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
 */
import { corrupt, truncated } from './archive';
import { FormatError } from './errors';
import { LOCAL_HEADER } from './zipEntry';

export interface ZipDirectory {
  /** First byte of the first entry, and the byte behind the last, in the file. */
  readonly start: number;
  readonly end: number;
  /** Entries as declared; some writers let it wrap at 65,536. */
  readonly count: number;
  /** To be added to the offsets of the entries: bytes that lie before the zip. */
  readonly shift: number;
}

const END = { length: 22, signature: 0x06054b50 };
const LOCATOR = { length: 20, signature: 0x07064b50 };
const END_64 = { length: 56, signature: 0x06064b50 };
const ENTRY = { length: 46, signature: 0x02014b50 };
const SATURATED = { short: 0xffff, long: 0xffffffff };

/** The record is searched for in so many last bytes: its comment may have 65,535. */
const SEARCHED = 1 << 20;
/** The signature may also occur in a comment; so many places are tried. */
const MOST_TRIES = 16;

async function viewOf(blob: Blob, start: number, length: number): Promise<DataView> {
  const from = Math.max(0, start);
  return new DataView(await blob.slice(from, from + length).arrayBuffer());
}

async function startsWith(blob: Blob, at: number, signature: number): Promise<boolean> {
  if (at < 0 || at + 4 > blob.size) return false;
  return (await viewOf(blob, at, 4)).getUint32(0, true) === signature;
}

interface EndRecord {
  /** Where the table of contents should end. */
  readonly at: number;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function readEnd64(blob: Blob, end: number): Promise<EndRecord | null> {
  const locator = await viewOf(blob, end - LOCATOR.length, LOCATOR.length);
  if (locator.byteLength < LOCATOR.length || locator.getUint32(0, true) !== LOCATOR.signature) {
    return null;
  }
  // Where bytes lie before the zip, the place given is short by them and the usual one is right.
  const places = [Number(locator.getBigUint64(8, true)), end - LOCATOR.length - END_64.length];
  for (const at of places) {
    if (!(await startsWith(blob, at, END_64.signature))) continue;
    const view = await viewOf(blob, at, END_64.length);
    if (view.byteLength < END_64.length) continue;
    const number = (offset: number) => Number(view.getBigUint64(offset, true));
    return { at, count: number(32), size: number(40), offset: number(48) };
  }
  return null;
}

async function readEnd(blob: Blob, tail: DataView, place: number): Promise<EndRecord | null> {
  const at = blob.size - tail.byteLength + place;
  const short = (offset: number) => tail.getUint16(place + offset, true);
  const record: EndRecord = {
    at,
    count: short(10),
    size: tail.getUint32(place + 12, true),
    offset: tail.getUint32(place + 16, true),
  };
  const is64 =
    record.count === SATURATED.short ||
    record.size === SATURATED.long ||
    record.offset === SATURATED.long;
  const wide = is64 ? await readEnd64(blob, at) : null;
  if (wide !== null) return wide;
  if (short(4) !== 0 && short(4) !== SATURATED.short) {
    throw new FormatError(
      'archive/unsupported',
      `It is part ${short(4) + 1} of a zip in several parts.`,
      'Join the parts to one zip, or unpack them and give the folder.',
    );
  }
  return record;
}

/** Where the table really starts, and by how much its offsets are short; `null` if it is not there. */
async function locate(blob: Blob, record: EndRecord): Promise<ZipDirectory | null> {
  const { at, count, size, offset } = record;
  const expected = at - size;
  if (count === 0 && size === 0) return { start: at, end: at, count, shift: 0 };
  if (await startsWith(blob, expected, ENTRY.signature)) {
    const shift = expected - offset;
    const first = await viewOf(blob, expected, ENTRY.length);
    const local = first.byteLength < ENTRY.length ? 0 : first.getUint32(42, true);
    // Some programs mend the offsets of the entries but not that of the table.
    const isShifted = shift > 0 && !(await startsWith(blob, local, LOCAL_HEADER.signature));
    return { start: expected, end: at, count, shift: isShifted ? shift : 0 };
  }
  if (offset < at && (await startsWith(blob, offset, ENTRY.signature))) {
    return { start: offset, end: at, count, shift: 0 };
  }
  return null;
}

/** @throws FormatError when there is no table of contents */
export async function findDirectory(blob: Blob): Promise<ZipDirectory> {
  const tail = await viewOf(blob, blob.size - SEARCHED, SEARCHED);
  let tries = 0;
  for (let place = tail.byteLength - END.length; place >= 0 && tries < MOST_TRIES; place -= 1) {
    if (tail.getUint32(place, true) !== END.signature) continue;
    if (place + END.length + tail.getUint16(place + 20, true) > tail.byteLength) continue;
    tries += 1;
    const record = await readEnd(blob, tail, place);
    const directory = record === null ? null : await locate(blob, record);
    if (directory !== null) return directory;
  }
  if (tries > 0) throw corrupt('The table of contents of the zip is not where it should be.');
  throw truncated('its table of contents, which a zip has at its end, is missing');
}
