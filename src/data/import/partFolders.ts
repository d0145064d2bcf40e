/**
 * Folders called like a part of the set (`val`, `Test`): parts, or people who happen to be called so. It
 * is the folders beside them that tell. Pure functions.
 */
import { splitNamed } from './splitNames';

/** Folders for pictures of anybody. */
const OF_NOBODY =
  /^(?:images?|imgs?|pictures?|pics?|photos?|faces|crops?|data|data ?set|all|raw|.*celeba)$/i;

/** Whether a folder of that name may be a person's: neither a part's nor anybody's. */
export function mayBePerson(folder: string): boolean {
  return splitNamed(folder) === null && !OF_NOBODY.test(folder);
}

interface HoldingFolder {
  /** From the outermost inwards. */
  readonly folders: readonly string[];
  /** Images directly in it. */
  readonly images: number;
}

/** A folder called like a part. */
interface PartFolder {
  readonly parent: string;
  own: number;
  readonly below: Set<string>;
}

/** What a folder is known by among those of the same set. */
export function folderKey(folders: readonly string[], depth: number): string {
  return folders.slice(0, depth).join('/');
}

/**
 * The folders called like a part that are people's, by `folderKey`: pictures lie directly in them, and
 * directly in a folder beside them that is called like a person. With more folders below than pictures of
 * its own it is a part that a stray picture lies in.
 *
 * @param start where the folders begin that not every image shares
 */
export function peopleCalledLikeParts(
  all: readonly HoldingFolder[],
  start: number,
): ReadonlySet<string> {
  const parts = new Map<string, PartFolder>();
  const besidePeople = new Set<string>();
  for (const { folders, images } of all) {
    let depth = start;
    while (splitNamed(folders[depth] ?? '') !== null) {
      const key = folderKey(folders, depth + 1);
      const part = parts.get(key) ?? {
        parent: folderKey(folders, depth),
        own: 0,
        below: new Set<string>(),
      };
      parts.set(key, part);
      depth += 1;
      if (depth === folders.length) part.own += images;
      else part.below.add(folders[depth]!);
    }
    const isLast = depth === folders.length - 1;
    if (isLast && mayBePerson(folders[depth]!)) besidePeople.add(folderKey(folders, depth));
  }
  const people = new Set<string>();
  for (const [key, { parent, own, below }] of parts) {
    if (own > below.size && besidePeople.has(parent)) people.add(key);
  }
  return people;
}
