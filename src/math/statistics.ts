/**
 * Statistics in float64 that the losses, metrics and charts agree on. Not-a-number in gives
 * not-a-number out: it is an event for whoever draws the number, never silently skipped.
 */

/**
 * ln Σ exp(values), without overflow: the largest exponent is taken out first. Of nothing it is −∞.
 */
export function logSumExp(values: ArrayLike<number>): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) {
    maximum = Math.max(maximum, values[index]!);
  }
  // ±∞ would turn into ∞ − ∞ below; NaN passes through.
  if (!Number.isFinite(maximum)) return maximum;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += Math.exp(values[index]! - maximum);
  }
  return maximum + Math.log(sum);
}

/**
 * The lower of the two middle values (`torch.median`), the middle one of an odd number.
 * @throws RangeError where there are no values
 */
export function lowerMedian(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('nothing has no median');
  const sorted = Float64Array.from(values).sort();
  // Typed arrays sort NaN to the end.
  if (Number.isNaN(sorted.at(-1))) return Number.NaN;
  return sorted[(sorted.length - 1) >> 1]!;
}
