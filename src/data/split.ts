/**
 * Which images train and which are held out: some of every identity (a closed set), whole identities
 * (an open set), or as the set itself or a list of names says. A pure function of its arguments: the
 * same faces and seed give the same split.
 */
import { permutation, STREAM } from '../math/random';
import { heldOutByAnotherName } from './alikeNames';
import { ImportError } from './import/importError';
import { foldName } from './lists/foldName';
import type { FaceSet, Split } from './types';

/** Positions of each class's images, in ascending order. */
function imagesOfEachClass(labels: Int32Array, classes: number): number[][] {
  const images = Array.from({ length: classes }, (): number[] => []);
  for (const [index, label] of labels.entries()) {
    const own = images[label];
    if (own === undefined) {
      throw new RangeError(
        `labels must be whole numbers below ${classes}; image ${index} has label ${label}`,
      );
    }
    own.push(index);
  }
  return images;
}

/**
 * A closed set: every identity trains, and one identity's images do not depend on the others.
 *
 * Holds out round(share · n) of an identity's n images, but never all of them, drawn without
 * replacement; an identity with one image only trains.
 *
 * @param labels `[count]`, the class of each image, 0 … classes − 1
 * @param validationShare 0 … 1 (1 itself excluded); 0 holds nothing out
 * @returns both index lists in ascending order; together every image exactly once
 * @throws RangeError when the share or a label is out of range
 */
export function splitFaces(
  labels: Int32Array,
  classes: number,
  validationShare: number,
  seed: number,
): Split {
  if (!(validationShare >= 0 && validationShare < 1)) {
    throw new RangeError(`validationShare must be from 0 to below 1, not ${validationShare}`);
  }
  const train: number[] = [];
  const validation: number[] = [];
  for (const [label, images] of imagesOfEachClass(labels, classes).entries()) {
    const held = Math.min(Math.round(images.length * validationShare), images.length - 1);
    const order = permutation(seed, STREAM.split, label, images.length);
    for (const [position, drawn] of order.entries()) {
      // The permutation only holds indices of this identity's images.
      const image = images[drawn]!;
      if (position < held) validation.push(image);
      else train.push(image);
    }
  }
  return { train: Uint32Array.from(train).sort(), validation: Uint32Array.from(validation).sort() };
}

export type SplitConfig =
  /** That share of each identity's images is held out, 0 … 1 (1 excluded). */
  | { readonly kind: 'closed'; readonly share: number }
  /** That share of the identities is held out, drawn by seed. */
  | { readonly kind: 'open'; readonly share: number }
  /** The set's own `train` against all its other parts together. */
  | { readonly kind: 'own' }
  /** By names, compared as `foldName` does; who is in neither list is left out. */
  | {
      readonly kind: 'list';
      readonly train: readonly string[];
      readonly heldOut: readonly string[];
    };

export interface FaceSplit extends Split {
  /** Identities with training images, ascending: the classes. */
  readonly trainIdentities: Uint32Array;
  /** Whether no held-out identity trains: who it is cannot be asked, only whether two are the same. */
  readonly openSet: boolean;
  /** What a person may not expect of the split, one sentence each. */
  readonly notes: readonly string[];
}

type Labelled = Pick<FaceSet, 'labels' | 'identities'>;

/** Where an image goes. */
const LEFT_OUT = 0;
const TRAINS = 1;
const HELD_OUT = 2;

/** A step of the stream that no identity's own draw uses. */
const IDENTITIES_STEP = 2 ** 32 - 1;

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function noSplit(sentence: string): ImportError {
  return new ImportError('data/no-split', sentence, 'Choose another way to hold images out.');
}

/** Identities with at least one image of that kind. */
function identitiesWith(places: Uint8Array, place: number, labels: Int32Array): Set<number> {
  const found = new Set<number>();
  for (const [image, label] of labels.entries()) if (places[image] === place) found.add(label);
  return found;
}

function indicesOf(places: Uint8Array, place: number): Uint32Array {
  return Uint32Array.from(places.keys()).filter((image) => places[image] === place);
}

/** The split of images that have their places, checked for what training needs. */
function splitOf(places: Uint8Array, { labels, identities }: Labelled, notes: string[]): FaceSplit {
  const train = identitiesWith(places, TRAINS, labels);
  if (train.size < 2) {
    throw new ImportError(
      'data/too-few-identities',
      `Only ${amount(train.size, 'identity', 'identities')} would train; training needs at least 2.`,
      'Hold fewer identities out, or give more people.',
    );
  }
  const held = identitiesWith(places, HELD_OUT, labels);
  const openSet = held.size > 0 && [...held].every((identity) => !train.has(identity));
  if (openSet && !hasPair(places, labels)) {
    notes.push('No held-out identity has two images, so there is no pair of one person to verify.');
  }
  const other = heldOutByAnotherName(identities, train, held);
  if (other !== null) notes.push(other);
  if (!openSet) dropUntrained(places, labels, { train, notes });
  return {
    trainIdentities: Uint32Array.from(train).sort(),
    train: indicesOf(places, TRAINS),
    validation: indicesOf(places, HELD_OUT),
    openSet,
    notes,
  };
}

function hasPair(places: Uint8Array, labels: Int32Array): boolean {
  const seen = new Set<number>();
  for (const [image, label] of labels.entries()) {
    if (places[image] !== HELD_OUT) continue;
    if (seen.has(label)) return true;
    seen.add(label);
  }
  return false;
}

/** In a closed set, who does not train has no class that could be told. */
function dropUntrained(
  places: Uint8Array,
  labels: Int32Array,
  { train, notes }: { readonly train: ReadonlySet<number>; readonly notes: string[] },
): void {
  let dropped = 0;
  for (const [image, label] of labels.entries()) {
    if (places[image] !== HELD_OUT || train.has(label)) continue;
    places[image] = LEFT_OUT;
    dropped += 1;
  }
  if (dropped === 0) return;
  const images = amount(dropped, 'held-out image is', 'held-out images are');
  notes.push(`${images} left out: nobody on them trains, while others train and are held out.`);
}

function checkShare(share: number): void {
  if (share >= 0 && share < 1) return;
  throw new RangeError(`the share held out must be from 0 to below 1, not ${share}`);
}

function closedPlaces({ labels, identities }: Labelled, share: number, seed: number): Uint8Array {
  const places = new Uint8Array(labels.length).fill(TRAINS);
  const { validation } = splitFaces(labels, identities.length, share, seed);
  for (const image of validation) places[image] = HELD_OUT;
  return places;
}

function openPlaces({ labels, identities }: Labelled, share: number, seed: number): Uint8Array {
  const count = identities.length;
  const wanted = share === 0 ? 0 : Math.max(1, Math.round(share * count));
  const order = permutation(seed, STREAM.split, IDENTITIES_STEP, count);
  const held = new Set(order.subarray(0, Math.max(0, Math.min(wanted, count - 2))));
  return Uint8Array.from(labels, (label) => (held.has(label) ? HELD_OUT : TRAINS));
}

function ownPlaces(
  { labels }: Labelled,
  splits: readonly (string | null)[] | null,
  notes: string[],
): Uint8Array {
  const parts = new Set(splits?.filter((split) => split !== null));
  if (splits === null || parts.size === 0) {
    throw noSplit('The set does not say which of its images are held out.');
  }
  if (splits.length !== labels.length) {
    throw new RangeError(`${splits.length} splits are given for ${labels.length} images`);
  }
  const names = [...parts].sort().join(', ');
  if (!parts.has('train')) throw noSplit(`No part of the set is for training; it has ${names}.`);
  if (parts.size === 1) throw noSplit('The set has a training part and nothing else to hold out.');
  const unknown = splits.filter((split) => split === null).length;
  if (unknown > 0) {
    notes.push(`${amount(unknown, 'image is', 'images are')} in no part of the set and left out.`);
  }
  return Uint8Array.from(splits, (split) =>
    split === null ? LEFT_OUT : split === 'train' ? TRAINS : HELD_OUT,
  );
}

function listPlaces(
  { labels, identities }: Labelled,
  config: SplitConfig & { readonly kind: 'list' },
  notes: string[],
): Uint8Array {
  const train = new Set(config.train.map(foldName));
  const held = new Set(config.heldOut.map(foldName));
  const both = config.heldOut.find((name) => train.has(foldName(name)));
  if (both !== undefined) throw noSplit(`${both} is in both lists, to train and to be held out.`);
  const names = identities.map(({ name }) => foldName(name));
  const places = names.map((name) =>
    train.has(name) ? TRAINS : held.has(name) ? HELD_OUT : LEFT_OUT,
  );
  if (!places.includes(TRAINS)) throw noSplit('None of the people listed for training is here.');
  const known = new Set(names);
  const absent = [...train, ...held].filter((name) => !known.has(name)).length;
  if (absent > 0)
    notes.push(`${amount(absent, 'listed person has', 'listed people have')} no image here.`);
  const others = places.filter((place) => place === LEFT_OUT).length;
  if (others > 0)
    notes.push(`${amount(others, 'identity is', 'identities are')} in no list and left out.`);
  return Uint8Array.from(labels, (label) => places[label]!);
}

function placesBy(
  faces: Labelled,
  config: SplitConfig,
  {
    seed,
    splits,
    notes,
  }: {
    readonly seed: number;
    readonly splits: readonly (string | null)[] | null;
    readonly notes: string[];
  },
): Uint8Array {
  switch (config.kind) {
    case 'closed':
      return closedPlaces(faces, config.share, seed);
    case 'open':
      checkShare(config.share);
      return openPlaces(faces, config.share, seed);
    case 'own':
      return ownPlaces(faces, splits, notes);
    case 'list':
      return listPlaces(faces, config, notes);
  }
}

/**
 * @param splits `[count]`, the part of the set each image belongs to, for `own`
 * @returns index lists in ascending order; an image is in one of them at most
 * @throws ImportError `data/no-split` where the set or the lists do not divide the images,
 *   `data/too-few-identities` where fewer than 2 identities would train
 * @throws RangeError for a share or a label out of range
 */
export function makeSplit(
  faces: Labelled,
  config: SplitConfig,
  seed: number,
  splits: readonly (string | null)[] | null = null,
): FaceSplit {
  const notes: string[] = [];
  const places = placesBy(faces, config, { seed, splits, notes });
  const split = splitOf(places, faces, notes);
  const wanted = config.kind === 'open' || config.kind === 'closed' ? config.share > 0 : true;
  if (split.validation.length > 0 || !wanted) return split;
  return { ...split, notes: [...split.notes, NOTHING_HELD_OUT] };
}

const NOTHING_HELD_OUT = 'Nothing is held out: there are too few images or identities for that.';
