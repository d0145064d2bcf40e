import { describe, expect, test } from 'vitest';
import { BatchSampler } from './sampler';

const train = Uint32Array.from({ length: 103 }, (_, index) => 1000 + index);

describe('the batch sampler', () => {
  test('shows every image at most once an epoch and only training images', () => {
    const sampler = new BatchSampler(5, train, 10);
    expect(sampler.stepsPerEpoch).toBe(10);
    const seen = new Set<number>();
    for (let step = 1; step <= 10; step += 1)
      for (const image of sampler.batch(step)) seen.add(image);
    expect(seen.size).toBe(100);
    for (const image of seen) expect(train).toContain(image);
  });

  test('gives the same batch whatever was asked before', () => {
    const inOrder = new BatchSampler(5, train, 10);
    for (let step = 1; step < 25; step += 1) inOrder.batch(step);
    expect(inOrder.batch(25)).toEqual(new BatchSampler(5, train, 10).batch(25));
    expect(inOrder.batch(3)).toEqual(new BatchSampler(5, train, 10).batch(3));
  });

  test('orders epochs and seeds differently', () => {
    const sampler = new BatchSampler(5, train, 10);
    expect(sampler.batch(1)).not.toEqual(sampler.batch(11));
    expect(sampler.batch(1)).not.toEqual(new BatchSampler(6, train, 10).batch(1));
  });

  test('shrinks the batch to the training set', () => {
    const sampler = new BatchSampler(5, train.subarray(0, 3), 32);
    expect(sampler.batchSize).toBe(3);
    expect(sampler.stepsPerEpoch).toBe(1);
    expect([...sampler.batch(4)].sort()).toEqual([1000, 1001, 1002]);
  });

  test('refuses an empty training set', () => {
    expect(() => new BatchSampler(5, new Uint32Array(), 8)).toThrow(RangeError);
  });
});
