/**
 * What is measured: networks in training and heads alone, by name, with the floating point operations
 * of one step. Element-wise work is left out of the count, as `models/describe.ts` does.
 */
import { describeModel } from '../src/models/describe';
import { PRESETS, withInputSize } from '../src/models/presets';
import type { ModelSpec } from '../src/models/spec';

interface NetworkWorkload {
  readonly kind: 'network';
  readonly name: WorkloadName;
  readonly model: ModelSpec;
  readonly classes: number;
  readonly batch: number;
  /** Learners in lockstep on the same batch. */
  readonly learners: 1 | 2;
}

/** Forward and gradients to embeddings and class centres; nothing is updated. */
interface HeadWorkload {
  readonly kind: 'head';
  readonly name: WorkloadName;
  readonly embeddingSize: number;
  readonly classes: number;
  readonly batch: number;
}

export type Workload = NetworkWorkload | HeadWorkload;
export type { HeadWorkload, NetworkWorkload };

export const WORKLOAD_NAMES = [
  'six-layer-32',
  'six-layer-64',
  'res-112',
  'six-layer-32-x2',
  'six-layer-64-x2',
  'res-112-x2',
  'head-1k',
  'head-10k',
  'head-100k',
] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

export const QUICK_WORKLOADS: readonly WorkloadName[] = ['six-layer-32', 'head-1k'];

const CLASSES = 40;
const HEAD = { embeddingSize: 512, batch: 64 } as const;

/** Dropout is off: every arm then computes the same numbers, which the first loss shows. */
const RES: ModelSpec = { ...PRESETS.res, dropout: 0 };
const SIX_LAYERS_64 = withInputSize(PRESETS.tiny, 64);

export function workload(name: WorkloadName): Workload {
  switch (name) {
    case 'six-layer-32':
      return network(name, PRESETS.tiny, 32, 1);
    case 'six-layer-64':
      return network(name, SIX_LAYERS_64, 64, 1);
    case 'res-112':
      return network(name, RES, 32, 1);
    case 'six-layer-32-x2':
      return network(name, PRESETS.tiny, 32, 2);
    case 'six-layer-64-x2':
      return network(name, SIX_LAYERS_64, 64, 2);
    case 'res-112-x2':
      return network(name, RES, 32, 2);
    case 'head-1k':
      return { kind: 'head', name, classes: 1_000, ...HEAD };
    case 'head-10k':
      return { kind: 'head', name, classes: 10_000, ...HEAD };
    case 'head-100k':
      return { kind: 'head', name, classes: 100_000, ...HEAD };
  }
}

function network(
  name: WorkloadName,
  model: ModelSpec,
  batch: number,
  learners: 1 | 2,
): NetworkWorkload {
  return { kind: 'network', name, model, classes: CLASSES, batch, learners };
}

/**
 * Floating point operations of one step of all learners: every product once forward and twice backward
 * (towards its input and towards its weights), but nobody asks for the gradient of the images.
 * @throws RangeError where the first stage is not a plain convolution, whose share is then unknown
 */
export function stepFlops(work: Workload): number {
  if (work.kind === 'head') return 6 * work.batch * work.embeddingSize * work.classes;
  const { model, classes, batch, learners } = work;
  const { layers, flopsPerImage } = describeModel(model, classes);
  if (model.stages[0]?.kind !== 'conv') {
    throw new RangeError(`the first stage of ${model.name} is no plain convolution`);
  }
  const images = layers[0]!.flops;
  return learners * batch * (3 * flopsPerImage - images);
}
