import { describe, expect, test } from 'vitest';
import { parameterLayout, runningLayout } from '../../models/layout';
import { PRESETS } from '../../models/presets';
import type { ModelSpec } from '../../models/spec';
import { ALIGNMENT } from './kernel';
import {
  type Layout,
  layoutOf,
  pad,
  padRunning,
  runningKinds,
  unpad,
  unpadRunning,
} from './layout';
import { firstDifference } from './testing/compare';

/** Nothing in it is a multiple of four, and the map that is flattened has more than one pixel. */
const ODD: ModelSpec = {
  name: 'odd',
  inputSize: 12,
  stages: [
    { kind: 'conv', channels: 5, stride: 2 },
    { kind: 'residual', channels: 7, stride: 2 },
    { kind: 'residual', channels: 7, stride: 1 },
  ],
  activation: 'prelu',
  pooling: 'flatten',
  dropout: 0,
  embeddingSize: 6,
};

const MODELS: readonly (readonly [string, ModelSpec, number])[] = [
  ['odd', ODD, 3],
  ['odd, averaged', { ...ODD, pooling: 'average' }, 10],
  ['odd, ReLU', { ...ODD, activation: 'relu' }, 4],
  [
    'odd, depthwise and pooled',
    {
      ...ODD,
      stages: [
        { kind: 'pool', pool: 'max' },
        { kind: 'depthwise', channels: 5, stride: 2 },
        { kind: 'depthwise', channels: 6, stride: 1 },
      ],
    },
    3,
  ],
  ['tiny', PRESETS.tiny, 41],
  ['res', PRESETS.res, 10],
];

/** 1, 2, 3 …: every number tells where it came from, and none is the 0 of the padding. */
function counting(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => index + 1);
}

/** Where `[…axes]` of a plain slot goes in the padded array. */
function insideOf(layout: Layout, name: string, ...axes: readonly number[]): number {
  const { offset, shape } = layout.slots.get(name)!;
  return offset + axes.reduce((at, axis, index) => at * shape[index]! + axis, 0);
}

describe.each(MODELS)('%s', (_, model, classes) => {
  const layout = layoutOf(model, classes);
  const plain = counting(layout.plainLength);

  test('parameters come back as they went in', () => {
    expect(firstDifference(unpad(layout, pad(layout, plain)), plain)).toBeNull();
  });

  test('every number has one place, and the padding is 0', () => {
    const inside = pad(layout, plain).filter((value) => value !== 0);
    expect(firstDifference(inside.toSorted(), plain)).toBeNull();
  });

  test('running statistics come back, and their padding has mean 0 and variance 1', () => {
    const given = counting(layout.plainRunningLength).map((value) => value + 1);
    const inside = padRunning(layout, given);
    expect(unpadRunning(layout, inside)).toEqual(given);
    const kinds = runningKinds(layout);
    const used = new Set(given);
    inside.forEach((value, at) => {
      if (!used.has(value)) expect(value).toBe(kinds[at]);
    });
  });

  test('slots are aligned for bindings, do not overlap and fill the array', () => {
    const ends: (readonly [number, number])[] = [...layout.slots.values()].map(
      ({ offset, size }) => [offset, offset + size],
    );
    ends.sort(([a], [b]) => a - b);
    ends.forEach(([start], index) => {
      expect(start % ALIGNMENT).toBe(0);
      expect(start).toBeGreaterThanOrEqual(index === 0 ? 0 : ends[index - 1]![1]);
    });
    expect(layout.length).toBeGreaterThanOrEqual(ends.at(-1)![1]);
    expect(layout.length % 4).toBe(0);
  });

  test('weights, which decay, lie before the vectors, which do not', () => {
    for (const { slot, offset, size } of layout.slots.values()) {
      if (slot.decay) expect(offset + size).toBeLessThanOrEqual(layout.vectors);
      else expect(offset).toBeGreaterThanOrEqual(layout.vectors);
    }
  });

  test('nothing of `models/layout` is missing', () => {
    expect([...layout.slots.keys()].sort()).toEqual(
      parameterLayout(model, classes)
        .map(({ name }) => name)
        .sort(),
    );
    expect([...layout.running.keys()]).toEqual(runningLayout(model).map(({ name }) => name));
  });
});

describe('places', () => {
  const classes = 3;
  const layout = layoutOf(ODD, classes);
  const inside = pad(layout, counting(layout.plainLength));
  const plainAt = (name: string, ...axes: readonly number[]): number => {
    const { offset, shape } = parameterLayout(ODD, classes).find((slot) => slot.name === name)!;
    return offset + axes.reduce((at, axis, index) => at * shape[index]! + axis, 0) + 1;
  };

  test.each([
    ['stage1/conv', [2, 1, 2, 4]],
    ['stage2/conv1', [0, 2, 4, 6]],
    ['stage2/shortcut/conv', [0, 0, 3, 5]],
    ['centres', [5, 2]],
    ['stage3/bn2/gamma', [6]],
    ['stage2/prelu2', [3]],
  ])('%s keeps its axes', (name, axes) => {
    expect(inside[insideOf(layout, name, ...axes)]).toBe(plainAt(name, ...axes));
  });

  test('rows of the dense layer follow the padded map, pixel by pixel', () => {
    // 3 × 3 pixels of 7 channels, padded to 8.
    expect(layout.slots.get('embedding/dense')!.shape).toEqual([9, 8, 8]);
    for (const [pixel, channel, output] of [
      [0, 6, 5],
      [1, 0, 0],
      [8, 6, 5],
    ] as const) {
      expect(inside[insideOf(layout, 'embedding/dense', pixel, channel, output)]).toBe(
        plainAt('embedding/dense', pixel * 7 + channel, output),
      );
    }
  });

  test('means come first, variances after the padded means', () => {
    const { channels, offset } = layout.running.get('stage2/bn2')!;
    const first = runningLayout(ODD).find(({ name }) => name === 'stage2/bn2')!.offset;
    const given = counting(layout.plainRunningLength);
    const padded = padRunning(layout, given);
    expect(channels).toBe(8);
    expect(padded.slice(offset, offset + 16)).toEqual(
      Float32Array.of(
        ...given.slice(first, first + 7),
        0,
        ...given.slice(first + 7, first + 14),
        1,
      ),
    );
  });
});
