/**
 * The members of a tar, walked header by header. A plain `.tar` is only indexed: its members are read
 * by themselves, in any order. An archive that is cut short or damaged keeps the members before that.
 */

import type { SkippedMember } from './archive';
import { type ArchiveIndex, type ArchiveMember, corrupt, truncated } from './archive';
import { BlobSource, BufferedBlob, type ByteSource } from './byteSource';
import { FormatError } from './errors';
import { readLongName, readPax, readTarHeader, TAR_BLOCK } from './tarHeader';

/** One member: an ordinary file at `offset`, or something that holds no bytes of its own. */
export type TarMember =
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly size: number }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string };

/** Names and PAX records longer than this are taken for damage. */
const LONGEST_RECORD = 1 << 20;

const OTHER_TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a named pipe',
  S: 'a sparse file',
};

function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

async function readRecord(source: ByteSource, size: number): Promise<Uint8Array> {
  if (size > LONGEST_RECORD) throw corrupt(`The name of a tar member takes ${size} bytes.`);
  const start = source.position;
  const content = await source.take(size);
  await source.skipTo(start + padded(size));
  if (content.length < size) throw truncated('it ends inside the name of a member');
  return content;
}

/** Directories and everything unknown are `null`: nothing is lost with them. */
function toMember(type: string, path: string, size: number, offset: number): TarMember | null {
  // '7' is a contiguous file; old tars mark a directory by the slash alone.
  if ((type === '0' || type === '7') && !path.endsWith('/')) {
    return { kind: 'file', path, offset, size };
  }
  const what = OTHER_TYPES[type];
  return what === undefined ? null : { kind: 'skipped', path, reason: `It is ${what} in a tar.` };
}

/**
 * Yields the members in order. Between two members a consumer of a stream may `take` the member's
 * bytes from the same source; whatever it leaves is skipped.
 *
 * @throws FormatError `archive/truncated` or `archive/corrupt`, after everything that came before it
 */
export async function* walkTar(source: ByteSource): AsyncGenerator<TarMember, void> {
  let path: string | null = null;
  let size: number | null = null;
  for (;;) {
    const block = await source.take(TAR_BLOCK);
    if (block.length < TAR_BLOCK) {
      throw truncated(`it ends at byte ${source.position} without the mark of its end`);
    }
    const header = readTarHeader(block);
    if (header === null) return;
    if (header.type === 'L') {
      path = readLongName(await readRecord(source, header.size));
    } else if (header.type === 'x') {
      const records = readPax(await readRecord(source, header.size));
      path = records.path ?? path;
      size = records.size ?? size;
    } else if (header.type === 'g' || header.type === 'K') {
      // Defaults for the whole archive and the target of a link: nothing in them is needed here.
      await readRecord(source, header.size);
    } else {
      const name = path ?? header.name;
      const length = size ?? header.size;
      const offset = source.position;
      path = null;
      size = null;
      if (source.size !== null && offset + length > source.size) {
        throw truncated(`${name} is not whole`);
      }
      const member = toMember(header.type, name, length, offset);
      if (member !== null) yield member;
      await source.skipTo(offset + padded(length));
      if (source.position < offset + length) throw truncated(`${name} is not whole`);
    }
  }
}

/** Lists a plain tar without reading what is in it, apart from what lies between small members. */
export async function indexTar(blob: Blob, signal?: AbortSignal): Promise<ArchiveIndex> {
  const members: ArchiveMember[] = [];
  const skipped: SkippedMember[] = [];
  const content = new BufferedBlob(blob);
  let problem: FormatError | null = null;
  try {
    for await (const member of walkTar(new BlobSource(blob))) {
      signal?.throwIfAborted();
      if (member.kind === 'skipped') {
        skipped.push({ path: member.path, reason: member.reason });
      } else {
        const { path, offset, size } = member;
        members.push({ path, size, read: () => content.read(offset, size) });
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    problem = error;
  }
  return { members, skipped, problem };
}
