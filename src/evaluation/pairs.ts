/**
 * How well embeddings tell same from different on people no arm has trained on: pairs drawn by seed, a
 * threshold on one half of them, accuracy on the other, both ways round. What the curves show of an open
 * split; the protocols of the papers are a matter of their own.
 */
import { permutation, STREAM, uniformInt } from '../math/random';

export interface Pairs {
  /** `[count]`, places of the two images; even places in the list are of one person, odd of two. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

export interface PairAccuracy {
  readonly pairs: number;
  /** Share of pairs told right, 0 … 1; the threshold comes from the other half. */
  readonly accuracy: number;
  /** Median angle between two images of one person, radians. */
  readonly medianGenuineRad: number;
}

function imagesByPerson(labels: ArrayLike<number>): number[][] {
  const people = new Map<number, number[]>();
  for (let image = 0; image < labels.length; image += 1) {
    const own = people.get(labels[image]!);
    if (own === undefined) people.set(labels[image]!, [image]);
    else own.push(image);
  }
  return [...people.values()];
}

/** All pairs of one person, at most `most` of them by seed. */
function genuinePairs(people: readonly number[][], most: number, seed: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (const images of people) {
    for (let a = 0; a < images.length; a += 1) {
      for (let b = a + 1; b < images.length; b += 1) pairs.push([images[a]!, images[b]!]);
    }
  }
  const order = permutation(seed, STREAM.pairs, 0, pairs.length);
  return Array.from(order.subarray(0, most), (place) => pairs[place]!);
}

/**
 * As many pairs of two people as of one, alternating.
 * @param labels `[images]`, who is on each image
 * @param most pairs of each kind
 * @returns `null` where there is no pair of either kind
 */
export function drawPairs(labels: ArrayLike<number>, most: number, seed: number): Pairs | null {
  const people = imagesByPerson(labels);
  const genuine = genuinePairs(people, most, seed);
  if (people.length < 2 || genuine.length === 0) return null;
  const first = new Uint32Array(2 * genuine.length);
  const second = new Uint32Array(2 * genuine.length);
  for (const [at, [a, b]] of genuine.entries()) {
    const draw = (index: number, count: number): number =>
      uniformInt(seed, STREAM.pairs, 1, 4 * at + index, count);
    const person = draw(0, people.length);
    const other = draw(1, people.length - 1);
    const [one, two] = [people[person]!, people[other < person ? other : other + 1]!];
    first.set([a, one[draw(2, one.length)]!], 2 * at);
    second.set([b, two[draw(3, two.length)]!], 2 * at);
  }
  return { first, second };
}

/** The threshold on the cosine that tells most pairs right; pairs at or above it count as one person. */
function bestThreshold(cosines: readonly number[], same: readonly boolean[]): number {
  const order = cosines.map((_, place) => place).sort((a, b) => cosines[b]! - cosines[a]!);
  // Nobody is accepted: right about all pairs of two.
  let right = same.filter((one) => !one).length;
  let best = right;
  let threshold = Number.POSITIVE_INFINITY;
  for (const [at, place] of order.entries()) {
    right += same[place]! ? 1 : -1;
    const next = order[at + 1];
    const tied = next !== undefined && cosines[next] === cosines[place];
    if (!tied && right > best) {
      best = right;
      threshold = next === undefined ? cosines[place]! : (cosines[place]! + cosines[next]!) / 2;
    }
  }
  return threshold;
}

/**
 * @param embeddings `[images, size]`, unit length
 * @throws RangeError where an embedding is not finite
 */
export function pairAccuracy(embeddings: Float32Array, size: number, pairs: Pairs): PairAccuracy {
  const cosines = Array.from(pairs.first, (a, at) => {
    const b = pairs.second[at]!;
    let sum = 0;
    for (let d = 0; d < size; d += 1) sum += embeddings[a * size + d]! * embeddings[b * size + d]!;
    if (!Number.isFinite(sum)) throw new RangeError('an embedding is not a finite number');
    return sum;
  });
  const half = (which: number) =>
    cosines.map((_, at) => at).filter((at) => (at >> 1) % 2 === which);
  let right = 0;
  for (const tested of [0, 1]) {
    const fitted = half(1 - tested);
    const threshold = bestThreshold(
      fitted.map((at) => cosines[at]!),
      fitted.map((at) => at % 2 === 0),
    );
    for (const at of half(tested)) {
      if (cosines[at]! >= threshold === (at % 2 === 0)) right += 1;
    }
  }
  const angles = cosines
    .filter((_, at) => at % 2 === 0)
    .map((cosine) => Math.acos(Math.min(1, Math.max(-1, cosine))))
    .sort((a, b) => a - b);
  return {
    pairs: cosines.length,
    accuracy: right / cosines.length,
    medianGenuineRad: angles[(angles.length - 1) >> 1]!,
  };
}
