/**
 * Folders called like a part of the set (`val`, `Test`): parts, or people who happen to be called so. It
 * is the folders beside them that tell. Pure functions.
 */
import { personInName } from './nameRules';
import { splitNamed } from './splitNames';

/** Folders for pictures of anybody. */
const OF_NOBODY =
  /^(?:images?|imgs?|pictures?|pics?|photos?|faces|crops?|data|data ?set|all|raw|.*celeba)$/i;

/** Whether a folder of that name may be a person's: neither a part's nor anybody's. */
export function mayBePerson(folder: string): boolean {
  return splitNamed(folder) === null && !OF_NOBODY.test(folder);
}

/** Nobody is called so; where such a folder holds pictures, the others called like parts are parts too. */
const NEVER_PERSON = /^(?:train|training|validation|testing|eval|gallery|probe)$/i;

interface HoldingFolder {
  /** From the outermost inwards. */
  readonly folders: readonly string[];
  /** Images directly in it. */
  readonly images: number;
  /** Whether the names of its files tell several people apart. */
  readonly names: boolean;
}

/** Finds out whether the names of files, looked at one by one, tell several people apart. */
export class NamesApart {
  #first: string | null = null;
  found = false;

  look(file: string): void {
    if (this.found) return;
    const person = personInName(file);
    // Numbers may be anything's.
    if (person === null || !/\p{L}/u.test(person)) return;
    this.found = this.#first !== null && this.#first !== person;
    this.#first ??= person;
  }
}

/** A folder called like a part. */
interface PartFolder {
  readonly parent: string;
  /** Images directly in it, none where they are several people's. */
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
 * its own it is a part that a stray picture lies in, and with several people in the names of its files it
 * is one in which nobody has a folder.
 *
 * @param start where the folders begin that not every image shares
 */
export function peopleCalledLikeParts(
  all: readonly HoldingFolder[],
  start: number,
): ReadonlySet<string> {
  const parts = new Map<string, PartFolder>();
  const besidePeople = new Set<string>();
  for (const { folders, images, names } of all) {
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
      if (depth === folders.length) part.own += names ? 0 : images;
      else part.below.add(folders[depth]!);
    }
    const isLast = depth === folders.length - 1;
    if (isLast && mayBePerson(folders[depth]!)) besidePeople.add(folderKey(folders, depth));
  }
  const people = new Set<string>();
  const divided = new Set<string>();
  for (const [key, { parent, own }] of parts) {
    if (own > 0 && NEVER_PERSON.test(key.slice(key.lastIndexOf('/') + 1))) divided.add(parent);
  }
  for (const [key, { parent, own, below }] of parts) {
    if (own > below.size && besidePeople.has(parent) && !divided.has(parent)) people.add(key);
  }
  return people;
}
