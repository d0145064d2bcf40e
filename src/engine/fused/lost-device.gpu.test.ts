/**
 * Devices that are lost: by a crash of the driver, by destroying them, at every moment a learner can be
 * in. Nobody who reads the numbers may see that it happened.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Evaluation, Learner, LearnerState, StepMetrics } from '../engine';
import type { FusedEngine } from './engine';
import {
  enqueue,
  NANO_CONFIG,
  NANO_SIZE,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu, testAdapter } from './testing/gpu';
import { testInNode } from './testing/long';
import { type Losable, losableAdapter } from './testing/losable';

const STEPS = 8;
const HALF = STEPS / 2;
const HELD_OUT = Uint32Array.from({ length: 10 }, (_, index) => index * 3);

interface Curve {
  readonly metrics: readonly StepMetrics[];
  readonly state: LearnerState;
  readonly evaluation: Evaluation;
  readonly embeddings: Float32Array;
}

async function curveOf(learner: Learner): Promise<Omit<Curve, 'metrics'>> {
  return {
    state: await learner.exportState(),
    evaluation: await learner.evaluate(HELD_OUT),
    embeddings: await learner.embed(HELD_OUT),
  };
}

/** An engine whose kernels are compiled in a second: every lost device compiles them anew. */
async function openNano(findAdapter: Losable['findAdapter'] = testAdapter): Promise<OpenEngine> {
  const open = await openEngine({ findAdapter });
  open.engine.loadFaces(testFaces(40, NANO_SIZE));
  return open;
}

/** Opens an engine, runs `use` on a learner of it, and closes it. */
async function withEngine(
  use: (learner: Learner, open: OpenEngine) => Promise<void>,
  losable = losableAdapter(),
): Promise<void> {
  const open = await openNano(losable.findAdapter);
  try {
    await use(await open.engine.createLearner(NANO_CONFIG), open);
  } finally {
    open.engine.dispose();
  }
}

/** Loses the device the engine has now, and waits until the engine knows. */
async function lose(engine: FusedEngine): Promise<void> {
  const device = engine.device!;
  device.destroy();
  await device.lost;
}

/** Waits for a device that is not `before`. */
async function replaced(engine: FusedEngine, before: GPUDevice): Promise<void> {
  while (engine.device === null || engine.device === before) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describeWithGpu('a lost device', () => {
  let undisturbed: Curve;
  beforeAll(async () => {
    await withEngine(async (learner, { engine }) => {
      const [metrics] = await train(engine, [learner], STEPS);
      undisturbed = { metrics: metrics!, ...(await curveOf(learner)) };
    });
  });

  test('in the middle of a run leaves no trace in the curve, and is told once', async () => {
    await withEngine(async (learner, { engine, recovered, failures }) => {
      enqueue(engine, [learner], HALF);
      await lose(engine);
      // While the device is replaced, and on its successor.
      enqueue(engine, [learner], HALF, { first: HALF + 1 });
      expect(await learner.metrics()).toEqual(undisturbed.metrics);
      expect(await curveOf(learner)).toEqual({ ...undisturbed, metrics: undefined });
      expect(recovered).toHaveLength(1);
      expect(recovered[0]).toMatch(/^The GPU device was lost \(.+\)\.$/);
      expect(failures).toEqual([]);
    });
  });

  test('while metrics are waited for: they come from its successor; who destroyed it does not matter', async () => {
    // A device that was destroyed says so, and is replaced like one that crashed.
    const { engine, recovered } = await openNano();
    const learner = await engine.createLearner(NANO_CONFIG);
    enqueue(engine, [learner], STEPS);
    const waiting = learner.metrics();
    engine.device!.destroy();
    expect(await waiting).toEqual(undisturbed.metrics);
    expect(recovered).toHaveLength(1);
    engine.dispose();
  });

  testInNode(
    'while images are evaluated and embedded: they are again, from where the training is',
    async () => {
      await withEngine(async (learner, { engine, recovered }) => {
        await train(engine, [learner], STEPS);
        const evaluation = learner.evaluate(HELD_OUT);
        const embeddings = learner.embed(HELD_OUT);
        const state = learner.exportState();
        engine.device!.destroy();
        expect(await evaluation).toEqual(undisturbed.evaluation);
        expect(await embeddings).toEqual(undisturbed.embeddings);
        expect(await state).toEqual(undisturbed.state);
        expect(recovered).toHaveLength(1);
      });
    },
  );

  testInNode('whose successor is lost before it is in use is replaced again', async () => {
    const losable = losableAdapter();
    await withEngine(async (learner, { engine, recovered, failures }) => {
      enqueue(engine, [learner], HALF);
      losable.onDevice = (device) => {
        losable.onDevice = () => undefined;
        device.destroy();
      };
      await lose(engine);
      enqueue(engine, [learner], HALF, { first: HALF + 1 });
      expect(await learner.metrics()).toEqual(undisturbed.metrics);
      expect(losable.devices).toHaveLength(3);
      expect(recovered).toHaveLength(1);
      expect(failures).toEqual([]);
    }, losable);
  });

  testInNode('again and again, with work done between, is never too often', async () => {
    await withEngine(async (learner, { engine, recovered, failures }) => {
      const metrics: StepMetrics[] = [];
      for (let step = 1; step <= 4; step += 1) {
        metrics.push(...(await train(engine, [learner], 1, { first: step }))[0]!);
        const before = engine.device!;
        await lose(engine);
        await replaced(engine, before);
      }
      expect(metrics).toEqual(undisturbed.metrics.slice(0, 4));
      expect(recovered).toHaveLength(4);
      expect(failures).toEqual([]);
    });
  });

  describe('that cannot be replaced', () => {
    test('fails what waits, and what comes after, with a sentence; the engine says so once', async () => {
      const losable = losableAdapter();
      await withEngine(async (learner, { engine, recovered, failures }) => {
        enqueue(engine, [learner], HALF);
        losable.vanish();
        const waiting = learner.metrics();
        engine.device!.destroy();
        const failure = {
          name: 'EngineError',
          code: 'engine/device-lost',
          message: expect.stringMatching(/^The GPU device was lost .*no adapter.*\.$/),
        };
        await expect(waiting).rejects.toMatchObject(failure);
        await expect(learner.evaluate(HELD_OUT)).rejects.toMatchObject(failure);
        await expect(learner.exportState()).rejects.toMatchObject(failure);
        await expect(engine.createLearner(NANO_CONFIG)).rejects.toMatchObject(failure);
        enqueue(engine, [learner], 1, { first: HALF + 1 });
        await expect(learner.metrics()).rejects.toMatchObject(failure);
        expect(failures).toHaveLength(1);
        expect(recovered).toEqual([]);
      }, losable);
    });

    testInNode('because each is lost at once is given up after the third in a row', async () => {
      const losable = losableAdapter();
      await withEngine(async (learner, { engine, failures }) => {
        enqueue(engine, [learner], 1);
        losable.onDevice = (device) => device.destroy();
        const waiting = learner.metrics();
        engine.device!.destroy();
        await expect(waiting).rejects.toMatchObject({
          code: 'engine/device-lost',
          message: expect.stringContaining('times in a row'),
        });
        expect(failures).toHaveLength(1);
      }, losable);
    });
  });

  testInNode(
    'takes faces that were loaded and learners that were disposed meanwhile into account',
    async () => {
      await withEngine(async (learner, { engine }) => {
        const other = await engine.createLearner({ ...NANO_CONFIG, seed: 12 });
        await train(engine, [learner, other], 1);
        const { bytes } = engine.memory();
        const before = engine.device!;
        await lose(engine);
        engine.loadFaces(testFaces(50, NANO_SIZE));
        other.dispose();
        await replaced(engine, before);
        await train(engine, [learner], 1, { first: 2 });
        expect(engine.memory().bytes).toBeLessThan(bytes);
        const evaluation = await learner.evaluate(Uint32Array.of(49));
        expect(evaluation.count).toBe(1);
      });
    },
  );

  test('is not replaced once the engine was disposed', async () => {
    const losable = losableAdapter();
    const { engine, recovered, failures } = await openNano(losable.findAdapter);
    const [device] = losable.devices;
    engine.dispose();
    await device!.lost;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(losable.devices).toHaveLength(1);
    expect([recovered, failures]).toEqual([[], []]);
  });
});
