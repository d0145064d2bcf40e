/** What tells an image from the others of its person, in the little room under a crop. */

/** Characters that stay at the end of a name that is cut: a number and what comes after it. */
const TAIL = 8;
/** Shorter names fit. */
const FITS = 14;

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/** `George_W_Bush_0003.jpg` of George_W_Bush → `0003.jpg`; a name that says nothing else stays whole. */
export function ownPart(path: string, owner: string): string {
  const file = fileName(path);
  const start = file.slice(0, owner.length);
  if (owner === '' || start.toLowerCase() !== owner.toLowerCase()) return file;
  const rest = file.slice(owner.length).replace(/^[\s_.-]+/, '');
  // What is left must be a name: of `Ann.jpg` only the kind of file would be.
  return /^[^.]+\.|^[^.]+$/.test(rest) && file[owner.length] !== '.' ? rest : file;
}

/** The name without its kind of file, for a sentence. */
export function plainName(path: string): string {
  return fileName(path).replace(/(?<=.)\.\w{1,5}$/, '');
}

/** A long name in two parts, of which the first may be cut; `null` where it fits. */
export function headAndTail(name: string): readonly [string, string] | null {
  const characters = Array.from(name);
  if (characters.length <= FITS) return null;
  return [characters.slice(0, -TAIL).join(''), characters.slice(-TAIL).join('')];
}
