/**
 * Who is on which picture, and in which part of the set, from the paths alone. Usually the folder says
 * it; what leads to the people's folders (one folder around everything, the same folder twice, train
 * and test) is seen through, and pictures that lie in no person's folder are told apart by their
 * names. A pattern of one's own goes before all of that. Pure functions.
 */
import { type PathPerson, patternReader } from './namePattern';
import { identityFromName, personInName } from './nameRules';
import { mayBePerson } from './partFolders';
import { compareText, splitPath } from './paths';
import { personFolders, personName, SEPARATOR } from './personFolders';
import { fullPath, type ImagePath, normalised, type Place, placedImages } from './places';
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

/** What paths say of each image, asked for one by one: of millions of images most have labels. */
export interface PathReader {
  person(image: number): PathPerson;
  split(image: number): string | null;
}

/** The file's name without what counts or dates it. */
function wordsOf(file: string): string {
  return file.replace(/\.[^.]*$/, '').replace(/[\d\s_()-]+/g, '');
}

function fileOf({ path }: ImagePath): string {
  return splitPath(path).file;
}

/** Who folders stand for. */
class FolderReader implements PathReader {
  readonly #images: readonly ImagePath[];
  readonly #at: Uint32Array;
  /** The folder that all images lie in, where no folder is a person's; `null` where there is none. */
  readonly #around: string | null;
  #person: string | null | undefined;
  /** By place: `identity` is `null` where the file's name decides. */
  readonly #found: readonly { readonly identity: string | null; readonly split: string | null }[];

  constructor(images: readonly ImagePath[]) {
    this.#images = images;
    const { places, at } = placedImages(images);
    this.#at = at;
    const joined = places.map(({ folders, start }) => folders.slice(start).join(SEPARATOR));
    const counts = new Map<string, number>();
    for (const place of at) {
      const folder = joined[place]!;
      if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const people = personFolders(counts);
    this.#found = places.map((place, index) => {
      const folder = people.get(joined[index]!);
      if (folder === undefined) return { identity: null, split: splitIn(place, -1) };
      const person = place.start + folder.split(SEPARATOR).length - 1;
      return { identity: personName(folder), split: splitIn(place, person) };
    });
    const [only] = places;
    const isAlone = places.length === 1 && people.size === 0 && only !== undefined;
    this.#around =
      isAlone && only.start === only.folders.length ? (only.folders.at(-1) ?? null) : null;
  }

  person(image: number): PathPerson {
    const { identity, split } = this.#found[this.#at[image]!]!;
    if (identity !== null) return { identity, split };
    const named = () => normalised(identityFromName(fileOf(this.#images[image]!)));
    return { identity: this.#onePerson() ?? named(), split };
  }

  /** The person whose folder it lies in; `null` where the file's name decides. */
  folder(image: number): string | null {
    return this.#found[this.#at[image]!]!.identity;
  }

  /** The folder, where all images lie in one and their names do no more than count; else `null`. */
  #onePerson(): string | null {
    if (this.#person !== undefined) return this.#person;
    const folder = this.#around;
    const isPerson = folder !== null && mayBePerson(folder) && this.#areCounted();
    this.#person = isPerson ? personName(folder) : null;
    return this.#person;
  }

  /** Whether the names are numbers, or dates in the same words: none of those that tell of people. */
  #areCounted(): boolean {
    const [first] = this.#images;
    if (first === undefined || this.#images.length < 2) return false;
    const words = wordsOf(fileOf(first));
    return this.#images.every((image) => {
      const file = fileOf(image);
      const isPlain = /^\d+\.[^.]*$/.test(file) || personInName(file) === null;
      return isPlain && wordsOf(file) === words;
    });
  }

  split(image: number): string | null {
    return this.#found[this.#at[image]!]!.split;
  }
}

/** Where a pattern fits the path, it goes before the folders. */
class PatternReader implements PathReader {
  readonly #images: readonly ImagePath[];
  readonly #folders: PathReader;
  readonly #read: (path: string) => PathPerson | null;

  constructor(images: readonly ImagePath[], folders: PathReader, pattern: string) {
    this.#images = images;
    this.#folders = folders;
    this.#read = patternReader(pattern);
  }

  person(image: number): PathPerson {
    const own = this.#read(fullPath(this.#images[image]!));
    if (own === null) return this.#folders.person(image);
    return { identity: own.identity, split: own.split ?? this.#folders.split(image) };
  }

  split(image: number): string | null {
    return this.person(image).split;
  }
}

/**
 * The person on each image and the part of the set it is in.
 *
 * Rules, in this order: the pattern, where there is one and the path fits it; what all paths share in
 * front is dropped, and the same folder twice in a row counts once; folders named train, val, test …
 * are the part, unless pictures lie in them as in people's folders beside them (`partFolders.ts`); the
 * folder that is left is the identity; where none is left, the file name decides
 * (`nameRules.ts`), unless the names only count the pictures of one folder: then that is the person.
 *
 * @throws ImportError `data/invalid-pattern` for a pattern that cannot be used or takes too long, the
 *   latter from the reader
 */
export function readPaths(images: readonly ImagePath[], options: PeopleOptions): PathReader {
  const folders = new FolderReader(images);
  const { namePattern } = options;
  return namePattern === null ? folders : new PatternReader(images, folders, namePattern);
}

/** By the rules for folders and names alone, with whether it is the folder that tells the person. */
export function readFolders(
  images: readonly ImagePath[],
): PathReader & { folder(image: number): string | null } {
  return new FolderReader(images);
}

/** The same for all images, in the order given. */
export function peopleOf(images: readonly ImagePath[], options: PeopleOptions): PathPerson[] {
  const reader = readPaths(images, options);
  return images.map((_, image) => reader.person(image));
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
