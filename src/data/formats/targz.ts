/**
 * A compressed tar. gzip has no random access: it is read from start to end, once to list what is in
 * it and once more for the members that are wanted, in their order. A cut or damaged archive keeps
 * what was whole.
 */
import {
  type ArchiveIndex,
  type ArchiveMember,
  type IndexOptions,
  type SkippedMember,
  truncated,
} from './archive';
import { StreamSource } from './byteSource';
import { FormatError } from './errors';
import { gunzip } from './gunzip';
import { IMAGE_NAME, MOST_LOOKED_AT } from './imageName';
import { checkMemberSize } from './largestMember';
import { NOT_KEPT, Sidecars } from './sidecars';
import { listTar, type TarMember, walkTar } from './tar';
import { TAR_BLOCK } from './tarHeader';

/** A member that can be read only until the next one is asked for. */
export type StreamedMember =
  | ({ readonly kind: 'file' } & ArchiveMember)
  | ({ readonly kind: 'skipped' } & SkippedMember);

/** Where a member lies in what was compressed, bytes. */
export interface StreamedPlace {
  readonly offset: number;
  readonly size: number;
}

/** When the compressed data fails, that is the reason, not what the tar inside it seems to lack. */
function explain(problem: unknown, source: StreamSource): unknown {
  if (!(problem instanceof FormatError)) return problem;
  if (source.failure instanceof FormatError) return source.failure;
  if (source.failure !== null) {
    return new FormatError(
      'archive/truncated',
      `The archive is cut short: its compressed data ends or is damaged after ${source.position} bytes.`,
      'Download or copy it again; if it was joined of several gzip files, pack it anew as one.',
    );
  }
  if (source.position > TAR_BLOCK) return problem;
  return new FormatError(
    'archive/unsupported',
    'What is compressed in it is no tar archive.',
    'Give a .zip, .tar or .tar.gz.',
  );
}

/**
 * @throws FormatError `archive/truncated`, `archive/corrupt`, or `archive/unsupported` when what was
 *   compressed is no tar or unpacks to too much; always after everything before it was yielded
 */
export async function* streamTarGz(blob: Blob): AsyncGenerator<StreamedMember, void> {
  const source = new StreamSource(gunzip(blob));
  try {
    for await (const member of walkTar(source)) {
      yield member.kind === 'skipped'
        ? member
        : { ...member, read: () => readFrom(source, member) };
    }
  } catch (error) {
    throw explain(error, source);
  } finally {
    await source.cancel();
  }
}

async function readFrom(
  source: StreamSource,
  member: Extract<TarMember, { kind: 'file' }>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (source.position !== member.offset) {
    throw new Error(`${member.path} was asked for after the stream had gone past it`);
  }
  const bytes = await source.take(member.size);
  if (bytes.length < member.size) throw truncated(`${member.path} is not whole`);
  return bytes;
}

/** The file that the members of one compressed tar share. */
interface TarGzFile {
  readonly blob: Blob;
  readonly sidecars: Sidecars;
}

/** A member of a listed compressed tar. */
export class TarGzMember implements ArchiveMember, StreamedPlace {
  readonly #tar: TarGzFile;
  readonly path: string;
  readonly size: number;
  readonly offset: number;
  readonly #kept: number;
  readonly #head: Uint8Array | null;

  constructor(
    tar: TarGzFile,
    path: string,
    size: number,
    offset: number,
    kept: number,
    head: Uint8Array | null,
  ) {
    this.#tar = tar;
    this.path = path;
    this.size = size;
    this.offset = offset;
    this.#kept = kept;
    this.#head = head;
  }

  get blob(): Blob {
    return this.#tar.blob;
  }

  /** Whether `read` takes no time: a label or another small text. */
  get isKept(): boolean {
    return this.#kept !== NOT_KEPT;
  }

  /** What was taken when the archive was listed. */
  async head(length: number): Promise<Uint8Array | null> {
    if (this.isKept) return this.#tar.sidecars.get(this.#kept, Math.min(length, this.size));
    return this.#head?.subarray(0, length) ?? null;
  }

  /** Costs a pass over all that lies before it: `readMembers` reads many in one. */
  async read(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.isKept) return this.#tar.sidecars.get(this.#kept, this.size);
    for await (const { bytes } of readMembers(this.blob, [this])) return bytes;
    throw truncated(`${this.path} is not whole`);
  }
}

export interface TarGzIndex extends ArchiveIndex {
  /** In the order of the archive: their offsets ascend. */
  readonly members: readonly TarGzMember[];
}

/** Lists a compressed tar in one pass. `onProgress` counts compressed bytes. */
export async function indexTarGz(blob: Blob, options: IndexOptions = {}): Promise<TarGzIndex> {
  const source = new StreamSource(gunzip(blob, options));
  const tar: TarGzFile = { blob, sidecars: new Sidecars() };
  let heads = 0;
  const wantsHead = (path: string) => {
    if (heads >= MOST_LOOKED_AT || IMAGE_NAME.test(path)) return false;
    heads += 1;
    return true;
  };
  try {
    const { members, skipped, problem } = await listTar(source, {
      signal: options.signal,
      sidecars: tar.sidecars,
      toMember: (path, size, offset, kept, head) =>
        new TarGzMember(tar, path, size, offset, kept, head),
      wantsHead,
    });
    options.signal?.throwIfAborted();
    if (problem === null) return { members, skipped, problem };
    const reason = explain(problem, source);
    return { members, skipped, problem: reason instanceof FormatError ? reason : problem };
  } finally {
    await source.cancel();
  }
}

/**
 * The bytes of chosen members of a compressed tar, in one pass that ends with the last of them.
 * @param wanted ascending and apart from each other, as `indexTarGz` lists them
 * @throws FormatError where the archive ends or is damaged before the last one, after those before it
 * @throws RangeError when `wanted` does not ascend
 */
export async function* readMembers(
  blob: Blob,
  wanted: readonly StreamedPlace[],
  options: IndexOptions = {},
): AsyncGenerator<{ readonly index: number; readonly bytes: Uint8Array<ArrayBuffer> }, void> {
  const source = new StreamSource(gunzip(blob, options));
  try {
    for (const [index, { offset, size }] of wanted.entries()) {
      if (offset < source.position)
        throw new RangeError(`member ${index} lies before the last one`);
      checkMemberSize(size);
      await source.skipTo(offset);
      const bytes = await source.take(size);
      options.signal?.throwIfAborted();
      if (bytes.length < size)
        throw explain(truncated(`it ends before byte ${offset + size}`), source);
      yield { index, bytes };
    }
  } finally {
    await source.cancel();
  }
}
