/** Paths as archives, drops and pickers write them, and the junk that systems leave among files. */

/** The folders and the file name; `./`, `../`, a leading `/` and Windows' backslashes are seen through. */
export function splitPath(path: string): { readonly folders: string[]; readonly file: string } {
  const segments = path
    .split(/[/\\]/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const file = segments.pop() ?? '';
  return { folders: segments, file };
}

const JUNK: ReadonlySet<string> = new Set([
  '__macosx',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
  '@eadir',
  '$recycle.bin',
  'system volume information',
]);

/** Whether one name of a path is hidden or left there by a system; nothing below it is of interest. */
export function isJunkName(name: string): boolean {
  return (name.startsWith('.') && name !== '.' && name !== '..') || JUNK.has(name.toLowerCase());
}

export function isJunkPath(path: string): boolean {
  return path.split(/[/\\]/).some(isJunkName);
}

/** By code unit, so that the order does not depend on the reader's language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
