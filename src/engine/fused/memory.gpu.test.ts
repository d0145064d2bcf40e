/** Bytes on the GPU: as many after many steps as after few, and none left when everything is given back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineError } from '../errors';
import {
  ADAMW,
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

describeWithGpu('memory', () => {
  let open: OpenEngine;
  beforeAll(async () => {
    // Snapshots are taken by the clock; where it stands still, every round is like the one before.
    open = await openEngine({ now: () => 0 });
  });
  afterAll(() => {
    open.engine.dispose();
    expect(open.failures).toEqual([]);
  });

  test('is flat over 500 steps', async () => {
    const { engine } = open;
    await withLearner(engine, CONFIG, async (learner) => {
      const after = async (steps: number, first: number) => {
        await train(engine, [learner], steps, { first });
        await learner.evaluate(HELD_OUT);
        await learner.exportState();
        return engine.memory();
      };
      // As many on their way at once as ever will be.
      const early = await after(50, 1);
      for (let first = 51; first <= 500; first += 50) {
        expect(await after(50, first)).toEqual(early);
      }
    });
  });

  test('comes back with every learner: 20 of them, trained, evaluated, disposed', async () => {
    const { engine } = open;
    const cycle = async (seed: number) => {
      await withLearner(engine, { ...CONFIG, seed, optimiser: ADAMW }, async (learner) => {
        await train(engine, [learner], 2);
        await learner.evaluate(HELD_OUT);
        await learner.embed(HELD_OUT);
      });
      return engine.memory();
    };
    const first = await cycle(1);
    for (let seed = 2; seed <= 20; seed += 1) expect(await cycle(seed)).toEqual(first);
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
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0, gpuBytes: 0 });
  });
});
