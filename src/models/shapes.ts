/**
 * Shape inference: what each stage of a network receives and gives, for one image. Height equals width
 * throughout, since crops are square. Everything else in `models/` and the engines build on it.
 */
import { ModelError } from './errors';
import type { ModelSpec, Stage } from './spec';

/** A square feature map, `[size, size, channels]`. */
export interface MapShape {
  readonly size: number;
  readonly channels: number;
}

export interface StageShape {
  readonly stage: Stage;
  readonly input: MapShape;
  readonly output: MapShape;
  /** Residual stages whose shape changes send the input through conv 1×1 (stride) → batch norm. */
  readonly projection: boolean;
}

export interface NetworkShapes {
  readonly stages: readonly StageShape[];
  /** The last feature map. */
  readonly map: MapShape;
  /** Length of the vector before the embedding layer: `size² · channels`, or `channels` if averaged. */
  readonly features: number;
  readonly embeddingSize: number;
}

/** Size after a 3×3 convolution with zero padding 1, or a 1×1 without: ⌊(n − 1) / stride⌋ + 1. */
export function strided(size: number, stride: number): number {
  return Math.floor((size - 1) / stride) + 1;
}

/** Size after a 2×2 window with stride 2 and no padding. */
export function pooled(size: number): number {
  return Math.floor(size / 2);
}

/**
 * Shapes of all stages, in order.
 * @throws ModelError where a size is not a positive whole number, with its value
 */
export function inferShapes(model: ModelSpec): NetworkShapes {
  requireCount(model.inputSize, 'input size');
  requireCount(model.embeddingSize, 'embedding size');
  let input: MapShape = { size: model.inputSize, channels: 3 };
  const stages: StageShape[] = [];
  model.stages.forEach((stage, index) => {
    const output = outputOf(stage, input, `stage ${index + 1}`);
    const projection =
      stage.kind === 'residual' && (stage.stride !== 1 || input.channels !== output.channels);
    stages.push({ stage, input, output, projection });
    input = output;
  });
  const area = model.pooling === 'flatten' ? input.size * input.size : 1;
  return {
    stages,
    map: input,
    features: area * input.channels,
    embeddingSize: model.embeddingSize,
  };
}

function outputOf(stage: Stage, input: MapShape, name: string): MapShape {
  if (stage.kind === 'pool') {
    const size = pooled(input.size);
    if (size < 1) {
      throw new ModelError(
        `${name}: a map of ${input.size}×${input.size} has no 2×2 window to pool`,
        'Take the stage out, or let fewer stages halve the map.',
      );
    }
    return { size, channels: input.channels };
  }
  requireCount(stage.channels, `${name}: channels`);
  return { size: strided(input.size, stage.stride), channels: stage.channels };
}

function requireCount(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ModelError(
      `${what} ${value} is not a whole number of at least 1`,
      `Give a positive whole number.`,
    );
  }
}
