/** Angles are radians inside and degrees on screen; this is the only place where one becomes the other. */

const DEGREES_PER_RADIAN = 180 / Math.PI;

export function toDegrees(angleRad: number): number {
  return angleRad * DEGREES_PER_RADIAN;
}

export function toRadians(angleDeg: number): number {
  return angleDeg / DEGREES_PER_RADIAN;
}

/** The angle of a cosine, 0 … π. Rounding past ±1 is taken back; not-a-number stays. */
export function angleOfCosine(cosine: number): number {
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
