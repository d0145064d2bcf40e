/**
 * Which images train and which are held out, identity by identity, so that every identity is in the
 * training set. A pure function of its arguments: the same labels and seed give the same split, and
 * one identity's split does not depend on the others.
 */
import { permutation, STREAM } from '../math/random';
import type { Split } from './types';

/** Positions of each class's images, in ascending order. */
function imagesOfEachClass(labels: Int32Array, classes: number): number[][] {
  const images = Array.from({ length: classes }, (): number[] => []);
  for (const [index, label] of labels.entries()) {
    const own = images[label];
    if (own === undefined) {
      throw new RangeError(
        `labels must be whole numbers below ${classes}; image ${index} has label ${label}`,
      );
    }
    own.push(index);
  }
  return images;
}

/**
 * Holds out round(share · n) of an identity's n images, but never all of them, drawn without
 * replacement; an identity with one image only trains.
 *
 * @param labels `[count]`, the class of each image, 0 … classes − 1
 * @param validationShare 0 … 1 (1 itself excluded); 0 holds nothing out
 * @returns both index lists in ascending order; together every image exactly once
 * @throws RangeError when the share or a label is out of range
 */
export function splitFaces(
  labels: Int32Array,
  classes: number,
  validationShare: number,
  seed: number,
): Split {
  if (!(validationShare >= 0 && validationShare < 1)) {
    throw new RangeError(`validationShare must be from 0 to below 1, not ${validationShare}`);
  }
  const train: number[] = [];
  const validation: number[] = [];
  for (const [label, images] of imagesOfEachClass(labels, classes).entries()) {
    const held = Math.min(Math.round(images.length * validationShare), images.length - 1);
    const order = permutation(seed, STREAM.split, label, images.length);
    for (const [position, drawn] of order.entries()) {
      // The permutation only holds indices of this identity's images.
      const image = images[drawn]!;
      if (position < held) validation.push(image);
      else train.push(image);
    }
  }
  return { train: Uint32Array.from(train).sort(), validation: Uint32Array.from(validation).sort() };
}
