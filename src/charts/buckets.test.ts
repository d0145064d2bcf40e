import { describe, expect, it } from 'vitest';
import { alignWidths, Buckets } from './buckets';

const steps = (count: number, from = 1) => Float64Array.from({ length: count }, (_, i) => from + i);

function filled(values: readonly number[], limit = 400, smoothing = 0): Buckets {
  const buckets = new Buckets({ spacing: 'linear', smoothing, limit });
  buckets.append(steps(values.length), Float64Array.from(values), 0, values.length);
  return buckets;
}

const all = (buckets: Buckets) =>
  Array.from({ length: buckets.length }, (_, i) => buckets.at(i)).filter((b) => b !== null);

describe('Buckets', () => {
  it('keeps every step by itself while there is room', () => {
    const found = all(filled([3, 1, 2]));
    expect(
      found.map(({ firstStep, min, max, mean, last }) => [firstStep, min, max, mean, last]),
    ).toEqual([
      [1, 3, 3, 3, 3],
      [2, 1, 1, 1, 1],
      [3, 2, 2, 2, 2],
    ]);
  });

  it('merges neighbours and keeps minimum, maximum, mean and last of each', () => {
    // Steps 1 … 7 in four buckets of two steps, bucket 0 being steps 0 and 1.
    const found = all(filled([5, 1, 9, 4, 4, 8, 0], 4));
    expect(found.map((b) => [b.firstStep, b.lastStep, b.count])).toEqual([
      [1, 1, 1],
      [2, 3, 2],
      [4, 5, 2],
      [6, 7, 2],
    ]);
    expect(found.map((b) => [b.min, b.max, b.mean, b.last])).toEqual([
      [5, 5, 5, 5],
      [1, 9, 5, 9],
      [4, 4, 4, 4],
      [0, 8, 4, 0],
    ]);
  });

  it('never exceeds its limit and loses no extreme over 100,000 steps', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 50));
    values[77_777] = 1000;
    values[33_333] = -1000;
    const found = all(filled(values));
    expect(found.length).toBeLessThanOrEqual(400);
    expect(found.length).toBeGreaterThan(150);
    expect(Math.max(...found.map((b) => b.max))).toBe(1000);
    expect(Math.min(...found.map((b) => b.min))).toBe(-1000);
    expect(found.reduce((sum, b) => sum + b.count, 0)).toBe(100_000);
    const peak = found.find((b) => b.max === 1000);
    expect(peak?.firstStep).toBeLessThanOrEqual(77_778);
    expect(peak?.lastStep).toBeGreaterThanOrEqual(77_778);
  });

  it('is the same whether rows come at once or one by one', () => {
    const values = Float64Array.from({ length: 1500 }, (_, i) => (i * 7919) % 101);
    const once = new Buckets({ spacing: 'linear', smoothing: 0.9 });
    once.append(steps(1500), values, 0, 1500);
    const single = new Buckets({ spacing: 'linear', smoothing: 0.9 });
    for (let i = 0; i < 1500; i++) single.append(steps(1500), values, i, i + 1);
    expect(all(single)).toEqual(all(once));
  });

  it('makes a gap of what is not finite, never a 0, and says where', () => {
    const buckets = filled([2, Number.NaN, Number.NaN, 4, Number.POSITIVE_INFINITY, 6]);
    const found = all(buckets);
    expect(found.map((b) => b.count)).toEqual([1, 0, 0, 1, 0, 1]);
    expect(found[1]?.min).toBeNaN();
    expect(found[1]?.mean).toBeNaN();
    expect(buckets.runs.map(({ fromStep, toStep }) => [fromStep, toStep])).toEqual([
      [2, 3],
      [5, 5],
    ]);
    expect(buckets.runs[0]?.lastFinite).toEqual({ step: 1, value: 2 });
    expect(buckets.runs[1]?.value).toBe(Number.POSITIVE_INFINITY);
    expect(buckets.newest).toEqual({ step: 6, value: 6, smooth: 6 });
  });

  it('keeps the finite part of a bucket that also holds what is not', () => {
    const buckets = filled([Number.NaN, 3, Number.NEGATIVE_INFINITY, 5], 2);
    const found = all(buckets);
    expect(found.map((b) => [b.firstStep, b.lastStep, b.count, b.nonFinite])).toEqual([
      [1, 3, 1, 2],
      [4, 4, 1, 0],
    ]);
    expect(found[0]?.mean).toBe(3);
    expect(buckets.runs).toHaveLength(2);
  });

  it('counts runs beyond its limit instead of keeping them all', () => {
    const buckets = filled(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? Number.NaN : 1)),
      4,
    );
    expect(buckets.runs).toHaveLength(4);
    expect(buckets.droppedRuns).toBe(6);
  });

  it('spaces buckets by octaves for a logarithmic axis', () => {
    const buckets = new Buckets({ spacing: 'log', smoothing: 0 });
    buckets.append(steps(100_000), new Float64Array(100_000).fill(1), 0, 100_000);
    const found = all(buckets);
    expect(found.length).toBeLessThanOrEqual(400);
    // The first 31 steps stand alone; above, a bucket is never wider than a sixteenth of its start.
    expect(found.slice(0, 31).every((b) => b.count === 1)).toBe(true);
    for (const b of found.slice(31)) {
      expect(b.lastStep - b.firstStep + 1).toBeLessThanOrEqual(b.firstStep / 16);
    }
    expect(found.reduce((sum, b) => sum + b.count, 0)).toBe(100_000);
  });

  it('lines up series of different length', () => {
    const long = filled(new Array<number>(1000).fill(1));
    const short = filled([1, 2, 3, 4, 5]);
    alignWidths([long, short]);
    expect(short.width).toBe(long.width);
    expect(short.at(0)).toMatchObject({ firstStep: 1, lastStep: 3, min: 1, max: 3 });
  });

  it('refuses fewer than two buckets', () => {
    expect(() => new Buckets({ spacing: 'linear', smoothing: 0, limit: 1 })).toThrow(RangeError);
  });
});
