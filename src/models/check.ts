/**
 * Whether a network that came from outside (a link, a script) may be built: every number is in its
 * range and the weights fit in memory. The kinds of the fields are the reader's business.
 */
import { ModelError } from './errors';
import { inferShapes } from './shapes';
import type { ModelSpec } from './spec';

type Limits = readonly [minimum: number, maximum: number];

/** What may be chosen, both ends included. */
export const MODEL_LIMITS = {
  /** Pixels. */
  inputSize: [16, 224],
  stages: [1, 24],
  channels: [1, 512],
  dropout: [0, 0.9],
  embeddingSize: [2, 512],
} as const satisfies Record<string, Limits>;

/** The embedding layer is one tensor; WebGPU binds 128 MiB by default, which is 2²⁵ numbers. */
export const MAX_EMBEDDING_WEIGHTS = 2 ** 25;

/** @throws ModelError naming the first offending value and what to choose instead */
export function checkModel(model: ModelSpec): void {
  requireWhole(model.inputSize, 'input size', MODEL_LIMITS.inputSize);
  requireWhole(model.stages.length, 'number of stages', MODEL_LIMITS.stages);
  model.stages.forEach((stage, index) => {
    if (stage.kind === 'pool') return;
    const { channels, stride } = stage;
    requireWhole(channels, `stage ${index + 1}: channels`, MODEL_LIMITS.channels);
    requireWhole(stride, `stage ${index + 1}: stride`, [1, 2]);
  });
  requireInside(model.dropout, 'dropout', MODEL_LIMITS.dropout);
  requireWhole(model.embeddingSize, 'embedding size', MODEL_LIMITS.embeddingSize);
  const weights = inferShapes(model).features * model.embeddingSize;
  if (weights > MAX_EMBEDDING_WEIGHTS) {
    throw new ModelError(
      `the embedding layer would hold ${weights} weights, more than ${MAX_EMBEDDING_WEIGHTS}`,
      'Use average pooling, more stages of stride 2, or fewer channels in the last stage.',
    );
  }
}

function requireWhole(value: number, what: string, limits: Limits): void {
  requireInside(value, what, limits);
  if (!Number.isInteger(value)) {
    throw new ModelError(`${what} ${value} is not a whole number`, chooseFrom(limits));
  }
}

function requireInside(value: number, what: string, limits: Limits): void {
  const [minimum, maximum] = limits;
  // Written so that NaN fails.
  if (!(value >= minimum && value <= maximum)) {
    throw new ModelError(`${what} ${value} is out of range`, chooseFrom(limits));
  }
}

function chooseFrom([minimum, maximum]: Limits): string {
  return `Choose from ${minimum} to ${maximum}.`;
}
