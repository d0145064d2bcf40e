import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

test('a WebGPU adapter is there', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter?.info.architecture).toBe('swiftshader');
  expect(globalThis.crossOriginIsolated).toBe(true);
  await tf.setBackend('webgpu');
  await tf.ready();
  expect(tf.getBackend()).toBe('webgpu');
  const y = await tf.tensor1d([1, 2]).mul(3).data();
  expect([...y]).toEqual([3, 6]);
});
