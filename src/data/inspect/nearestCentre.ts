/**
 * The nearest centre of another identity, for every embedding: all cosines, of which only the largest
 * is kept. Products are taken in tiles of 4 × 4 over blocks that stay in the cache; sums are float64.
 */
import type { Work } from './slices';

const TILE = 4;
/** Rows of centres that are used again for every image of a block. */
const CENTRE_BLOCK = 128;
const IMAGE_BLOCK = 64;

export interface NearestCentres {
  /** `[count]`, the identity whose centre is nearest but for the image's own; −1 where there is none. */
  readonly identity: Int32Array;
  /** `[count]`, cosine to that centre; −∞ where there is none. */
  readonly cosine: Float32Array;
}

export interface CentreSearch {
  /** Length of an embedding. */
  readonly dimensions: number;
  /** `[images, dimensions]`, unit length. */
  readonly embeddings: Float32Array;
  /** `[images]`, the identity that is left out for each; −1 asks nothing. */
  readonly labels: Int32Array;
  /** `[centres, dimensions]`, unit length. */
  readonly centres: Float32Array;
  /** `[centres]`, the identity of each row. */
  readonly identities: Int32Array;
}

function roundUp(count: number): number {
  return Math.ceil(count / TILE) * TILE;
}

/** `[TILE, TILE]`, products of four images with four centres. */
const tile = new Float64Array(TILE * TILE);

/** @param i @param j first element of the first of four rows */
function multiplyTile(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  length: number,
): void {
  // Written out: in an array the sums would be stored and loaded at every step.
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [i1, i2, i3] = [i + length, i + 2 * length, i + 3 * length];
  const [j1, j2, j3] = [j + length, j + 2 * length, j + 3 * length];
  for (let k = 0; k < length; k += 1) {
    const a0 = a[i + k]!;
    const a1 = a[i1 + k]!;
    const a2 = a[i2 + k]!;
    const a3 = a[i3 + k]!;
    const b0 = b[j + k]!;
    const b1 = b[j1 + k]!;
    const b2 = b[j2 + k]!;
    const b3 = b[j3 + k]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  tile[0] = s00;
  tile[1] = s01;
  tile[2] = s02;
  tile[3] = s03;
  tile[4] = s10;
  tile[5] = s11;
  tile[6] = s12;
  tile[7] = s13;
  tile[8] = s20;
  tile[9] = s21;
  tile[10] = s22;
  tile[11] = s23;
  tile[12] = s30;
  tile[13] = s31;
  tile[14] = s32;
  tile[15] = s33;
}

/** Takes the largest of the tile's products over into what was found. */
function keepLargest(
  search: CentreSearch,
  found: NearestCentres,
  image: number,
  row: number,
): void {
  const images = Math.min(TILE, search.labels.length - image);
  const rows = Math.min(TILE, search.identities.length - row);
  for (let i = 0; i < images; i += 1) {
    const label = search.labels[image + i]!;
    for (let j = 0; j < rows; j += 1) {
      const identity = search.identities[row + j]!;
      const cosine = tile[i * TILE + j]!;
      if (identity === label || !(cosine > found.cosine[image + i]!)) continue;
      found.cosine[image + i] = cosine;
      found.identity[image + i] = identity;
    }
  }
}

/** Yields the images that are done, more often than it finishes one block of them. */
export function* nearestCentres(search: CentreSearch): Work<NearestCentres> {
  const { dimensions, labels, identities } = search;
  const [images, rows] = [labels.length, identities.length];
  const centres = padded(search.centres, rows, dimensions);
  const block = new Float32Array(IMAGE_BLOCK * dimensions);
  const identity = new Int32Array(images).fill(-1);
  const found = { identity, cosine: new Float32Array(images).fill(Number.NEGATIVE_INFINITY) };
  for (let start = 0; start < images; start += IMAGE_BLOCK) {
    const end = Math.min(start + IMAGE_BLOCK, images);
    block.set(search.embeddings.subarray(start * dimensions, end * dimensions));
    for (let first = 0; first < rows; first += CENTRE_BLOCK) {
      const last = Math.min(first + CENTRE_BLOCK, rows);
      for (let image = start; image < end; image += TILE) {
        for (let row = first; row < last; row += TILE) {
          multiplyTile(block, (image - start) * dimensions, centres, row * dimensions, dimensions);
          keepLargest(search, found, image, row);
        }
      }
      yield start;
    }
  }
  return found;
}

/** Whole tiles of rows; the added ones are never looked at. */
function padded(rows: Float32Array, count: number, dimensions: number): Float32Array {
  if (count % TILE === 0) return rows;
  const all = new Float32Array(roundUp(count) * dimensions);
  all.set(rows);
  return all;
}
