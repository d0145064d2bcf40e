import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { openBackend } from './backend';
import { dropoutMask, TfjsBatch } from './batch';

describe('dropout mask', () => {
  test.each([0.1, 0.2, 0.5])('drops a share of %d and keeps the mean', (rate) => {
    const size = 40_000;
    const mask = dropoutMask(7, 3, size, rate);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    const dropped = mask.filter((value) => value === 0).length / size;
    // Five standard errors of the share of independent draws, and of their mean.
    const error = 5 * Math.sqrt((rate * (1 - rate)) / size);
    expect(Math.abs(dropped - rate)).toBeLessThan(error);
    const mean = mask.reduce((sum, value) => sum + value, 0) / size;
    expect(Math.abs(mean - 1)).toBeLessThan(error / (1 - rate));
  });

  test('differs between steps and seeds, and repeats for equal ones', () => {
    const mask = dropoutMask(7, 3, 200, 0.5);
    expect(dropoutMask(7, 3, 200, 0.5)).toEqual(mask);
    expect(dropoutMask(7, 4, 200, 0.5)).not.toEqual(mask);
    expect(dropoutMask(8, 3, 200, 0.5)).not.toEqual(mask);
  });

  test('of a batch is made once and freed with it', async () => {
    const backend = await openBackend('tfjs-cpu', { gpu: null, onFailure: () => undefined });
    const before = tf.memory().numTensors;
    const batch = new TfjsBatch(3, 1, new Float32Array(2 * 3), Int32Array.of(0, 1));
    const mask = batch.dropoutMask(7, 3, 5, 0.5);
    expect(batch.dropoutMask(7, 3, 5, 0.5)).toBe(mask);
    expect(mask.shape).toEqual([2, 5]);
    expect(await mask.data()).toEqual(dropoutMask(7, 3, 10, 0.5));
    batch.dispose();
    expect(tf.memory().numTensors).toBe(before);
    backend.close();
  });
});
