/** One file of a zip: where it lies, how it is packed, and what keeps it from being read. */

export interface ZipEntry {
  readonly path: string;
  /** Of the local header, in bytes from the start of the archive. */
  readonly offset: number;
  readonly packedSize: number;
  readonly size: number;
  /** 0 stored, 8 deflated, others are not read. */
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
  /** A symbolic link: its content is a path. */
  readonly link: boolean;
}

export const LOCAL_HEADER = { length: 30, signature: 0x04034b50 };
/** Bits of the general purpose flags. */
export const FLAG = { encrypted: 1, sizesFollow: 1 << 3, utf8: 1 << 11 };
export const STORED = 0;
export const DEFLATED = 8;

const OTHER_METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
};

/** Beyond this size a file that is packed to less than a 200th is no picture, nor are many together. */
const SMALL = 1 << 20;
const LARGEST_RATIO = 200;

/** So much may come of any zip, bytes. */
const ALWAYS_UNPACKED = 2 ** 30;

/** How much all files of a zip may unpack to, bytes. @param archiveSize its own length in bytes */
export function mostUnpacked(archiveSize: number): number {
  return Math.max(ALWAYS_UNPACKED, archiveSize * LARGEST_RATIO);
}

/** Deflate adds a few bytes a block where it cannot pack; much more than the file is damage. */
function packedLonger({ method, size, packedSize }: ZipEntry): boolean {
  return method === STORED ? packedSize !== size : packedSize > size + size / 8 + 4096;
}

/**
 * Why a file is not read at all, one sentence, or `null`.
 * @param archiveSize length of the zip in bytes
 */
export function obstacle(entry: ZipEntry, archiveSize: number): string | null {
  const { method, size, packedSize, offset } = entry;
  if (entry.encrypted) return 'It is encrypted in the zip; unpack the zip with its password first.';
  if (entry.link) return 'It is a symbolic link in a zip.';
  if (method !== STORED && method !== DEFLATED) {
    const name = OTHER_METHODS[method] ?? `method ${method}`;
    return `It is compressed with ${name}; only stored and deflated files in a zip are read.`;
  }
  if (offset + LOCAL_HEADER.length + packedSize > archiveSize) {
    return 'It is listed beyond the end of the zip.';
  }
  if (packedLonger(entry)) {
    return `The zip gives it ${size} bytes and ${packedSize} packed ones, which do not agree.`;
  }
  if (size > SMALL && size > packedSize * LARGEST_RATIO) {
    return `It would unpack from ${packedSize} to ${size} bytes, as in a zip bomb; it is not read.`;
  }
  return null;
}

/**
 * Which entries share bytes with an earlier one, as zip bombs do that pack one file many times:
 * one flag for each entry, or `null` where none does.
 */
export function overlaps(entries: readonly ZipEntry[]): Uint8Array | null {
  const order = Uint32Array.from(entries, (_, index) => index);
  const offsetAt = (index: number) => entries[index]!.offset;
  if (entries.some(({ offset }, index) => index > 0 && offset < offsetAt(index - 1))) {
    order.sort((a, b) => offsetAt(a) - offsetAt(b) || a - b);
  }
  let flags: Uint8Array | null = null;
  let reached = 0;
  for (const index of order) {
    const { offset, packedSize } = entries[index]!;
    if (offset < reached) {
      flags ??= new Uint8Array(entries.length);
      flags[index] = 1;
    }
    reached = Math.max(reached, offset + LOCAL_HEADER.length + packedSize);
  }
  return flags;
}
