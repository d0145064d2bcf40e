/**
 * Debiased exponential smoothing, one value at a time, so that a growing series costs only its new rows.
 * A constant series comes out as it went in, from its first value on; what is not finite passes
 * through as it is and does not disturb what follows.
 */

/** Running state; make one per series with `createSmoother`. */
export interface Smoother {
  /** Weight of the past, 0 (no smoothing) … below 1. */
  readonly weight: number;
  /** Debiased running mean of the finite values so far. */
  mean: number;
  /** 1 − weight^n: the weight the values so far have together. */
  mass: number;
}

/** @throws RangeError when the weight is not in [0, 1). */
export function createSmoother(weight: number): Smoother {
  if (!(weight >= 0 && weight < 1)) {
    throw new RangeError(`smoothing must be at least 0 and below 1, not ${weight}`);
  }
  return { weight, mean: 0, mass: 0 };
}

/**
 * The smoothed value after `value`, Σ wⁿ⁻ⁱ·vᵢ / Σ wⁿ⁻ⁱ: the exponential mean with the bias correction
 * of Kingma and Ba 2015, section 3.
 */
export function smoothNext(smoother: Smoother, value: number): number {
  if (!Number.isFinite(value)) return value;
  const { weight } = smoother;
  smoother.mass = weight * smoother.mass + (1 - weight);
  // The incremental form keeps a constant series exact: the correction added is exactly 0.
  const before = smoother.mean;
  smoother.mean = before + ((1 - weight) / smoother.mass) * (value - before);
  return smoother.mean;
}

/** A whole series at once: a new array of the same length. */
export function smoothSeries(values: ArrayLike<number>, weight: number): Float64Array {
  const smoother = createSmoother(weight);
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = smoothNext(smoother, values[i] ?? Number.NaN);
  return out;
}

/** How many earlier rows still move the smoothed value by more than a billionth. */
export function warmUpRows(weight: number): number {
  return weight <= 0 ? 0 : Math.ceil(Math.log(1e-9) / Math.log(weight));
}
