/**
 * The arrays in an `.npz`, which is a zip of `.npy` files. What is stored is a piece of the archive and
 * read anywhere in it; what is deflated is unpacked when it is first wanted, into a blob, and never to
 * more than the archive says. A browser may keep such a blob on its disk.
 */
import { type ArchiveMember, corrupt, type SkippedMember } from './archive';
import { crc32 } from './crc32';
import { FormatError } from './errors';
import { headOf } from './inflate';
import { blobFile, type NpyFile } from './npyHeader';
import { indexZip } from './zip';
import { readDirectory } from './zipDirectory';
import { DEFLATED, LOCAL_HEADER, STORED, type ZipEntry } from './zipEntry';
import { salvageZip } from './zipSalvage';

export interface NpzFiles {
  readonly files: readonly NpyFile[];
  readonly skipped: readonly SkippedMember[];
  readonly problem: FormatError | null;
}

/** Larger arrays should be stored, so that they need not be unpacked as a whole. */
const MOST_UNPACKED = 2 ** 32;
/** The checksum needs all bytes at once; larger arrays are read without it. */
const MOST_CHECKED = 1 << 26;

/** The archive's bytes of one file, still packed. */
async function packedBytes(archive: Blob, entry: ZipEntry): Promise<Blob> {
  const header = await archive
    .slice(entry.offset, entry.offset + LOCAL_HEADER.length)
    .arrayBuffer();
  const view = new DataView(header);
  const start =
    entry.offset + LOCAL_HEADER.length + view.getUint16(26, true) + view.getUint16(28, true);
  return archive.slice(start, start + entry.packedSize);
}

function inflate(packed: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
  return packed.stream().pipeThrough(new DecompressionStream('deflate-raw'));
}

function damaged(name: string): FormatError {
  return corrupt(`The compressed data of ${name} in the zip is damaged.`);
}

/** The first bytes of what is unpacked, without unpacking the rest. */
async function inflateHead(packed: Blob, name: string, length: number) {
  const { bytes, failed } = await headOf(inflate(packed), length);
  if (failed) throw damaged(name);
  return bytes;
}

/** Everything unpacked; ends as soon as there is more than the archive says. */
async function inflateAll(packed: Blob, entry: ZipEntry, name: string): Promise<Blob> {
  let size = 0;
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      size += part.length;
      if (size > entry.size) throw damaged(name);
      controller.enqueue(part);
    },
  });
  let blob: Blob;
  try {
    blob = await new Response(inflate(packed).pipeThrough(limit)).blob();
  } catch {
    throw damaged(name);
  }
  if (size !== entry.size) throw damaged(name);
  if (size <= MOST_CHECKED && crc32(new Uint8Array(await blob.arrayBuffer())) !== entry.crc) {
    throw corrupt(`${name} is damaged in the zip: its checksum does not match.`);
  }
  return blob;
}

function deflatedFile(name: string, packed: Blob, entry: ZipEntry): NpyFile {
  let opened: Promise<Blob> | null = null;
  const open = () => {
    opened ??= inflateAll(packed, entry, name);
    return opened;
  };
  const head = (length: number) => inflateHead(packed, name, Math.min(length, entry.size));
  return { name, size: entry.size, head, open };
}

/** One whose place in the archive is not known: it is read as a whole, with its checksum. */
function memberFile(name: string, member: ArchiveMember): NpyFile {
  let opened: Promise<Blob> | null = null;
  const open = () => {
    opened ??= member.read().then((bytes) => new Blob([bytes]));
    return opened;
  };
  const head = async (length: number) => {
    return new Uint8Array(await (await open()).slice(0, length).arrayBuffer());
  };
  return { name, size: member.size, head, open };
}

async function openMember(
  archive: Blob,
  member: ArchiveMember,
  entry: ZipEntry | undefined,
): Promise<NpyFile> {
  const name = member.path.replace(/\.npy$/i, '');
  if (member.size > MOST_UNPACKED && entry?.method !== STORED) {
    throw new FormatError(
      'archive/unsupported',
      `It takes ${member.size} bytes unpacked, too many to unpack as a whole.`,
      'Save it with numpy.savez, which does not compress.',
    );
  }
  if (entry?.method === STORED) return blobFile(name, await packedBytes(archive, entry));
  if (entry?.method !== DEFLATED) return memberFile(name, member);
  return deflatedFile(name, await packedBytes(archive, entry), entry);
}

/** Lists the arrays of an `.npz`; other files in it are skipped. */
export async function npzFiles(archive: Blob, signal?: AbortSignal): Promise<NpzFiles> {
  const { members, skipped, problem } = await indexZip(archive, signal);
  const listed =
    problem === null
      ? (await readDirectory(archive, { signal })).entries
      : await salvageZip(archive, signal);
  const entries = new Map(listed.map((entry) => [entry.path, entry]));
  const files: NpyFile[] = [];
  const left: SkippedMember[] = [...skipped];
  for (const member of members) {
    signal?.throwIfAborted();
    const entry = entries.get(member.path);
    try {
      if (!/\.npy$/i.test(member.path)) {
        left.push({ path: member.path, reason: 'It is no NumPy array.', unused: true });
      } else {
        const isSame = entry?.size === member.size;
        files.push(await openMember(archive, member, isSame ? entry : undefined));
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      left.push({ path: member.path, reason: error.message });
    }
  }
  return { files, skipped: left, problem };
}
