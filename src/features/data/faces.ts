/** Slices of thumbnail answers and the search in the list of identities: what the data panel computes. */
import type { FilesPreview, OpenedFiles, Thumbnails } from '../../bridge/protocol';
import { splitNamed } from '../../data/import/splitNames';
import type { CropChoice } from '../../training/config';
import { formatCount, formatItems } from '../../ui/format';

/** The RGBA bytes of the thumbnail at `place`, as a view. */
export function faceAt({ rgba, size }: Thumbnails, place: number): Uint8ClampedArray<ArrayBuffer> {
  const length = size * size * 4;
  return rgba.subarray(place * length, (place + 1) * length);
}

export type IdentityOrder = 'name' | 'count';

/**
 * Places in `identities` whose name contains every word of the query, whatever its case and accents.
 * `count` sorts the largest first; equal counts keep the order of names.
 */
export function findIdentities(
  identities: readonly { readonly name: string; readonly count: number }[],
  query: string,
  order: IdentityOrder,
): readonly number[] {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: number[] = [];
  identities.forEach(({ name }, place) => {
    const text = fold(name);
    if (words.every((word) => text.includes(word))) found.push(place);
  });
  return order === 'name'
    ? found
    : found.sort((a, b) => identities[b]!.count - identities[a]!.count || a - b);
}

/** Lower case, without accents, underscores as spaces: `Álvaro_Uribe` is found by "alvaro uribe". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('_', ' ').toLowerCase();
}

export interface MinimumOption {
  readonly minimum: number;
  readonly identities: number;
}

/**
 * Minimums that leave at least two identities; of those that leave the same ones, the smallest that lets
 * an image of each be held out.
 */
export function minimumOptions(identitiesWithAtLeast: readonly number[]): readonly MinimumOption[] {
  const options: MinimumOption[] = [];
  for (let minimum = 1; minimum < identitiesWithAtLeast.length; minimum += 1) {
    const identities = identitiesWithAtLeast[minimum]!;
    const before = options.at(-1);
    if (identities < 2) break;
    if (before?.identities !== identities) options.push({ minimum, identities });
    else if (before.minimum === 1) options[options.length - 1] = { minimum, identities };
  }
  return options;
}

/** At most `most` of a list, its first and last among them, the others spread evenly. */
export function fewOf<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const stride = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, place) => items[Math.round(place * stride)]!);
}

/** Every way of cropping, in the order of the list. */
export const CROP_WORDS: readonly { readonly value: CropChoice; readonly label: string }[] = [
  { value: 'middle', label: 'the middle square' },
  { value: 'lfw', label: 'LFW: the middle 114 of 250' },
  { value: 'lfw-funneled', label: 'LFW deep-funneled: by its mean landmarks' },
  { value: 'align-112', label: 'aligned, 112×112 template' },
  { value: 'align-96', label: 'aligned, 96×112 template' },
  { value: 'align-144', label: 'aligned, 144×144 (scaled)' },
  { value: 'points-112', label: 'points of the set’s list, 112×112 template' },
  { value: 'points-96', label: 'points of the set’s list, 96×112 template' },
  { value: 'points-144', label: 'points of the set’s list, 144×144 (scaled)' },
];

/**
 * `LFW: 13,233 images of 5,749 people; train 9,525, test 3,708. 3 files are left out.`
 * @param all what a pattern finds instead, where there is one
 */
export function describeOpened(opened: OpenedFiles, all: FilesPreview['all'] = opened): string {
  const { layout, splits, rejected } = opened;
  const counted = `${formatItems(all.images, 'image')} of ${formatItems(all.identities, 'person', 'people')}`;
  const parts = splits.map((split) => `${split.name} ${formatCount(split.images)}`);
  const left = rejected === 0 ? '' : ` ${formatItems(rejected, 'file is', 'files are')} left out.`;
  const named = layout === '' ? counted : `${layout}: ${counted}`;
  const sentence = named.slice(0, 1).toUpperCase() + named.slice(1);
  return `${sentence}${parts.length === 0 ? '' : `; ${parts.join(', ')}`}.${left}`;
}

const WHO_WORDS: Readonly<Record<string, string>> = {
  pattern: 'by your pattern',
  list: 'by a list of the set',
  'labels of its own': 'by labels of the set',
  'pairs of a pack': 'by the pairs of the pack: one person may appear under several numbers.',
  'flat names': 'by file name',
  'one folder per person': 'by folder',
  'split folders': 'by folder, in parts',
};

/** `by folder`, `as in LFW`. @param whoIsWho as in `DataSummary` */
export function whoIsWhoText(whoIsWho: string): string {
  return WHO_WORDS[whoIsWho] ?? `as in ${whoIsWho}`;
}

/** Ways of telling people apart in which a folder's name might have been that of a part. */
const BY_SOMETHING_ELSE: readonly string[] = ['pattern', 'list', 'labels of its own', 'flat names'];

/**
 * `The folder Val is taken for a person, like those beside it, not for a part of the set.`; `null` where
 * nobody is called like a part.
 * @param whoIsWho as in `DataSummary`
 */
export function calledLikePartsText(
  identities: readonly { readonly name: string }[],
  whoIsWho: string | undefined,
): string | null {
  if (whoIsWho === undefined || BY_SOMETHING_ELSE.includes(whoIsWho)) return null;
  const names = identities.map(({ name }) => name).filter((name) => splitNamed(name) !== null);
  if (names.length === 0) return null;
  return names.length === 1
    ? `The folder ${inWords(names)} is taken for a person, like those beside it, not for a part of the set.`
    : `The folders ${inWords(names)} are taken for people, like those beside them, not for parts of the set.`;
}

/** `Ann, Bob and Cy`. */
function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** People written in several ways that are named. */
const ALIKE_SHOWN = 2;

/** `Ann_Lee and ann lee look like one person by their names.` @param alike as in `DataSummary` */
export function alikeText(alike: readonly (readonly string[])[]): string {
  const shown = alike.slice(0, ALIKE_SHOWN).map(inWords);
  const [only] = shown;
  if (alike.length === 1) return `${only} look like one person by their names.`;
  const more = alike.length - shown.length;
  const others = more === 0 ? '' : `; and ${formatCount(more)} more`;
  return `${formatCount(alike.length)} people look as if they were here under several names: ${shown.join('; ')}${others}.`;
}
