/**
 * What is held out of an experiment, which of it is looked at while training, and what that tells: who
 * is on an image in a closed set, whether two images are of one person in an open one.
 */
import type { FaceSplit, SplitConfig } from '../data/split';
import type { FaceSet } from '../data/types';
import { drawPairs, type Pairs, pairAccuracy } from '../evaluation/pairs';
import { permutation, STREAM } from '../math/random';
import type { Arm } from './arm';
import type { ExperimentConfig } from './config';

/**
 * Periodic evaluation runs on at most this many held-out images, so that it stays a small part of the
 * training time on large sets. The same images are used every time.
 */
export const MAX_VALIDATION_IMAGES = 512;

/** What held-out images tell of an arm. */
export interface HeldOut {
  /** Images. */
  readonly count: number;
  /** Share told right, 0 … 1: images in a closed set, pairs of images in an open one. */
  readonly accuracy: number;
  /** `null` in an open set: without a class centre there is no loss. */
  readonly commonLoss: number | null;
  /** To the own class centre, radians; in an open set, between two images of one person. */
  readonly medianAngleRad: number;
  /** How many pairs were compared; `null` in a closed set. */
  readonly pairs: number | null;
}

/** The way of splitting that the configuration names, with what it needs from the faces. */
export function splitConfigOf(
  { split = 'closed', validationShare }: ExperimentConfig,
  { lists }: FaceSet,
): SplitConfig {
  switch (split) {
    case 'own':
      return { kind: 'own' };
    case 'list':
      return { kind: 'list', train: lists?.train ?? [], heldOut: lists?.heldOut ?? [] };
    default:
      return { kind: split, share: validationShare };
  }
}

/** Held-out images that are evaluated while training, and the pairs of them in an open set. */
export interface HeldOutSample {
  readonly images: Uint32Array;
  /** Places in `images`; `null` in a closed set. */
  readonly pairs: Pairs | null;
}

/** Pairs of each kind, so that comparing them takes no time beside embedding the images. */
const MAX_PAIRS = 2000;

export function chooseHeldOut(faces: FaceSet, split: FaceSplit, seed: number): HeldOutSample {
  const held = split.validation;
  if (!split.openSet) return { images: someOf(held, seed), pairs: null };
  const images = wholePeople(held, faces.labels, seed);
  const labels = Array.from(images, (image) => faces.labels[image]!);
  const pairs = drawPairs(labels, MAX_PAIRS, seed);
  return pairs === null ? { images: new Uint32Array(), pairs } : { images, pairs };
}

function someOf(held: Uint32Array, seed: number): Uint32Array {
  if (held.length <= MAX_VALIDATION_IMAGES) return held;
  const order = permutation(seed, STREAM.validationSample, 0, held.length);
  return Uint32Array.from(order.subarray(0, MAX_VALIDATION_IMAGES), (place) => held[place]!).sort();
}

/** All images of some people, by seed: images of people drawn one by one would hardly make pairs. */
function wholePeople(held: Uint32Array, labels: Int32Array, seed: number): Uint32Array {
  const people = new Map<number, number[]>();
  for (const image of held) {
    const own = people.get(labels[image]!);
    if (own === undefined) people.set(labels[image]!, [image]);
    else own.push(image);
  }
  const named = [...people.values()].filter((images) => images.length > 1);
  const chosen: number[] = [];
  for (const place of permutation(seed, STREAM.validationSample, 0, named.length)) {
    if (chosen.length >= MAX_VALIDATION_IMAGES) break;
    chosen.push(...named[place]!.slice(0, MAX_VALIDATION_IMAGES - chosen.length));
  }
  return Uint32Array.from(chosen).sort();
}

/** `null` where the arm's embeddings are no numbers: the metrics of its steps say so. */
export async function evaluateHeldOut(
  arm: Arm,
  { images, pairs }: HeldOutSample,
): Promise<HeldOut | null> {
  if (pairs === null) return { ...(await arm.evaluate(images)), pairs: null };
  const embeddings = await arm.embed(images);
  if (!embeddings.every(Number.isFinite)) return null;
  const told = pairAccuracy(embeddings, embeddings.length / images.length, pairs);
  return {
    count: images.length,
    accuracy: told.accuracy,
    commonLoss: null,
    medianAngleRad: told.medianGenuineRad,
    pairs: told.pairs,
  };
}
