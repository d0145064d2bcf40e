/** Batches made on the GPU are those of `data/batch.ts` bit for bit, from resident bytes and from streamed ones. */
import { describe, expect, test } from 'vitest';
import { gatherBatch } from '../../data/batch';
import type { FaceSet } from '../../data/types';
import { uniformInt } from '../../math/random';
import type { Augmentation, BatchPlan } from '../engine';
import { BATCH_SLOTS } from './batch-source';
import { Batches } from './batches';
import { FacesRoom } from './faces';
import type { Gpu } from './gpu';
import { Reader } from './reader';
import { Recorder } from './recorder';
import { ScratchPool } from './scratch';
import { cutRows } from './testing/channels';
import { firstDifference } from './testing/compare';
import { describeOnGpu } from './testing/gpu';

/** Bytes of a face are no multiple of 4: 75, so that faces start anywhere in a word. */
const SIZE = 5;
const COUNT = 11;

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'test' },
  cropSize: SIZE,
  pixels: Uint8Array.from({ length: COUNT * SIZE * SIZE * 3 }, (_, at) =>
    uniformInt(1, 1, 1, at, 256),
  ),
  labels: Int32Array.from({ length: COUNT }, (_, index) => (index * 7) % 5),
  names: Array.from({ length: COUNT }, (_, index) => `${index}`),
  identities: [],
  rejected: [],
};

const AUGMENTATIONS: readonly (readonly [string, Augmentation])[] = [
  ['none', { flip: false, shift: 0 }],
  ['flip', { flip: true, shift: 0 }],
  ['shift', { flip: false, shift: 3 }],
  ['erase', { flip: false, shift: 0, erase: 0.4 }],
  ['erase all', { flip: false, shift: 0, erase: 1 }],
  ['everything', { flip: true, shift: 2, erase: 0.5 }],
];

const PLACES = [
  ['resident', 2 ** 30],
  ['streamed', 0],
] as const;

function planOf(step: number, augmentation: Augmentation, size = 7): BatchPlan {
  const indices = Uint32Array.from({ length: size }, (_, at) => (step * 5 + at * 3) % COUNT);
  return { step, indices, seed: 0xdeadbeef, augmentation };
}

interface Bench {
  readonly batches: Batches;
  readonly recorder: Recorder;
  /** What the buffers of batches of `size` hold after everything recorded so far. */
  read(size: number): { done(): Promise<{ images: Float32Array; labels: Int32Array }> };
  dispose(): void;
}

async function open(gpu: Gpu, budget: number): Promise<Bench> {
  const recorder = new Recorder(gpu.device);
  const reader = new Reader(gpu);
  const room = new FacesRoom(budget);
  const batches = new Batches(gpu, new ScratchPool(gpu), recorder, FACES, room);
  await batches.ready;
  return {
    batches,
    recorder,
    read(size) {
      const { images, targets } = batches.sourceNow(size, 'training');
      const encoder = recorder.between();
      const copies = [images, targets].map(({ home, length }) => {
        if (home.kind !== 'buffer') throw new Error('a batch lives in a buffer of its own');
        return reader.copy(encoder, home.buffer, 0, 4 * length);
      });
      return {
        async done() {
          const [values, labels] = await Promise.all(copies.map((copy) => copy.read()));
          return { images: values!, labels: new Int32Array(labels!.buffer) };
        },
      };
    },
    dispose() {
      batches.dispose();
      reader.dispose();
    },
  };
}

function expectBatch(found: { images: Float32Array; labels: Int32Array }, plan: BatchPlan): void {
  const { images, labels } = gatherBatch(
    FACES,
    plan.indices,
    plan.augmentation,
    plan.seed,
    plan.step,
  );
  expect(firstDifference(cutRows(found.images, 3), images)).toBeNull();
  expect(found.images.every((value, at) => at % 4 !== 3 || value === 0)).toBe(true);
  expect([...found.labels]).toEqual([...labels]);
}

describeOnGpu('a batch', (gpu) => {
  describe.each(PLACES)('of %s faces', (_, budget) => {
    test.each(AUGMENTATIONS)('equals gatherBatch: %s', async (_name, augmentation) => {
      const bench = await open(gpu(), budget);
      expect(bench.batches.streams).toBe(budget === 0);
      for (const step of [1, 2, 77]) {
        const plan = planOf(step, augmentation);
        bench.batches.gather(plan, plan, 'training');
        const copy = bench.read(plan.indices.length);
        bench.recorder.flush();
        expectBatch(await copy.done(), plan);
      }
      bench.dispose();
    });

    test('many of them may be recorded before they run, more than there are slots', async () => {
      const bench = await open(gpu(), budget);
      const plans = Array.from({ length: 2 * BATCH_SLOTS + 3 }, (_value, index) =>
        planOf(index + 1, { flip: true, shift: 1 }, 1 + (index % 2) * 4),
      );
      const copies = plans.map((plan) => {
        bench.batches.gather(plan, plan, 'training');
        return bench.read(plan.indices.length);
      });
      bench.recorder.flush();
      for (const [index, copy] of copies.entries()) expectBatch(await copy.done(), plans[index]!);
      bench.dispose();
    });

    test('is gathered once for all that ask for it, and again for the next', async () => {
      const bench = await open(gpu(), budget);
      const [first, second] = [
        planOf(1, { flip: true, shift: 1 }),
        planOf(2, { flip: true, shift: 1 }),
      ];
      const token = {};
      bench.batches.gather(first, token, 'training');
      // The token says that it is there; the plan is not looked at.
      bench.batches.gather(second, token, 'training');
      const once = bench.read(7);
      bench.batches.gather(second, {}, 'training');
      const again = bench.read(7);
      bench.recorder.flush();
      expectBatch(await once.done(), first);
      expectBatch(await again.done(), second);
      bench.dispose();
    });

    test('an evaluation leaves the training batch alone', async () => {
      const bench = await open(gpu(), budget);
      const training = planOf(1, { flip: true, shift: 1 });
      const evaluation = planOf(9, { flip: false, shift: 0 });
      bench.batches.gather(training, training, 'training');
      bench.batches.gather(evaluation, evaluation, 'inference');
      const copy = bench.read(7);
      bench.recorder.flush();
      expectBatch(await copy.done(), training);
      bench.dispose();
    });
  });

  test('gives all its memory back', async () => {
    const { bytes, buffers } = gpu();
    for (const [, budget] of PLACES) {
      const bench = await open(gpu(), budget);
      for (const size of [1, 7]) bench.batches.sourceNow(size, 'training');
      expect(gpu().bytes).toBeGreaterThan(bytes);
      bench.dispose();
    }
    expect([gpu().bytes, gpu().buffers]).toEqual([bytes, buffers]);
  });
});
