/** For tests: angles to all class centres but an image's own, counted in float64. */
import { ANGLE_BINS } from '../../engine';

export interface AngleCounts {
  readonly counts: Uint32Array;
  /** Where the numbers of another count cannot be right, bin by bin, and where their sum cannot. */
  differ(found: Uint32Array): readonly string[];
}

/** @param slackRad what another acos may be off: an angle so near a bin's edge may be in either */
export function angleCounts(
  input: {
    /** `[batch, classes]`. */
    readonly cosines: ArrayLike<number>;
    readonly labels: readonly number[];
    readonly classes: number;
  },
  slackRad: number,
): AngleCounts {
  const { cosines, labels, classes } = input;
  const counts = new Uint32Array(ANGLE_BINS);
  // Per bin: how many might as well be elsewhere, and how many from elsewhere here.
  const unsure = new Uint32Array(ANGLE_BINS);
  const binOf = (angle: number): number =>
    Math.min(ANGLE_BINS - 1, Math.max(0, Math.floor((angle * ANGLE_BINS) / Math.PI)));
  for (let at = 0; at < cosines.length; at += 1) {
    if (at % classes === labels[Math.floor(at / classes)]) continue;
    const angle = Math.acos(Math.min(1, Math.max(-1, cosines[at]!)));
    counts[binOf(angle)]! += 1;
    const [low, high] = [binOf(angle - slackRad), binOf(angle + slackRad)];
    if (low === high) continue;
    unsure[low]! += 1;
    unsure[high]! += 1;
  }
  const total = (values: Uint32Array): number => values.reduce((sum, value) => sum + value, 0);
  return {
    counts,
    differ: (found) => {
      const wrong = Array.from(found, (count, bin) => ({ count, bin }))
        .filter(({ count, bin }) => Math.abs(count - counts[bin]!) > unsure[bin]!)
        .map(({ count, bin }) => `bin ${bin}: ${count}, not ${counts[bin]}`);
      if (total(found) !== total(counts)) wrong.push(`${total(found)} in all`);
      return wrong;
    },
  };
}
