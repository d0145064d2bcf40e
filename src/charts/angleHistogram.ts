/** Angles of a batch to the own class centre: from cosines to degrees, ticks and bins. */
import { toDegrees } from './format';

/** The angle of a cosine in degrees; cosines a rounding error beyond ±1 are taken as ±1. NaN stays. */
export function angleDegrees(cosine: number): number {
  return toDegrees(Math.acos(Math.min(1, Math.max(-1, cosine))));
}

export interface AngleHistogram {
  readonly binDegrees: number;
  /** `[bins]`, counts from 0° up to 180°. */
  readonly counts: readonly number[];
  readonly total: number;
  /** Cosines that were not numbers; they are in no bin. */
  readonly nonFinite: number;
}

/** @param counts of bins of equal width from 0° up to 180° */
export function histogramOfCounts(counts: ArrayLike<number>): AngleHistogram {
  const bins = Array.from(counts);
  const total = bins.reduce((sum, count) => sum + count, 0);
  return { binDegrees: 180 / bins.length, counts: bins, total, nonFinite: 0 };
}

/** @param binDegrees width of a bin; divides 180 */
export function angleHistogram(cosines: ArrayLike<number>, binDegrees: number): AngleHistogram {
  const bins = Math.round(180 / binDegrees);
  const counts = Array.from({ length: bins }, () => 0);
  let nonFinite = 0;
  for (let i = 0; i < cosines.length; i++) {
    const degrees = angleDegrees(cosines[i] ?? Number.NaN);
    if (!Number.isFinite(degrees)) {
      nonFinite += 1;
      continue;
    }
    // 180° itself belongs to the last bin.
    const bin = Math.min(bins - 1, Math.floor(degrees / binDegrees));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { binDegrees, counts, total: cosines.length - nonFinite, nonFinite };
}
