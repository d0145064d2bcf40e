/**
 * For tests: the fused engine with faces, networks and a loop so small that a software adapter compiles
 * all of it in a second or two.
 */
import type { FaceSet } from '../../../data/types';
import type { LossConfig } from '../../../losses/types';
import { normal } from '../../../math/random';
import type { ModelSpec } from '../../../models/spec';
import type { FoundAdapter } from '../../adapter';
import type {
  Engine,
  Learner,
  LearnerConfig,
  OptimiserConfig,
  PreparedBatch,
  StepHyper,
  StepMetrics,
} from '../../engine';
import type { EngineError } from '../../errors';
import { FusedEngine, type FusedOptions } from '../engine';
import { testAdapter } from './gpu';

export const SIZE = 6;
export const CLASSES = 5;
export const BATCH = 4;
const COUNT = 40;

/** Two stages: what every test of the engine's conduct uses. */
export const MICRO_MODEL: ModelSpec = {
  name: 'test-micro',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 4, stride: 2 },
    { kind: 'conv', channels: 4, stride: 2 },
  ],
  activation: 'relu',
  pooling: 'average',
  dropout: 0,
  embeddingSize: 4,
};

/** The crop size of `NANO_CONFIG`. */
export const NANO_SIZE = 2;

/** One stage over four pixels: where many devices are opened, and each compiles everything anew. */
const NANO_MODEL: ModelSpec = {
  ...MICRO_MODEL,
  name: 'test-nano',
  inputSize: NANO_SIZE,
  stages: [{ kind: 'conv', channels: 4, stride: 2 }],
};

/** Every layer there is, channels and an embedding that need padding, and a map of more than one pixel. */
export const FULL_MODEL: ModelSpec = {
  name: 'test-full',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 5, stride: 1 },
    { kind: 'residual', channels: 8, stride: 2 },
    { kind: 'residual', channels: 8, stride: 1 },
  ],
  activation: 'prelu',
  pooling: 'flatten',
  dropout: 0.2,
  embeddingSize: 6,
};

export const DYNAMIC: LossConfig = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
};

export const SGD: OptimiserConfig = { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 };

export const ADAMW = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
} as const satisfies OptimiserConfig;

export const CONFIG: LearnerConfig = {
  model: MICRO_MODEL,
  loss: DYNAMIC,
  optimiser: SGD,
  classes: CLASSES,
  seed: 11,
};

export const NANO_CONFIG: LearnerConfig = { ...CONFIG, model: NANO_MODEL };

export const HYPER: StepHyper = { learningRate: 0.05, fixedScale: null, capAngleRad: null };

/** Every identity is a pattern of its own under noise. */
export function testFaces(count = COUNT, size = SIZE): FaceSet {
  const length = size * size * 3;
  const labels = Int32Array.from({ length: count }, (_, image) => image % CLASSES);
  const pixels = new Uint8Array(count * length);
  for (let at = 0; at < pixels.length; at += 1) {
    const image = Math.floor(at / length);
    const pattern = normal(1, 1, labels[image]!, at % length);
    const noise = normal(1, 2, image, at % length);
    pixels[at] = Math.min(255, Math.max(0, 128 + 40 * pattern + 20 * noise));
  }
  return {
    origin: { kind: 'files', label: 'test' },
    cropSize: size,
    pixels,
    labels,
    names: Array.from({ length: count }, (_, image) => `${image}`),
    identities: Array.from({ length: CLASSES }, (_, label) => ({ name: `${label}`, count: 1 })),
    rejected: [],
  };
}

export interface OpenEngine {
  readonly engine: FusedEngine;
  /** Why devices were lost that were replaced, in order. */
  readonly recovered: string[];
  readonly failures: EngineError[];
}

/** The engine with the test faces in it, on the real adapter unless `findAdapter` says otherwise. */
export async function openEngine(options: Partial<FusedOptions> = {}): Promise<OpenEngine> {
  const findAdapter = options.findAdapter ?? testAdapter;
  const found = await findAdapter();
  // Whoever passes a finder has it find something the first time.
  const { adapter, facts } = found as FoundAdapter;
  const recovered: string[] = [];
  const failures: EngineError[] = [];
  const engine = await FusedEngine.open(
    { adapter, facts },
    {
      name: 'fused',
      backend: 'webgpu',
      adapter: facts,
      threads: null,
      reason: 'a test',
      considered: [],
    },
    {
      ...options,
      findAdapter,
      onFailure: (error) => failures.push(error),
      onRecovered: (reason) => recovered.push(reason),
    },
  );
  engine.loadFaces(testFaces());
  return { engine, recovered, failures };
}

/** The batch of a step, the same at every call. */
export function testBatch(engine: Engine, step: number, size = BATCH): PreparedBatch {
  return engine.prepareBatch({
    step,
    indices: Uint32Array.from({ length: size }, (_, at) => (step * 7 + at * 3) % COUNT),
    seed: 5,
    augmentation: { flip: true, shift: 1 },
  });
}

export interface StepOptions {
  readonly first?: number;
  readonly hyper?: StepHyper;
  readonly size?: number;
}

/** Enqueues steps of all learners in lockstep, from step `first` on. */
export function enqueue(
  engine: Engine,
  learners: readonly Learner[],
  steps: number,
  { first = 1, hyper = HYPER, size = BATCH }: StepOptions = {},
): void {
  for (let step = first; step < first + steps; step += 1) {
    const batch = testBatch(engine, step, size);
    for (const learner of learners) learner.step(batch, hyper);
    batch.dispose();
  }
}

/** The same, and their numbers. */
export function train(
  engine: Engine,
  learners: readonly Learner[],
  steps: number,
  options: StepOptions = {},
): Promise<(readonly StepMetrics[])[]> {
  enqueue(engine, learners, steps, options);
  return Promise.all(learners.map((learner) => learner.metrics()));
}

/** Uses a learner and disposes it. */
export async function withLearner<T>(
  engine: Engine,
  config: LearnerConfig,
  use: (learner: Learner) => Promise<T>,
): Promise<T> {
  const learner = await engine.createLearner(config);
  try {
    return await use(learner);
  } finally {
    learner.dispose();
  }
}
