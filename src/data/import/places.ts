/**
 * Where every image lies: its folders, with the archive around it, seen through what unpacking and
 * copying add in front, down to the folders that may be people's.
 */

import { folderKey, NamesApart, peopleCalledLikeParts } from './partFolders';
import { splitPath } from './paths';
import { splitAtEnd, splitNamed } from './splitNames';

export interface ImagePath {
  /** The archive the image is in, as it was given, or `null` for a file by itself. */
  readonly archive: string | null;
  /** Inside the archive, or as it was given. */
  readonly path: string;
}

export interface Place {
  /** All folders, from the outermost inwards. */
  readonly folders: readonly string[];
  /**
   * Where the folders begin that not every image shares, behind the names of parts in front. A person
   * called like a part is no part.
   */
  readonly start: number;
  readonly file: string;
  /** The part of the set that the archive's name stands for, or `null`. */
  readonly archiveSplit: string | null;
}

/** Macs write letters and accents apart, everyone else together: the same name must be the same. */
export function normalised(name: string): string {
  return name.normalize('NFC').trim();
}

/** The archive's name without its extension: it stands for a folder where there is none inside. */
function archiveStem(file: string): string {
  return file.replace(/\.(zip|tgz|tar|gz|tar\.gz)$/i, '').replace(/\.tar$/i, '');
}

/** `lfw/lfw/Ann` is `lfw/Ann`: unpacking into a folder of the same name nests it twice. */
function withoutDoubles(folders: readonly string[]): string[] {
  return folders.filter((name, index) => name !== folders[index - 1]);
}

function commonDepth(all: readonly { readonly folders: readonly string[] }[]): number {
  const first = all[0]?.folders ?? [];
  let depth = first.length;
  for (const { folders } of all) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same += 1;
    depth = same;
  }
  return depth;
}

function withFolders(images: readonly ImagePath[]): ReadonlySet<string> {
  const archives = new Set<string>();
  for (const { archive, path } of images) {
    if (archive !== null && splitPath(path).folders.length > 0) archives.add(archive);
  }
  return archives;
}

/** @param images one of each folder, with what is known of the others there */
function placesOfFolders(images: readonly ImagePath[], standFor: readonly Folder[]): Place[] {
  const foldered = withFolders(images);
  const found = images.map(({ archive, path }, index) => {
    const inside = splitPath(path);
    const around = archive === null ? null : splitPath(archive);
    const stem = around === null ? null : archiveStem(around.file);
    const own = stem === null || foldered.has(archive!) ? [] : [stem];
    const folders = [...(around?.folders ?? []), ...own, ...inside.folders].map(normalised);
    return {
      folders: withoutDoubles(folders),
      file: inside.file,
      archiveSplit: stem === null ? null : splitAtEnd(stem),
      /** Whether the archive stands for the innermost folder. */
      isArchive: own.length > 0,
      images: standFor[index]!.images,
      names: standFor[index]!.names?.found === true,
    };
  });
  const shared = commonDepth(found);
  const people = peopleCalledLikeParts(found, shared);
  return found.map(({ folders, file, archiveSplit, isArchive }) => {
    let start = shared;
    let isPerson = false;
    while (!isPerson && splitNamed(folders[start] ?? '') !== null) {
      isPerson = people.size > 0 && people.has(folderKey(folders, start + 1));
      if (!isPerson) start += 1;
    }
    return { folders, file, start, archiveSplit: isPerson && isArchive ? null : archiveSplit };
  });
}

/** The images of a set by the folders they lie in: what only the folder decides is found out once. */
export interface PlacedImages {
  /** The place of one image of each folder. */
  readonly places: readonly Place[];
  /** `[images]`, which of the places is the image's, but for its file. */
  readonly at: Uint32Array;
}

/** What is known of a folder besides where it lies. */
interface Folder {
  /** Directly in it. */
  images: number;
  /** Of folders called like a part only. */
  readonly names: NamesApart | null;
}

/** Up to the file name; all of a path that ends in no name. */
function folderPart(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const file = path.slice(cut);
  return file === '' || file === '.' || file === '..' ? path : path.slice(0, cut);
}

/** The places of all images; what is shared depends on all of them. What only the folder decides is found out once. */
export function placedImages(images: readonly ImagePath[]): PlacedImages {
  const known = new Map<string | null, Map<string, number>>();
  const first: ImagePath[] = [];
  const standFor: Folder[] = [];
  const at = new Uint32Array(images.length);
  for (const [index, image] of images.entries()) {
    const { archive, path } = image;
    const folders = known.get(archive) ?? new Map<string, number>();
    if (folders.size === 0) known.set(archive, folders);
    const folder = folderPart(path);
    let place = folders.get(folder);
    if (place === undefined) {
      place = first.push(image) - 1;
      const inner = folder.slice(0, -1).split(/[/\\]/).at(-1) ?? '';
      const name = inner === '' && archive !== null ? archiveStem(splitPath(archive).file) : inner;
      standFor.push({ images: 0, names: splitNamed(name) === null ? null : new NamesApart() });
      folders.set(folder, place);
    }
    const about = standFor[place]!;
    about.images += 1;
    about.names?.look(path.slice(folder.length));
    at[index] = place;
  }
  return { places: placesOfFolders(first, standFor), at };
}

/** The place of each image. */
export function placesOf(images: readonly ImagePath[]): Place[] {
  const { places, at } = placedImages(images);
  return images.map(({ path }, index) => ({ ...places[at[index]!]!, file: splitPath(path).file }));
}

/** The whole path with the archive in front, as a person sees it and a pattern is applied to it. */
export function fullPath({ archive, path }: ImagePath): string {
  const { folders, file } = splitPath(archive === null ? path : `${archive}/${path}`);
  return [...folders, file].join('/');
}
