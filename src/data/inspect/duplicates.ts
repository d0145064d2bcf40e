/**
 * Pictures that are in a set more than once: copies byte for byte, and the same photograph saved,
 * sized or lit in another way. Finding takes a pass over all pixels and then little more than linear
 * time; grouping by another threshold, or after identities were edited, costs next to nothing.
 */

import { DisjointSets } from '../../math/disjointSets';
import { Details } from './detail';
import { ExactCopies } from './exact';
import { LinkForest, type Links } from './forest';
import { nearPairs } from './hammingIndex';
import { AreaResize, type Crops, countOf, lumaOf, spreadOf } from './luma';
import { HASH_PLANE, hashPlane } from './perceptualHash';
import { BLANK_CONTRAST } from './quality';
import { inSlices, type Work, type WorkOptions } from './slices';

/** Least similarity that is kept, and so the least that can be asked for. */
export const LEAST_SIMILARITY = 0.7;
export const MOST_SIMILARITY = 0.99;
/** Images that are linked this strongly, over others or not, are not compared: nobody asks for more. */
const TIGHT_SIMILARITY = 0.995;
/** Of the pairs of Labeled Faces in the Wild at least this similar, all show one photograph. */
export const DEFAULT_SIMILARITY = 0.8;
/** Bits of 64: a pair further apart is not looked at. */
export const DEFAULT_HASH_DISTANCE = 10;

export interface SearchOptions extends WorkOptions {
  /**
   * Differing bits, 0 – 15, up to which two images are compared; `DEFAULT_HASH_DISTANCE` where it is
   * left out. More finds a little more and takes longer: from 12 on, several times as long.
   */
  readonly hashDistance?: number;
}

/** What was found in the pixels alone, whoever is on the pictures. */
export interface SimilarImages {
  /** `[count]`, the first image with the very same pixels: the image itself where there is none before. */
  readonly firstCopy: Int32Array;
  /** Pairs of different crops, strength = similarity of their details, `LEAST_SIMILARITY` … 1. */
  readonly near: Links;
}

function* search(crops: Crops, hashDistance: number): Work<SimilarImages> {
  const { cropSize, pixels } = crops;
  const bytes = cropSize * cropSize * 3;
  const count = countOf(crops);
  const luma = new Float32Array(cropSize * cropSize);
  const plane = new Float32Array(HASH_PLANE * HASH_PLANE);
  const resize = new AreaResize(cropSize, HASH_PLANE);
  const planeOf = (image: number) => {
    lumaOf(pixels, image, cropSize, luma);
    resize.apply(luma, plane);
    return plane;
  };
  const copies = new ExactCopies(pixels, bytes);
  const firstCopy = new Int32Array(count);
  const hashes = new Uint32Array(2 * count);
  const members: number[] = [];
  for (let image = 0; image < count; image += 1) {
    firstCopy[image] = copies.firstLike(image);
    // All blank images look alike; that they are blank is said elsewhere.
    if (firstCopy[image] === image && spreadOf(planeOf(image)) >= BLANK_CONTRAST) {
      hashPlane(plane, hashes, image);
      members.push(image);
    }
    yield image + 1;
  }
  const pairs = { hashes, members: Uint32Array.from(members), hashDistance };
  return { firstCopy, near: yield* linkNear(pairs, new Details(planeOf)) };
}

interface Hashed {
  /** `[count, 2]` */
  readonly hashes: Uint32Array;
  /** The images that have a hash. */
  readonly members: Uint32Array;
  readonly hashDistance: number;
}

function* linkNear({ hashes, members, hashDistance }: Hashed, details: Details): Work<Links> {
  const count = hashes.length / 2;
  const forest = new LinkForest(count);
  const tight = new DisjointSets(count);
  const pairs = nearPairs(hashes, members, hashDistance, (a, b) => {
    if (tight.find(a) === tight.find(b)) return;
    const similarity = details.similarity(a, b);
    if (similarity >= TIGHT_SIMILARITY) tight.join(a, b);
    if (similarity >= LEAST_SIMILARITY) forest.add(a, b, similarity);
  });
  for (const done of pairs) yield count + done;
  return forest.take();
}

/** Rejects with the signal's reason when aborted. Progress counts every image twice: read, compared. */
export function findSimilar(crops: Crops, options: SearchOptions = {}): Promise<SimilarImages> {
  const { hashDistance = DEFAULT_HASH_DISTANCE } = options;
  return inSlices(search(crops, hashDistance), 2 * countOf(crops), options);
}

export interface DuplicateGroup {
  /** `exact`: all crops are the same byte for byte. */
  readonly kind: 'exact' | 'near';
  /** Two or more images, ascending. An image is in one group at most. */
  readonly images: readonly number[];
  /** Across identities one of the labels is likely wrong: the same photograph shows one person. */
  readonly relation: 'withinOneIdentity' | 'acrossIdentities';
  /** The weakest link that holds the group together; 1 for exact copies. */
  readonly similarity: number;
  /** The image to keep of these: the one from the largest picture, else the first. */
  readonly keep: number;
}

export interface GroupOptions {
  /** `[count]`, whose image each is; −1 takes no part (`EditedFaces.imageIdentity`). */
  readonly imageIdentity: Int32Array;
  /** `LEAST_SIMILARITY` … `MOST_SIMILARITY`; `DEFAULT_SIMILARITY` where it is left out. */
  readonly similarity?: number;
  /** `[count, 2]`, as in `FaceSet`. */
  readonly sourceSizes?: Uint32Array | undefined;
}

/**
 * Groups of two or more images that take part, most similar first, then by their first image. Removed
 * images still hold a group together, so that a group does not fall apart while it is worked on.
 *
 * @throws RangeError for a similarity out of range
 */
export function groupDuplicates(similar: SimilarImages, options: GroupOptions): DuplicateGroup[] {
  const { similarity = DEFAULT_SIMILARITY, imageIdentity } = options;
  if (!(similarity >= LEAST_SIMILARITY && similarity <= MOST_SIMILARITY)) {
    throw new RangeError(
      `similarity must be between ${LEAST_SIMILARITY} and ${MOST_SIMILARITY}, got ${similarity}`,
    );
  }
  const { sets, weakest } = connect(similar, similarity);
  const found: DuplicateGroup[] = [];
  for (const [root, images] of membersOf(sets, imageIdentity)) {
    const first = similar.firstCopy[images[0]!];
    const exact = images.every((image) => similar.firstCopy[image] === first);
    found.push({
      kind: exact ? 'exact' : 'near',
      images,
      relation: images.every((image) => imageIdentity[image] === imageIdentity[images[0]!])
        ? 'withinOneIdentity'
        : 'acrossIdentities',
      similarity: exact ? 1 : weakest[root]!,
      keep: largest(images, options.sourceSizes),
    });
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.images[0]! - b.images[0]!);
}

/** @returns the sets, and for each set's root its weakest link */
function connect({ firstCopy, near }: SimilarImages, similarity: number) {
  const sets = new DisjointSets(firstCopy.length);
  for (const [image, first] of firstCopy.entries()) sets.join(first, image);
  const used = near.strengths.filter((strength) => strength >= similarity).length;
  // Strongest first, so that those used stand in front.
  for (let link = 0; link < used; link += 1) {
    sets.join(near.ends[2 * link]!, near.ends[2 * link + 1]!);
  }
  const weakest = new Float32Array(firstCopy.length).fill(1);
  for (let link = 0; link < used; link += 1) {
    weakest[sets.find(near.ends[2 * link]!)] = near.strengths[link]!;
  }
  return { sets, weakest };
}

/** The images that take part of every set with two of them or more, by the set's root. */
function membersOf(sets: DisjointSets, imageIdentity: Int32Array): Map<number, number[]> {
  const sizes = new Int32Array(imageIdentity.length);
  for (const [image, identity] of imageIdentity.entries()) {
    if (identity >= 0) sizes[sets.find(image)]! += 1;
  }
  const groups = new Map<number, number[]>();
  for (const [image, identity] of imageIdentity.entries()) {
    const root = sets.find(image);
    if (identity < 0 || sizes[root]! < 2) continue;
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [image]);
    else group.push(image);
  }
  return groups;
}

function largest(images: readonly number[], sourceSizes: Uint32Array | undefined): number {
  const area = (image: number) =>
    sourceSizes === undefined ? 0 : sourceSizes[2 * image]! * sourceSizes[2 * image + 1]!;
  return images.reduce((best, image) => (area(image) > area(best) ? image : best));
}
