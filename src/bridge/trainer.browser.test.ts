/** The worker as the page meets it: real faces in, a real engine, numbers out. */
import { afterEach, describe, expect, test } from 'vitest';
import type { EngineChoice } from '../engine/engine';
import { PRESETS, withInputSize } from '../models/presets';
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

let client: TrainerClient | null = null;
afterEach(() => client?.dispose());

async function trained(engine: EngineChoice) {
  const events: WorkerEvent[] = [];
  client = startTrainer((event) => events.push(event));
  const loaded = await client.request<'load-synthetic'>({ kind: 'load-synthetic', config: data });
  const config = { ...DEFAULT_EXPERIMENT, data, engine, batchSize: 8 };
  const { experiment: summary } = await client.request<'configure'>({
    kind: 'configure',
    config,
  });
  await client.request<'step'>({ kind: 'step', count: 3 });
  const metrics = events.flatMap((event) => (event.kind === 'metrics' ? event.arms : []));
  return { client, config, events, loaded, summary, metrics };
}

describe('the trainer worker', () => {
  test('trains the built-in faces on WebAssembly and says so', async () => {
    const { client, events, loaded, metrics, summary } = await trained('tfjs-wasm');
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
    const { client, config, events, metrics, summary } = await trained('auto');
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
    client = startTrainer(() => undefined);
    const settings = { ...data.settings, identities: 12, imagesPerIdentity: 20, cropSize: 112 };
    const large = { ...data, settings } as const;
    await client.request<'load-synthetic'>({ kind: 'load-synthetic', config: large });
    const config = { ...DEFAULT_EXPERIMENT, data: large, engine: 'fused', batchSize: 4 } as const;
    const tiny = withInputSize(PRESETS.tiny, 112);
    // 192 crops of 112×112 in 512 channels are 4.6 GiB for the first layer alone.
    const wide = {
      ...tiny,
      pooling: 'average',
      stages: [{ kind: 'conv', channels: 512, stride: 1 }],
    } as const;
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
      config: { ...config, model: tiny },
    });
    expect(after.experiment.engine.name).toBe('fused');
    await client.request<'step'>({ kind: 'step', count: 1 });
  }, 240_000);

  test('answers a request it cannot fulfil with a failure', async () => {
    client = startTrainer(() => undefined);
    await expect(client.request<'step'>({ kind: 'step', count: 1 })).rejects.toMatchObject({
      failure: { code: 'state/no-data' },
    });
  });
});
