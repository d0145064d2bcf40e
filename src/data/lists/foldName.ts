/**
 * A person's name as it is compared between sets, which write the same one in many ways: with
 * underscores, dots or hyphens for spaces, in other letter case, with accents put together or apart.
 */

/** `pins_Ann-Marie_O.Neil` and `Ann Marie O Neil` are `ann marie o neil`. */
export function foldName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/^pins_(?=.)/i, '')
    .toLowerCase()
    .replace(/[\s_.-]+/g, ' ')
    .trim();
}
