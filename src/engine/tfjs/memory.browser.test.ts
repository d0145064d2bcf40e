/** What an engine holds, through its interface, on every backend that runs here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, Learner, LearnerConfig } from '../engine';
import { describeBackends } from './testing/backends';
import {
  ADAMW,
  CONFIG,
  DYNAMIC,
  FULL_MODEL,
  HYPER,
  openTestEngine,
  train,
  withLearnerOf,
} from './testing/experiment';

describeBackends('memory', (name) => {
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

  test('is flat over 50 steps', async () => {
    await withLearner({ ...CONFIG, model: FULL_MODEL, optimiser: ADAMW }, async (learner) => {
      // As many in flight as later on: GPU backends keep the buffers of what waits to be read.
      await train(engine, [learner], 25);
      const before = engine.memory();
      await train(engine, [learner], 25, { first: 26 });
      await train(engine, [learner], 25, { first: 51 });
      const after = engine.memory();
      expect(after.tensors).toBe(before.tensors);
      expect(after.bytes).toBe(before.bytes);
      expect(after.gpuBytes).toBe(before.gpuBytes);
    });
  });

  test('comes back whatever batch sizes, caps, rates and optimisers were used', async () => {
    const before = engine.memory();
    for (const [at, size] of [4, 6, 8].entries()) {
      const optimiser = at === 1 ? ADAMW : CONFIG.optimiser;
      await withLearner({ ...CONFIG, model: FULL_MODEL, optimiser }, async (learner) => {
        for (const [step, capAngleRad] of [0.3, 0.5, 0.7, 0.9].entries()) {
          const hyper = { ...HYPER, learningRate: 0.01 * step, capAngleRad };
          await train(engine, [learner], 1, { first: step + 1, hyper, size });
        }
        await learner.evaluate(Uint32Array.from({ length: size + 1 }, (_, index) => index));
      });
      const after = engine.memory();
      expect(after.tensors).toBe(before.tensors);
      expect(after.bytes).toBe(before.bytes);
    }
  });

  test('is flat while the cap moves', async () => {
    const moving = { ...CONFIG, loss: { ...DYNAMIC, firstStep: 'reference' } as const };
    await withLearner(moving, async (learner) => {
      await train(engine, [learner], 2);
      const before = engine.memory();
      for (const [at, capAngleRad] of [0.3, 0.5, 0.7, 0.9].entries()) {
        await train(engine, [learner], 1, { first: at + 3, hyper: { ...HYPER, capAngleRad } });
      }
      expect(engine.memory().tensors).toBe(before.tensors);
    });
  });

  test('stays while one of two learners lives on', async () => {
    const learners = [await engine.createLearner(CONFIG), await engine.createLearner(CONFIG)];
    const together = await train(engine, learners, 2);
    learners[0]!.dispose();
    const [alone] = await train(engine, [learners[1]!], 2, { first: 3 });
    expect(together[1]!.concat(alone!).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(alone!.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    learners[1]!.dispose();
  });

  test('comes back when learners are disposed, five times over', async () => {
    const cycle = (): Promise<void> =>
      withLearner({ ...CONFIG, model: FULL_MODEL }, async (learner) => {
        await train(engine, [learner], 2);
        await learner.evaluate(Uint32Array.of(0, 1, 2));
      });
    await cycle();
    const before = engine.memory();
    for (let repeat = 0; repeat < 5; repeat += 1) await cycle();
    const after = engine.memory();
    expect(after.tensors).toBe(before.tensors);
    expect(after.bytes).toBe(before.bytes);
    expect(after.gpuBytes).toBe(before.gpuBytes);
  });
});

test('everything comes back when an engine is disposed', async () => {
  const tensorsOnceOpen = async (): Promise<number> => {
    const engine = await openTestEngine('tfjs-cpu');
    const { tensors } = engine.memory();
    const learner = await engine.createLearner(CONFIG);
    await train(engine, [learner], 2);
    expect(engine.memory().tensors).toBeGreaterThan(tensors);
    engine.dispose();
    return tensors;
  };
  expect(await tensorsOnceOpen()).toBe(await tensorsOnceOpen());
});
