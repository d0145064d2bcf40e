/**
 * Who is on which picture, and in which part of the set, from the paths alone. Usually the folder says
 * it; what leads to the people's folders (one folder around everything, the same folder twice, train
 * and test) is seen through, and pictures that lie in no person's folder are told apart by their
 * names. A pattern of one's own goes before all of that. Pure functions.
 */
import { type PathPerson, patternReader } from './namePattern';
import { identityFromName } from './nameRules';
import { compareText } from './paths';
import { personFolders, personName, SEPARATOR } from './personFolders';
import { fullPath, type ImagePath, normalised, type Place, placesOf } from './places';
import { splitNamed } from './splitNames';

export { describeLayout } from './layoutName';
export type { ImagePath } from './places';

export interface PeopleOptions {
  /** A regular expression over the path (`namePattern.ts`); `null`: folders and file names. */
  readonly namePattern: string | null;
}

/** The part that a folder in front of the person's, or inside it, is named for: the innermost. */
function splitIn({ folders, archiveSplit }: Place, person: number): string | null {
  for (let index = folders.length - 1; index >= 0; index -= 1) {
    const split = index === person ? null : splitNamed(folders[index]!);
    if (split !== null) return split;
  }
  return archiveSplit;
}

function peopleByFolders(images: readonly ImagePath[]): PathPerson[] {
  const places = placesOf(images);
  const joined = places.map(({ folders, start }) => folders.slice(start).join(SEPARATOR));
  const counts = new Map<string, number>();
  for (const folder of joined) {
    if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const people = personFolders(counts);
  return places.map((place, index) => {
    const folder = people.get(joined[index]!);
    if (folder === undefined) {
      return { identity: normalised(identityFromName(place.file)), split: splitIn(place, -1) };
    }
    const person = place.start + folder.split(SEPARATOR).length - 1;
    return { identity: personName(folder), split: splitIn(place, person) };
  });
}

/**
 * The person on each image and the part of the set it is in, in the order given.
 *
 * Rules, in this order: the pattern, where there is one and the path fits it; what all paths share in
 * front is dropped, and the same folder twice in a row counts once; folders named train, val, test …
 * are the part; the folder that is left is the identity; where none is left, the file name decides
 * (`nameRules.ts`).
 *
 * @throws ImportError `data/invalid-pattern` for a pattern that cannot be used or takes too long
 */
export function peopleOf(images: readonly ImagePath[], options: PeopleOptions): PathPerson[] {
  const people = peopleByFolders(images);
  if (options.namePattern === null) return people;
  const read = patternReader(options.namePattern);
  return images.map((image, index) => {
    const own = read(fullPath(image));
    const usual = people[index]!;
    return own === null ? usual : { identity: own.identity, split: own.split ?? usual.split };
  });
}

/** The identity of each image by folders and names, in the order given. */
export function identitiesOf(images: readonly ImagePath[]): string[] {
  return peopleOf(images, { namePattern: null }).map(({ identity }) => identity);
}

/** Indices of the images by identity, then path, then the order given: the order of a `FaceSet`. */
export function imageOrder(
  images: readonly { readonly identity: string; readonly path: string }[],
): Uint32Array {
  const order = Uint32Array.from(images.keys());
  return order.sort((a, b) => {
    const [left, right] = [images[a]!, images[b]!];
    return (
      compareText(left.identity, right.identity) || compareText(left.path, right.path) || a - b
    );
  });
}
