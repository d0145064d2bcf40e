/** From the packed tensor of a step or an evaluation to numbers. Sums in float64, on the CPU. */
import { angleOfCosine } from '../math/angles';
import { lowerMedian } from '../math/statistics';
import { ANGLE_BINS, type Evaluation, type StepMetrics } from './engine';

/**
 * @param packed `[4·batch + 3]`: target cosines, own losses, common losses, nearest classes; then scale,
 *   unguarded scale and ln B_avg; and where they were counted, the angle bins as the bits of whole numbers
 * @param scaled whether the loss has a scale
 */
export function readStepMetrics(
  packed: Float32Array,
  { step, labels, scaled }: { step: number; labels: Int32Array; scaled: boolean },
): StepMetrics {
  const parts = split(packed, labels.length);
  const [scale, unguardedScale, logBAvg] = parts.scalars;
  return {
    step,
    scale: scaled ? scale! : null,
    unguardedScale: scaled ? unguardedScale! : null,
    logBAvg: scaled ? logBAvg! : null,
    medianAngleRad: medianAngle(parts.targetCosines),
    loss: mean(parts.losses[0]!),
    commonLoss: mean(parts.losses[1]!),
    accuracy: hits(parts.nearest, labels) / labels.length,
    targetCosines: parts.targetCosines,
    otherAngles: parts.otherAngles,
  };
}

/** Collects chunks of held-out images: `[3·count]` target cosines, common losses, nearest classes. */
export class EvaluationSum {
  readonly #cosines: number[] = [];
  #loss = 0;
  #hits = 0;

  add(packed: Float32Array, labels: Int32Array): void {
    const count = labels.length;
    for (const cosine of packed.subarray(0, count)) this.#cosines.push(cosine);
    for (const loss of packed.subarray(count, 2 * count)) this.#loss += loss;
    this.#hits += hits(packed.subarray(2 * count, 3 * count), labels);
  }

  result(): Evaluation {
    const count = this.#cosines.length;
    return {
      count,
      accuracy: this.#hits / count,
      commonLoss: this.#loss / count,
      medianAngleRad: medianAngle(this.#cosines),
    };
  }
}

function split(packed: Float32Array, count: number) {
  const part = (index: number): Float32Array => packed.slice(index * count, (index + 1) * count);
  return {
    targetCosines: part(0),
    losses: [part(1), part(2)] as const,
    nearest: part(3),
    scalars: packed.slice(4 * count, 4 * count + 3),
    otherAngles: binsOf(packed, 4 * count + 3),
  };
}

function binsOf(packed: Float32Array, at: number): Uint32Array | null {
  if (packed.length < at + ANGLE_BINS) return null;
  const bits = packed.slice(at, at + ANGLE_BINS);
  return new Uint32Array(bits.buffer);
}

function medianAngle(cosines: ArrayLike<number>): number {
  return lowerMedian(Array.from(cosines, angleOfCosine));
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function hits(nearest: Float32Array, labels: Int32Array): number {
  return labels.reduce((sum, label, index) => sum + (nearest[index] === label ? 1 : 0), 0);
}
