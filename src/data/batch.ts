/**
 * From a plan to pixels: gathers the images of one batch, augments them and brings them to the range
 * the networks expect. Pure and counter-based: an image's augmentation depends on the seed, the step and
 * its place in the batch, so arms, pauses and engines cannot change it.
 */
import { STREAM, uniform, uniformInt } from '../math/random';
import { NORMALISED } from './normalisation';
import type { FaceSet } from './types';

export interface BatchAugmentation {
  /** Mirror left–right with probability ½. */
  readonly flip: boolean;
  /** Shift by a whole number of pixels in −shift … +shift on both axes; the border is replicated. */
  readonly shift: number;
  /**
   * Side of a square erased somewhere in every image, as a share of the image's side, 0 … 1; none if
   * absent or 0. Erased pixels are 0 once normalised, the middle of the range (random erasing, Zhong et
   * al. 2020, with a square of one size in every image).
   */
  readonly erase?: number;
}

export interface GatheredBatch {
  /** `[batch, cropSize, cropSize, 3]`, bytes as `NORMALISATION` has them. */
  readonly images: Float32Array;
  /** `[batch]`, index into `faces.identities`. */
  readonly labels: Int32Array;
}

/** What the augmentation does to the image at `position` of a batch. */
export interface Placement {
  readonly flipped: boolean;
  /** The image moves right by `right` and down by `down` pixels (after the flip). */
  readonly right: number;
  readonly down: number;
}

/** Draws per image from `STREAM.augmentation`: index 3·position + 0 flips, + 1 moves right, + 2 down. */
export function placement(
  augmentation: BatchAugmentation,
  seed: number,
  step: number,
  position: number,
): Placement {
  const { flip, shift } = augmentation;
  const draw = 3 * position;
  const move = (index: number): number =>
    uniformInt(seed, STREAM.augmentation, step, index, 2 * shift + 1) - shift;
  return {
    flipped: flip && uniform(seed, STREAM.augmentation, step, draw) < 0.5,
    right: shift === 0 ? 0 : move(draw + 1),
    down: shift === 0 ? 0 : move(draw + 2),
  };
}

/** The erased square of one image, in pixels of the augmented image: after flip and shift. */
export interface ErasedSquare {
  readonly top: number;
  readonly left: number;
  /** 0 erases nothing. */
  readonly side: number;
}

/** Draws per image from `STREAM.erase`: index 2·position + 0 for the top, + 1 for the left. */
export function erasedSquare(
  { erase = 0 }: BatchAugmentation,
  cropSize: number,
  seed: number,
  step: number,
  position: number,
): ErasedSquare {
  const side = Math.round(erase * cropSize);
  const draw = (index: number): number =>
    side === 0
      ? 0
      : uniformInt(seed, STREAM.erase, step, 2 * position + index, cropSize + 1 - side);
  return { top: draw(0), left: draw(1), side };
}

/**
 * Gathers `indices` into one float batch. `seed` and `step` decide the augmentation.
 * @throws RangeError for an index outside the face set, a shift that is not a whole number ≥ 0, or a
 *   share to erase that is not in 0 … 1
 */
export function gatherBatch(
  faces: FaceSet,
  indices: Uint32Array,
  augmentation: BatchAugmentation,
  seed: number,
  step: number,
): GatheredBatch {
  if (!Number.isSafeInteger(augmentation.shift) || augmentation.shift < 0) {
    throw new RangeError(`shift must be a whole number of pixels, not ${augmentation.shift}`);
  }
  const { erase = 0 } = augmentation;
  if (!(erase >= 0 && erase <= 1)) {
    throw new RangeError(`the share to erase must be in 0 … 1, not ${erase}`);
  }
  const size = faces.cropSize;
  const images = new Float32Array(indices.length * size * size * 3);
  const labels = new Int32Array(indices.length);
  for (let position = 0; position < indices.length; position += 1) {
    const index = indices[position]!;
    if (index >= faces.labels.length) {
      throw new RangeError(`image ${index} of a face set of ${faces.labels.length}`);
    }
    labels[position] = faces.labels[index]!;
    copyImage(faces, index, placement(augmentation, seed, step, position), images, position);
    eraseSquare(images, size, position, erasedSquare(augmentation, size, seed, step, position));
  }
  return { images, labels };
}

function copyImage(
  faces: FaceSet,
  index: number,
  { flipped, right, down }: Placement,
  images: Float32Array,
  position: number,
): void {
  const size = faces.cropSize;
  const last = size - 1;
  const source = index * size * size * 3;
  let target = position * size * size * 3;
  for (let y = 0; y < size; y += 1) {
    const row = source + Math.min(last, Math.max(0, y - down)) * size * 3;
    for (let x = 0; x < size; x += 1) {
      const column = Math.min(last, Math.max(0, x - right));
      const from = row + (flipped ? last - column : column) * 3;
      images[target] = NORMALISED[faces.pixels[from]!]!;
      images[target + 1] = NORMALISED[faces.pixels[from + 1]!]!;
      images[target + 2] = NORMALISED[faces.pixels[from + 2]!]!;
      target += 3;
    }
  }
}

function eraseSquare(
  images: Float32Array,
  size: number,
  position: number,
  { top, left, side }: ErasedSquare,
): void {
  for (let y = top; y < top + side; y += 1) {
    const row = ((position * size + y) * size + left) * 3;
    images.fill(0, row, row + 3 * side);
  }
}
