/** What an engine holds, through its interface. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../engine';
import {
  ADAMW,
  BATCH,
  CONFIG,
  DYNAMIC,
  FULL_MODEL,
  HYPER,
  train,
  withLearnerOf,
} from '../experiment';

export function memoryTests(engine: () => Engine): void {
  describe('memory', () => {
    test('is flat over 50 steps', async () => {
      await withLearnerOf(
        engine(),
        { ...CONFIG, model: FULL_MODEL, optimiser: ADAMW },
        async (learner) => {
          // As many in flight as later on: GPU backends keep the buffers of what waits to be read.
          await train(engine(), [learner], 25);
          const before = engine().memory();
          await train(engine(), [learner], 25, { first: 26 });
          await train(engine(), [learner], 25, { first: 51 });
          const after = engine().memory();
          expect(after.tensors).toBe(before.tensors);
          expect(after.bytes).toBe(before.bytes);
          expect(after.gpuBytes).toBe(before.gpuBytes);
        },
      );
    });

    test('comes back whatever batch sizes, caps, rates and optimisers were used', async () => {
      const before = engine().memory();
      for (const [at, size] of [BATCH, BATCH / 2].entries()) {
        const optimiser = at === 1 ? ADAMW : CONFIG.optimiser;
        await withLearnerOf(engine(), { ...CONFIG, optimiser }, async (learner) => {
          for (const [step, capAngleRad] of [0.3, 0.5, 0.7, 0.9].entries()) {
            const hyper = { ...HYPER, learningRate: 0.01 * step, capAngleRad };
            await train(engine(), [learner], 1, { first: step + 1, hyper, size });
          }
          await learner.evaluate(Uint32Array.from({ length: size }, (_, index) => index));
        });
        const after = engine().memory();
        expect(after.tensors).toBe(before.tensors);
        expect(after.bytes).toBe(before.bytes);
      }
    });

    test('is flat while the cap moves', async () => {
      const moving = { ...CONFIG, loss: { ...DYNAMIC, firstStep: 'reference' } as const };
      await withLearnerOf(engine(), moving, async (learner) => {
        await train(engine(), [learner], 2);
        const before = engine().memory();
        for (const [at, capAngleRad] of [0.3, 0.5, 0.7, 0.9].entries()) {
          await train(engine(), [learner], 1, { first: at + 3, hyper: { ...HYPER, capAngleRad } });
        }
        expect(engine().memory().tensors).toBe(before.tensors);
      });
    });

    test('stays while one of two learners lives on', async () => {
      const learners = [await engine().createLearner(CONFIG), await engine().createLearner(CONFIG)];
      const together = await train(engine(), learners, 2);
      learners[0]!.dispose();
      const [alone] = await train(engine(), [learners[1]!], 2, { first: 3 });
      expect(together[1]!.concat(alone!).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
      expect(alone!.every(({ loss }) => Number.isFinite(loss))).toBe(true);
      learners[1]!.dispose();
    });

    test('comes back when learners are disposed, five times over', async () => {
      const cycle = (): Promise<void> =>
        withLearnerOf(engine(), { ...CONFIG, model: FULL_MODEL }, async (learner) => {
          await train(engine(), [learner], 2);
          await learner.evaluate(Uint32Array.of(0, 1, 2));
        });
      await cycle();
      const before = engine().memory();
      for (let repeat = 0; repeat < 5; repeat += 1) await cycle();
      const after = engine().memory();
      expect(after.tensors).toBe(before.tensors);
      expect(after.bytes).toBe(before.bytes);
      expect(after.gpuBytes).toBe(before.gpuBytes);
    });
  });
}
