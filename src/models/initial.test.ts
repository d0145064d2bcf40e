import { describe, expect, it } from 'vitest';
import { normal, STREAM } from '../math/random';
import { initialParameters, initialRunningStatistics } from './initial';
import { parameterLayout, runningLayout } from './layout';
import { PRESETS } from './presets';

const { small } = PRESETS;
const CLASSES = 50;
const parameters = initialParameters(small, CLASSES, 7);
const slots = parameterLayout(small, CLASSES);

function part(name: string): Float32Array {
  const { offset, size } = slots.find((slot) => slot.name === name)!;
  return parameters.subarray(offset, offset + size);
}

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Matchers walk arrays this long too slowly. */
function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

describe('initialParameters', () => {
  it.each([
    ['stage4/conv', Math.sqrt(2 / (9 * 32))],
    ['stage7/conv', Math.sqrt(2 / (9 * 64))],
    ['embedding/dense', Math.sqrt(2 / (1024 + 128))],
    ['centres', Math.sqrt(1 / 128)],
  ])('%s is normal with the deviation of its rule', (name, expected) => {
    const values = part(name);
    const { mean, deviation } = moments(values);
    // Four standard errors of mean and deviation.
    expect(Math.abs(mean)).toBeLessThan((4 * expected) / Math.sqrt(values.length));
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  });

  it('is the draw at (seed, slot, element) and nothing else', () => {
    const slotIndex = slots.findIndex(({ name }) => name === 'stage2/conv');
    const deviation = Math.sqrt(2 / (9 * 16));
    [0, 1, 17, 2303].forEach((index) => {
      expect(part('stage2/conv')[index]).toBe(
        Math.fround(deviation * normal(7, STREAM.initialWeights, slotIndex, index)),
      );
    });
  });

  it('starts batch norm at 1 and 0 and slopes at a quarter', () => {
    for (const { name, kind } of slots) {
      const values = new Set(part(name));
      if (kind === 'gamma') expect(values).toEqual(new Set([1]));
      if (kind === 'beta') expect(values).toEqual(new Set([0]));
      if (kind === 'prelu') expect(values).toEqual(new Set([0.25]));
    }
  });

  it('repeats for one seed and differs for another', () => {
    expect(same(initialParameters(small, CLASSES, 7), parameters)).toBe(true);
    expect(same(initialParameters(small, CLASSES, 8), parameters)).toBe(false);
  });

  it('gives the network the same weights whatever the number of identities', () => {
    const { offset } = slots.at(-1)!;
    const others = initialParameters(small, 3, 7);
    expect(same(others.subarray(0, offset), parameters.subarray(0, offset))).toBe(true);
    expect(others).toHaveLength(offset + 128 * 3);
  });
});

describe('initialRunningStatistics', () => {
  it('is mean 0 and variance 1 in every layer', () => {
    const statistics = initialRunningStatistics(small);
    for (const { channels, offset } of runningLayout(small)) {
      const middle = offset + channels;
      expect(new Set(statistics.subarray(offset, middle))).toEqual(new Set([0]));
      expect(new Set(statistics.subarray(middle, middle + channels))).toEqual(new Set([1]));
    }
  });
});
