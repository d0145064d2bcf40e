/**
 * The last layer in float64: embeddings against class centres, with or without normalisation, and the
 * way back to both. It is the oracle for an engine's head; speed is not its aim.
 */
import { LossError } from './errors';

/** Embeddings before normalisation and the class centres they are compared with. */
export interface HeadInput {
  /** `[N, embeddingSize]`, row-major. */
  readonly embeddings: ArrayLike<number>;
  /** `[embeddingSize, classes]`, row-major: a class centre is a column. */
  readonly centres: ArrayLike<number>;
  /** `[N]`, 0 … classes − 1. */
  readonly labels: ArrayLike<number>;
  readonly embeddingSize: number;
  readonly classes: number;
}

/** What one batch gives: the numbers of `StepMetrics` and the gradients. */
export interface HeadResult {
  readonly loss: number;
  /** s used in the loss; `null` for plain softmax. */
  readonly scale: number | null;
  /** s before the guard; `null` for plain softmax. */
  readonly unguardedScale: number | null;
  /** ln B_avg with the previous scale inside; `null` for plain softmax. */
  readonly logBAvg: number | null;
  readonly medianAngleRad: number;
  /** `[N, classes]`. */
  readonly cosines: Float64Array;
  /** `[N, embeddingSize]`, ∂loss/∂embeddings. */
  readonly embeddingGradient: Float64Array;
  /** `[embeddingSize, classes]`, ∂loss/∂centres. */
  readonly centreGradient: Float64Array;
}

/** Lengths below this count as this, so that a zero vector has cosine 0 and not 0/0. */
export const LENGTH_FLOOR = 1e-12;

interface Normalised {
  /** Unit vectors in the layout of what they were made from. */
  readonly units: Float64Array;
  readonly lengths: Float64Array;
}

/** Unit embeddings (rows) and unit centres (columns), and all their cosines. */
export interface CosineHead {
  readonly cosines: Float64Array;
  readonly embeddings: Normalised;
  readonly centres: Normalised;
}

/** `[N, classes]` = embeddings · centres. */
export function product(input: HeadInput): Float64Array {
  checkSizes(input);
  return multiply(input, input.embeddings, input.centres);
}

/** Gradients of both factors of `product`, given `[N, classes]` ∂loss/∂product. */
export function productGradients(
  input: HeadInput,
  gradient: Float64Array,
): Pick<HeadResult, 'embeddingGradient' | 'centreGradient'> {
  return backward(input, input.embeddings, input.centres, gradient);
}

/** cosθ_ij = x_i·W_j / (‖x_i‖‖W_j‖). */
export function cosineHead(input: HeadInput): CosineHead {
  checkSizes(input);
  const { embeddingSize, classes } = input;
  const count = input.labels.length;
  const embeddings = normalise(input.embeddings, rows(count, embeddingSize));
  const centres = normalise(input.centres, columns(embeddingSize, classes));
  return { cosines: multiply(input, embeddings.units, centres.units), embeddings, centres };
}

/** Gradients through the normalisation, given `[N, classes]` ∂loss/∂cosines. */
export function cosineGradients(
  input: HeadInput,
  head: CosineHead,
  gradient: Float64Array,
): Pick<HeadResult, 'embeddingGradient' | 'centreGradient'> {
  const { embeddingSize, classes } = input;
  const count = input.labels.length;
  const byUnits = backward(input, head.embeddings.units, head.centres.units, gradient);
  tangent(byUnits.embeddingGradient, head.embeddings, rows(count, embeddingSize));
  tangent(byUnits.centreGradient, head.centres, columns(embeddingSize, classes));
  return byUnits;
}

function multiply(
  { labels, embeddingSize, classes }: HeadInput,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
): Float64Array {
  const result = new Float64Array(labels.length * classes);
  for (let row = 0; row < labels.length; row += 1) {
    for (let inner = 0; inner < embeddingSize; inner += 1) {
      const factor = left[row * embeddingSize + inner]!;
      for (let column = 0; column < classes; column += 1) {
        result[row * classes + column]! += factor * right[inner * classes + column]!;
      }
    }
  }
  return result;
}

function backward(
  { labels, embeddingSize, classes }: HeadInput,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  gradient: Float64Array,
): { embeddingGradient: Float64Array; centreGradient: Float64Array } {
  const embeddingGradient = new Float64Array(labels.length * embeddingSize);
  const centreGradient = new Float64Array(embeddingSize * classes);
  for (let row = 0; row < labels.length; row += 1) {
    for (let inner = 0; inner < embeddingSize; inner += 1) {
      const at = row * embeddingSize + inner;
      for (let column = 0; column < classes; column += 1) {
        const weight = gradient[row * classes + column]!;
        embeddingGradient[at]! += weight * right[inner * classes + column]!;
        centreGradient[inner * classes + column]! += weight * left[at]!;
      }
    }
  }
  return { embeddingGradient, centreGradient };
}

/** Where the elements of a set of vectors lie: element k of vector v at v · vectorStride + k · stride. */
interface Vectors {
  readonly count: number;
  readonly size: number;
  readonly vectorStride: number;
  readonly stride: number;
}

function rows(count: number, size: number): Vectors {
  return { count, size, vectorStride: size, stride: 1 };
}

function columns(size: number, count: number): Vectors {
  return { count, size, vectorStride: 1, stride: count };
}

function normalise(values: ArrayLike<number>, vectors: Vectors): Normalised {
  const { count, size, vectorStride, stride } = vectors;
  const units = new Float64Array(values.length);
  const lengths = new Float64Array(count);
  for (let vector = 0; vector < count; vector += 1) {
    let squares = 0;
    for (let k = 0; k < size; k += 1) squares += values[vector * vectorStride + k * stride]! ** 2;
    const length = Math.max(Math.sqrt(squares), LENGTH_FLOOR);
    lengths[vector] = length;
    for (let k = 0; k < size; k += 1) {
      const at = vector * vectorStride + k * stride;
      units[at] = values[at]! / length;
    }
  }
  return { units, lengths };
}

/** In place: ∂/∂v = (g − (g·u)u) / ‖v‖, since a unit vector cannot change along itself. */
function tangent(gradient: Float64Array, { units, lengths }: Normalised, vectors: Vectors): void {
  const { count, size, vectorStride, stride } = vectors;
  for (let vector = 0; vector < count; vector += 1) {
    let along = 0;
    for (let k = 0; k < size; k += 1) {
      const at = vector * vectorStride + k * stride;
      along += gradient[at]! * units[at]!;
    }
    for (let k = 0; k < size; k += 1) {
      const at = vector * vectorStride + k * stride;
      gradient[at] = (gradient[at]! - along * units[at]!) / lengths[vector]!;
    }
  }
}

function checkSizes({ embeddings, centres, labels, embeddingSize, classes }: HeadInput): void {
  const remedy = 'Give embeddings as [N, size] and centres as [size, classes].';
  if (embeddings.length !== labels.length * embeddingSize) {
    throw new LossError(
      `${embeddings.length} numbers are not ${labels.length} embeddings of ${embeddingSize}`,
      remedy,
    );
  }
  if (centres.length !== embeddingSize * classes) {
    throw new LossError(
      `${centres.length} numbers are not ${classes} class centres of ${embeddingSize}`,
      remedy,
    );
  }
}
