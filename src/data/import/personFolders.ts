/**
 * Which folder stands for the person, found out from all folders that hold images: the folder itself,
 * except inside a person's folder, as with views, videos and parts of the set. Pure functions.
 */
import { splitNamed } from './splitNames';

export const SEPARATOR = '/';

/** How many images lie directly in each folder. */
type FolderCounts = ReadonlyMap<string, number>;

/** From the outermost inwards, without the folder itself. */
function ancestors(folder: string): string[] {
  const segments = folder.split(SEPARATOR);
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join(SEPARATOR));
}

/**
 * For a folder inside a person's folder, that person's folder; any other folder itself. A folder is a
 * person's when it has more images of its own than folders below it: one stray picture in a folder
 * full of people's folders does not make them one person.
 */
function outermostOf(counts: FolderCounts): Map<string, string> {
  const above = new Map(Array.from(counts.keys(), (folder) => [folder, ancestors(folder)]));
  const below = new Map<string, number>();
  for (const folders of above.values()) {
    for (const folder of folders) below.set(folder, (below.get(folder) ?? 0) + 1);
  }
  const holds = (folder: string) => (counts.get(folder) ?? 0) > (below.get(folder) ?? 0);
  return new Map(Array.from(above, ([folder, up]) => [folder, up.find(holds) ?? folder]));
}

/** Whether all have names such as `session1`, `2019-03-01`, `cam 0`: a number, a word in front at most. */
function areCounted(folders: ReadonlySet<string>): boolean {
  const count = /^[a-z]*[\s_-]*\d+(?:[-_.]\d+)*$/i;
  return [...folders].every((folder) =>
    count.test(folder.slice(folder.lastIndexOf(SEPARATOR) + 1)),
  );
}

/**
 * The folder above every one that was taken for a person's, where those are parts of the set or names
 * that repeat from person to person (`Ann/front`, `Bob/front`); `null` where they are people's.
 */
function raised(
  people: ReadonlyMap<string, string>,
  isFirst: boolean,
): ReadonlyMap<string, string> | null {
  const leaves = [...new Set(people.values())].map((folder) => {
    const cut = folder.lastIndexOf(SEPARATOR);
    return { folder, parent: folder.slice(0, Math.max(cut, 0)), name: folder.slice(cut + 1) };
  });
  const nested = leaves.filter(({ parent }) => parent !== '');
  const names = new Set(nested.map(({ name }) => name));
  const parents = new Set(nested.map(({ parent }) => parent));
  const areParts = nested.length > 0 && [...names].every((name) => splitNamed(name) !== null);
  // Repeated names are one person in several batches, unless there are more parents than names.
  const repeat = names.size < nested.length && parents.size > names.size;
  // Once folders were seen through, names in numbered ones (`batch 1/Ann`) may be the people's.
  const mayBePeople = !isFirst && areCounted(parents) && !areCounted(names);
  const parentIsPerson = areParts || (repeat && !mayBePeople);
  if (!parentIsPerson) return null;
  const parentOf = new Map(nested.map(({ folder, parent }) => [folder, parent]));
  return new Map(Array.from(people, ([from, to]) => [from, parentOf.get(to) ?? to]));
}

/**
 * The folder that stands for the person, for every folder with images in it. That is the folder
 * itself, except for folders inside a person's folder, however deep: below one that has images of its
 * own, or with names that repeat from person to person (`Ann/day 1/left`, `Bob/day 1/left`) or are
 * parts of the set.
 */
export function personFolders(counts: FolderCounts): ReadonlyMap<string, string> {
  let people: ReadonlyMap<string, string> = outermostOf(counts);
  let isFirst = true;
  for (;;) {
    const above = raised(people, isFirst);
    isFirst = false;
    if (above === null) return people;
    people = above;
  }
}

/** The last folder's name; one widespread collection writes `pins_` before every name. */
export function personName(folder: string): string {
  return folder.slice(folder.lastIndexOf(SEPARATOR) + 1).replace(/^pins_(?=.)/, '');
}
