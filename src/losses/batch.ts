/**
 * The two forms in which the float64 references take a batch: the whole cosine matrix, or rows with
 * multiplicities, so that a hundred thousand identities need no matrix. Every reference is written
 * once, over rows of terms.
 */
import { angleOfCosine } from '../math/angles';
import { LossError, requireClasses } from './errors';

/** Cosines of N embeddings to all C class centres. */
export interface CosineBatch {
  /** `[N, classes]`, row-major. */
  readonly cosines: ArrayLike<number>;
  /** `[N]`, 0 … classes − 1. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** One image's cosines: its own centre's, and the others' as (cosine, how many centres have it). */
export interface CosineRow {
  readonly target: number;
  readonly others: readonly (readonly [cosine: number, count: number])[];
}

/** @throws LossError where sizes do not fit or a label is out of range */
export function checkBatch({ cosines, labels, classes }: CosineBatch): void {
  requireClasses(classes);
  const remedy = 'Give one label and one row of cosines per image.';
  if (labels.length === 0) throw new LossError('the batch is empty', remedy);
  if (cosines.length !== labels.length * classes) {
    throw new LossError(
      `${cosines.length} cosines are not ${labels.length} rows of ${classes}`,
      remedy,
    );
  }
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new LossError(`label ${label} is not one of ${classes} identities`, remedy);
    }
  }
}

/** `[N]`, each image's cosine to its own class centre. */
export function targetCosines({ cosines, labels, classes }: CosineBatch): Float64Array {
  return Float64Array.from(labels, (label, row) => cosines[row * classes + label]!);
}

/** `[N]`, each image's angle to its own class centre, radians. */
export function targetAngles(batch: CosineBatch): Float64Array {
  return targetCosines(batch).map(angleOfCosine);
}
