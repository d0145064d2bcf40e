/**
 * The part of a large set that is loaded, chosen before a single image is decoded. The same entries,
 * selection and seed give the same part; with a larger maximum or sample, nothing that was chosen
 * before goes. Linear in the entries.
 */
import { randomU32 } from '../../math/random';

/** Rules, in the order in which they apply. */
export interface Selection {
  /** 1. Identities with fewer images in the whole set are left out; 1 leaves none out. */
  readonly minImages: number;
  /** 2. Of the identities left, the first so many; `null` is all. */
  readonly identities: number | null;
  /** First by name (the order of their numbers), or by count: those with the most images. */
  readonly identitiesBy: 'name' | 'count';
  /** 3. Of each identity, at most so many images, drawn by the seed; `null` is all. */
  readonly maxImages: number | null;
  /**
   * 4. Of all images left, so many, drawn by the seed, whoever they show; `null` is all. Images of
   * identities that would have fewer than `leastKept` in the sample give way to others, so that the
   * sample may lack a few.
   */
  readonly sample: number | null;
  readonly seed: number;
}

/**
 * How many images an identity needs among those that are chosen: the minimum, or where fewer may be
 * taken of each, as many as it takes to train on some and hold one out. The minimum then counts images
 * in the whole set.
 */
export function leastKept(minImages: number, maxImages: number | null): number {
  return maxImages === null || maxImages >= minImages ? minImages : Math.min(2, maxImages);
}

export const EVERYTHING: Selection = {
  minImages: 1,
  identities: null,
  identitiesBy: 'name',
  maxImages: null,
  sample: null,
  seed: 0,
};

/** Streams of the seed that nothing else draws from; `math/random.ts` lists the others. */
export const SELECTION_STREAM = { perIdentity: 101, sample: 102 } as const;

function checkSelection(selection: Selection): void {
  const { minImages, identities, maxImages, sample } = selection;
  for (const [name, value, least] of [
    ['minImages', minImages, 0],
    ['identities', identities, 0],
    ['maxImages', maxImages, 1],
    ['sample', sample, 0],
  ] as const) {
    if (value !== null && !(Number.isInteger(value) && value >= least)) {
      throw new RangeError(`${name} must be a whole number from ${least}, got ${value}`);
    }
  }
}

/** Which identities the first two rules leave. */
function chosenIdentities(counts: ArrayLike<number>, selection: Selection): Uint8Array {
  const enough: number[] = [];
  for (let identity = 0; identity < counts.length; identity += 1) {
    const count = counts[identity]!;
    if (count > 0 && count >= selection.minImages) enough.push(identity);
  }
  if (selection.identitiesBy === 'count') {
    enough.sort((a, b) => counts[b]! - counts[a]! || a - b);
  }
  const chosen = new Uint8Array(counts.length);
  for (const identity of enough.slice(0, selection.identities ?? enough.length)) {
    chosen[identity] = 1;
  }
  return chosen;
}

/** The entries of the chosen identities, one identity after the other, ascending within each. */
interface Grouped {
  readonly entries: Uint32Array;
  /** `[identities + 1]` */
  readonly starts: Uint32Array;
}

function group(
  identityOf: (entry: number) => number,
  total: number,
  chosen: Uint8Array,
  counts: ArrayLike<number>,
): Grouped {
  const starts = new Uint32Array(counts.length + 1);
  for (let identity = 0; identity < counts.length; identity += 1) {
    starts[identity + 1] = starts[identity]! + (chosen[identity] === 1 ? counts[identity]! : 0);
  }
  const entries = new Uint32Array(starts.at(-1)!);
  const next = starts.slice();
  for (let entry = 0; entry < total; entry += 1) {
    const identity = identityOf(entry);
    if (identity < 0 || chosen[identity] !== 1) continue;
    // More entries than were counted would run into the next identity's.
    if (next[identity] === starts[identity + 1]) throw miscounted(identity, counts);
    entries[next[identity]!] = entry;
    next[identity]! += 1;
  }
  for (let identity = 0; identity < counts.length; identity += 1) {
    if (next[identity] !== starts[identity + 1]) throw miscounted(identity, counts);
  }
  return { entries, starts };
}

function miscounted(identity: number, counts: ArrayLike<number>): RangeError {
  return new RangeError(
    `identity ${identity} does not have the ${counts[identity]} entries counted`,
  );
}

/** Keys are spread over so many buckets to find the smallest of them without sorting. */
const BUCKETS = 1 << 16;

/**
 * The `count` entries with the smallest random keys, ties by entry; ascending. Linear: of the keys'
 * upper halves only those of one bucket are compared any further.
 */
function draw(entries: Uint32Array, count: number, seed: number, stream: number): Uint32Array {
  if (count >= entries.length) return entries;
  const keys = entries.map((entry) => randomU32(seed, stream, 0, entry));
  if (entries.length < BUCKETS) return smallest(entries, keys, count);
  const sizes = new Uint32Array(BUCKETS);
  for (const key of keys) sizes[key >>> 16]! += 1;
  let bucket = 0;
  let below = 0;
  while (below + sizes[bucket]! <= count) {
    below += sizes[bucket]!;
    bucket += 1;
  }
  const undecided = (_: number, index: number) => keys[index]! >>> 16 === bucket;
  const drawn = new Set(smallest(entries.filter(undecided), keys.filter(undecided), count - below));
  return entries.filter((entry, index) => {
    const own = keys[index]! >>> 16;
    return own < bucket || (own === bucket && drawn.has(entry));
  });
}

/** The same by sorting, for few entries. */
function smallest(entries: Uint32Array, keys: Uint32Array, count: number): Uint32Array {
  const order = new Float64Array(entries.length);
  // The key in the high bits, the place in the low ones: entries ascend with their places.
  for (let place = 0; place < order.length; place += 1) {
    order[place] = keys[place]! * BUCKETS + place;
  }
  const places = Uint32Array.from(order.sort().subarray(0, count), (key) => key % BUCKETS);
  return places.sort().map((place) => entries[place]!);
}

/** Places in `keys` in the order of these, ties by place, one bucket after the other as they are asked for. */
function* inOrder(keys: Uint32Array): Generator<number, void> {
  const starts = new Uint32Array(BUCKETS + 1);
  for (const key of keys) starts[(key >>> 16) + 1]! += 1;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) starts[bucket + 1]! += starts[bucket]!;
  const next = starts.slice();
  const places = new Uint32Array(keys.length);
  for (let place = 0; place < keys.length; place += 1) {
    const bucket = keys[place]! >>> 16;
    places[next[bucket]!] = place;
    next[bucket]! += 1;
  }
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const own = places.subarray(starts[bucket]!, starts[bucket + 1]!);
    own.sort((a, b) => keys[a]! - keys[b]! || a - b);
    yield* own;
  }
}

/**
 * As many entries as can be drawn one by one until `sample` of them are of identities with
 * `minImages` or more among those drawn; these, ascending. A larger sample takes none of them away.
 * @param drawn zeros, by identity
 */
function drawEnough(
  entries: Uint32Array,
  { sample, minImages, seed }: { sample: number; minImages: number; seed: number },
  identityOf: (entry: number) => number,
  drawn: number[],
): Uint32Array {
  const keys = entries.map((entry) => randomU32(seed, SELECTION_STREAM.sample, 0, entry));
  const isDrawn = new Uint8Array(entries.length);
  let enough = 0;
  for (const place of inOrder(keys)) {
    const identity = identityOf(entries[place]!);
    const count = drawn[identity]! + 1;
    const more = count < minImages ? 0 : count === minImages ? minImages : 1;
    if (enough + more > sample) break;
    enough += more;
    drawn[identity] = count;
    isDrawn[place] = 1;
  }
  return entries.filter(
    (entry, place) => isDrawn[place] === 1 && drawn[identityOf(entry)]! >= minImages,
  );
}

/**
 * @param identityOf the identity of each entry, an index into `counts`; −1 is never chosen. As a
 *   function it is asked about entry 0 … (the sum of the counts) − 1
 * @param counts entries of each identity; identities are numbered in the order of their names
 * @returns the chosen entries, ascending
 * @throws RangeError for a selection out of range, or counts that are not those of the entries
 */
export function selectEntries(
  identityOf: Int32Array | ((entry: number) => number),
  counts: ArrayLike<number>,
  selection: Selection,
): Uint32Array {
  checkSelection(selection);
  let total = 0;
  for (let identity = 0; identity < counts.length; identity += 1) total += counts[identity]!;
  const all = typeof identityOf === 'function' ? total : identityOf.length;
  const ask = typeof identityOf === 'function' ? identityOf : (entry: number) => identityOf[entry]!;
  const { entries, starts } = group(ask, all, chosenIdentities(counts, selection), counts);
  const { maxImages, sample, seed } = selection;
  let left = entries;
  if (maxImages !== null) {
    const parts: Uint32Array[] = [];
    for (let identity = 0; identity < counts.length; identity += 1) {
      const own = entries.subarray(starts[identity]!, starts[identity + 1]!);
      parts.push(draw(own, maxImages, seed, SELECTION_STREAM.perIdentity));
    }
    left = joined(parts);
  }
  const chosen = ascending(left, all);
  if (sample === null) return chosen;
  const minImages = leastKept(selection.minImages, maxImages);
  if (minImages <= 1) return draw(chosen, sample, seed, SELECTION_STREAM.sample);
  const drawn = Array.from({ length: counts.length }, () => 0);
  return drawEnough(chosen, { sample, minImages, seed }, ask, drawn);
}

/** Marks instead of sorting: every entry is there once at most. */
function ascending(entries: Uint32Array, total: number): Uint32Array {
  const marked = new Uint8Array(total);
  for (const entry of entries) marked[entry] = 1;
  let at = 0;
  for (let entry = 0; entry < total; entry += 1) {
    if (marked[entry] === 0) continue;
    entries[at] = entry;
    at += 1;
  }
  return entries;
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
