/** The engine as a whole, through its interface, on every backend that runs here. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LossConfig } from '../../losses/types';
import { parameterLayout } from '../../models/layout';
import type { Engine, Learner, LearnerConfig, LearnerState, OptimiserConfig } from '../engine';
import { describeBackends } from './testing/backends';
import {
  ADAMW,
  CLASSES,
  CONFIG,
  FULL_MODEL,
  HYPER,
  openTestEngine,
  testBatch,
  testFaces,
  train,
  withLearnerOf,
} from './testing/experiment';
import { normals, relativeError } from './testing/numbers';

/** w ← w − g: a step that lays the gradient open. */
const BARE: OptimiserConfig = { kind: 'sgd', momentum: 0, weightDecay: 0 };
const UNIT = { ...HYPER, learningRate: 1 };

const LOSSES: readonly LossConfig[] = [{ kind: 'softmax' }, { kind: 'fixed-adacos' }];

describeBackends('engine', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine(name);
  });
  afterAll(() => engine.dispose());

  function withLearner<T>(
    config: LearnerConfig,
    use: (learner: Learner) => Promise<T>,
  ): Promise<T> {
    return withLearnerOf(engine, config, use);
  }

  test('runs on the backend it reports', () => {
    expect(engine.report.name).toBe(name);
    expect(tf.getBackend()).toBe(engine.report.backend);
    expect(`tfjs-${engine.report.backend}`).toBe(name);
  });

  describe('gradient of the whole network', () => {
    test.each(LOSSES)('equals finite differences along random directions: $kind', async (loss) => {
      const config = { ...CONFIG, model: FULL_MODEL, loss, optimiser: BARE };
      await withLearner(config, async (learner) => {
        const start = smooth(await learner.exportState());
        const lossAt = async (parameters: Float32Array): Promise<number> => {
          learner.importState({ ...start, parameters });
          const [metrics] = await train(engine, [learner], 1, { hyper: UNIT });
          return metrics![0]!.loss;
        };
        await lossAt(start.parameters);
        const after = (await learner.exportState()).parameters;
        const gradient = start.parameters.map((value, at) => value - after[at]!);
        for (const [index, slot] of parameterLayout(FULL_MODEL, CLASSES).entries()) {
          const part = (values: Float32Array): Float32Array =>
            values.subarray(slot.offset, slot.offset + slot.size);
          const direction = normals(slot.size, 50 + index);
          const length = (values: Float32Array): number => Math.hypot(...values);
          const distance = 0.01 / length(direction);
          const moved = (sign: number): Float32Array => {
            const parameters = start.parameters.slice();
            part(parameters).forEach((value, at, all) => {
              all[at] = value + sign * distance * direction[at]!;
            });
            return parameters;
          };
          const difference = (await lossAt(moved(1))) - (await lossAt(moved(-1)));
          const slope = part(gradient).reduce((sum, g, at) => sum + g * direction[at]!, 0);
          const error = Math.abs(difference / (2 * distance) - slope) / length(direction);
          // float32 losses near 2 over a distance of 0.02 cannot tell slopes finer than about 1e-5.
          const allowed = 0.01 * length(part(gradient)) + 1e-4;
          expect(error, slot.name).toBeLessThan(allowed);
        }
      });
    });

    test('of dynamic AdaCos is that of the scale it used, held constant', async () => {
      const step = async (loss: LossConfig, fixedScale: number | null) =>
        withLearner({ ...CONFIG, loss, optimiser: BARE }, async (learner) => {
          const [metrics] = await train(engine, [learner], 1, { hyper: { ...UNIT, fixedScale } });
          return { metrics: metrics![0]!, state: await learner.exportState() };
        });
      const dynamic = await step(
        { kind: 'dynamic-adacos', capAngleRad: 0.7, guard: 'clamp', firstStep: 'reference' },
        null,
      );
      const fixed = await step({ kind: 'normalised-softmax', scale: 1 }, dynamic.metrics.scale);
      expect(fixed.metrics.scale).toBe(dynamic.metrics.scale);
      expect(relativeError(fixed.state.parameters, dynamic.state.parameters)).toBeLessThan(1e-6);
    });
  });

  describe('weight decay', () => {
    const DECAY = 0.5;
    const RATE = 0.1;

    test.each([
      { kind: 'sgd', momentum: 0, weightDecay: DECAY },
      { ...ADAMW, weightDecay: DECAY },
    ] as const)('$kind: pulls weights and leaves batch norm and PReLU alone', async (optimiser) => {
      const slots = parameterLayout(FULL_MODEL, CLASSES);
      // Where nothing is 0, so that decay would show everywhere.
      const start = normals(slots.at(-1)!.offset + slots.at(-1)!.size, 3);
      const parametersWith = (weightDecay: number): Promise<Float32Array> => {
        const config = { ...CONFIG, model: FULL_MODEL, optimiser: { ...optimiser, weightDecay } };
        return withLearner(config, async (learner) => {
          learner.importState({ ...(await learner.exportState()), parameters: start });
          await train(engine, [learner], 1, { hyper: { ...HYPER, learningRate: RATE } });
          return (await learner.exportState()).parameters;
        });
      };
      const [decayed, plain] = [await parametersWith(DECAY), await parametersWith(0)];
      const kinds = new Set<string>();
      for (const { name, kind, offset, size } of slots) {
        const of = (values: Float32Array): Float32Array => values.subarray(offset, offset + size);
        kinds.add(kind);
        if (kind === 'conv' || kind === 'dense' || kind === 'centres') {
          // By how much one differs from the other: η·λ·w, whatever the gradient.
          const pull = of(plain).map((value, at) => value - of(decayed)[at]!);
          const expected = of(start).map((w) => RATE * DECAY * w);
          expect(relativeError(pull, expected), name).toBeLessThan(1e-3);
        } else {
          expect(of(decayed), name).toEqual(of(plain));
        }
      }
      expect(kinds).toEqual(new Set(['conv', 'dense', 'centres', 'gamma', 'beta', 'prelu']));
    });
  });

  describe('reproducibility', () => {
    test('30 steps from the same seed are the same bit for bit', async () => {
      const run = (): Promise<unknown> =>
        withLearner(CONFIG, async (learner) => {
          const metrics = await train(engine, [learner], 30);
          return { metrics, state: await learner.exportState() };
        });
      expect(await run()).toEqual(await run());
    });

    test('arms in lockstep do what each does alone, and start from the same weights', async () => {
      const arms = [CONFIG, { ...CONFIG, loss: { kind: 'softmax' } as const }];
      const alone = await Promise.all(
        arms.map((config) =>
          withLearner(config, async (learner) => {
            const { parameters } = await learner.exportState();
            return { parameters, metrics: (await train(engine, [learner], 3))[0] };
          }),
        ),
      );
      expect(alone[0]!.parameters).toEqual(alone[1]!.parameters);
      const learners = await Promise.all(arms.map((config) => engine.createLearner(config)));
      const together = await train(engine, learners, 3);
      for (const learner of learners) learner.dispose();
      expect(together).toEqual(alone.map(({ metrics }) => metrics));
    });

    test.each([
      ['sgd', CONFIG],
      ['adamw and dropout', { ...CONFIG, model: FULL_MODEL, optimiser: ADAMW }],
    ] as const)('a restored state continues the same curve bit for bit: %s', async (_, config) => {
      await withLearner(config, async (learner) => {
        await train(engine, [learner], 3);
        const state = await learner.exportState();
        expect(state.step).toBe(3);
        const straight = await train(engine, [learner], 3, { first: 4 });
        const restored = await withLearner(config, async (other) => {
          other.importState(state);
          expect(await other.exportState()).toEqual(state);
          return train(engine, [other], 3, { first: 4 });
        });
        expect(restored).toEqual(straight);
      });
    });
  });

  describe('evaluation', () => {
    test('agrees with the embeddings it gives, and moves nothing', async () => {
      await withLearner({ ...CONFIG, model: FULL_MODEL }, async (learner) => {
        // More images than fit one pass.
        const faces = testFaces(150);
        engine.loadFaces(faces);
        await train(engine, [learner], 5);
        const before = await learner.exportState();
        const indices = Uint32Array.from({ length: 150 }, (_, index) => 149 - index);
        const evaluation = await learner.evaluate(indices);
        const embeddings = await learner.embed(indices);
        expect(await learner.exportState()).toEqual(before);
        expect(evaluation.count).toBe(150);
        const expected = evaluateByHand(embeddings, before.parameters, indices, faces.labels);
        expect(evaluation.accuracy).toBeCloseTo(expected.accuracy, 12);
        expect(evaluation.commonLoss).toBeCloseTo(expected.commonLoss, 4);
        expect(evaluation.medianAngleRad).toBeCloseTo(expected.medianAngleRad, 4);
        engine.loadFaces(testFaces());
      });
    });
  });

  test('an evaluation after one step sees that batch’s statistics, not their initial values', async () => {
    // With the weights held, inference over the batch of step 1 must see what training saw.
    await withLearner(CONFIG, async (learner) => {
      const indices = Uint32Array.from({ length: 9 }, (_, at) => at * 4);
      const augmentation = { flip: false, shift: 0 };
      const batch = engine.prepareBatch({ step: 1, indices, seed: 5, augmentation });
      learner.step(batch, { ...HYPER, learningRate: 0 });
      batch.dispose();
      const [trained] = await learner.metrics();
      const evaluation = await learner.evaluate(indices);
      expect(evaluation.medianAngleRad).toBeCloseTo(trained!.medianAngleRad, 3);
      expect(evaluation.commonLoss).toBeCloseTo(trained!.commonLoss, 3);
    });
  });

  test('a step reads nothing back', async () => {
    // What it enqueues may be read later, not while it is enqueued: that would stall a GPU.
    await withLearner({ ...CONFIG, model: FULL_MODEL }, async (learner) => {
      await train(engine, [learner], 2);
      const batch = testBatch(engine, 3);
      const read = vi.spyOn(tf.backend(), 'readSync');
      learner.step(batch, HYPER);
      // The tensors of the others are in the CPU's memory, where reading waits for nothing.
      if (name === 'tfjs-webgpu' || name === 'tfjs-webgl') expect(read).not.toHaveBeenCalled();
      read.mockRestore();
      batch.dispose();
      const [metrics] = await learner.metrics();
      expect(metrics!.scale).not.toBeNaN();
    });
  });

  describe('what goes wrong', () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    test('a step that cannot be read is told once and takes no other with it', async () => {
      const expected = await withLearner(
        CONFIG,
        async (other) => (await train(engine, [other], 5))[0],
      );
      await withLearner(CONFIG, async (learner) => {
        const enqueue = (step: number): void => {
          const batch = testBatch(engine, step);
          learner.step(batch, HYPER);
          batch.dispose();
        };
        enqueue(1);
        const read = vi.spyOn(tf.backend(), 'read');
        read.mockRejectedValueOnce(new Error('no reason'));
        enqueue(2);
        enqueue(3);
        read.mockRestore();
        const first = learner.metrics();
        enqueue(4);
        // Asked for while the first is under way: it comes after that one, with what that one left.
        const second = learner.metrics();
        await expect(first).rejects.toMatchObject({
          code: 'engine/failed',
          message: 'The numbers of a step could not be read: Error: no reason.',
        });
        const [one, , three, four, five] = expected!;
        expect(await second).toEqual([one, three, four]);
        enqueue(5);
        expect(await learner.metrics()).toEqual([five]);
        expect(await learner.metrics()).toEqual([]);
      });
    });

    test('an arm that diverges does not throw', async () => {
      await withLearner(CONFIG, async (learner) => {
        const state = await learner.exportState();
        learner.importState({ ...state, parameters: state.parameters.map(() => Number.NaN) });
        const [metrics] = await train(engine, [learner], 2);
        expect(metrics!.map(({ step }) => step)).toEqual([1, 2]);
        expect(metrics!.map(({ loss }) => loss)).toEqual([Number.NaN, Number.NaN]);
        expect(metrics![1]!.medianAngleRad).toBeNaN();
      });
    });

    test('a state of another learner is refused', async () => {
      const state = await withLearner(CONFIG, (learner) => learner.exportState());
      await withLearner({ ...CONFIG, model: FULL_MODEL }, async (learner) => {
        expect(() => learner.importState(state)).toThrow('does not fit');
      });
    });
  });
});

/**
 * The same state with PReLU slopes of 1: without kinks a difference over a finite distance is a slope.
 * Other slopes are tested with the operation.
 */
function smooth(state: LearnerState): LearnerState {
  const parameters = state.parameters.slice();
  for (const { kind, offset, size } of parameterLayout(FULL_MODEL, CLASSES)) {
    if (kind === 'prelu') parameters.fill(1, offset, offset + size);
  }
  return { ...state, parameters };
}

/** Accuracy, loss at the common scale and lower median angle from unit embeddings, in float64. */
function evaluateByHand(
  embeddings: Float32Array,
  parameters: Float32Array,
  indices: Uint32Array,
  labels: Int32Array,
): { accuracy: number; commonLoss: number; medianAngleRad: number } {
  const size = FULL_MODEL.embeddingSize;
  const centres = parameters.subarray(parameters.length - size * CLASSES);
  const column = (label: number): number[] =>
    Array.from({ length: size }, (_, row) => centres[row * CLASSES + label]!);
  const columns = Array.from({ length: CLASSES }, (_, label) => column(label));
  const scale = Math.SQRT2 * Math.log(CLASSES - 1);
  let hits = 0;
  let loss = 0;
  const angles: number[] = [];
  indices.forEach((image, row) => {
    const embedding = embeddings.subarray(row * size, (row + 1) * size);
    const cosines = columns.map(
      (centre) => centre.reduce((sum, w, k) => sum + w * embedding[k]!, 0) / Math.hypot(...centre),
    );
    const own = cosines[labels[image]!]!;
    if (own === Math.max(...cosines)) hits += 1;
    const sum = cosines.reduce((total, cosine) => total + Math.exp(scale * cosine), 0);
    loss += Math.log(sum) - scale * own;
    angles.push(Math.acos(own));
  });
  angles.sort((a, b) => a - b);
  return {
    accuracy: hits / indices.length,
    commonLoss: loss / indices.length,
    medianAngleRad: angles[(indices.length - 1) >> 1]!,
  };
}
