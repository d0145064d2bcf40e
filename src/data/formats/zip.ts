/**
 * The members of a zip, each read by itself, at any time and in any order. A member is unpacked to
 * the size it declares and no further, and checked; what cannot or should not be read is listed with
 * its reason: encrypted files, other ways of compression, and the tricks of zip bombs.
 */
import {
  type ArchiveIndex,
  type ArchiveMember,
  corrupt,
  type IndexOptions,
  type SkippedMember,
} from './archive';
import { BufferedBlob } from './byteSource';
import { crc32 } from './crc32';
import { FormatError } from './errors';
import { inflate, inflateHead } from './inflate';
import { checkMemberSize } from './largestMember';
import { readDirectory, type ZipContents } from './zipDirectory';
import { LOCAL_HEADER, mostUnpacked, obstacle, overlaps, STORED, type ZipEntry } from './zipEntry';
import { salvageZip } from './zipSalvage';

/** Deflate may describe its codes in so many bytes before the first that is packed. */
const PACKED_HEAD = 1024;

/** The bytes of a larger file are read by themselves, not together with what lies before them. */
const WORTH_READING_AHEAD = 1 << 17;

class ZipMember implements ArchiveMember {
  readonly #archive: BufferedBlob;
  readonly #entry: ZipEntry;

  constructor(archive: BufferedBlob, entry: ZipEntry) {
    this.#archive = archive;
    this.#entry = entry;
  }

  get path(): string {
    return this.#entry.path;
  }

  get size(): number {
    return this.#entry.size;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { method, size, crc } = this.#entry;
    checkMemberSize(size);
    const packed = await this.#packed();
    const bytes = method === STORED ? packed : await inflate(packed, 'deflate-raw', size);
    if (bytes.length !== size || crc32(bytes) !== crc) {
      throw corrupt('It is damaged in the zip: its checksum does not match.');
    }
    return bytes;
  }

  async head(length: number): Promise<Uint8Array> {
    const { method, size, packedSize } = this.#entry;
    const start = await this.#start();
    if (method === STORED) return this.#archive.read(start, Math.min(length, size));
    const packed = await this.#archive.read(start, Math.min(packedSize, length + PACKED_HEAD));
    return inflateHead(packed, 'deflate-raw', Math.min(length, size));
  }

  async part(): Promise<Blob | null> {
    const { method, size } = this.#entry;
    if (method !== STORED) return null;
    const start = await this.#start();
    return this.#archive.slice(start, start + size);
  }

  async #packed(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#archive.read(await this.#start(), this.#entry.packedSize);
  }

  /** Where its bytes begin. */
  async #start(): Promise<number> {
    const { offset, packedSize } = this.#entry;
    const ahead = packedSize > WORTH_READING_AHEAD ? LOCAL_HEADER.length : undefined;
    const header = await this.#archive.read(offset, LOCAL_HEADER.length, ahead);
    const view = new DataView(header.buffer);
    if (header.length < LOCAL_HEADER.length || view.getUint32(0, true) !== LOCAL_HEADER.signature) {
      throw corrupt('The zip has no file where its table of contents says.');
    }
    return offset + LOCAL_HEADER.length + view.getUint16(26, true) + view.getUint16(28, true);
  }
}

function toIndex(blob: Blob, { entries, problem }: ZipContents): ArchiveIndex {
  const archive = new BufferedBlob(blob);
  const readable: ZipEntry[] = [];
  const skipped: SkippedMember[] = [];
  for (const entry of entries) {
    const reason = obstacle(entry, blob.size);
    if (reason === null) readable.push(entry);
    else skipped.push({ path: entry.path, reason });
  }
  const shared = overlaps(readable);
  const members: ArchiveMember[] = [];
  const most = mostUnpacked(blob.size);
  let unpacked = 0;
  let overlapping = 0;
  let beyond = 0;
  for (const [index, entry] of readable.entries()) {
    if (shared !== null && shared[index] !== 0) {
      overlapping += 1;
      skipped.push({ path: entry.path, reason: 'It shares its bytes with another file.' });
    } else if (unpacked + entry.size > most) {
      beyond += 1;
      skipped.push({ path: entry.path, reason: 'The zip unpacks to too much before it.' });
    } else {
      unpacked += entry.size;
      members.push(new ZipMember(archive, entry));
    }
  }
  const found = overlapProblem(overlapping) ?? totalProblem(beyond, unpacked, blob.size);
  return { members, skipped, problem: problem ?? found };
}

function totalProblem(count: number, unpacked: number, packed: number): FormatError | null {
  if (count === 0) return null;
  return new FormatError(
    'archive/unsupported',
    `The zip has ${packed} bytes and unpacks to more than ${unpacked}, as in a zip bomb; ${count} files are left out.`,
    'Unpack it yourself if you trust it, and give the folder.',
  );
}

function overlapProblem(count: number): FormatError | null {
  if (count === 0) return null;
  return corrupt(
    `${count} files in the zip lie over other files, as in a zip bomb; they are left out.`,
  );
}

async function readContents(blob: Blob, options: IndexOptions): Promise<ZipContents> {
  try {
    return await readDirectory(blob, options);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { entries: [], problem: error };
  }
}

/**
 * Lists a zip. One whose table of contents is missing or damaged is searched for whole files from its
 * start, and its `problem` says so.
 * @param onProgress bytes of the table of contents read so far, of how many
 */
export async function indexZip(
  blob: Blob,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<ArchiveIndex> {
  const contents = await readContents(blob, {
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  signal?.throwIfAborted();
  const { problem } = contents;
  if (problem === null || problem.code === 'archive/unsupported') return toIndex(blob, contents);
  const salvaged = await salvageZip(blob, signal);
  const entries = salvaged.length > contents.entries.length ? salvaged : contents.entries;
  const { code } = problem;
  const message =
    code === 'archive/truncated' ? problem.message : `The zip is damaged: ${problem.message}`;
  return toIndex(blob, {
    entries,
    problem: new FormatError(
      'archive/truncated',
      message,
      'Download or copy it again; what was whole has been read.',
    ),
  });
}
