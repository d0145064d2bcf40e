/**
 * The words with which data sets name their parts. What means the same gets the same name: `train`,
 * `val`, `test`; `gallery`, `probe` and `query` stay as they are.
 */

const NAMES: ReadonlyMap<string, string> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['test', 'test'],
  ['testing', 'test'],
  ['eval', 'test'],
  ['gallery', 'gallery'],
  ['probe', 'probe'],
  ['query', 'query'],
]);

/** The part of a set that a whole word names, or `null` for any other word. */
export function splitNamed(word: string): string | null {
  return NAMES.get(word.toLowerCase()) ?? null;
}

const LAST_WORD = /(?:^|[^a-z])([a-z]+)$/;

/** The part that the last word of an archive's or a list's name stands for: `vggface2_train`. */
export function splitAtEnd(stem: string): string | null {
  const word = LAST_WORD.exec(stem.toLowerCase())?.[1];
  return word === undefined ? null : splitNamed(word);
}
