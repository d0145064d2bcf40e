/**
 * What a person changes about a data set, as data: images by name, identities by name, so that the
 * changes can be kept as JSON and still fit after the files were read again at another crop size.
 */

export type Edit =
  /** Onto a name that exists, it merges the two. What is merged is excluded only where all of it was. */
  | { readonly kind: 'rename'; readonly identity: string; readonly to: string }
  /** `into` may be one of them, another identity, or a new name. */
  | { readonly kind: 'merge'; readonly identities: readonly string[]; readonly into: string }
  /** Their images take no part until they are included again. */
  | { readonly kind: 'exclude' | 'include'; readonly identities: readonly string[] }
  /** Single images; `keep` brings them back. */
  | { readonly kind: 'remove' | 'keep'; readonly images: readonly string[] }
  /** Gives images to an identity, which may be new. */
  | { readonly kind: 'move'; readonly images: readonly string[]; readonly to: string }
  /** Cuts an image's crop anew by its five points, ten numbers as `flatPoints` gives them; keeps it. */
  | { readonly kind: 'align'; readonly image: string; readonly points: readonly number[] }
  /** Cuts crops anew from the middle of their pictures; keeps them. */
  | { readonly kind: 'middle'; readonly images: readonly string[] };

export type EditErrorCode =
  | 'edit/empty-name'
  | 'edit/long-name'
  | 'edit/nothing-chosen'
  | 'edit/unknown-identity'
  | 'edit/unknown-image'
  | 'edit/no-change'
  | 'edit/nothing-left'
  | 'edit/no-picture'
  | 'edit/not-edits';

export class EditError extends Error {
  override readonly name = 'EditError';
  readonly code: EditErrorCode;
  /** What the person can do, one sentence. */
  readonly remedy: string;

  /** @param message what is wrong, with the offending value, one sentence */
  constructor(code: EditErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** Characters (code points) of an identity's name. */
export const LONGEST_NAME = 200;

/**
 * A name as it is kept: without white space around it, letters and accents joined (NFC).
 *
 * @throws EditError `edit/empty-name` or `edit/long-name`
 */
export function identityName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (name === '') {
    throw new EditError('edit/empty-name', 'The name is empty.', 'Type at least one character.');
  }
  const length = Array.from(name).length;
  if (length > LONGEST_NAME) {
    throw new EditError(
      'edit/long-name',
      `The name has ${length} characters, more than ${LONGEST_NAME}: ${Array.from(name).slice(0, 40).join('')}….`,
      'Give a shorter name.',
    );
  }
  return name;
}

/** The fields of an edit of each kind. */
const FIELDS: Readonly<
  Record<Edit['kind'], readonly (readonly [string, 'text' | 'list' | 'points'])[]>
> = {
  rename: [
    ['identity', 'text'],
    ['to', 'text'],
  ],
  merge: [
    ['identities', 'list'],
    ['into', 'text'],
  ],
  exclude: [['identities', 'list']],
  include: [['identities', 'list']],
  remove: [['images', 'list']],
  keep: [['images', 'list']],
  move: [
    ['images', 'list'],
    ['to', 'text'],
  ],
  align: [
    ['image', 'text'],
    ['points', 'points'],
  ],
  middle: [['images', 'list']],
};

function isPoints(field: unknown): boolean {
  return Array.isArray(field) && field.length === 10 && field.every(Number.isFinite);
}

function isEdit(value: unknown): value is Edit {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) return false;
  // Just checked to be one of the kinds.
  return FIELDS[kind as Edit['kind']].every(([name, type]) => {
    const field = fields.get(name);
    if (type === 'text') return typeof field === 'string';
    if (type === 'points') return isPoints(field);
    return Array.isArray(field) && field.every((item) => typeof item === 'string');
  });
}

/**
 * Edits that were stored as JSON.
 *
 * @param value what `JSON.parse` gave
 * @throws EditError `edit/not-edits`
 */
export function editsFrom(value: unknown): readonly Edit[] {
  if (Array.isArray(value) && value.every(isEdit)) return value;
  const index = Array.isArray(value) ? value.findIndex((item) => !isEdit(item)) : -1;
  throw new EditError(
    'edit/not-edits',
    index < 0
      ? 'What was stored is not a list of edits.'
      : `Edit ${index + 1} of what was stored is not one this version knows.`,
    'Edit the data set anew; the files themselves were never changed.',
  );
}
