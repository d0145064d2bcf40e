/**
 * What every archive and every packed data set becomes: a list of members that are read by themselves
 * when wanted, with what the format itself says about who is on them.
 */
import { FormatError } from './errors';

export interface ArchiveMember {
  /** The path inside the archive, as it is written there. */
  readonly path: string;
  /** Bytes once unpacked; 0 where only reading tells. */
  readonly size: number;
  /** Who is on the picture, where the format says it; absent or `null`: the path decides. */
  readonly identity?: string | null;
  /** The part of the data set, where the format says it: `train`, `val`, `test` … */
  readonly split?: string | null;
  /** The member's bytes, the caller's own. @throws FormatError */
  read(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Its first bytes, `length` of them or all of a shorter one, where they are to be had without reading
   * the rest; absent or `null` where they are not. @throws FormatError
   */
  head?(length: number): Promise<Uint8Array | null>;
  /** It as a part of the archive, where it lies there unpacked: to be read by ranges. @throws FormatError */
  part?(): Promise<Blob | null>;
}

/** Something in an archive that holds no bytes we can read: a link, an encrypted file. */
export interface SkippedMember {
  readonly path: string;
  /** One sentence. */
  readonly reason: string;
  /** It is no picture, nor needed for one: nothing went wrong. */
  readonly unused?: true;
}

export interface ArchiveIndex {
  readonly members: readonly ArchiveMember[];
  readonly skipped: readonly SkippedMember[];
  /** Why the list ends early, or `null`; what is in it can be read all the same. */
  readonly problem: FormatError | null;
}

/** For indexing that takes a while. */
export interface IndexOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes looked at so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export function truncated(what: string): FormatError {
  return new FormatError(
    'archive/truncated',
    `The archive is cut short: ${what}.`,
    'Download or copy it again; what was whole has been read.',
  );
}

export function corrupt(message: string): FormatError {
  return new FormatError(
    'archive/corrupt',
    message,
    'Make the archive again or copy it once more.',
  );
}
