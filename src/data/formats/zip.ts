/**
 * The members of a zip, each read by itself. zip.js reads the table of contents (zip64, name
 * encodings, prepended data); the members are read here, because a stream pipeline per member costs
 * about a millisecond and a folder of faces has thousands of small ones.
 */
import { type ArchiveIndex, type ArchiveMember, corrupt, type SkippedMember } from './archive';
import { BufferedBlob } from './byteSource';
import { crc32 } from './crc32';
import { FormatError } from './errors';
import { LOCAL_HEADER, type ZipEntry } from './zipEntry';
import { salvageZip } from './zipSalvage';

const STORED = 0;
const DEFLATED = 8;
const OTHER_METHODS: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
};

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

async function readEntry(archive: BufferedBlob, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const header = await archive.read(entry.offset, LOCAL_HEADER.length);
  const view = new DataView(header.buffer);
  if (header.length < LOCAL_HEADER.length || view.getUint32(0, true) !== LOCAL_HEADER.signature) {
    throw corrupt('The zip has no file where its table of contents says.');
  }
  const start =
    entry.offset + LOCAL_HEADER.length + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = await archive.read(start, entry.packedSize);
  let bytes = packed;
  if (entry.method === DEFLATED) {
    bytes = await inflate(packed).catch(() => {
      throw corrupt('Its compressed data in the zip is damaged.');
    });
  }
  if (bytes.length !== entry.size || crc32(bytes) !== entry.crc) {
    throw corrupt('It is damaged in the zip: its checksum does not match.');
  }
  return bytes;
}

/** Why a member cannot be read at all, or `null`. */
function obstacle(entry: ZipEntry): string | null {
  if (entry.encrypted) return 'It is encrypted in the zip; unpack the zip with its password first.';
  if (entry.method === STORED || entry.method === DEFLATED) return null;
  const name = OTHER_METHODS[entry.method] ?? `method ${entry.method}`;
  return `It is compressed with ${name}; only stored and deflated files in a zip are read.`;
}

/** The table of contents at the end of the archive. */
async function readContents(blob: Blob, signal: AbortSignal | undefined): Promise<ZipEntry[]> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js');
  const reader = new ZipReader(new BlobReader(blob), {
    useWebWorkers: false,
    strictness: 'tolerant',
  });
  const entries: ZipEntry[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    signal?.throwIfAborted();
    if (entry.directory) continue;
    entries.push({
      path: entry.filename,
      offset: entry.offset,
      packedSize: entry.compressedSize,
      size: entry.uncompressedSize,
      method: entry.compressionMethod,
      crc: entry.crc32 ?? 0,
      encrypted: entry.encrypted,
    });
  }
  return entries;
}

function toIndex(blob: Blob, entries: readonly ZipEntry[], problem: FormatError | null) {
  const archive = new BufferedBlob(blob);
  const members: ArchiveMember[] = [];
  const skipped: SkippedMember[] = [];
  for (const entry of entries) {
    const reason = obstacle(entry);
    if (reason !== null) skipped.push({ path: entry.path, reason });
    else {
      const { path, size } = entry;
      members.push({ path, size, read: () => readEntry(archive, entry) });
    }
  }
  return { members, skipped, problem };
}

/** Lists a zip; one without a readable table of contents is searched for whole files from its start. */
export async function indexZip(blob: Blob, signal?: AbortSignal): Promise<ArchiveIndex> {
  try {
    return toIndex(blob, await readContents(blob, signal), null);
  } catch (error) {
    signal?.throwIfAborted();
    // Whatever zip.js objects to, the files before the damage may still be whole.
    const entries = await salvageZip(blob);
    const detail = error instanceof Error ? error.message : String(error);
    const problem = new FormatError(
      'archive/truncated',
      `The zip is cut short or damaged: its table of contents cannot be read (${detail}).`,
      'Download or copy it again; what was whole has been read.',
    );
    return toIndex(blob, entries, problem);
  }
}
