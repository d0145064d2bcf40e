/**
 * From a plan to pixels: gathers the images of one batch, augments them and brings them to the range
 * the networks expect. Pure and counter-based: an image's augmentation depends on the seed, the step and
 * its place in the batch, so arms, pauses and engines cannot change it.
 */
import { STREAM, uniform, uniformInt } from '../math/random';
import type { FaceSet } from './types';

export interface BatchAugmentation {
  /** Mirror left–right with probability ½. */
  readonly flip: boolean;
  /** Shift by a whole number of pixels in −shift … +shift on both axes; the border is replicated. */
  readonly shift: number;
}

export interface GatheredBatch {
  /** `[batch, cropSize, cropSize, 3]`, (byte − 127.5) / 128. */
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

/** (byte − 127.5) / 128 for every byte. */
const NORMALISED = Float32Array.from({ length: 256 }, (_, byte) => (byte - 127.5) / 128);

/**
 * Gathers `indices` into one float batch. `seed` and `step` decide the augmentation.
 * @throws RangeError for an index outside the face set or a shift that is not a whole number ≥ 0
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
