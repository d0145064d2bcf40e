/** For tests: a face set, networks and a loop small enough for a software adapter. */
import type { FaceSet } from '../../../data/types';
import type { LossConfig } from '../../../losses/types';
import { normal } from '../../../math/random';
import type { ModelSpec } from '../../../models/spec';
import type {
  Engine,
  EngineName,
  Learner,
  LearnerConfig,
  OptimiserConfig,
  PreparedBatch,
  StepHyper,
  StepMetrics,
} from '../../engine';
import { selectEngine } from '../../select';

export const SIZE = 16;
export const CLASSES = 5;
export const BATCH = 8;

/** Full convolutions: strides, residual stages with and without projection, dropout. */
export const FULL_MODEL: ModelSpec = {
  name: 'test-full',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 4, stride: 2 },
    { kind: 'residual', channels: 8, stride: 2 },
    { kind: 'residual', channels: 8, stride: 1 },
  ],
  activation: 'prelu',
  pooling: 'flatten',
  dropout: 0.2,
  embeddingSize: 8,
};

/** What does without them: depthwise stages, of both strides, and both kinds of pooling. */
export const LIGHT_MODEL: ModelSpec = {
  name: 'test-light',
  inputSize: SIZE,
  stages: [
    { kind: 'pool', pool: 'average' },
    { kind: 'depthwise', channels: 6, stride: 1 },
    { kind: 'depthwise', channels: 8, stride: 2 },
    { kind: 'pool', pool: 'max' },
  ],
  activation: 'prelu',
  pooling: 'flatten',
  dropout: 0,
  embeddingSize: 8,
};

export const PLAIN_MODEL: ModelSpec = {
  name: 'test-plain',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 4, stride: 2 },
    { kind: 'conv', channels: 8, stride: 2 },
  ],
  activation: 'relu',
  pooling: 'average',
  dropout: 0,
  embeddingSize: 8,
};

export const DYNAMIC: LossConfig = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
};

export const CONFIG: LearnerConfig = {
  model: PLAIN_MODEL,
  loss: DYNAMIC,
  optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  classes: CLASSES,
  seed: 11,
};

export const ADAMW: OptimiserConfig = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

export const HYPER: StepHyper = { learningRate: 0.05, fixedScale: null, capAngleRad: null };

/** `count` images; every identity is a pattern of its own under noise. */
export function testFaces(count = 40): FaceSet {
  const length = SIZE * SIZE * 3;
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
    cropSize: SIZE,
    pixels,
    labels,
    names: Array.from({ length: count }, (_, image) => `${image}`),
    identities: Array.from({ length: CLASSES }, (_, label) => ({ name: `${label}`, count: 1 })),
    rejected: [],
  };
}

/** The engine with the test faces in it. What goes wrong behind its back fails the test. */
export async function openTestEngine(name: EngineName): Promise<Engine> {
  const engine = await selectEngine(name, {
    onLost: (error) => {
      throw error;
    },
  });
  engine.loadFaces(testFaces());
  return engine;
}

/** Uses a learner and disposes it. */
export async function withLearnerOf<T>(
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

/** The batch of a step, the same at every call. */
export function testBatch(engine: Engine, step: number, size = BATCH): PreparedBatch {
  return engine.prepareBatch({
    step,
    indices: Uint32Array.from({ length: size }, (_, at) => (step * 7 + at * 3) % 40),
    seed: 5,
    augmentation: { flip: true, shift: 2 },
  });
}

/** Trains all learners in lockstep on the same batches of `size`, from step `first` on. */
export async function train(
  engine: Engine,
  learners: readonly Learner[],
  steps: number,
  {
    first = 1,
    hyper = HYPER,
    size = BATCH,
  }: { first?: number; hyper?: StepHyper; size?: number } = {},
): Promise<(readonly StepMetrics[])[]> {
  for (let step = first; step < first + steps; step += 1) {
    const batch = testBatch(engine, step, size);
    for (const learner of learners) learner.step(batch, hyper);
    batch.dispose();
  }
  return Promise.all(learners.map((learner) => learner.metrics()));
}
