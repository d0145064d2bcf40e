/**
 * Signed distances to the shapes a face is drawn from: negative inside, in the units of the arguments.
 * Each is exact on its outline and close to the true distance near it, which is where anti-aliasing
 * and soft edges look at it.
 */

/** Ellipse at the origin, half axes `rx`, `ry`. First-order distance, exact for a circle. */
export function ellipse(x: number, y: number, rx: number, ry: number): number {
  const ux = x / rx;
  const uy = y / ry;
  const radius = Math.sqrt(ux * ux + uy * uy);
  const vx = ux / rx;
  const vy = uy / ry;
  const gradient = Math.sqrt(vx * vx + vy * vy);
  if (gradient < 1e-9) return rx < ry ? -rx : -ry;
  return (radius * (radius - 1)) / gradient;
}

/** Box at the origin with half sides `hx`, `hy` and corners of radius `corner`. */
export function roundedBox(x: number, y: number, hx: number, hy: number, corner: number): number {
  const dx = Math.abs(x) - hx + corner;
  const dy = Math.abs(y) - hy + corner;
  const ox = dx > 0 ? dx : 0;
  const oy = dy > 0 ? dy : 0;
  const inside = dx > dy ? dx : dy;
  return Math.sqrt(ox * ox + oy * oy) + (inside < 0 ? inside : 0) - corner;
}

/** Distance to the segment from (x0, y0) to (x1, y1); subtract a radius for a capsule. */
export function segment(
  x: number,
  y: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
  const t = along < 0 ? 0 : along > 1 ? 1 : along;
  const ex = x - x0 - t * dx;
  const ey = y - y0 - t * dy;
  return Math.sqrt(ex * ex + ey * ey);
}

/**
 * Distance to the parabola arc y = sag · (x / half)² for |x| ≤ half: a brow, a lid, a wrinkle, a
 * smile. Subtract a thickness for a stroke with round ends.
 */
export function arc(x: number, y: number, half: number, sag: number): number {
  const ax = Math.abs(x);
  if (ax > half) {
    const dx = ax - half;
    const dy = y - sag;
    return Math.sqrt(dx * dx + dy * dy);
  }
  const u = ax / half;
  const slope = (2 * sag * u) / half;
  return Math.abs(y - sag * u * u) / Math.sqrt(1 + slope * slope);
}

/**
 * The lens between two parabolas that meet at (±half, 0): from `-up` above to `down` below the line
 * between the corners (y grows downwards). An eye, a lip, an open mouth; either may be negative.
 */
export function lens(x: number, y: number, half: number, up: number, down: number): number {
  const u = x / half;
  const room = 1 - u * u;
  const slopeUp = (2 * up * u) / half;
  const slopeDown = (2 * down * u) / half;
  const above = (-up * room - y) / Math.sqrt(1 + slopeUp * slopeUp);
  const below = (y - down * room) / Math.sqrt(1 + slopeDown * slopeDown);
  return above > below ? above : below;
}

/** Union whose seam is rounded over about `radius` (polynomial smooth minimum). */
export function smoothUnion(a: number, b: number, radius: number): number {
  const h = radius - Math.abs(a - b);
  const blend = h > 0 ? (h * h) / (4 * radius) : 0;
  return (a < b ? a : b) - blend;
}
