/**
 * From what a face detector says to what alignment needs: which of several faces is meant, and the
 * five points among the 68 of the usual scheme (iBUG 300-W).
 */
import type { FivePoints, Point } from './similarity';

/** In pixels of the picture; may reach beyond its borders. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface FoundBox extends Box {
  /** How sure the detector is, 0–1. */
  readonly score: number;
}

/**
 * The eyes are the means of their outer and inner corners (36 and 39, 42 and 45), the nose is 30, the
 * mouth's corners are 48 and 54.
 * @param landmarks the 68 points in their order
 */
export function fivePointsOf(landmarks: readonly Point[]): FivePoints {
  const at = (index: number): Point => {
    const point = landmarks[index];
    if (point === undefined) throw new RangeError(`there is no landmark ${index}`);
    return point;
  };
  const between = (one: Point, other: Point): Point => {
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  };
  return [between(at(36), at(39)), between(at(42), at(45)), at(30), at(48), at(54)];
}

/** How far the middle of a box is from that of the picture; 1 in a corner. */
function eccentricity(box: Box, width: number, height: number): number {
  const across = box.left + box.width / 2 - width / 2;
  const down = box.top + box.height / 2 - height / 2;
  return Math.hypot(across, down) / Math.hypot(width / 2, height / 2);
}

/**
 * The face a picture is of: a large one in the middle. A face at the rim must be about twice as large
 * as one in the middle to be preferred, and one the detector is unsure of counts for less.
 * @param width and `height` of the picture
 */
export function mainFace<Found extends FoundBox>(
  found: readonly Found[],
  { width, height }: { readonly width: number; readonly height: number },
): Found | null {
  const weightOf = (box: Found) =>
    (Math.sqrt(Math.max(box.width * box.height, 0)) * box.score) /
    (1 + eccentricity(box, width, height));
  return found.reduce<Found | null>(
    (best, box) => (best === null || weightOf(box) > weightOf(best) ? box : best),
    null,
  );
}
