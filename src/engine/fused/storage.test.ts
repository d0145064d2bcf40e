/** Storages without a GPU: what kernels are told of them, and what whole plans in halves come to. */
import { describe, expect, test } from 'vitest';
import { NORMALISED } from '../../data/normalisation';
import { PRESETS } from '../../models/presets';
import type { LearnerConfig } from '../engine';
import { planArena, unsharedBytes } from './arena';
import { candidatesOf } from './candidates';
import { choicesFor } from './choices';
import type { ConvShape } from './conv';
import { type Dispatch, part, rootOf, scratch, type Tensor } from './kernel';
import { bytesPerNumber, mapStorage, type Storage, storageText, stored } from './storage';
import { rounded } from './testing/halves';
import { DESCRIBED_DEVICES, describedPlan } from './testing/plan';
import { inferencePass, trainingStep } from './training-plan';
import { requestKey, type TuningRequest } from './tuner';

const CONFIG: LearnerConfig = {
  model: PRESETS.tiny,
  loss: { kind: 'dynamic-adacos', capAngleRad: Math.PI / 4, guard: 'clamp', firstStep: 'paper' },
  optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  classes: 40,
  seed: 1,
};

/** Every kind of stage. */
const MODEL = {
  ...PRESETS.tiny,
  dropout: 0.2,
  stages: [
    { kind: 'conv', channels: 16, stride: 1 },
    { kind: 'residual', channels: 32, stride: 2 },
    { kind: 'residual', channels: 32, stride: 1 },
    { kind: 'pool', pool: 'max' },
    { kind: 'depthwise', channels: 64, stride: 1 },
  ],
} as const satisfies LearnerConfig['model'];

function tensorsOf(dispatches: readonly Dispatch[]): readonly Tensor[] {
  const roots = dispatches.flatMap(({ bindings }) =>
    bindings.map(({ tensor }) => rootOf(tensor).root),
  );
  return [...new Set(roots)];
}

describe('a storage', () => {
  test('gives a kernel the type of its elements and the ways from and to it', () => {
    const x = scratch('x', 4, 'half');
    const words = { X: 'vec2u', FROM_X: 'fromHalf', TO_X: 'toHalf' };
    expect(stored({ x, y: scratch('y', 4) })).toEqual({
      ...words,
      ...{ Y: 'vec4f', FROM_Y: '', TO_Y: '' },
    });
  });

  test('is named beside what a kernel works on, unless it is float32', () => {
    const tensors = [
      scratch('x', 4, 'half'),
      scratch('w', 4),
      scratch('y', 4, 'half'),
      scratch('dy', 4, 'bfloat16'),
    ];
    expect(storageText(tensors)).toBe('; half: x, y; bfloat16: dy');
    expect(storageText([scratch('w', 4)])).toBe('');
  });

  test('of two bytes has no parts: bindings would start elsewhere', () => {
    expect(() => part(scratch('x', 256, 'half'), 'piece', 64, 64)).toThrow('piece');
  });

  test('of maps is float32 unless asked, and that of the adapter where it has one', () => {
    expect(mapStorage('float32', true)).toEqual({ values: 'float32', gradients: 'float32' });
    expect(mapStorage('half', false)).toEqual({ values: 'half', gradients: 'bfloat16' });
    expect(mapStorage('half', true)).toEqual({ values: 'native-half', gradients: 'bfloat16' });
  });

  test('keeps the pixels of images as they are', () => {
    const pixels = NORMALISED;
    expect(rounded(pixels, 'half')).toEqual(pixels);
  });
});

test('shapes are measured with the tensors they will have, and kept apart from those in float32', () => {
  const facts = { vendor: 'test', architecture: '', description: '', software: false };
  const shape: ConvShape = {
    batch: 2,
    inSize: 4,
    outSize: 4,
    inChannels: 4,
    outChannels: 8,
    kernel: 3,
    stride: 1,
  };
  const asked = (choice: 'float32' | 'half'): TuningRequest => {
    const requests: TuningRequest[] = [];
    const device = { quads: false, facts, maps: mapStorage(choice, false) };
    choicesFor(device, null, (request) => requests.push(request)).conv('filter', shape);
    return requests[0]!;
  };
  const bound = (request: TuningRequest): readonly string[] => {
    const [first] = candidatesOf(request, { quads: false, facts }, { filterParts: () => 1 });
    return first!.dispatches()[0]!.bindings.map(({ tensor }) => tensor.storage);
  };
  const [full, half] = [asked('float32'), asked('half')];
  expect(requestKey(full)).toBe('conv filter 2×4×4×4 → 4×4×8, 3×3/1');
  expect(requestKey(half)).toBe(`${requestKey(full)}, half and bfloat16`);
  expect(bound(full)).toEqual(['float32', 'float32', 'float32']);
  expect(bound(half)).toEqual(['half', 'bfloat16', 'float32']);
});

describe.each(DESCRIBED_DEVICES)('a plan in halves on $title', (device) => {
  const plans = (values: Storage, model: LearnerConfig['model'] = MODEL) => {
    const gradients = values === 'float32' ? values : 'bfloat16';
    const input = describedPlan({ ...CONFIG, model }, 33, {
      ...device,
      maps: { values, gradients },
    });
    return [trainingStep(input).dispatches, inferencePass(input).dispatches] as const;
  };

  test.each(['half', 'native-half'] as const)('is written out whole: %s', (values) => {
    for (const { kernel, code } of plans(values).flat()) {
      const left = /\$|^\s*#|undefined|NaN|FROM_|TO_/m.exec(code)?.[0] ?? null;
      expect(left, kernel).toBeNull();
      // Features come before anything else, and only where they are used.
      const enabled = /^(enable \w+;\n)*enable f16;/.test(code);
      expect(enabled, kernel).toBe(code.includes('vec4h'));
      expect(enabled && values === 'half', kernel).toBe(false);
      for (const helper of ['fromHalf', 'toHalf', 'toNative', 'fromBrain', 'toBrain']) {
        const missing = code.includes(`${helper}(`) && !code.includes(`fn ${helper}(`);
        expect(missing, `${helper} in ${kernel}`).toBe(false);
      }
    }
  });

  test('has the kernels of one in float32, over the same tensors', () => {
    const line = ({ kernel, label, bindings, workgroups, flops }: Dispatch) => ({
      kernel,
      label,
      workgroups,
      flops,
      tensors: bindings.map(({ tensor, access }) => `${access} ${tensor.label} ${tensor.length}`),
    });
    expect(plans('half').flat().map(line)).toEqual(plans('float32').flat().map(line));
  });

  test('stores maps in two bytes and all else, what is summed and what is learnt, in four', () => {
    const [training] = plans('half');
    const maps =
      /^(images|d-map|stage\d\/(pool|d|.*(conv\d?|depthwise|pointwise|out)(\/d)?|bn1\/d))$/;
    const small = tensorsOf(training).filter(({ storage }) => storage !== 'float32');
    const labels = (tensors: readonly Tensor[]) => tensors.map(({ label }) => label).sort();
    expect(labels(small)).toEqual(
      labels(tensorsOf(training).filter(({ label }) => maps.test(label))),
    );
    for (const { label, storage } of small) {
      expect(storage, label).toBe(/\/d$|^d-/.test(label) ? 'bfloat16' : 'half');
    }
    const statistics = tensorsOf(training).filter(({ label }) =>
      /statistics|sums|parts/.test(label),
    );
    expect(statistics.length).toBeGreaterThan(5);
  });

  test('takes half the bytes for maps, and with what stays float32 a fifth less at the least', () => {
    const [half] = plans('half', PRESETS.tiny);
    const [full] = plans('float32', PRESETS.tiny);
    const scratchBytes = (list: readonly Dispatch[]): number =>
      planArena(list).sizes.reduce((sum, size) => sum + size, 0);
    const moved = (list: readonly Dispatch[]): number =>
      list.reduce((sum, { bytes }) => sum + bytes, 0);
    const maps = unsharedBytes(full) - unsharedBytes(half);
    const numbers = tensorsOf(half)
      .filter(({ storage, home }) => bytesPerNumber(storage) === 2 && home.kind === 'scratch')
      .reduce((sum, { length }) => sum + length, 0);
    expect(maps).toBe(2 * numbers);
    expect(scratchBytes(half)).toBeLessThan(0.8 * scratchBytes(full));
    expect(moved(half)).toBeLessThan(0.8 * moved(full));
  });
});
