/**
 * Where the five points of a face go in an aligned crop. Every template is placed into the square crop
 * the playground trains with; what the publications say of each, and what they leave open, is in its
 * `label` and `source`.
 */
import { type FivePoints, mapPoints } from './similarity';

export type TemplateId = '112x112' | '96x112' | '144x144';

export interface Template {
  /** As a choice on screen. */
  readonly label: string;
  /** Where the numbers come from, one or two sentences. */
  readonly source: string;
  /** The published crop, pixels. */
  readonly width: number;
  readonly height: number;
  /** In the published crop. */
  readonly points: FivePoints;
}

const ARCFACE: FivePoints = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

export const TEMPLATES: Readonly<Record<TemplateId, Template>> = {
  '112x112': {
    label: '112×112, scaled to the crop size',
    source: 'The five points of insightface (ArcFace), which most face sets are aligned to.',
    width: 112,
    height: 112,
    points: ARCFACE,
  },
  '96x112': {
    label: '96×112 inside the square, black at both sides',
    source:
      'SphereFace and CosFace: the 112×112 points with 8 pixels less at the left and the right.',
    width: 96,
    height: 112,
    points: mapPoints(ARCFACE, ({ x, y }) => ({ x: x - 8, y })),
  },
  '144x144': {
    label: '144×144, scaled from 112×112 (the AdaCos template itself is unpublished)',
    source:
      'AdaCos crops faces to 144×144 but does not publish the points; these are the 112×112 points times 144/112.',
    width: 144,
    height: 144,
    points: mapPoints(ARCFACE, ({ x, y }) => ({ x: (x * 144) / 112, y: (y * 144) / 112 })),
  },
};

export interface PlacedTemplate {
  /** In the square crop. */
  readonly points: FivePoints;
  /** Whole columns that stay black at the left, and as many at the right. */
  readonly blackColumns: number;
}

/**
 * A template in a square crop: as high as the crop, in the middle of its width.
 * @param size width and height of the crop, pixels
 * @param margin how much more than the template shows on each side, as a share of its height: 0 is the
 *   template itself, 0.1 a fifth more of the surroundings in all
 */
export function placeTemplate(id: TemplateId, size: number, margin = 0): PlacedTemplate {
  if (!(margin > -0.5) || !Number.isFinite(margin)) {
    throw new RangeError(`a margin of ${margin} leaves no face`);
  }
  const { width, height, points } = TEMPLATES[id];
  const scale = size / (height * (1 + 2 * margin));
  const centre = size / 2;
  return {
    points: mapPoints(points, ({ x, y }) => ({
      x: centre + (x - width / 2) * scale,
      y: centre + (y - height / 2) * scale,
    })),
    blackColumns: Math.max(0, Math.round((size * (1 - width / height)) / 2)),
  };
}

/**
 * Deep-funneled LFW: its 250×250 pictures are aligned already, so that one similarity, from these mean
 * points to the template, serves them all. Means of the landmarks YuNet finds in the whole set.
 */
export const LFW_DEEP_FUNNELED: { readonly side: 250; readonly points: FivePoints } = {
  side: 250,
  points: [
    { x: 104.4, y: 111.8 },
    { x: 147.1, y: 111.8 },
    { x: 126.4, y: 138.4 },
    { x: 106.5, y: 157.4 },
    { x: 145.1, y: 157.5 },
  ],
};

/**
 * The middle of an LFW picture that is the face: the detected box had been widened 2.2 times, and
 * 250 / 2.2 is 114 pixels.
 */
export const LFW_CENTRE_SHARE = 114 / 250;
