/** How a set is arranged, in a word for the screen: a known set's way, else what its folders are. */
import { personFolders, SEPARATOR } from './personFolders';
import { type ImagePath, type Place, placesOf } from './places';
import { splitNamed } from './splitNames';

export type LayoutName =
  | 'LFW'
  | 'VGGFace2'
  | 'CASIA-WebFace'
  | 'MS-Celeb-1M'
  | 'ORL'
  | 'Yale'
  | 'Extended Yale B'
  | 'CelebA'
  | 'pins'
  | 'FaceScrub'
  | 'split folders'
  | 'one folder per person'
  | 'flat names'
  | 'nothing';

/** Whether one image lies as it does in a known set. `folder` is the innermost, `''` for none. */
type Fits = (folder: string, file: string, place: Place) => boolean;

/** The file repeats the folder and numbers its images with so many digits. */
function repeats(folder: string, file: string, number: RegExp): boolean {
  return folder !== '' && file.startsWith(folder) && number.test(file.slice(folder.length));
}

const KNOWN: readonly (readonly [LayoutName, Fits])[] = [
  ['LFW', (folder, file) => repeats(folder, file, /^_\d{4}\.[^.]+$/)],
  ['VGGFace2', (folder, file) => /^n\d{6}$/.test(folder) && /^\d{4}_\d{2}\./.test(file)],
  ['CASIA-WebFace', (folder, file) => /^\d{7}$/.test(folder) && /^\d{3}\./.test(file)],
  ['MS-Celeb-1M', (folder) => /^m\.[0-9a-z_]+$/.test(folder)],
  ['ORL', (folder, file) => /^s\d{1,2}$/i.test(folder) && /^\d{1,2}\./.test(file)],
  ['Yale', (_, file) => /^subject\d+\./.test(file)],
  ['Extended Yale B', (_, file) => /^yaleB\d+_P/.test(file)],
  [
    'CelebA',
    (_, file, { folders }) =>
      /^\d{6}\.(jpe?g|png)$/i.test(file) && folders.some((folder) => /celeba/i.test(folder)),
  ],
  ['pins', (folder) => folder.startsWith('pins_')],
  ['FaceScrub', (folder, file) => repeats(folder, file, /^_\d+\.[^.]+$/)],
];

/** Strays are no reason against a layout. */
const SHARE = 0.9;

function knownName(places: readonly Place[]): LayoutName | null {
  for (const [name, fits] of KNOWN) {
    let found = 0;
    for (const place of places) {
      if (fits(place.folders.at(-1) ?? '', place.file, place)) found += 1;
    }
    if (found >= SHARE * places.length) return name;
  }
  return null;
}

export function describeLayout(images: readonly ImagePath[]): LayoutName {
  if (images.length === 0) return 'nothing';
  const places = placesOf(images);
  const known = knownName(places);
  if (known !== null) return known;
  const counts = new Map<string, number>();
  for (const { folders, start } of places) {
    const folder = folders.slice(start).join(SEPARATOR);
    if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const inFolders = Array.from(counts.values()).reduce((sum, count) => sum + count, 0);
  const people = personFolders(counts);
  if (inFolders < places.length / 2 || people.size === 0) return 'flat names';
  const hasParts = places.some(({ folders, start }) => {
    const person = people.get(folders.slice(start).join(SEPARATOR));
    // A person may be called like a part.
    const own = person === undefined ? -1 : start + person.split(SEPARATOR).length - 1;
    return folders.some((folder, depth) => depth !== own && isPart(folder));
  });
  return hasParts ? 'split folders' : 'one folder per person';
}

function isPart(folder: string): boolean {
  return splitNamed(folder) !== null;
}
