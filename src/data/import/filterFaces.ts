/**
 * The choice of how many images a person needs: which identities of a decoded set stay, what another
 * minimum would give. Pure, so that a new minimum needs no second decoding.
 */

import { pickImages } from '../pick';
import type { FaceSet, Identity, IdentityHistogram } from '../types';
import { ImportError, lowerFirst } from './importError';

export interface FilteredFaces {
  readonly faces: FaceSet;
  /** Identities left out because they have fewer images than the minimum, and their images. */
  readonly droppedIdentities: number;
  readonly droppedImages: number;
}

/** A loss that tells people apart needs two of them. */
const FEWEST_IDENTITIES = 2;

export function identityHistogram(identities: readonly Identity[]): IdentityHistogram {
  const most = identities.reduce((maximum, { count }) => Math.max(maximum, count), 0);
  const identitiesWithAtLeast = new Array<number>(most + 1).fill(0);
  for (const { count } of identities) identitiesWithAtLeast[count]! += 1;
  for (let count = most - 1; count >= 0; count -= 1) {
    identitiesWithAtLeast[count]! += identitiesWithAtLeast[count + 1]!;
  }
  return { identitiesWithAtLeast };
}

function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function tooFew(all: FaceSet, minimum: number, kept: number): ImportError {
  const histogram = identityHistogram(all.identities);
  const enough = histogram.identitiesWithAtLeast.findLastIndex(
    (identities, images) => images >= 1 && identities >= FEWEST_IDENTITIES,
  );
  const read = `${plural(all.labels.length, 'image', 'images')} of ${plural(all.identities.length, 'identity', 'identities')}`;
  const having = plural(minimum, 'image', 'images');
  const message =
    all.identities.length < FEWEST_IDENTITIES
      ? `All ${plural(all.labels.length, 'image is', 'images are')} of one identity, ${all.identities[0]?.name ?? ''}; training needs at least 2.`
      : `Of ${read}, ${kept === 0 ? 'none has' : 'only 1 has'} ${having} or more; training needs 2 such identities.`;
  const remedy =
    enough >= 1
      ? `Lower the minimum to ${plural(enough, 'image', 'images')} per person, or put each person's images in a folder of their own.`
      : adviceAgainstOne(all.names);
  return new ImportError('data/too-few-identities', `${message}${leftOut(all)}`, remedy, {
    histogram,
    rejected: all.rejected,
  });
}

/** How a set gets a second person; in NumPy's files folders tell nothing. */
function adviceAgainstOne(names: readonly string[]): string {
  return names.every((name) => /\.np[yz]\//i.test(name))
    ? 'Add an array of labels, y, with one number or name for each image.'
    : "Put each person's images in a folder of their own, and give at least two people.";
}

/** Why there may be less than was expected: a sentence, with a space in front, or nothing. */
function leftOut({ rejected }: FaceSet): string {
  const [first] = rejected;
  if (first === undefined) return '';
  const which = rejected.length === 1 ? first.name : `the first is ${first.name}`;
  const count = plural(rejected.length, 'file was', 'files were');
  return ` ${count} left out, ${which}: ${lowerFirst(first.reason)}`;
}

/**
 * Leaves out the identities with fewer than `minimum` images.
 *
 * @param all images sorted by identity, as `readFaces` gives them
 * @param minimum images per identity, 1 or more
 * @returns `all` itself when nothing is left out
 * @throws ImportError `data/too-few-identities` with the histogram to choose another minimum by
 */
export function filterFaces(all: FaceSet, minimum: number): FilteredFaces {
  const identities = all.identities.filter(({ count }) => count >= minimum);
  if (identities.length < FEWEST_IDENTITIES) throw tooFew(all, minimum, identities.length);
  if (identities.length === all.identities.length) {
    return { faces: all, droppedIdentities: 0, droppedImages: 0 };
  }
  const kept = imagesOfMany(all.identities, minimum);
  const labels = new Int32Array(kept.length);
  let start = 0;
  for (const [label, { count }] of identities.entries()) {
    labels.fill(label, start, start + count);
    start += count;
  }
  return {
    faces: { ...pickImages(all, kept), labels, identities },
    droppedIdentities: all.identities.length - identities.length,
    droppedImages: all.labels.length - kept.length,
  };
}

/**
 * The images of identities that have `minimum` or more.
 * @param identities in the order of their images
 */
export function imagesOfMany(identities: readonly Identity[], minimum: number): Uint32Array {
  const images = identities.reduce((sum, { count }) => sum + (count >= minimum ? count : 0), 0);
  const kept = new Uint32Array(images);
  let source = 0;
  let target = 0;
  for (const { count } of identities) {
    if (count >= minimum) {
      for (let image = 0; image < count; image += 1) kept[target + image] = source + image;
      target += count;
    }
    source += count;
  }
  return kept;
}
