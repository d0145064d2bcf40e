/**
 * Who is on every picture of a catalogue, and in which part of the set it is. What the container says
 * comes first, then a list that lay among the pictures, then folders and file names.
 */
import type { CatalogueEntry, FoundList } from './catalogue';
import { readPaths } from './layout';

export interface Person {
  readonly identity: string;
  /** `train`, `val`, `gallery` …; `null` where nothing says so. */
  readonly split: string | null;
  /** Whether nothing but folders and file names told it: other paths beside it may tell another. */
  readonly isGuess: boolean;
}

export interface PeopleOptions {
  /** Regular expression over the path whose first group is the person; `null`: the usual rules. */
  readonly namePattern?: string | null;
}

/** What lists say about an entry. */
interface Said {
  identity: string | null;
  split: string | null;
}

const NOTHING: Said = { identity: null, split: null };

/** `null` where there is no such list. */
function saidByLists(
  entries: readonly CatalogueEntry[],
  lists: readonly FoundList[],
): readonly Said[] | null {
  // Pictures of an archive that only turned out to be one are in no list.
  const about = lists.flatMap(({ matches }) =>
    matches?.length === entries.length ? [matches] : [],
  );
  if (about.length === 0) return null;
  const said = entries.map((): Said => ({ ...NOTHING }));
  for (const matches of about) {
    for (const [place, match] of matches.entries()) {
      if (match === null) continue;
      const one = said[place]!;
      one.identity = match.identity ?? one.identity;
      one.split = match.split ?? one.split;
    }
  }
  return said;
}

/** Names for the identities of a set, such as `n000002` → a person's name. */
function displayNames(lists: readonly FoundList[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { list } of lists) {
    if (list.kind !== 'names') continue;
    for (const [id, name] of list.names) names.set(id, name);
  }
  return names;
}

/** In the order of the entries. */
export function peopleIn(
  entries: readonly CatalogueEntry[],
  lists: readonly FoundList[] = [],
  options: PeopleOptions = {},
): readonly Person[] {
  const images = entries.map(({ container, path }) => ({ archive: container, path }));
  const namePattern = options.namePattern ?? null;
  const paths = readPaths(images, { namePattern });
  const said = saidByLists(entries, lists);
  const names = displayNames(lists);
  return entries.map((entry, place) => {
    const list = said === null ? NOTHING : said[place]!;
    const known = entry.identity ?? list.identity;
    // A pattern of one's own was meant: it goes before what is only guessed, but not before labels.
    const path = known === null ? paths.person(place) : null;
    const identity = known ?? path!.identity;
    const split = entry.split ?? list.split ?? (path === null ? paths.split(place) : path.split);
    const isNamed = names.has(identity) || namePattern !== null;
    const isSaid = (known ?? list.split) !== null;
    return { identity: names.get(identity) ?? identity, split, isGuess: !isNamed && !isSaid };
  });
}

/**
 * The same once more pictures have come than were known: what was only guessed from the paths is looked
 * at again together with theirs, what something said stays.
 *
 * @param people `[entries]`, as each part of the pictures was known by itself
 */
export function peopleTogether(
  entries: readonly CatalogueEntry[],
  people: readonly Person[],
): readonly Person[] {
  const together = peopleIn(entries);
  return people.map((person, place) => (person.isGuess ? together[place]! : person));
}
