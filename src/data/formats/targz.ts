/**
 * A compressed tar, read once from start to end: gzip has no random access, so members are handed on
 * one at a time and only the one at hand is in memory. A cut or damaged archive keeps what was read.
 */
import { type ArchiveMember, type SkippedMember, truncated } from './archive';
import { StreamSource } from './byteSource';
import { FormatError } from './errors';
import { type TarMember, walkTar } from './tar';
import { TAR_BLOCK } from './tarHeader';

/** A member that can be read only until the next one is asked for. */
export type StreamedMember =
  | ({ readonly kind: 'file' } & ArchiveMember)
  | ({ readonly kind: 'skipped' } & SkippedMember);

/** When the compressed data fails, that is the reason, not what the tar inside it seems to lack. */
function explain(problem: unknown, source: StreamSource): unknown {
  if (!(problem instanceof FormatError)) return problem;
  if (source.failure !== null) {
    return truncated(`its compressed data ends or is damaged after ${source.position} bytes`);
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
 *   compressed is no tar; always after everything that came before it was yielded
 */
export async function* streamTarGz(blob: Blob): AsyncGenerator<StreamedMember, void> {
  const source = new StreamSource(blob.stream().pipeThrough(new DecompressionStream('gzip')));
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
