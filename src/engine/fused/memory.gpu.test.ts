/**
 * What a device is asked for, counted at the device: a step makes nothing and sends little, and there are as
 * many bytes after many steps as after few, and none when everything is given back.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../errors';
import { STEP_SLOTS } from './step-numbers';
import { type Counting, countingAdapter, type DeviceCalls } from './testing/counting';
import {
  ADAMW,
  BATCH,
  CONFIG,
  enqueue,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
  withLearner,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';

const HELD_OUT = Uint32Array.from({ length: 10 }, (_, index) => index);

/** What a device was made to make; nothing else holds memory. */
function made({ buffers, bindGroups, layouts, modules, pipelines }: DeviceCalls): number {
  return buffers + bindGroups + layouts + modules + pipelines;
}

describeWithGpu('memory', () => {
  let open: OpenEngine;
  let counting: Counting;
  let clock = 0;
  beforeAll(async () => {
    counting = countingAdapter();
    open = await openEngine({ now: () => clock, findAdapter: counting.findAdapter });
  });
  afterAll(() => {
    open.engine.dispose();
    expect(open.failures).toEqual([]);
  });

  test('is flat over 500 steps, with a snapshot every two seconds', async () => {
    const { engine } = open;
    await withLearner(engine, CONFIG, async (learner) => {
      const { parameters } = await learner.exportState();
      const round = async (first: number): Promise<void> => {
        clock += 500;
        // As many on their way at once as ever will be.
        await train(engine, [learner], 20, { first });
        await engine.gpu!.idle();
      };
      const look = async (): Promise<void> => {
        await learner.evaluate(HELD_OUT);
        await learner.exportState();
      };
      for (let first = 1; first <= 100; first += 20) await round(first);
      await look();
      const early = counting.take();
      // The counter counts: all that makes nothing later was made here.
      expect(made(early)).toBeGreaterThan(100);
      for (let first = 101; first <= 500; first += 20) await round(first);
      const late = counting.take();
      expect(made(late)).toBe(0);
      expect([late.destroyed, late.liveBytes]).toEqual([0, early.liveBytes]);
      // Parameters, and of the same size momentum: 20 rounds of half a second are 5 times 2 seconds.
      const snapshots = late.reads.filter((bytes) => bytes >= 4 * parameters.length).length / 2;
      expect(snapshots).toBe(5);
      expect(late.reads.length).toBe(400 + 4 * snapshots);
      await look();
      expect(made(counting.take())).toBe(0);
    });
  });

  describe('a step', () => {
    test('makes nothing, sends indices and its numbers, and shares its submit with others', async () => {
      const { engine } = open;
      const steps = 4 * STEP_SLOTS;
      const learners = await Promise.all(
        [1, 2].map((seed) => engine.createLearner({ ...CONFIG, seed })),
      );
      // Numbers that wait to be read have a buffer each, and there are as many from now on.
      await train(engine, learners, steps);
      await engine.gpu!.idle();
      counting.take();
      enqueue(engine, learners, steps, { first: steps + 1 });
      const calls = counting.take();
      expect(made(calls)).toBe(0);
      expect([...calls.written].sort()).toEqual(['batch indices', 'batch numbers', 'step numbers']);
      // A batch: which images, and five numbers. A learner: its eight.
      expect(calls.writes).toBe(steps * (2 + 2));
      expect(calls.writtenBytes).toBe(steps * (4 * BATCH + 4 * 5 + 2 * 4 * 8));
      expect(calls.submits).toBeLessThanOrEqual(steps / STEP_SLOTS);
      await Promise.all(learners.map((learner) => learner.metrics()));
      const after = counting.take();
      expect(calls.submits + after.submits).toBe(steps / STEP_SLOTS);
      // Numbers of a step are read once, and nothing else is.
      expect(calls.reads.length + after.reads.length).toBe(2 * steps);
      for (const learner of learners) learner.dispose();
    });
  });

  test('comes back with every learner: 20 of them, trained, evaluated, disposed', async () => {
    const { engine } = open;
    const cycle = async (seed: number): Promise<DeviceCalls> => {
      await withLearner(engine, { ...CONFIG, seed, optimiser: ADAMW }, async (learner) => {
        await train(engine, [learner], 2);
        await learner.evaluate(HELD_OUT);
        await learner.embed(HELD_OUT);
      });
      return counting.take();
    };
    counting.take();
    // The first may leave what is kept for the next.
    await cycle(1);
    const second = await cycle(2);
    expect([second.pipelines, second.modules, second.layouts]).toEqual([0, 0, 0]);
    expect(second.buffers).toBeGreaterThan(0);
    expect(second.destroyed).toBe(second.buffers);
    for (let seed = 3; seed <= 20; seed += 1) {
      const { reads: _, ...calls } = await cycle(seed);
      expect(second).toMatchObject(calls);
    }
  });

  test('of arms in lockstep is less than that of each alone: they share batches and scratch', async () => {
    const { engine } = open;
    const idle = engine.memory().bytes;
    const bytesOf = async (count: number): Promise<number> => {
      const learners = await Promise.all(
        Array.from({ length: count }, (_, seed) => engine.createLearner({ ...CONFIG, seed })),
      );
      await train(engine, learners, 2);
      const { bytes } = engine.memory();
      for (const learner of learners) learner.dispose();
      return bytes - idle;
    };
    const one = await bytesOf(1);
    expect(await bytesOf(3)).toBeLessThan(3 * one);
  });

  test('of faces is given back when others are loaded', async () => {
    const { engine } = open;
    engine.loadFaces(testFaces());
    const { bytes } = engine.memory();
    engine.loadFaces(testFaces(80));
    expect(engine.memory().bytes).toBeGreaterThan(bytes);
    engine.loadFaces(testFaces());
    expect(engine.memory().bytes).toBe(bytes);
  });

  test('a learner may be disposed while its numbers are on their way, and twice', async () => {
    const { engine, failures } = open;
    const { bytes } = engine.memory();
    const learner = await engine.createLearner(CONFIG);
    enqueue(engine, [learner], 3);
    learner.dispose();
    learner.dispose();
    await engine.gpu!.idle();
    expect(engine.memory().bytes).toBeLessThanOrEqual(bytes + 2 ** 16);
    expect(failures).toEqual([]);
  });

  test('that the GPU does not have is refused with a sentence, and the engine goes on', async () => {
    const { engine, failures } = open;
    const before = engine.memory();
    // 4 numbers a centre: more than 4 GiB of centres.
    const classes = 2 ** 28 + 1;
    const refused = engine.createLearner({ ...CONFIG, classes });
    await expect(refused).rejects.toBeInstanceOf(EngineError);
    await expect(refused).rejects.toMatchObject({
      code: 'engine/out-of-memory',
      message: expect.stringMatching(/^The GPU cannot hold .*: \d+ MiB .*\.$/),
      remedy: expect.stringContaining('fewer identities'),
    });
    expect(engine.memory()).toEqual(before);
    await withLearner(engine, CONFIG, async (learner) => {
      const [metrics] = await train(engine, [learner], 2);
      expect(metrics!.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    });
    expect(failures).toEqual([]);
  });

  test('is all given back when the engine is disposed', async () => {
    const { engine } = open;
    const { gpu } = engine;
    const learner = await engine.createLearner(CONFIG);
    await train(engine, [learner], 2);
    await learner.evaluate(HELD_OUT);
    engine.dispose();
    expect([gpu!.bytes, gpu!.buffers]).toEqual([0, 0]);
    expect(counting.take().liveBytes).toBe(0);
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0, gpuBytes: 0 });
  });
});
