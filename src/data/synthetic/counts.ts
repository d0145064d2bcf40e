/** How many images settings make, known before any is drawn. */
import { permutation, STREAM } from '../../math/random';
import type { SyntheticSettings } from './settings';

/** What everybody has at least: one image to learn from and another to compare it with. */
export const FEWEST_IMAGES = 2;

/**
 * How many images each identity has, in the order of their names: imagesPerIdentity for everybody, or
 * fewer by rank with an imbalance. Ranks are drawn by the seed, so that they do not follow the alphabet.
 */
export function imageCounts(settings: SyntheticSettings): Int32Array {
  const { seed, identities, imagesPerIdentity, imbalance = 0 } = settings;
  const counts = new Int32Array(identities).fill(imagesPerIdentity);
  if (imbalance === 0) return counts;
  const order = permutation(seed, STREAM.imbalance, 0, identities);
  for (const [rank, place] of order.entries()) {
    // The one power here: engines may differ in its last bit, which rounding to whole images hides.
    const share = Math.round(imagesPerIdentity / (rank + 1) ** imbalance);
    counts[place] = Math.max(FEWEST_IMAGES, share);
  }
  return counts;
}

/** How many of `images` get the label of somebody else. Everybody keeps one image of their own. */
export function wrongLabels({ labelNoise }: SyntheticSettings, images: number): number {
  return Math.round(labelNoise * images);
}

/** What settings make, in numbers. */
export interface SyntheticCounts {
  readonly identities: number;
  readonly images: number;
  /** Images that show one identity: the fewest and the most. */
  readonly fewest: number;
  readonly most: number;
  /** Images with the label of somebody else. */
  readonly wrong: number;
}

export function countSynthetic(settings: SyntheticSettings): SyntheticCounts {
  const counts = imageCounts(settings);
  let [images, fewest, most] = [0, Number.POSITIVE_INFINITY, 0];
  for (const count of counts) {
    images += count;
    fewest = Math.min(fewest, count);
    most = Math.max(most, count);
  }
  return { identities: counts.length, images, fewest, most, wrong: wrongLabels(settings, images) };
}
