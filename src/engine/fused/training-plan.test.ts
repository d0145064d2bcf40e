/** Whole plans as plain data: what they cost, how many dispatches they take, and that they can be written. */
import { describe, expect, test } from 'vitest';
import type { LossConfig } from '../../losses/types';
import { describeModel } from '../../models/describe';
import { PRESETS } from '../../models/presets';
import type { LearnerConfig } from '../engine';
import { planArena, unsharedBytes } from './arena';
import { type Dispatch, MAX_WORKGROUPS, rootOf, type Tensor } from './kernel';
import { DESCRIBED_DEVICES, describedPlan } from './testing/plan';
import { inferencePass, trainingStep } from './training-plan';

const DYNAMIC: LossConfig = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
};

const CONFIG: LearnerConfig = {
  model: PRESETS.tiny,
  loss: DYNAMIC,
  optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  classes: 40,
  seed: 1,
};

const flopsOf = (dispatches: readonly Dispatch[]): number =>
  dispatches.reduce((sum, { flops }) => sum + flops, 0);

describe('the cost of a step', () => {
  const batch = 32;

  test('is that of the forward pass three times, without a gradient of the images', () => {
    const { layers, flopsPerImage } = describeModel(CONFIG.model, CONFIG.classes);
    const first = layers[0]!.flops;
    // Images have three channels and a plan has four: the first layer's work is a third more.
    const padding = first / 3;
    const forward = flopsPerImage + padding;
    for (const device of DESCRIBED_DEVICES) {
      const input = describedPlan(CONFIG, batch, device);
      expect(flopsOf(trainingStep(input).dispatches)).toBe(
        batch * (3 * forward - (first + padding)),
      );
      expect(flopsOf(inferencePass(input).dispatches)).toBe(batch * forward);
    }
  });

  test.each(DESCRIBED_DEVICES)('is at most 70 dispatches for six layers: $title', (device) => {
    const { dispatches } = trainingStep(describedPlan(CONFIG, batch, device));
    expect(dispatches.length).toBeLessThanOrEqual(70);
    expect(dispatches.length).toBeGreaterThan(20);
  });
});

const CASES = (['tiny', 'small', 'res', 'mobile'] as const).flatMap((name) =>
  DESCRIBED_DEVICES.map((device) => ({ name, ...device })),
);

describe.each(CASES)('a plan for $name on $title', ({ name, ...device }) => {
  const variants: readonly Partial<LearnerConfig>[] = [
    {},
    { loss: { kind: 'softmax' } },
    {
      loss: { kind: 'normalised-softmax', scale: 30 },
      classes: 2,
      optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4, clipNorm: 1 },
    },
    {
      loss: { kind: 'fixed-adacos' },
      classes: 10_001,
      optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    },
  ];
  const plans = variants.flatMap((variant) => {
    const input = describedPlan({ ...CONFIG, model: PRESETS[name], ...variant }, 33, device);
    return [trainingStep(input).dispatches, inferencePass(input).dispatches];
  });

  test('is written out whole: no directive and no name is left in any kernel', () => {
    for (const { kernel, code } of plans.flat()) {
      expect(code, kernel).not.toMatch(/\$|^\s*#/m);
      // What a name without a number would have become.
      expect(code, kernel).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('has workgroups that every adapter takes', () => {
    for (const { kernel, workgroups, code } of plans.flat()) {
      for (const count of workgroups) {
        expect(Number.isSafeInteger(count), kernel).toBe(true);
        expect(count, kernel).toBeGreaterThan(0);
        expect(count, kernel).toBeLessThanOrEqual(MAX_WORKGROUPS);
      }
      const threads = /@workgroup_size\(([^)]*)\)/
        .exec(code)![1]!
        .split(',')
        .reduce((product, axis) => product * Number(axis), 1);
      expect(threads, kernel).toBeGreaterThan(0);
      expect(threads, kernel).toBeLessThanOrEqual(256);
    }
  });

  test('binds as many tensors as its kernels declare, the same way, and no more than eight', () => {
    for (const { kernel, code, bindings } of plans.flat()) {
      const declared = [...code.matchAll(/@group\(0\) @binding\((\d+)\) var<storage, (\w+)>/g)];
      expect(
        declared.map(([, binding, access]) => [Number(binding), access]),
        kernel,
      ).toEqual(bindings.map(({ access }, at) => [at, access === 'read' ? 'read' : 'read_write']));
      expect(bindings.length, kernel).toBeLessThanOrEqual(8);
    }
  });

  test('never reads a tensor that it also writes through another binding', () => {
    for (const { kernel, label, bindings } of plans.flat()) {
      const written = new Set<Tensor>();
      for (const { tensor, access } of bindings) {
        if (access === 'write') written.add(rootOf(tensor).root);
      }
      const roots = bindings.map(({ tensor }) => rootOf(tensor).root);
      for (const root of written) {
        expect(roots.filter((other) => other === root).length, `${kernel} ${label}`).toBe(1);
      }
    }
  });

  test('shares scratch buffers', () => {
    const [training] = plans;
    const shared = planArena(training!).sizes.reduce((sum, size) => sum + size, 0);
    expect(shared).toBeLessThan(0.9 * unsharedBytes(training!));
  });
});
