/**
 * A GPU that has no memory left: for the faces, for what batches are sent through, for a learner, or all of
 * a sudden. Faces step back first, and nobody who reads the numbers may see it.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Learner, LearnerState, StepMetrics } from '../engine';
import {
  BATCH,
  enqueue,
  NANO_CONFIG,
  NANO_SIZE,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';
import { testInNode } from './testing/long';
import { losableAdapter } from './testing/losable';
import { limitMemory, makeScarce } from './testing/scarce';

const STEPS = 6;
const CONFIG = { ...NANO_CONFIG, batchSize: BATCH };
const HELD_OUT = Uint32Array.from({ length: 10 }, (_, index) => index * 3);

interface Curve {
  readonly metrics: readonly StepMetrics[];
  readonly state: LearnerState;
  readonly embeddings: Float32Array;
}

async function curveOf(open: OpenEngine, learner: Learner, first = 1): Promise<Curve> {
  const [metrics] = await train(open.engine, [learner], STEPS + 1 - first, { first });
  const state = await learner.exportState();
  return { metrics: metrics!, state, embeddings: await learner.embed(HELD_OUT) };
}

/** Faces that take most of what a run needs, and shares of all that for which they must go. */
const MANY = 16_000;
const SHARES = [0.99, 0.75, 0.5];

type Refuses = (label: string) => boolean;

async function openScarce(refuses: Refuses, onEngine: (open: OpenEngine) => Promise<void>) {
  const losable = losableAdapter();
  const refused: string[] = [];
  losable.onDevice = (device) =>
    makeScarce(device, ({ label = '', size }) => {
      const none = refuses(label);
      if (none) refused.push(`${label} ${size}`);
      return none;
    });
  const open = await openEngine({ findAdapter: losable.findAdapter });
  open.engine.loadFaces(testFaces(40, NANO_SIZE));
  try {
    await onEngine(open);
  } finally {
    open.engine.dispose();
  }
  return { refused, devices: losable.devices.length, ...open };
}

/** The kernel that gathers, as the page lists it. */
async function gathering({ engine }: OpenEngine, learner: Learner): Promise<string> {
  return (await engine.describe(learner, { measure: false }))!.dispatches[0]!.shape;
}

describeWithGpu('a GPU without memory left', () => {
  let plentiful: Curve;
  beforeAll(async () => {
    const { refused } = await openScarce(
      () => false,
      async (open) => {
        const learner = await open.engine.createLearner(CONFIG);
        plentiful = await curveOf(open, learner);
        expect(await gathering(open, learner)).not.toContain('sent');
      },
    );
    expect(refused).toEqual([]);
  });

  test('for the faces streams them: the curve is that of resident ones bit for bit', async () => {
    const { refused, devices, failures } = await openScarce(
      (label) => label === 'faces',
      async (open) => {
        const learner = await open.engine.createLearner(CONFIG);
        expect(await gathering(open, learner)).toContain('sent with every batch');
        expect(await curveOf(open, learner)).toEqual(plentiful);
      },
    );
    // Of the first faces and of those of this test.
    expect(refused).toHaveLength(2);
    expect([devices, failures]).toEqual([1, []]);
  });

  test('for the faces while a learner already trains on them loses no step', async () => {
    await openScarce(
      (label) => label === 'faces',
      async (open) => {
        // Compiled when the first step comes, and recorded before anybody knows of the memory.
        const learner = await open.engine.createLearner(NANO_CONFIG);
        open.engine.loadFaces(testFaces(40, NANO_SIZE));
        expect(await curveOf(open, learner)).toEqual(plentiful);
        expect(open.failures).toEqual([]);
      },
    );
  });

  test('for blocks halves them until they fit', async () => {
    let left = 3;
    const { refused, failures } = await openScarce(
      (label) => {
        if (label === 'streamed faces') left -= 1;
        return label === 'faces' || (label === 'streamed faces' && left >= 0);
      },
      async (open) => {
        const learner = await open.engine.createLearner(CONFIG);
        expect(await curveOf(open, learner)).toEqual(plentiful);
      },
    );
    expect(refused.filter((text) => text.startsWith('streamed'))).toHaveLength(3);
    expect(failures).toEqual([]);
  });

  test('for any block is told with a sentence after a few tries, and frees what it took', async () => {
    let scarce = true;
    const { refused } = await openScarce(
      (label) => scarce && /faces/.test(label),
      async (open) => {
        const before = open.engine.memory();
        await expect(open.engine.createLearner(CONFIG)).rejects.toMatchObject({
          code: 'engine/out-of-memory',
          message: expect.stringMatching(
            /^The GPU has no memory left for batches of faces: \d+ MiB are in use\.$/,
          ),
          remedy: expect.stringContaining('smaller'),
        });
        expect(open.engine.memory().tensors).toBeLessThanOrEqual(before.tensors);
        scarce = false;
        const learner = await open.engine.createLearner(CONFIG);
        expect(await curveOf(open, learner)).toEqual(plentiful);
        expect(open.failures).toEqual([]);
      },
    );
    expect(refused.length).toBeLessThan(12);
  });

  testInNode('for what a learner needs takes that of the faces', async () => {
    // Many of them: what they are streamed through is much smaller.
    const run = async (bytes: number) => {
      const losable = losableAdapter();
      losable.onDevice = (device) => limitMemory(device, bytes);
      const open = await openEngine({ findAdapter: losable.findAdapter });
      open.engine.loadFaces(testFaces(MANY, NANO_SIZE));
      const learner = await open.engine.createLearner(CONFIG);
      const curve = await curveOf(open, learner);
      const streams = (await gathering(open, learner)).includes('sent');
      const { peakBytes } = open.engine.gpu!;
      open.engine.dispose();
      expect(open.failures).toEqual([]);
      return { curve, streams, peakBytes };
    };
    const { peakBytes, ...all } = await run(2 ** 30);
    expect(all).toEqual({ curve: plentiful, streams: false });
    for (const share of SHARES) {
      const { curve, streams } = await run(Math.floor(share * peakBytes));
      expect(streams).toBe(true);
      expect(curve).toEqual(plentiful);
    }
  });

  testInNode('all of a sudden goes on with less on another device', async () => {
    let sudden = false;
    const { failures, devices, recovered } = await openScarce(
      (label) => {
        const now = sudden && label === 'readback';
        if (now) sudden = false;
        return now;
      },
      async (open) => {
        const learner = await open.engine.createLearner(CONFIG);
        enqueue(open.engine, [learner], 2);
        await learner.metrics();
        sudden = true;
        // Of a size that was not read before: its buffer is not there yet.
        await learner.embed(HELD_OUT);
        const { state, embeddings: last } = await curveOf(open, learner, 3);
        expect({ state, embeddings: last }).toEqual({
          state: plentiful.state,
          embeddings: plentiful.embeddings,
        });
        expect(await gathering(open, learner)).toContain('sent with every batch');
      },
    );
    expect(recovered).toEqual([expect.stringContaining('no memory left')]);
    expect([devices, failures]).toEqual([2, []]);
  });
});
