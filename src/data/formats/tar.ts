/**
 * The members of a tar, walked header by header. A plain `.tar` is only indexed: its members are read
 * by themselves, in any order. An archive that is cut short or damaged keeps the members before that.
 */

import {
  type ArchiveIndex,
  type ArchiveMember,
  corrupt,
  type SkippedMember,
  truncated,
} from './archive';
import { BlobSource, BufferedBlob, type ByteSource } from './byteSource';
import { FormatError } from './errors';
import { checkMemberSize } from './largestMember';
import { NOT_KEPT, Sidecars } from './sidecars';
import {
  readLongName,
  readPax,
  readTarHeader,
  sparseMapContinues,
  TAR_BLOCK,
  type TarHeader,
} from './tarHeader';

/** One member: an ordinary file at `offset`, or something that holds no bytes of its own. */
export type TarMember =
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly size: number }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string };

/** Names and PAX records longer than this are taken for damage. */
const LONGEST_RECORD = 1 << 20;
/** An archive with more is not a set of pictures a person has. */
const MOST_MEMBERS = 5_000_000;
/** So much behind the mark of its end is looked at: writers fill up with zeros, mostly to 10 kB. */
const LOOKED_BEHIND = 1 << 16;
/** Of members up to this size the next ones are read with the first bytes of one. */
const WORTH_READING_AHEAD = 1 << 16;
/** Progress is told after so many bytes. */
const PROGRESS_STEP = 1 << 20;

const OTHER_TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a named pipe',
  M: 'the rest of a file from another volume',
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

/** What records before a member's header say about it instead of the header. */
interface Overrides {
  readonly path?: string;
  readonly size?: number;
  readonly sparse?: boolean;
}

/** `null` for a header that is a member of its own. */
async function readOverrides(source: ByteSource, header: TarHeader): Promise<Overrides | null> {
  switch (header.type) {
    case 'L':
      return { path: readLongName(await readRecord(source, header.size)) };
    case 'x':
    case 'X':
      return readPax(await readRecord(source, header.size));
    case 'g':
    case 'K':
      // Defaults for the whole archive and the target of a link: nothing in them is needed here.
      await readRecord(source, header.size);
      return {};
    default:
      return null;
  }
}

async function skipSparseMap(source: ByteSource, header: TarHeader): Promise<void> {
  for (let continues = header.mapContinues; continues; ) {
    const block = await source.take(TAR_BLOCK);
    if (block.length < TAR_BLOCK) throw truncated('it ends inside the map of a sparse file');
    continues = sparseMapContinues(block);
  }
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

/** A mark of the end in the middle is a hole in the file, or several tars were joined. */
async function expectEnd(source: ByteSource): Promise<void> {
  const end = source.position;
  const rest = await source.take(LOOKED_BEHIND);
  if (rest.every((byte) => byte === 0)) return;
  throw corrupt(`The tar is marked as ending at byte ${end}, but more follows, which is not read.`);
}

/**
 * Yields the members in order. Between two members a consumer of a stream may `take` the member's
 * bytes from the same source; whatever it leaves is skipped.
 *
 * @throws FormatError `archive/truncated` or `archive/corrupt`, after everything that came before it
 */
export async function* walkTar(source: ByteSource): AsyncGenerator<TarMember, void> {
  let overrides: Overrides = {};
  for (;;) {
    const block = await source.take(TAR_BLOCK);
    if (block.length < TAR_BLOCK) {
      throw truncated(`it ends at byte ${source.position} without the mark of its end`);
    }
    const header = readTarHeader(block);
    if (header === null) return expectEnd(source);
    const more = await readOverrides(source, header);
    if (more !== null) {
      overrides = { ...overrides, ...more };
      continue;
    }
    await skipSparseMap(source, header);
    const { path = header.name, size = header.size, sparse = false } = overrides;
    overrides = {};
    const offset = source.position;
    if (source.size !== null && offset + size > source.size)
      throw truncated(`${path} is not whole`);
    const member = toMember(sparse ? 'S' : header.type, path, size, offset);
    if (member !== null) yield member;
    await source.skipTo(offset + padded(size));
    if (source.position < offset + size) throw truncated(`${path} is not whole`);
  }
}

/** What was listed of a tar, with the file members as the caller makes them. */
export interface TarListing<Member> {
  readonly members: Member[];
  readonly skipped: SkippedMember[];
  readonly problem: FormatError | null;
}

export interface ListTarOptions<Member> {
  readonly signal: AbortSignal | undefined;
  readonly sidecars: Sidecars;
  /**
   * @param kept where its content is kept in `sidecars`, or `NOT_KEPT`
   * @param head its first bytes, where `wantsHead` asked for them
   */
  readonly toMember: (
    path: string,
    size: number,
    offset: number,
    kept: number,
    head: Uint8Array | null,
  ) => Member;
  /** Of whose members first bytes are taken while they go by; of none where it is absent. */
  readonly wantsHead?: (path: string) => boolean;
  /** Called after each member. */
  readonly onListed?: () => void;
}

/** Lists a tar to its end, or to where it is damaged. */
export async function listTar<Member>(
  source: ByteSource,
  options: ListTarOptions<Member>,
): Promise<TarListing<Member>> {
  const { sidecars } = options;
  const members: Member[] = [];
  const skipped: SkippedMember[] = [];
  let problem: FormatError | null = null;
  let end = 0;
  try {
    for await (const member of walkTar(source)) {
      options.signal?.throwIfAborted();
      options.onListed?.();
      if (member.kind === 'skipped') {
        skipped.push({ path: member.path, reason: member.reason });
        continue;
      }
      if (members.length === MOST_MEMBERS) throw tooMany();
      const { path, size, offset } = member;
      end = offset + size;
      const content = sidecars.wants(path, size) ? await source.take(size) : null;
      const kept = content?.length === size ? sidecars.keep(content) : NOT_KEPT;
      const isWanted = content === null && options.wantsHead?.(path) === true;
      const head = isWanted ? await source.take(Math.min(size, TAR_BLOCK)) : null;
      members.push(options.toMember(path, size, offset, kept, head));
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    problem = error;
    // A stream tells only behind a member that it was not whole.
    if (source.position < end) members.pop();
  }
  return { members, skipped, problem };
}

function tooMany(): FormatError {
  return new FormatError(
    'archive/unsupported',
    `The tar holds more than ${MOST_MEMBERS} files; the others are left out.`,
    'Split it into several.',
  );
}

/** The file that the members of one tar share. */
interface TarFile {
  readonly content: BufferedBlob;
  readonly sidecars: Sidecars;
}

class PlainTarMember implements ArchiveMember {
  readonly #tar: TarFile;
  readonly path: string;
  readonly size: number;
  readonly #offset: number;
  readonly #kept: number;

  constructor(tar: TarFile, path: string, size: number, offset: number, kept: number) {
    this.#tar = tar;
    this.path = path;
    this.size = size;
    this.#offset = offset;
    this.#kept = kept;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { content, sidecars } = this.#tar;
    if (this.#kept !== NOT_KEPT) return sidecars.get(this.#kept, this.size);
    checkMemberSize(this.size);
    const bytes = await content.read(this.#offset, this.size);
    if (bytes.length < this.size) throw truncated(`${this.path} is not whole`);
    return bytes;
  }

  async head(length: number): Promise<Uint8Array> {
    const { content } = this.#tar;
    const wanted = Math.min(length, this.size);
    // What follows a large member is not worth reading ahead.
    return this.size > WORTH_READING_AHEAD
      ? content.read(this.#offset, wanted, wanted)
      : content.read(this.#offset, wanted);
  }

  async part(): Promise<Blob> {
    return this.#tar.content.slice(this.#offset, this.#offset + this.size);
  }
}

/**
 * Lists a plain tar without reading what is in it, apart from what lies between small members.
 * @param onProgress bytes of the file walked so far, of how many
 */
export async function indexTar(
  blob: Blob,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<ArchiveIndex> {
  const source = new BlobSource(blob);
  const sidecars = new Sidecars();
  let reported = 0;
  const report = () => {
    if (source.position < reported + PROGRESS_STEP) return;
    reported = source.position;
    onProgress?.(reported, blob.size);
  };
  const tar: TarFile = { content: new BufferedBlob(blob), sidecars };
  return listTar(source, {
    signal,
    sidecars,
    toMember: (path, size, offset, kept) => new PlainTarMember(tar, path, size, offset, kept),
    onListed: report,
  });
}
