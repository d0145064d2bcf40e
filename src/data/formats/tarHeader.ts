/**
 * One 512-byte tar header and the records that stretch it: ustar (POSIX.1-1988), GNU tar's long names,
 * base-256 sizes and sparse files, PAX records (POSIX.1-2001). Pure functions over bytes.
 */
import { corrupt } from './archive';

export const TAR_BLOCK = 512;

export interface TarHeader {
  readonly name: string;
  /** Bytes of content that follow, before the padding to a whole block. */
  readonly size: number;
  /** The type letter: '0' file, '5' directory, 'L' GNU long name, 'x' PAX … */
  readonly type: string;
  /** GNU's sparse files: the map of their holes goes on in the block after this one. */
  readonly mapContinues: boolean;
}

const CHECKSUM = { start: 148, end: 156 };
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const WINDOWS_1252 = new TextDecoder('windows-1252');

/** UTF-8 where it is, else one character a byte as old archives meant it. */
function text(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  const used = zero === -1 ? bytes : bytes.subarray(0, zero);
  try {
    return UTF8.decode(used);
  } catch {
    return WINDOWS_1252.decode(used);
  }
}

function octal(field: Uint8Array): number | null {
  const digits = String.fromCharCode(...field)
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** GNU tar writes sizes of 8 GiB and more as big-endian binary with the top bit set. */
function base256(field: Uint8Array): number {
  let value = field[0]! & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}

function sizeOf(block: Uint8Array): number {
  const field = block.subarray(124, 136);
  const size = field[0]! >= 0x80 ? base256(field) : octal(field);
  if (size === null || !Number.isSafeInteger(size)) {
    throw corrupt(`A tar header gives the size "${text(field)}", which is no number.`);
  }
  return size;
}

/** The sum of all bytes with the checksum field read as spaces; some old tars added signed bytes. */
function checksumMatches(block: Uint8Array): boolean {
  const stored = octal(block.subarray(CHECKSUM.start, CHECKSUM.end));
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < block.length; index += 1) {
    const byte = index >= CHECKSUM.start && index < CHECKSUM.end ? 32 : block[index]!;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return stored === unsigned || stored === signed;
}

/** Whether these bytes begin with a tar header, by its checksum: old archives have no other mark. */
export function isTarHeader(head: Uint8Array): boolean {
  return head.length >= TAR_BLOCK && head[0] !== 0 && checksumMatches(head.subarray(0, TAR_BLOCK));
}

/**
 * @param block `[512]` bytes
 * @returns the header, or `null` for the block of zeros that ends an archive
 * @throws FormatError `archive/corrupt`
 */
export function readTarHeader(block: Uint8Array): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  if (!checksumMatches(block)) {
    throw corrupt('A tar header is damaged: its checksum does not match.');
  }
  const name = text(block.subarray(0, 100));
  // GNU's own magic has a space here and keeps times where POSIX keeps the start of the path.
  const isPosix = text(block.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? text(block.subarray(345, 500)) : '';
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]!);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    // Links, devices, folders and pipes have no content, whatever size stands there.
    size: type >= '1' && type <= '6' ? 0 : sizeOf(block),
    type,
    mapContinues: type === 'S' && block[482] !== 0,
  };
}

/** Whether one more block follows this one, which goes on with the map of a GNU sparse file. */
export function sparseMapContinues(block: Uint8Array): boolean {
  return block[504] !== 0;
}

/** The content of a GNU 'L' member: the name of the member after it. */
export function readLongName(content: Uint8Array): string {
  return text(content);
}

export interface PaxRecords {
  readonly path?: string;
  readonly size?: number;
  /** A file with holes, in one of the three ways GNU tar writes them. */
  readonly sparse?: boolean;
}

/**
 * The records that matter here out of lines `length key=value\n`, where length counts its own digits
 * too, in bytes.
 * @throws FormatError `archive/corrupt`
 */
export function readPax(content: Uint8Array): PaxRecords {
  const found: { path?: string; size?: number; sparse?: boolean } = {};
  let sparseName: string | null = null;
  let start = 0;
  while (start < content.length && content[start] !== 0) {
    const space = content.indexOf(32, start);
    const length = Number(text(content.subarray(start, Math.max(space, start))));
    const end = start + length;
    if (space === -1 || !(end > space && end <= content.length)) {
      throw corrupt(`A PAX record at byte ${start} of its block has no length.`);
    }
    const [key, value] = splitOnce(text(content.subarray(space + 1, end - 1)));
    if (key === 'path') found.path = value;
    if (key === 'GNU.sparse.name') sparseName = value;
    if (key.startsWith('GNU.sparse.')) found.sparse = true;
    if (key === 'size') {
      const size = Number(value);
      if (!Number.isSafeInteger(size) || size < 0) {
        throw corrupt(`A PAX record gives the size "${value}", which is no number.`);
      }
      found.size = size;
    }
    start = end;
  }
  // The path beside it names a folder that never was.
  return sparseName === null ? found : { ...found, path: sparseName };
}

function splitOnce(record: string): readonly [string, string] {
  const equals = record.indexOf('=');
  return equals === -1 ? [record, ''] : [record.slice(0, equals), record.slice(equals + 1)];
}
