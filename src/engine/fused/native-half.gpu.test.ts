/**
 * Whole plans with `f16`: that their kernels are WGSL, on the adapter where it has `shader-f16` and else on
 * a device that only reads. What they compute is tested in `storage.gpu.test.ts` where an adapter can.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../models/presets';
import type { LearnerConfig } from '../engine';
import { mapStorage } from './storage';
import { NATIVE_HALVES, openGpu } from './testing/gpu';
import { nullDevice } from './testing/null-device';
import { DESCRIBED_DEVICES, describedPlan } from './testing/plan';
import { inferencePass, trainingStep } from './training-plan';

const CONFIG: LearnerConfig = {
  // Every kind of stage.
  model: {
    ...PRESETS.tiny,
    dropout: 0.2,
    stages: [
      { kind: 'conv', channels: 16, stride: 1 },
      { kind: 'residual', channels: 32, stride: 2 },
      { kind: 'pool', pool: 'max' },
      { kind: 'depthwise', channels: 64, stride: 1 },
    ],
  },
  loss: { kind: 'dynamic-adacos', capAngleRad: Math.PI / 4, guard: 'clamp', firstStep: 'paper' },
  optimiser: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  classes: 40,
  seed: 1,
};

const errors: Error[] = [];
const own = NATIVE_HALVES ? await openGpu((error) => errors.push(error)) : null;
let reading = own === null ? await nullDevice(['shader-f16', 'subgroups']) : null;
const device = own?.device ?? reading?.device ?? null;

afterAll(() => {
  device?.destroy();
  reading = null;
  expect(errors).toEqual([]);
});

const missing = device === null;
const title = 'kernels with f16 are WGSL';

describe.skipIf(missing)(missing ? `${title}: nothing here has shader-f16` : title, () => {
  test('a mistake would be found', async () => {
    device!.pushErrorScope('validation');
    device!.createShaderModule({ code: 'enable f16; fn x() -> vec4h { return vec4f(1.0); }' });
    expect((await device!.popErrorScope())?.message).toContain('vec4<f16>');
  });

  test.each(DESCRIBED_DEVICES)('for $title', async (described) => {
    const maps = mapStorage('half', true);
    const input = describedPlan(CONFIG, 5, { ...described, maps });
    const plans = [...trainingStep(input).dispatches, ...inferencePass(input).dispatches];
    const codes = new Map(plans.map(({ code, kernel }) => [code, kernel]));
    const native = [...codes].filter(([code]) => code.includes('enable f16;'));
    expect(native.length).toBeGreaterThan(20);
    for (const [code, kernel] of native) {
      device!.pushErrorScope('validation');
      device!.createShaderModule({ code });
      expect((await device!.popErrorScope())?.message ?? null, kernel).toBeNull();
    }
  });
});
