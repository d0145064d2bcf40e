/**
 * Who is on which picture, from the paths alone. Usually the folder says it; what leads to the people's
 * folders (one folder around everything, the same folder twice, train and test) is seen through, and
 * pictures that lie in no person's folder are told apart by their names. Pure functions.
 */
import { identityFromName } from './nameRules';
import { compareText, splitPath } from './paths';

export interface ImagePath {
  /** The archive the image is in, as it was given, or `null` for a file by itself. */
  readonly archive: string | null;
  /** Inside the archive, or as it was given. */
  readonly path: string;
}

interface Place {
  readonly folders: readonly string[];
  readonly file: string;
}

/** Folders that say what images are for, not who is on them. */
const SPLITS: ReadonlySet<string> = new Set([
  'train',
  'training',
  'val',
  'valid',
  'validation',
  'test',
  'eval',
  'gallery',
  'probe',
  'query',
]);

/** The archive's name without its extension: it stands for a folder where there is none inside. */
function archiveStem(file: string): string {
  return file.replace(/\.(zip|tgz|tar|gz|tar\.gz)$/i, '').replace(/\.tar$/i, '');
}

/** Macs write letters and accents apart, everyone else together: the same name must be the same. */
function normalised(name: string): string {
  return name.normalize('NFC').trim();
}

function toPlaces(images: readonly ImagePath[]): Place[] {
  const withFolders = new Set<string>();
  for (const { archive, path } of images) {
    if (archive !== null && splitPath(path).folders.length > 0) withFolders.add(archive);
  }
  return images.map(({ archive, path }) => {
    const inside = splitPath(path);
    if (archive === null) return { folders: inside.folders.map(normalised), file: inside.file };
    const around = splitPath(archive);
    const own = withFolders.has(archive) ? [] : [archiveStem(around.file)];
    const folders = [...around.folders, ...own, ...inside.folders];
    return { folders: folders.map(normalised), file: inside.file };
  });
}

/** `lfw/lfw/Ann` is `lfw/Ann`: unpacking into a folder of the same name nests it twice. */
function withoutDoubles(folders: readonly string[]): string[] {
  return folders.filter((name, index) => name !== folders[index - 1]);
}

function commonDepth(all: readonly (readonly string[])[]): number {
  const first = all[0] ?? [];
  let depth = first.length;
  for (const folders of all) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same += 1;
    depth = same;
  }
  return depth;
}

/** Each place's folders below what they all share, without the names of splits in front. */
function ownFolders(places: readonly Place[]): string[][] {
  const all = places.map(({ folders }) => withoutDoubles(folders));
  const shared = commonDepth(all);
  return all.map((folders) => {
    let start = shared;
    while (SPLITS.has((folders[start] ?? '').toLowerCase())) start += 1;
    return folders.slice(start);
  });
}

const SEPARATOR = '/';

/** How many images lie directly in each folder. */
type FolderCounts = ReadonlyMap<string, number>;

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

/** From the outermost inwards, without the folder itself. */
function ancestors(folder: string): string[] {
  const segments = folder.split(SEPARATOR);
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join(SEPARATOR));
}

/**
 * The folder that stands for the person, for every folder with images in it. That is the folder
 * itself, except for folders inside a person's folder: below one that has images of its own, or with
 * names that repeat from person to person (`Ann/front`, `Bob/front`).
 */
function personFolders(counts: FolderCounts): ReadonlyMap<string, string> {
  const outermost = outermostOf(counts);
  const leaves = [...new Set(outermost.values())].map((folder) => {
    const cut = folder.lastIndexOf(SEPARATOR);
    return { folder, parent: folder.slice(0, Math.max(cut, 0)), name: folder.slice(cut + 1) };
  });
  const nested = leaves.filter(({ parent }) => parent !== '');
  const names = new Set(nested.map(({ name }) => name));
  const parents = new Set(nested.map(({ parent }) => parent));
  // Repeated names are one person in several batches, unless there are more parents than names.
  const parentIsPerson = names.size < nested.length && parents.size > names.size;
  if (!parentIsPerson) return outermost;
  const parentOf = new Map(nested.map(({ folder, parent }) => [folder, parent]));
  return new Map(Array.from(outermost, ([from, to]) => [from, parentOf.get(to) ?? to]));
}

/** The last folder's name; one widespread collection writes `pins_` before every name. */
function personName(folder: string): string {
  return folder.slice(folder.lastIndexOf(SEPARATOR) + 1).replace(/^pins_(?=.)/, '');
}

/**
 * The identity of each image, in the order given.
 *
 * Rules, in this order: what all paths share in front is dropped, and the same folder twice in a row
 * counts once; folders named train, val, test … are skipped; the folder that is left is the identity;
 * where none is left, the file name decides (`nameRules.ts`).
 */
export function identitiesOf(images: readonly ImagePath[]): string[] {
  const places = toPlaces(images);
  const own = ownFolders(places);
  const joined = own.map((folders) => folders.join(SEPARATOR));
  const counts = new Map<string, number>();
  for (const folder of joined) {
    if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const people = personFolders(counts);
  return places.map(({ file }, index) => {
    const folder = people.get(joined[index]!);
    return folder === undefined ? normalised(identityFromName(file)) : personName(folder);
  });
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
