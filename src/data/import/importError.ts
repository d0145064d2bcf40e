/** Why a set of files gives nothing to train with, and the choice that is left to the person. */
import { ACCEPTED_SETS } from '../formats/accepted';
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
  const [first] = rejected;
  if (first === undefined) return nothing('There is no file in what was given.', GIVE);
  const { what, advice } = apart(first.reason);
  if (rejected.length === 1) {
    const failed = first.unused === true ? 'cannot be used' : 'could not be read';
    return nothing(`${first.name} ${failed}: ${lowerFirst(what)}`, advice ?? GIVE, rejected);
  }
  const same = rejected.every(({ reason }) => apart(reason).advice === advice);
  return nothing(
    `None of the ${rejected.length} files is an image that can be read; ${first.name}, for example: ${lowerFirst(what)}`,
    same ? (advice ?? GIVE) : GIVE,
    rejected,
  );
}

const GIVE = `Give JPEG, PNG, WebP, AVIF, GIF, BMP or PGM images in one folder per person, ${ACCEPTED_SETS}.`;

function nothing(
  message: string,
  remedy: string,
  rejected: readonly RejectedFile[] = [],
): ImportError {
  return new ImportError('data/nothing-readable', message, remedy, { rejected });
}

/** The first sentence of a reason, and what it says to do. */
function apart(reason: string): { readonly what: string; readonly advice: string | null } {
  const parts = /^(.+?[.!?]) (?=\p{Lu})(.+)$/su.exec(reason);
  return parts === null ? { what: reason, advice: null } : { what: parts[1]!, advice: parts[2]! };
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
