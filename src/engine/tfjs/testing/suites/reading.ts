/** When numbers are read back, and what becomes of a step whose numbers cannot be. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Engine, TfjsEngineName } from '../../../engine';
import { CONFIG, FULL_MODEL, HYPER, testBatch, train, withLearnerOf } from '../experiment';

export function readingTests(name: TfjsEngineName, engine: () => Engine): void {
  test('a step reads nothing back', async () => {
    // What it enqueues may be read later, not while it is enqueued: that would stall a GPU.
    await withLearnerOf(engine(), { ...CONFIG, model: FULL_MODEL }, async (learner) => {
      await train(engine(), [learner], 2);
      const batch = testBatch(engine(), 3);
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
      const expected = await withLearnerOf(
        engine(),
        CONFIG,
        async (other) => (await train(engine(), [other], 5))[0],
      );
      await withLearnerOf(engine(), CONFIG, async (learner) => {
        const enqueue = (step: number): void => {
          const batch = testBatch(engine(), step);
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
      await withLearnerOf(engine(), CONFIG, async (learner) => {
        const state = await learner.exportState();
        learner.importState({ ...state, parameters: state.parameters.map(() => Number.NaN) });
        const [metrics] = await train(engine(), [learner], 2);
        expect(metrics!.map(({ step }) => step)).toEqual([1, 2]);
        expect(metrics!.map(({ loss }) => loss)).toEqual([Number.NaN, Number.NaN]);
        expect(metrics![1]!.medianAngleRad).toBeNaN();
      });
    });

    test('a state of another learner is refused', async () => {
      const state = await withLearnerOf(engine(), CONFIG, (learner) => learner.exportState());
      await withLearnerOf(engine(), { ...CONFIG, model: FULL_MODEL }, async (learner) => {
        expect(() => learner.importState(state)).toThrow('does not fit');
      });
    });
  });
}
