/** Which adapter the tests beside this one really run on: a run on another than was meant proves nothing. */
import { expect, test } from 'vitest';
import type { FoundAdapter } from '../adapter';
import {
  NANO_CONFIG,
  NANO_SIZE,
  openEngine,
  testFaces,
  train,
  withLearner,
} from './testing/experiment';
import { ADAPTER, describeOnGpu, describeWithGpu, testAdapter } from './testing/gpu';

describeWithGpu(`the GPU tests run on ${ADAPTER}`, () => {
  // Chromium is started with the software adapter, and so is Dawn where its driver is named as that.
  const named = globalThis.process?.env?.VK_ICD_FILENAMES ?? 'swiftshader';

  test('a software adapter where one was asked for', async () => {
    const { facts } = await testAdapter();
    if (/swiftshader/.test(named)) expect(facts.software).toBe(true);
    expect(facts.vendor).not.toBe('');
  });
});

/** The adapter of these tests, as one whose driver promises more than it gives. */
async function boastingAdapter(): Promise<FoundAdapter> {
  const { adapter, facts } = await testAdapter();
  const { info, limits, features } = adapter;
  const requestDevice = async (descriptor: GPUDeviceDescriptor = {}): Promise<GPUDevice> => {
    if (descriptor.requiredLimits !== undefined) throw new Error('no more than the limits of all');
    return adapter.requestDevice(descriptor);
  };
  // Only what the product asks of an adapter; the type has more.
  return { adapter: { info, limits, features, requestDevice } as unknown as GPUAdapter, facts };
}

describeWithGpu('a device with the limits that every adapter has', () => {
  test('trains, with the numbers of any other', async () => {
    const losses: number[][] = [];
    for (const findAdapter of [testAdapter, boastingAdapter]) {
      const { engine, failures } = await openEngine({ findAdapter });
      if (findAdapter === boastingAdapter) {
        expect(engine.device?.limits.maxComputeInvocationsPerWorkgroup).toBe(256);
        expect(engine.device?.limits.maxStorageBuffersPerShaderStage).toBe(8);
      }
      engine.loadFaces(testFaces(40, NANO_SIZE));
      await withLearner(engine, NANO_CONFIG, async (learner) => {
        const [metrics] = await train(engine, [learner], 2);
        losses.push(metrics!.map(({ loss }) => loss));
      });
      engine.dispose();
      expect(failures).toEqual([]);
    }
    expect(losses[0]).toHaveLength(2);
    expect(losses[1]).toEqual(losses[0]);
  });
});

describeOnGpu('a device', (gpu) => {
  test('has the features of its adapter that the engine uses, and its limits', async () => {
    const { adapter } = await testAdapter();
    expect(gpu().quads).toBe(adapter.features.has('subgroups'));
    expect(gpu().timestamps).toBe(adapter.features.has('timestamp-query'));
    expect(gpu().device.limits.maxStorageBufferBindingSize).toBe(
      adapter.limits.maxStorageBufferBindingSize,
    );
  });
});
