/** Why a set of files gives nothing to train with, and the choice that is left to the person. */
import type { IdentityHistogram, RejectedFile } from '../types';

export type ImportErrorCode =
  | 'data/nothing-readable'
  | 'data/too-few-identities'
  | 'data/cancelled'
  | 'data/choose-part'
  | 'data/invalid-pattern'
  | 'data/no-split'
  | 'data/storage'
  | 'data/kept-gone'
  | 'data/out-of-memory';

export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;
  /** What the person can do, one sentence. */
  readonly remedy: string;
  /** With `data/too-few-identities`: what another minimum would give. */
  readonly histogram: IdentityHistogram | null;
  /** Every file that was left out, as far as it is known. */
  readonly rejected: readonly RejectedFile[];

  constructor(
    code: ImportErrorCode,
    message: string,
    remedy: string,
    details: {
      readonly histogram?: IdentityHistogram;
      readonly rejected?: readonly RejectedFile[];
    } = {},
  ) {
    super(message);
    this.code = code;
    this.remedy = remedy;
    this.histogram = details.histogram ?? null;
    this.rejected = details.rejected ?? [];
  }
}

export function cancelled(): ImportError {
  return new ImportError(
    'data/cancelled',
    'Reading the files was cancelled.',
    'Give the files again; the faces loaded before are unchanged.',
  );
}

/** @param rejected why nothing was left, shown by its first example */
export function nothingReadable(rejected: readonly RejectedFile[]): ImportError {
  const first = rejected[0];
  const message =
    first === undefined
      ? 'There is no file in what was given.'
      : rejected.length === 1
        ? `${first.name} could not be read: ${lowerFirst(first.reason)}`
        : `None of the ${rejected.length} files is an image that can be read; ${first.name}, for example: ${lowerFirst(first.reason)}`;
  return new ImportError(
    'data/nothing-readable',
    message,
    'Give JPEG, PNG, WebP, AVIF, GIF, BMP or PGM images, in one folder per person, or a .zip, .tar or .tar.gz of them.',
    { rejected },
  );
}

/** For a reason inside a sentence. */
export function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

export function outOfMemory(detail: string): ImportError {
  return new ImportError(
    'data/out-of-memory',
    `There is not enough memory for the faces: ${detail}.`,
    'Choose a smaller crop size or give fewer images.',
  );
}
