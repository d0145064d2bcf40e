/** Whole networks in training: what repeats bit for bit, what happens at the same time, what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADAMW,
  CONFIG,
  enqueue,
  FULL_MODEL,
  type OpenEngine,
  openEngine,
  testBatch,
  testFaces,
  train,
  withLearner,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';
import { testInNode } from './testing/long';

describeWithGpu('a network', () => {
  let open: OpenEngine;
  beforeAll(async () => {
    open = await openEngine();
  });
  afterAll(() => {
    open.engine.dispose();
    expect(open.failures).toEqual([]);
  });

  test('says which adapter it runs on', () => {
    const { report, gpu } = open.engine;
    expect(report.name).toBe('fused');
    expect(report.adapter).toEqual(gpu!.facts);
  });

  describe('reproducibility', () => {
    test('30 steps from the same seed are the same bit for bit', async () => {
      const run = (): Promise<unknown> =>
        withLearner(open.engine, CONFIG, async (learner) => {
          const metrics = await train(open.engine, [learner], 30);
          return { metrics, state: await learner.exportState() };
        });
      expect(await run()).toEqual(await run());
    });

    test('it does not matter when the numbers are asked for', async () => {
      const { engine } = open;
      const [together] = await withLearner(engine, CONFIG, (learner) =>
        train(engine, [learner], 20),
      );
      await withLearner(engine, CONFIG, async (learner) => {
        for (let step = 1; step <= 20; step += 1) {
          const [metrics] = await train(engine, [learner], 1, { first: step });
          expect(metrics).toEqual([together![step - 1]]);
        }
      });
    });

    test('arms in lockstep do what each does alone, and start from the same weights', async () => {
      const { engine } = open;
      const arms = [CONFIG, { ...CONFIG, loss: { kind: 'softmax' } as const }];
      const alone = [];
      for (const config of arms) {
        alone.push(
          await withLearner(engine, config, async (learner) => ({
            parameters: (await learner.exportState()).parameters,
            metrics: (await train(engine, [learner], 3))[0],
          })),
        );
      }
      expect(alone[0]!.parameters).toEqual(alone[1]!.parameters);
      const learners = await Promise.all(arms.map((config) => engine.createLearner(config)));
      const together = await train(engine, learners, 3);
      for (const learner of learners) learner.dispose();
      expect(together).toEqual(alone.map(({ metrics }) => metrics));
    });

    testInNode('a restored state continues the same curve bit for bit', async () => {
      const { engine } = open;
      const config = { ...CONFIG, model: FULL_MODEL, optimiser: ADAMW };
      await withLearner(engine, config, async (learner) => {
        await train(engine, [learner], 3);
        const state = await learner.exportState();
        expect(state.step).toBe(3);
        const straight = await train(engine, [learner], 3, { first: 4 });
        await withLearner(engine, config, async (other) => {
          other.importState(state);
          expect(await other.exportState()).toEqual(state);
          expect(await train(engine, [other], 3, { first: 4 })).toEqual(straight);
        });
      });
    });
  });

  describe('at the same time', () => {
    // Each waits for kernels to be compiled, and the other comes in between.
    test('learners may be made ready: they train on the same batches as one after the other', async () => {
      const { engine } = open;
      const config = { ...CONFIG, batchSize: 5 };
      const learners = await Promise.all([1, 1].map(() => engine.createLearner(config)));
      const [first, second] = await train(engine, learners, 3, { size: 5 });
      for (const learner of learners) learner.dispose();
      const [alone] = await withLearner(engine, config, (learner) =>
        train(engine, [learner], 3, { size: 5 }),
      );
      expect(first).toEqual(alone);
      expect(second).toEqual(alone);
    });

    testInNode(
      'a learner may be evaluated, embed images and be trained: each as if it were alone',
      async () => {
        const { engine } = open;
        const [few, many] = [5, 40].map((length) => Uint32Array.from({ length }, (_, at) => at));
        await withLearner(engine, CONFIG, async (learner) => {
          await train(engine, [learner], 2);
          const { bytes } = engine.memory();
          const atOnce = await Promise.all([
            learner.evaluate(few!),
            learner.embed(few!),
            learner.evaluate(many!),
            learner.exportState(),
          ]);
          const after = engine.memory().bytes;
          const alone = [
            await learner.evaluate(few!),
            await learner.embed(few!),
            await learner.evaluate(many!),
            await learner.exportState(),
          ];
          expect(atOnce).toEqual(alone);
          // Plans that were made twice were given back.
          expect(after).toBeGreaterThan(bytes);
          expect(engine.memory().bytes).toBe(after);
        });
      },
    );

    testInNode('faces may be loaded: what is being made for those before is not used', async () => {
      const { engine } = open;
      const making = engine.createLearner({ ...CONFIG, batchSize: 6 });
      await Promise.resolve();
      engine.loadFaces(testFaces());
      const learner = await making;
      const [found] = await train(engine, [learner], 2, { size: 6 });
      learner.dispose();
      const [alone] = await withLearner(engine, CONFIG, (other) =>
        train(engine, [other], 2, { size: 6 }),
      );
      expect(found).toEqual(alone);
    });
  });

  test('numbers come in the order of the steps, each once, however many ask at once', async () => {
    const { engine } = open;
    await withLearner(engine, CONFIG, async (learner) => {
      enqueue(engine, [learner], 3);
      const first = learner.metrics();
      const none = learner.metrics();
      enqueue(engine, [learner], 20, { first: 4 });
      const second = learner.metrics();
      enqueue(engine, [learner], 1, { first: 24 });
      const steps = (metrics: readonly { step: number }[]) => metrics.map(({ step }) => step);
      expect(steps(await second)).toEqual(Array.from({ length: 20 }, (_, at) => at + 4));
      expect(steps(await first)).toEqual([1, 2, 3]);
      expect(await none).toEqual([]);
      expect(steps(await learner.metrics())).toEqual([24]);
    });
  });

  test('an arm that diverges does not throw: it shows in the numbers', async () => {
    const { engine, failures } = open;
    await withLearner(engine, CONFIG, async (learner) => {
      const state = await learner.exportState();
      learner.importState({ ...state, parameters: state.parameters.map(() => Number.NaN) });
      const [metrics] = await train(engine, [learner], 2);
      expect(metrics!.map(({ step }) => step)).toEqual([1, 2]);
      expect(metrics!.map(({ loss }) => loss)).toEqual([Number.NaN, Number.NaN]);
      expect(metrics![1]!.medianAngleRad).toBeNaN();
      expect(failures).toEqual([]);
    });
  });

  describe('is refused', () => {
    test('a state of another learner', async () => {
      const { engine } = open;
      const state = await withLearner(engine, CONFIG, (learner) => learner.exportState());
      await withLearner(engine, { ...CONFIG, model: FULL_MODEL }, async (learner) => {
        expect(() => learner.importState(state)).toThrow('does not fit');
      });
    });

    test('an image that is not there, a crooked shift, a share beyond the whole, a batch too large', () => {
      const { engine } = open;
      const plan = { step: 1, indices: Uint32Array.of(0), seed: 1 };
      const prepare = (change: object) => () =>
        engine.prepareBatch({ ...plan, augmentation: { flip: false, shift: 0 }, ...change });
      expect(prepare({ indices: Uint32Array.of(40) })).toThrow('image 40 of a face set of 40');
      expect(prepare({ augmentation: { flip: false, shift: 0.5 } })).toThrow('0.5');
      expect(prepare({ augmentation: { flip: false, shift: 0, erase: 1.5 } })).toThrow('1.5');
      expect(prepare({ indices: new Uint32Array(1025) })).toThrow('1025');
      expect(testBatch(engine, 1).size).toBe(4);
    });
  });
});
