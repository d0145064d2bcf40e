import * as tf from '@tensorflow/tfjs';
import { describe, expect, test, vi } from 'vitest';
import { findAdapter, globalGpu, isSoftwareName, watchDevice } from './adapter';
import { ENGINE_NAMES, ENGINE_WORDS } from './engine';
import { EngineError } from './errors';
import { NANO_CONFIG, NANO_SIZE, testFaces, train } from './fused/testing/experiment';
import { selectEngine } from './select';
import { brokenDevice, hardwareGpu, losableDevice } from './tfjs/testing/gpu';
import { relativeError } from './tfjs/testing/numbers';

describe('choosing an engine', () => {
  test('WebGPU runs wherever there is an adapter, unmeasured, and the report says on what', async ({
    skip,
  }) => {
    const found = await findAdapter(globalGpu());
    if (found === null) return skip('no WebGPU here');
    const probed: number[] = [];
    const engine = await selectEngine('auto', { onProgress: (done) => probed.push(done) });
    const { report } = engine;
    expect(report).toMatchObject({ name: 'fused', backend: 'webgpu', adapter: found.facts });
    expect(report.considered.map(({ name }) => name)).toEqual([...ENGINE_NAMES]);
    expect(report.considered.every(({ probeMs }) => probeMs === null)).toBe(true);
    expect(probed).toEqual([]);
    expect(report.reason).toMatch(/^WebGPU runs /);
    expect(report.reason).toContain(found.facts.vendor);
    expect(report.reason).toMatch(found.facts.software ? /software adapter/ : /hardware GPU/);
    // What it says is what runs: a step goes through the device's queue, and tfjs has no part in it.
    const submit = vi.spyOn(engine.device!.queue, 'submit');
    const backend = tf.getBackend();
    engine.loadFaces(testFaces(40, NANO_SIZE));
    const learner = await engine.createLearner(NANO_CONFIG);
    const [metrics] = await train(engine, [learner], 1);
    expect(metrics![0]!.loss).toBeGreaterThan(0);
    expect(submit).toHaveBeenCalled();
    expect(tf.getBackend()).toBe(backend);
    engine.dispose();
  });

  test('without any GPU the fastest measured one runs, and the report says so and why', async () => {
    const progress: [number, number][] = [];
    const engine = await selectEngine('auto', {
      gpu: null,
      onProgress: (done, total) => progress.push([done, total]),
    });
    const { report } = engine;
    expect(tf.getBackend()).toBe(report.backend);
    expect(`tfjs-${report.backend}`).toBe(report.name);
    const measured = report.considered.filter(({ probeMs }) => probeMs !== null);
    expect(measured.length).toBeGreaterThan(0);
    const fastest = Math.min(...measured.map(({ probeMs }) => probeMs!));
    expect(report.considered.find(({ name }) => name === report.name)?.probeMs).toBe(fastest);
    expect(report.reason).toContain(ENGINE_WORDS[report.name]);
    expect(report.backend).not.toBe('webgpu');
    expect(report.considered.slice(0, 2)).toEqual(
      (['fused', 'tfjs-webgpu'] as const).map((name) => ({
        name,
        available: false,
        probeMs: null,
        note: 'the browser has no WebGPU',
      })),
    );
    const [last] = progress.slice(-1);
    expect(last![0]).toBe(last![1]);
    expect(progress.map(([done]) => done)).toEqual(progress.map((_, index) => index));
    engine.dispose();
  });

  test('a forced choice runs, whatever is faster', async () => {
    const engine = await selectEngine('tfjs-cpu');
    expect(engine.report.backend).toBe('cpu');
    expect(tf.getBackend()).toBe('cpu');
    engine.dispose();
  });

  test('a forced choice that cannot run is an error with a remedy', async () => {
    const attempt = selectEngine('tfjs-webgpu', { gpu: null });
    await expect(attempt).rejects.toBeInstanceOf(EngineError);
    await expect(attempt).rejects.toMatchObject({
      code: 'engine/unavailable',
      message: 'TensorFlow.js on WebGPU cannot run here: the browser has no WebGPU.',
    });
  });

  test('a hardware GPU that does not open is said so, not that there is none', async () => {
    const gpu = hardwareGpu(() => Promise.reject(new Error('out of devices')));
    // Without WebGL there is less to measure.
    const canvas = vi.spyOn(OffscreenCanvas.prototype, 'getContext').mockReturnValue(null);
    const engine = await selectEngine('auto', { gpu });
    canvas.mockRestore();
    expect(engine.report.backend).not.toBe('webgpu');
    expect(engine.report.considered[0]).toEqual({
      name: 'fused',
      available: false,
      probeMs: null,
      note: 'The GPU (acme) gave no device: Error: out of devices.',
    });
    expect(engine.report.reason).toContain(
      'WebGPU on the hardware GPU (acme rocket) could not be opened: The GPU (acme) gave no device',
    );
    expect(engine.report.reason.match(/gave no device/g)).toHaveLength(1);
    expect(engine.report.reason).not.toContain('no hardware GPU here');
    engine.dispose();
  });

  test('a device whose backend does not start is destroyed', async () => {
    const { device, destroyed } = brokenDevice();
    const gpu = hardwareGpu(() => Promise.resolve(device));
    await expect(selectEngine('tfjs-webgpu', { gpu })).rejects.toMatchObject({
      code: 'engine/unavailable',
      message: 'TensorFlow.js on WebGPU cannot run here: it failed to start.',
    });
    expect(destroyed()).toBe(1);
    // The next engine finds nothing of it in its way.
    const engine = await selectEngine('tfjs-cpu');
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.findBackendFactory('webgpu')).toBeNull();
    engine.dispose();
  });

  test('names a software WebGPU adapter as such', async ({ skip }) => {
    const engine = await selectEngine('tfjs-webgpu').catch(() => null);
    if (engine === null) skip('no WebGPU here');
    const info = (await navigator.gpu.requestAdapter())!.info;
    expect(engine!.report.adapter).toMatchObject({
      vendor: info.vendor,
      architecture: info.architecture,
      software: info.isFallbackAdapter || info.architecture === 'swiftshader',
    });
    engine!.dispose();
  });

  test('tells an uncaught GPU error, and not that its own device was destroyed', async ({
    skip,
  }) => {
    const errors: EngineError[] = [];
    const engine = await selectEngine('tfjs-webgpu', {
      onLost: (error) => errors.push(error),
    }).catch(() => null);
    if (engine === null) skip('no WebGPU here');
    const device = engine!.device!;
    device.dispatchEvent(
      new GPUUncapturedErrorEvent('uncapturederror', {
        error: new GPUValidationError('a broken kernel'),
      }),
    );
    expect(errors.map(({ code }) => code)).toEqual(['engine/invalid']);
    expect(errors[0]!.message).toContain('a broken kernel');
    engine!.dispose();
    await device.lost;
    // Disposing destroys the device on purpose: not a failure.
    expect(errors.length).toBe(1);
  });

  test('TensorFlow.js lives on the device of another engine, and leaves it alive', async ({
    skip,
  }) => {
    const owner = await selectEngine('fused').catch(() => null);
    if (owner === null) return skip('no WebGPU here');
    const { device, report } = owner;
    const shared = { device: device!, facts: report.adapter! };
    const guest = await selectEngine('tfjs-webgpu', { shared });
    expect(guest.device).toBe(device);
    expect(guest.report).toMatchObject({ backend: 'webgpu', adapter: report.adapter });
    const engines = [owner, guest];
    const learners = await Promise.all(
      engines.map((engine) => {
        engine.loadFaces(testFaces(40, NANO_SIZE));
        return engine.createLearner(NANO_CONFIG);
      }),
    );
    // In turns, so that each finds the queue as the other leaves it.
    for (const step of [1, 2, 3]) {
      const told = [];
      for (const [at, engine] of engines.entries()) {
        const [metrics] = await train(engine, [learners[at]!], 1, { first: step });
        const { loss, scale, logBAvg, medianAngleRad } = metrics![0]!;
        told.push([loss, scale!, logBAvg!, medianAngleRad]);
      }
      expect(relativeError(told[1]!, told[0]!)).toBeLessThan(1e-3);
    }
    let lost = false;
    void device!.lost.then(() => {
      lost = true;
    });
    guest.dispose();
    const [after] = await train(owner, [learners[0]!], 1, { first: 4 });
    expect(after![0]!.step).toBe(4);
    expect(lost).toBe(false);
    owner.dispose();
    expect((await device!.lost).reason).toBe('destroyed');
  });

  describe('the end of an engine', () => {
    const broken = (): Event =>
      new GPUUncapturedErrorEvent('uncapturederror', {
        error: new GPUValidationError('a broken kernel'),
      });

    test('is told once, whatever else goes wrong', async ({ skip }) => {
      const losable = await losableDevice();
      if (losable === null) return skip('no WebGPU here');
      const errors: string[] = [];
      const onLost = ({ message }: EngineError): number => errors.push(message);
      const engine = await selectEngine('tfjs-webgpu', { gpu: losable.gpu, onLost });
      await losable.lose('unknown');
      expect(errors).toEqual(['The GPU device was lost: for the test.']);
      engine.device!.dispatchEvent(broken());
      engine.device!.dispatchEvent(broken());
      expect(errors.length).toBe(1);
      engine.dispose();
    });

    test('is not told of an engine that was disposed', async ({ skip }) => {
      const losable = await losableDevice();
      if (losable === null) return skip('no WebGPU here');
      const errors: string[] = [];
      const onLost = ({ message }: EngineError): number => errors.push(message);
      const engine = await selectEngine('tfjs-webgpu', { gpu: losable.gpu, onLost });
      const device = engine.device!;
      engine.dispose();
      device.dispatchEvent(broken());
      await losable.lose('unknown');
      expect(errors).toEqual([]);
    });
  });
});

test('a GPU without memory is told apart from one with an error', () => {
  const device = Object.assign(new EventTarget(), { lost: new Promise<never>(() => undefined) });
  const errors: EngineError[] = [];
  // Only what is watched.
  watchDevice(device as unknown as GPUDevice, (error) => errors.push(error));
  for (const error of [
    new GPUOutOfMemoryError('no room'),
    new GPUValidationError('wrong'),
    new GPUInternalError('odd'),
  ]) {
    device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
  }
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    ['engine/out-of-memory', 'The GPU has no memory left: no room.'],
    ['engine/invalid', 'The GPU reported an error: wrong'],
    ['engine/failed', 'The GPU reported an error: odd'],
  ]);
});

test.each([
  ['Google', 'SwiftShader Device (Subzero)', true],
  ['Mesa', 'llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['Microsoft', 'Microsoft Basic Render Driver', true],
  ['nvidia', 'hopper', false],
  ['apple', 'metal-3', false],
  ['intel', 'gen-12lp', false],
])('%s, %s: software is %s', (vendor, description, software) => {
  expect(isSoftwareName(vendor, description)).toBe(software);
});
