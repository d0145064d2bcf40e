/**
 * The five points of a face as a person handles them: as ten numbers that travel and are kept, where
 * they begin when nothing was found, and moved one at a time.
 */
import type { FivePoints, Point } from './similarity';
import { mapPoints } from './similarity';
import { placeTemplate } from './templates';

/** Left and right as one sees them in the picture; the order of `FivePoints`. */
export const POINT_NAMES = [
  'left eye',
  'right eye',
  'nose',
  'left mouth corner',
  'right mouth corner',
] as const;

/** `[5, 2]`, x and y of each point. */
export function flatPoints(points: FivePoints): number[] {
  return points.flatMap(({ x, y }) => [x, y]);
}

/**
 * @param flat `[count, 5, 2]`
 * @param at which of them
 * @returns `null` where a number is missing or is none
 */
export function pointsIn(flat: ArrayLike<number>, at = 0): FivePoints | null {
  const point = (index: number): Point => {
    const start = 10 * at + 2 * index;
    return { x: flat[start] ?? Number.NaN, y: flat[start + 1] ?? Number.NaN };
  };
  const points: FivePoints = [point(0), point(1), point(2), point(3), point(4)];
  return flatPoints(points).every(Number.isFinite) ? points : null;
}

interface Size {
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
}

/** Where a face would be if its crop were the square in the middle: to begin with where none is known. */
export function pointsOfMiddle({ width, height }: Size): FivePoints {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  return mapPoints(placeTemplate('112x112', side).points, ({ x, y }) => {
    return { x: left + x, y: top + y };
  });
}

/** The points with one of them elsewhere, inside the picture, to a tenth of a pixel. */
export function movePoint(points: FivePoints, index: number, to: Point, size: Size): FivePoints {
  const inside = (value: number, end: number) =>
    Math.round(Math.min(Math.max(value, 0), end) * 10) / 10;
  const moved = { x: inside(to.x, size.width), y: inside(to.y, size.height) };
  const [a, b, c, d, e] = points.map((point, at) => (at === index ? moved : point));
  return [a!, b!, c!, d!, e!];
}

/** Whether the middle of the points is on the picture: those of another picture seldom are. */
export function lieOn(points: FivePoints, { width, height }: Size): boolean {
  const x = points.reduce((sum, point) => sum + point.x, 0) / 5;
  const y = points.reduce((sum, point) => sum + point.y, 0) / 5;
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

export interface View extends Size {
  readonly left: number;
  readonly top: number;
}

/** Times the spread of the points: the face with its surroundings. */
const SURROUNDINGS = 4;

/** The part of a picture around points, in the proportions of the picture and inside it. */
export function viewAround(points: FivePoints, { width, height }: Size): View {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const wanted = SURROUNDINGS * Math.max((right - left) / width, (bottom - top) / height);
  const share = Math.min(Math.max(wanted, 0.02), 1);
  const size = { width: share * width, height: share * height };
  const start = (middle: number, length: number, end: number) =>
    Math.min(Math.max(middle - length / 2, 0), end - length);
  return {
    left: start((left + right) / 2, size.width, width),
    top: start((top + bottom) / 2, size.height, height),
    ...size,
  };
}
