/**
 * Similarities of the plane (turn, scale, shift; never a reflection) and the one that carries points
 * nearest to others in the sense of least squares. Coordinates are continuous: a picture spans 0 to its
 * width, and the centre of its first pixel is at 0.5.
 */
import { FormatError } from '../formats/errors';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left eye, right eye, tip of the nose, left and right corner of the mouth, as seen in the picture. */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

export function mapPoints(points: FivePoints, change: (point: Point) => Point): FivePoints {
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = points;
  return [change(leftEye), change(rightEye), change(nose), change(leftMouth), change(rightMouth)];
}

/** x′ = a·x − b·y + tx, y′ = b·x + a·y + ty. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** How much of the target points' spread a fit must explain: mirrored or shuffled points explain less. */
const LEAST_EXPLAINED = 0.25;

function degenerate(message: string): FormatError {
  return new FormatError(
    'align/points',
    message,
    'Put each point on its eye, the nose and the corners of the mouth, left and right as you see them.',
  );
}

function meanOf(points: readonly Point[]): Point {
  const count = points.length;
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / count,
    y: points.reduce((sum, { y }) => sum + y, 0) / count,
  };
}

/**
 * The similarity with the least sum of squared distances between the carried points of `from` and
 * those of `to`: S. Umeyama, "Least-squares estimation of transformation parameters between two point
 * patterns", 1991. In the plane, with reflections excluded, it is a linear problem with this solution.
 * @throws FormatError `align/points` where the points coincide, are not finite or do not resemble `to`
 */
export function estimateSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length !== to.length || from.length < 2) {
    throw new RangeError(`${from.length} points cannot be carried to ${to.length}`);
  }
  const bad = from.find(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (bad !== undefined) throw degenerate(`A point of the face is at (${bad.x}, ${bad.y}).`);
  const source = meanOf(from);
  const target = meanOf(to);
  let spread = 0;
  let targetSpread = 0;
  let along = 0;
  let across = 0;
  for (const [index, { x, y }] of from.entries()) {
    const [px, py] = [x - source.x, y - source.y];
    const [qx, qy] = [to[index]!.x - target.x, to[index]!.y - target.y];
    spread += px * px + py * py;
    targetSpread += qx * qx + qy * qy;
    along += px * qx + py * qy;
    across += px * qy - py * qx;
  }
  const size = Math.max(...from.map(({ x, y }) => Math.max(Math.abs(x), Math.abs(y))));
  if (spread <= (size * 1e-6) ** 2) throw degenerate('The points of the face lie on one another.');
  const explained = (along * along + across * across) / (spread * targetSpread);
  // Written so that a target without spread, which explains NaN, is refused too.
  if (!(explained >= LEAST_EXPLAINED)) {
    throw degenerate('The points do not lie as those of a face: some may be swapped.');
  }
  const a = along / spread;
  const b = across / spread;
  return {
    a,
    b,
    tx: target.x - a * source.x + b * source.y,
    ty: target.y - b * source.x - a * source.y,
  };
}

export function apply({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

/** How much longer lengths become. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

/** The way back; the scale of `similarity` is not 0. */
export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const squared = a * a + b * b;
  const [ia, ib] = [a / squared, -b / squared];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** First `inner`, then `outer`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  const { x: tx, y: ty } = apply(outer, { x: inner.tx, y: inner.ty });
  return {
    a: outer.a * inner.a - outer.b * inner.b,
    b: outer.b * inner.a + outer.a * inner.b,
    tx,
    ty,
  };
}

/** A scale about the origin, then a shift to where `left` and `top` are. */
export function scaling(
  scale: number,
  { left, top }: { readonly left: number; readonly top: number },
): Similarity {
  return { a: scale, b: 0, tx: left, ty: top };
}
