/** The worker as the page meets it: real faces in, a real engine, numbers out. */
import { afterEach, describe, expect, test } from 'vitest';
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

async function trained(engine: 'tfjs-wasm' | 'tfjs-webgpu') {
  const events: WorkerEvent[] = [];
  client = startTrainer((event) => events.push(event));
  const loaded = await client.request<'load-synthetic'>({ kind: 'load-synthetic', config: data });
  const config = { ...DEFAULT_EXPERIMENT, data, engine, batchSize: 8 };
  const summary = await client.request<'configure'>({ kind: 'configure', config });
  await client.request<'step'>({ kind: 'step', count: 3 });
  const metrics = events.flatMap((event) => (event.kind === 'metrics' ? event.arms : []));
  return { client, events, loaded, summary, metrics };
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

  test('trains on WebGPU where that is asked for', async () => {
    const { metrics, summary } = await trained('tfjs-webgpu');
    expect(summary.engine).toMatchObject({ name: 'tfjs-webgpu', backend: 'webgpu' });
    expect(metrics.flatMap((m) => [...m.columns.loss]).every(Number.isFinite)).toBe(true);
  });

  test('answers a request it cannot fulfil with a failure', async () => {
    client = startTrainer(() => undefined);
    await expect(client.request<'step'>({ kind: 'step', count: 1 })).rejects.toMatchObject({
      failure: { code: 'state/no-data' },
    });
  });
});
