/** Which adapter the tests beside this one really run on: a run on another than was meant proves nothing. */
import { expect, test } from 'vitest';
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
