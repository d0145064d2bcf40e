/**
 * Cuts the square crop out of an opened picture as a rule says. Only the part that the crop shows is
 * read, reduced where it is very large, so that a photograph of 60 megapixels takes little memory.
 */

import type { CropRule, TemplateRule } from '../data/align/cropRule';
import { lieOn } from '../data/align/points';
import {
  compose,
  estimateSimilarity,
  type FivePoints,
  mapPoints,
  type Similarity,
  scaling,
} from '../data/align/similarity';
import { placeTemplate } from '../data/align/templates';
import { blacken, shownBy, warp } from '../data/align/warp';
import { FormatError } from '../data/formats/errors';
import { cropAndResize, middleSquare, type Part } from '../data/import/resize';
import type { Picture } from './picture';

/** Larger parts of a picture are first drawn at this size, to bound the memory they take. */
const LARGEST_SIDE = 2048;

type StillRule = Exclude<CropRule, { kind: 'detect' }>;

/** `[size, size, 3]`, RGB. */
export type Crop = Uint8Array<ArrayBuffer>;

/**
 * @param size width and height of the crop, pixels
 * @throws an Error with a sentence where the points of a rule do not fit the picture
 */
export function cropBy(picture: Picture, rule: StillRule, size: number): Crop {
  switch (rule.kind) {
    case 'centre-square':
      return cropMiddle(picture, 1, size);
    case 'centre':
      return cropMiddle(picture, rule.share, size);
    case 'template':
      return cropAligned(picture, pointsIn(picture, rule), rule, size);
  }
}

/**
 * The same, and whether the points of the rule were used: a rule may say what to do where they cannot be.
 * @throws an Error as `cropBy` does
 */
export function cropOrMiddle(
  picture: Picture,
  rule: StillRule,
  size: number,
): { readonly rgb: Crop; readonly fits: boolean } {
  if (rule.kind !== 'template' || rule.otherwise === undefined) {
    return { rgb: cropBy(picture, rule, size), fits: true };
  }
  try {
    if (lieOn(pointsIn(picture, rule), picture)) {
      return { rgb: cropBy(picture, rule, size), fits: true };
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return { rgb: cropMiddle(picture, 1, size), fits: false };
}

function cropMiddle(picture: Picture, share: number, size: number): Crop {
  if (!(share > 0 && share <= 1)) throw new RangeError(`a share of ${share} is not in (0, 1]`);
  return cropAndResize(picture.read(middleSquare(picture, share), LARGEST_SIDE), size);
}

function pointsIn({ width, height }: Picture, { points, side }: TemplateRule): FivePoints {
  if (side === undefined || (side === width && side === height)) return points;
  if (width !== height) {
    throw new Error(
      `It is ${width}×${height} pixels, and the points are those of ${side}×${side} pictures.`,
    );
  }
  const scale = width / side;
  return mapPoints(points, ({ x, y }) => ({ x: x * scale, y: y * scale }));
}

/** The whole pixels around what a crop shows, as far as the picture has them; `null` for none. */
function partFor(picture: Picture, toCrop: Similarity, size: number): Part | null {
  const shown = shownBy(toCrop, size);
  // One pixel more on each side: samples reach half a pixel beyond, and rounding a hair.
  const left = Math.max(Math.floor(shown.left) - 1, 0);
  const top = Math.max(Math.floor(shown.top) - 1, 0);
  const width = Math.min(Math.ceil(shown.right) + 1, picture.width) - left;
  const height = Math.min(Math.ceil(shown.bottom) + 1, picture.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

/** A crop through any similarity; beyond the picture it is black. */
export function cropThrough(picture: Picture, toCrop: Similarity, size: number): Crop | null {
  const part = partFor(picture, toCrop, size);
  if (part === null) return null;
  const pixels = picture.read(part, LARGEST_SIDE);
  const scale = part.width / pixels.width;
  return warp(pixels, compose(toCrop, scaling(scale, part)), size);
}

/** @param points of the face, in pixels of the picture */
export function cropAligned(
  picture: Picture,
  points: FivePoints,
  { template, margin }: Pick<TemplateRule, 'template' | 'margin'>,
  size: number,
): Crop {
  const placed = placeTemplate(template, size, margin);
  const crop = cropThrough(picture, estimateSimilarity(points, placed.points), size);
  if (crop === null) {
    throw new FormatError(
      'align/points',
      'The points of the face lie outside the picture.',
      'Put each point on its eye, the nose and the corners of the mouth.',
    );
  }
  blacken(crop, size, placed.blackColumns);
  return crop;
}
