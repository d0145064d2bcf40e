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
    requireCount(stage.channels, `stage ${index + 1}: channels`);
    const output = { size: strided(input.size, stage.stride), channels: stage.channels };
    const changes = stage.stride !== 1 || input.channels !== output.channels;
    stages.push({ stage, input, output, projection: stage.kind === 'residual' && changes });
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

function requireCount(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ModelError(
      `${what} ${value} is not a whole number of at least 1`,
      `Give a positive whole number.`,
    );
  }
}
