/** The small words of sentences about edits: numbers with their nouns, lists of names. */

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function imagesText(count: number): string {
  return plural(count, 'image', 'images');
}

/** Names written out; of more, two and how many others. */
const NAMED = 3;

/** `Ann`, `Ann and Bob`, `Ann, Bob and 7 others`. */
export function namesText(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length <= NAMED) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, NAMED - 1).join(', ')} and ${plural(names.length - NAMED + 1, 'other', 'others')}`;
}
