/**
 * What the small file beside a picture says about who is on it: `.cls` a number, `.json` an object
 * with a field for it, `.txt` one line. Texts are also captions and coordinates, so those two have
 * to look like labels before they are taken for some.
 */

export type LabelKind = 'cls' | 'json' | 'txt';

export interface Label {
  readonly identity: string;
  /** Could as well be something else: the name of a file, a caption. */
  readonly isWeak: boolean;
}

/** Fields of a `.json`, in the order in which they are believed. */
const FIELDS: readonly string[] = [
  'identity',
  'identity_id',
  'person',
  'person_id',
  'subject',
  'subject_id',
  'label',
  'class',
  'cls',
  'class_name',
  'label_name',
  'class_id',
  'label_id',
];
const WEAK_FIELDS: readonly string[] = ['name', 'id'];
/** A longer text is no name. */
const LONGEST_NAME = 128;
/** Labels that hardly repeat are names of files or captions. */
const MOST_DISTINCT = 0.75;

function nameOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || text.length > LONGEST_NAME || text.includes('\n') ? null : text;
}

function fromJson(text: string): Label | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) {
    const identity = nameOf(value);
    return identity === null ? null : { identity, isWeak: false };
  }
  const fields = new Map<string, unknown>(
    Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]),
  );
  for (const [names, isWeak] of [[FIELDS, false] as const, [WEAK_FIELDS, true] as const]) {
    for (const name of names) {
      const identity = nameOf(fields.get(name));
      if (identity !== null) return { identity, isWeak };
    }
  }
  return null;
}

/** `007` and `7` are one class. */
function fromClass(text: string): Label | null {
  const identity = nameOf(text);
  if (identity === null) return null;
  const isNumber = /^[+-]?\d{1,18}$/.test(identity);
  return {
    identity: isNumber ? BigInt(identity.replace('+', '')).toString() : identity,
    isWeak: false,
  };
}

/** @param bytes the whole file */
export function labelOf(kind: LabelKind, bytes: Uint8Array): Label | null {
  const text = new TextDecoder().decode(bytes);
  if (kind === 'cls') return fromClass(text);
  if (kind === 'json') return fromJson(text);
  const identity = nameOf(text);
  return identity === null ? null : { identity, isWeak: true };
}

/**
 * Whether these are who is on the pictures.
 * @param labels one for each picture
 * @param folders how many folders the pictures lie in: where there are several, those are believed
 *   rather than a text
 */
export function looksLikeLabels(labels: readonly (Label | null)[], folders: number): boolean {
  const found = labels.filter((label) => label !== null);
  if (found.length * 2 <= labels.length) return false;
  if (!found.some(({ isWeak }) => isWeak)) return true;
  const distinct = new Set(found.map(({ identity }) => identity)).size;
  return folders === 1 && distinct <= found.length * MOST_DISTINCT;
}
