/** How a picture becomes a square crop: plain data, so that it can travel with a file to a worker. */
import type { FivePoints } from './similarity';
import type { TemplateId } from './templates';

export type CropRule =
  /** The square in the middle, as large as fits. */
  | { readonly kind: 'centre-square' }
  /** The square in the middle whose side is `share` (0–1] of the shorter side. */
  | { readonly kind: 'centre'; readonly share: number }
  | TemplateRule
  | DetectRule;

/** The points of the face are known. */
export interface TemplateRule {
  readonly kind: 'template';
  readonly template: TemplateId;
  /** Pixels of the upright picture, or of one that is `side` wide and high. */
  readonly points: FivePoints;
  /**
   * The points are those of a square picture of this side, and the picture at hand is one too, larger
   * or smaller. Where absent, the points are its own.
   */
  readonly side?: number;
  /** See `placeTemplate`; 0 where absent. */
  readonly margin?: number;
  /** What becomes of a picture that the points do not lie on; it is refused where this is absent. */
  readonly otherwise?: 'centre';
}

/** The face and its points have to be found. */
export interface DetectRule {
  readonly kind: 'detect';
  readonly template: TemplateId;
  /** See `placeTemplate`. */
  readonly margin: number;
  /** What becomes of a picture without a face: the square in its middle, or nothing. */
  readonly fallback: 'centre' | 'leave-out';
}

export const CENTRE_SQUARE: CropRule = { kind: 'centre-square' };
