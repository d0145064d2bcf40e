/**
 * Zips laid out byte by byte after PKWARE's description, 64-bit fields always: of any size and number of
 * files, folders too, which the libraries' writers take long for or do not make.
 */
import { bytesOf, concat } from './bytes.testing';
import { crc32 } from './crc32';

export interface LaidFile {
  readonly path: string;
  /** As it lies in the zip. */
  readonly packed: Uint8Array;
  /** Of the unpacked bytes, and their number; those of `packed` where it is stored. */
  readonly unpacked?: { readonly size: number; readonly crc: number };
}

const checksums = new WeakMap<Uint8Array, number>();

/** Worked out once for bytes that many files have. */
function checksumOf(bytes: Uint8Array): number {
  const checksum = checksums.get(bytes) ?? crc32(bytes);
  checksums.set(bytes, checksum);
  return checksum;
}

/** Fields of one file that stand both before it and in the table: method, date, checksum and sizes. */
function common(file: LaidFile): Uint8Array {
  const view = new DataView(new ArrayBuffer(22));
  const { packed, unpacked } = file;
  view.setUint16(0, 45, true);
  view.setUint16(2, 1 << 11, true);
  view.setUint16(4, unpacked === undefined ? 0 : 8, true);
  view.setUint32(10, unpacked?.crc ?? checksumOf(packed), true);
  // The sizes stand in the 64-bit field.
  view.setUint32(14, 0xffffffff, true);
  view.setUint32(18, 0xffffffff, true);
  return new Uint8Array(view.buffer);
}

function words(...values: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

const sizesOf = ({ packed, unpacked }: LaidFile) =>
  [
    [8, unpacked?.size ?? packed.length],
    [8, packed.length],
  ] as const;

/** What lies before the file's own bytes. */
export function localHeader(file: LaidFile): Uint8Array {
  const name = bytesOf(file.path);
  const extra = words([2, 1], [2, 16], ...sizesOf(file));
  const lengths = words([2, name.length], [2, extra.length]);
  return concat(bytesOf('PK\x03\x04'), common(file), lengths, name, extra);
}

/** Its line in the table of contents. @param offset of its local header */
function tableEntry(file: LaidFile, offset: number): Uint8Array {
  const name = bytesOf(file.path);
  const extra = words([2, 1], [2, 24], ...sizesOf(file), [8, offset]);
  const lengths = words([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0]);
  return concat(
    bytesOf('PK\x01\x02'),
    words([2, 45]),
    common(file),
    lengths,
    words([4, 0xffffffff]),
    name,
    extra,
  );
}

/** As `concat`, of more parts than a call has arguments. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The table of contents and the records behind it. @param start where it begins in the zip */
export function tableOf(
  files: readonly LaidFile[],
  offsetOf: (place: number) => number,
  start: number,
): Uint8Array<ArrayBuffer> {
  const table = joined(files.map((file, place) => tableEntry(file, offsetOf(place))));
  const count = files.length;
  const end64 = concat(
    bytesOf('PK\x06\x06'),
    words([8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]),
    words([8, table.length], [8, start]),
  );
  const locator = words([4, 0x07064b50], [4, 0], [8, start + table.length], [4, 1]);
  const end = words([4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff]);
  return concat(table, end64, locator, end, words([4, 0xffffffff], [4, 0xffffffff], [2, 0]));
}

export function laidZip(files: readonly LaidFile[]): Blob {
  const headers = files.map(localHeader);
  const offsets: number[] = [];
  let end = 0;
  for (const [place, { packed }] of files.entries()) {
    offsets.push(end);
    end += headers[place]!.length + packed.length;
  }
  const bodies = files.flatMap(({ packed }, place) => [headers[place]!, packed]);
  return new Blob([joined(bodies), tableOf(files, (place) => offsets[place]!, end)]);
}
