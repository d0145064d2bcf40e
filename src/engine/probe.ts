/**
 * A short measured training step, to choose between engines that all run on the CPU in the end: which
 * of them is fastest depends on the machine, and no name or number of cores tells.
 */
import type { FaceSet } from '../data/types';
import type { ModelSpec } from '../models/spec';
import type { Engine, Learner } from './engine';

const CLASSES = 8;
const BATCH = 8;
const SIZE = 32;
const TIMED_STEPS = 3;

/** Small, but with the layers of the presets: strided and plain convolutions, 16 and 32 channels. */
const PROBE_MODEL: ModelSpec = {
  name: 'probe',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 16, stride: 2 },
    { kind: 'conv', channels: 16, stride: 1 },
    { kind: 'conv', channels: 32, stride: 2 },
  ],
  activation: 'relu',
  pooling: 'flatten',
  dropout: 0,
  embeddingSize: 32,
};

export interface ProbeLimits {
  /** A step that takes longer ends the probe without a result, milliseconds. */
  readonly limitMs: number;
  /** Best time of another engine: one step slower than it is measurement enough; `null` for none. */
  readonly toBeatMs: number | null;
}

/**
 * Milliseconds of one training step: the fastest of a few, after one that compiles. `null` where a step
 * took longer than the limit; nothing more is measured then. Replaces the faces loaded in `engine`.
 */
export async function measureStep(
  engine: Engine,
  { limitMs, toBeatMs }: ProbeLimits,
): Promise<number | null> {
  engine.loadFaces(probeFaces());
  const learner = await engine.createLearner({
    model: PROBE_MODEL,
    loss: { kind: 'fixed-adacos' },
    optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
    classes: CLASSES,
    seed: 1,
  });
  try {
    if ((await timeStep(engine, learner, 1)) > limitMs) return null;
    let best = Number.POSITIVE_INFINITY;
    for (let step = 2; step < 2 + TIMED_STEPS; step += 1) {
      const elapsed = await timeStep(engine, learner, step);
      if (elapsed > limitMs) return null;
      best = Math.min(best, elapsed);
      if (toBeatMs !== null && elapsed > toBeatMs) break;
    }
    return best;
  } finally {
    learner.dispose();
  }
}

async function timeStep(engine: Engine, learner: Learner, step: number): Promise<number> {
  const start = performance.now();
  const batch = engine.prepareBatch({
    step,
    indices: Uint32Array.from({ length: BATCH }, (_, index) => index),
    seed: 1,
    augmentation: { flip: false, shift: 0 },
  });
  learner.step(batch, { learningRate: 0.01, fixedScale: null, capAngleRad: null });
  batch.dispose();
  await learner.metrics();
  return performance.now() - start;
}

/** One image of every identity, each of another shade; what they show does not change the time. */
function probeFaces(): FaceSet {
  const pixels = new Uint8Array(CLASSES * SIZE * SIZE * 3);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = (index * 37) % 256;
  return {
    origin: { kind: 'files', label: 'probe' },
    cropSize: SIZE,
    pixels,
    labels: Int32Array.from({ length: CLASSES }, (_, index) => index),
    names: Array.from({ length: CLASSES }, (_, index) => `${index}`),
    identities: Array.from({ length: CLASSES }, (_, index) => ({ name: `${index}`, count: 1 })),
    rejected: [],
  };
}
