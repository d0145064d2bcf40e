/**
 * All pairs of 64-bit hashes that differ in few bits, without comparing every hash with every other.
 * Two hashes that differ in at most d bits differ in at most ⌊d / 4⌋ within one of four 16-bit bands,
 * so each hash only meets those in nearby buckets of a band (multi-index hashing: Norouzi, Punjani
 * and Fleet, CVPR 2012).
 */
import { popcount } from './perceptualHash';
import type { Work } from './slices';

const BANDS = 4;
const BAND_VALUES = 1 << 16;

/** Beyond this the buckets to visit outnumber the hashes there are to compare. */
export const MOST_DISTANCE = 15;

function bandOf(hashes: Uint32Array, image: number, band: number): number {
  const word = hashes[2 * image + (band >> 1)]!;
  return band & 1 ? word >>> 16 : word & 0xffff;
}

/** Every 16-bit number with at most `most` ones. */
function nearbyMasks(most: number): Uint16Array {
  const masks: number[] = [];
  for (let mask = 0; mask < BAND_VALUES; mask += 1) {
    if (popcount(mask) <= most) masks.push(mask);
  }
  return Uint16Array.from(masks);
}

/** The members by the value of one band, ascending within a value. */
interface Buckets {
  readonly band: number;
  /** `[BAND_VALUES + 1]`, where each value's members start. */
  readonly starts: Uint32Array;
  /** `[members, 3]`, image and its hash's low and high bits: side by side, as they are read. */
  readonly members: Uint32Array;
}

function bucketsOf(hashes: Uint32Array, members: Uint32Array, band: number): Buckets {
  const starts = new Uint32Array(BAND_VALUES + 1);
  for (const image of members) starts[bandOf(hashes, image, band) + 1]! += 1;
  for (let value = 0; value < BAND_VALUES; value += 1) starts[value + 1]! += starts[value]!;
  const sorted = new Uint32Array(3 * members.length);
  const next = starts.slice();
  for (const image of members) {
    const value = bandOf(hashes, image, band);
    const at = 3 * next[value]!;
    sorted[at] = image;
    sorted[at + 1] = hashes[2 * image]!;
    sorted[at + 2] = hashes[2 * image + 1]!;
    next[value]! += 1;
  }
  return { band, starts, members: sorted };
}

/** The first band in which two hashes are near: there, and only there, the pair is reported. */
function firstNearBand(hashes: Uint32Array, a: number, b: number, radius: number): number {
  for (let band = 0; band < BANDS - 1; band += 1) {
    if (popcount(bandOf(hashes, a, band) ^ bandOf(hashes, b, band)) <= radius) return band;
  }
  return BANDS - 1;
}

/**
 * Reports every pair once, the larger image second. Yields after each member.
 *
 * @param hashes `[count, 2]`
 * @param members the images to compare, ascending
 * @param distance largest number of differing bits, 0 … 15
 * @throws RangeError for a distance out of range
 */
export function* nearPairs(
  hashes: Uint32Array,
  members: Uint32Array,
  distance: number,
  report: (a: number, b: number) => void,
): Work<void> {
  if (!(Number.isInteger(distance) && distance >= 0 && distance <= MOST_DISTANCE)) {
    throw new RangeError(
      `distance must be a whole number from 0 to ${MOST_DISTANCE}, got ${distance}`,
    );
  }
  const radius = Math.floor(distance / BANDS);
  const masks = nearbyMasks(radius);
  const bands = Array.from({ length: BANDS }, (_, band) => bucketsOf(hashes, members, band));
  for (const [position, image] of members.entries()) {
    for (const buckets of bands) {
      visit(buckets, { hashes, image, masks, distance }, (other) => {
        if (firstNearBand(hashes, other, image, radius) === buckets.band) report(other, image);
      });
    }
    yield position + 1;
  }
}

interface Query {
  readonly hashes: Uint32Array;
  readonly image: number;
  readonly masks: Uint16Array;
  readonly distance: number;
}

/** Finds the smaller images within the distance among the nearby buckets of one band. */
function visit({ band, starts, members }: Buckets, query: Query, found: (image: number) => void) {
  const { hashes, image, masks, distance } = query;
  const value = bandOf(hashes, image, band);
  const low = hashes[2 * image]!;
  const high = hashes[2 * image + 1]!;
  for (let index = 0; index < masks.length; index += 1) {
    const bucket = value ^ masks[index]!;
    const end = 3 * starts[bucket + 1]!;
    for (let at = 3 * starts[bucket]!; at < end; at += 3) {
      if (members[at]! >= image) break;
      const apart = popcount(members[at + 1]! ^ low) + popcount(members[at + 2]! ^ high);
      if (apart <= distance) found(members[at]!);
    }
  }
}
