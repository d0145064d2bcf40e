/** The worker as the page meets it: real faces in, a real engine, numbers out. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EngineChoice } from '../engine/engine';
import { PRESETS, withInputSize } from '../models/presets';
import type { ModelSpec } from '../models/spec';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { startTrainer, type TrainerClient } from './client';
import type { WorkerEvent } from './protocol';

const data = {
  kind: 'synthetic',
  settings: {
    seed: 1,
    identities: 6,
    imagesPerIdentity: 8,
    cropSize: 32,
    difficulty: 0.2,
    labelNoise: 0,
  },
} as const;

/** One layer: a software adapter compiles a kernel in half a second, and these tests are not about many. */
const model: ModelSpec = {
  ...PRESETS.tiny,
  stages: PRESETS.tiny.stages.slice(0, 1),
  pooling: 'average',
};

/** One worker for all tests, which takes seconds to load: as on a page, each brings faces of its own. */
let client: TrainerClient;
const events: WorkerEvent[] = [];
beforeAll(() => {
  client = startTrainer((event) => events.push(event));
});
afterEach(() => {
  events.length = 0;
});
afterAll(() => client.dispose());

async function trained(engine: EngineChoice) {
  const loaded = await client.request<'load-synthetic'>({ kind: 'load-synthetic', config: data });
  const config = { ...DEFAULT_EXPERIMENT, data, engine, model, batchSize: 8 };
  const { experiment: summary } = await client.request<'configure'>({
    kind: 'configure',
    config,
  });
  await client.request<'step'>({ kind: 'step', count: 3 });
  const metrics = events.flatMap((event) => (event.kind === 'metrics' ? event.arms : []));
  return { config, loaded, summary, metrics };
}

describe('the trainer worker', () => {
  test('answers a request it cannot fulfil with a failure', async () => {
    await expect(client.request<'step'>({ kind: 'step', count: 1 })).rejects.toMatchObject({
      failure: { code: 'state/no-data' },
    });
  });

  test('trains the built-in faces on WebAssembly and says so', async () => {
    const { loaded, metrics, summary } = await trained('tfjs-wasm');
    expect(loaded).toMatchObject({ images: 48, cropSize: 32, label: 'generated, seed 1' });
    expect(summary.engine).toMatchObject({ name: 'tfjs-wasm', backend: 'wasm' });
    expect(summary).toMatchObject({ classes: 6, batchSize: 8 });
    const steps = metrics.filter(({ arm }) => arm === 'B').flatMap((m) => [...m.columns.step]);
    expect(steps).toEqual([1, 2, 3]);
    const thumbnails = await client.request<'thumbnails'>({
      kind: 'thumbnails',
      indices: loaded.firstImage,
    });
    expect(thumbnails.rgba).toHaveLength(6 * 32 * 32 * 4);
    expect(events.filter(({ kind }) => kind === 'failure')).toEqual([]);
  });

  test('trains on TensorFlow.js on WebGPU where that is asked for', async () => {
    const { metrics, summary } = await trained('tfjs-webgpu');
    expect(summary.engine).toMatchObject({ name: 'tfjs-webgpu', backend: 'webgpu' });
    expect(metrics.flatMap((m) => [...m.columns.loss]).every(Number.isFinite)).toBe(true);
  });

  test('left to itself it trains on WebGPU, counts its kernels, and goes on elsewhere', async () => {
    const { config, metrics, summary } = await trained('auto');
    expect(summary.engine).toMatchObject({ name: 'fused', backend: 'webgpu' });
    expect(metrics.flatMap((m) => [...m.columns.loss]).every(Number.isFinite)).toBe(true);
    const compiling = events.flatMap((event) =>
      event.kind === 'progress' && event.task === 'compile' ? [event] : [],
    );
    expect(new Set(compiling.map(({ unit }) => unit))).toEqual(new Set(['kernels']));
    expect(compiling.length).toBeGreaterThan(10);
    const last = compiling.at(-1)!;
    expect(last.done).toBe(last.total);

    const moved = await client.request<'configure'>({
      kind: 'configure',
      config: { ...config, engine: 'tfjs-wasm' },
    });
    expect(moved.continued).toBe(true);
    expect(moved.experiment.engine).toMatchObject({ name: 'tfjs-wasm', backend: 'wasm' });
    await client.request<'step'>({ kind: 'step', count: 2 });
    const steps = events.flatMap((event) =>
      event.kind === 'metrics'
        ? event.arms.flatMap(({ arm, columns }) => (arm === 'B' ? [...columns.step] : []))
        : [],
    );
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    const marks = events.flatMap((event) => (event.kind === 'mark' ? [event.mark] : []));
    expect(marks).toEqual([{ arm: null, step: 4, label: 'engine → TensorFlow.js on WebAssembly' }]);
  });

  test('what the GPU cannot hold is a sentence, and the next experiment runs', async () => {
    const settings = { ...data.settings, identities: 12, imagesPerIdentity: 20, cropSize: 112 };
    const large = { ...data, settings } as const;
    await client.request<'load-synthetic'>({ kind: 'load-synthetic', config: large });
    const config = { ...DEFAULT_EXPERIMENT, data: large, engine: 'fused', batchSize: 4 } as const;
    const small = withInputSize(model, 112);
    // 192 crops of 112×112 in 512 channels are 4.6 GiB for the first layer alone.
    const wide = { ...small, stages: [{ kind: 'conv', channels: 512, stride: 1 }] } as const;
    const attempt = client.request<'configure'>({
      kind: 'configure',
      config: { ...config, model: wide, batchSize: 192 },
    });
    await expect(attempt).rejects.toMatchObject({
      failure: {
        code: 'engine/out-of-memory',
        message: expect.stringMatching(/^The GPU cannot hold .+: \d+ MiB in one piece/),
      },
    });
    const after = await client.request<'configure'>({
      kind: 'configure',
      config: { ...config, model: small },
    });
    expect(after.experiment.engine.name).toBe('fused');
    await client.request<'step'>({ kind: 'step', count: 1 });
  }, 240_000);
});
