import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { isSoftwareName } from './adapter';
import { ENGINE_NAMES } from './engine';
import { EngineError } from './errors';
import { selectEngine } from './select';
import { brokenDevice, hardwareGpu, losableDevice } from './tfjs/testing/gpu';

describe('choosing an engine', () => {
  test('without a hardware GPU the fastest measured one runs, and the report says so', async () => {
    const progress: [number, number][] = [];
    const engine = await selectEngine('auto', {
      onProgress: (done, total) => progress.push([done, total]),
    });
    const { report } = engine;
    expect(tf.getBackend()).toBe(report.backend);
    expect(report.considered.map(({ name }) => name)).toEqual([...ENGINE_NAMES]);
    const measured = report.considered.filter(({ probeMs }) => probeMs !== null);
    expect(measured.length).toBeGreaterThan(0);
    const fastest = Math.min(...measured.map(({ probeMs }) => probeMs!));
    expect(report.considered.find(({ name }) => name === report.name)?.probeMs).toBe(fastest);
    expect(report.reason).toContain(report.name);
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
      message: 'tfjs-webgpu cannot run here: the browser has no WebGPU.',
    });
  });

  test('without WebGPU another engine runs and the reason is kept', async () => {
    const engine = await selectEngine('auto', { gpu: null });
    expect(engine.report.name).not.toBe('tfjs-webgpu');
    expect(engine.report.considered[0]).toEqual({
      name: 'tfjs-webgpu',
      available: false,
      probeMs: null,
      note: 'the browser has no WebGPU',
    });
    engine.dispose();
  });

  test('a hardware GPU that does not open is said so, not that there is none', async () => {
    const gpu = hardwareGpu(() => Promise.reject(new Error('out of devices')));
    const engine = await selectEngine('auto', { gpu });
    expect(engine.report.name).not.toBe('tfjs-webgpu');
    expect(engine.report.considered[0]).toEqual({
      name: 'tfjs-webgpu',
      available: false,
      probeMs: null,
      note: 'The GPU (acme) gave no device: Error: out of devices.',
    });
    expect(engine.report.reason).toContain(
      'WebGPU on the hardware GPU (acme rocket) could not be opened: The GPU (acme) gave no device',
    );
    expect(engine.report.reason).not.toContain('No hardware GPU');
    engine.dispose();
  });

  test('a device whose backend does not start is destroyed', async () => {
    const { device, destroyed } = brokenDevice();
    const gpu = hardwareGpu(() => Promise.resolve(device));
    await expect(selectEngine('tfjs-webgpu', { gpu })).rejects.toMatchObject({
      code: 'engine/unavailable',
      message: 'tfjs-webgpu cannot run here: it failed to start.',
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
    expect(errors.map(({ code }) => code)).toEqual(['engine/failed']);
    expect(errors[0]!.message).toContain('a broken kernel');
    engine!.dispose();
    await device.lost;
    // Disposing destroys the device on purpose: not a failure.
    expect(errors.length).toBe(1);
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
