import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OptimiserConfig } from '../engine';
import type { OpenBackend } from './backend';
import { Constants } from './constants';
import { slotCount, update } from './optimiser';
import { describeBackends } from './testing/backends';
import { normals, relativeError } from './testing/numbers';

const SIZE = 12;
const STEPS = 6;
const RATES = [0.1, 0.1, 0.05, 0.2, 0.01, 0.1] as const;
const DECAY = 0.1;
/** Weight decay on every other parameter. */
const DECAYS = Float64Array.from({ length: SIZE }, (_, index) => (index % 2) * DECAY);

function gradientAt(step: number): Float32Array {
  return normals(SIZE, 100 + step);
}

/** The formulas of `OptimiserConfig` in float64, one parameter at a time. */
function reference(config: OptimiserConfig): Float64Array {
  const weights = Float64Array.from(normals(SIZE, 1));
  const first = new Float64Array(SIZE);
  const second = new Float64Array(SIZE);
  for (let step = 1; step <= STEPS; step += 1) {
    const rate = RATES[step - 1]!;
    const raw = gradientAt(step);
    const norm = Math.sqrt(raw.reduce((sum, g) => sum + g * g, 0));
    const factor = config.clipNorm ? Math.min(1, config.clipNorm / norm) : 1;
    const gradient = Float64Array.from(raw, (g) => factor * g);
    for (let at = 0; at < SIZE; at += 1) {
      const g = gradient[at]!;
      const w = weights[at]!;
      if (config.kind === 'sgd') {
        first[at] = config.momentum * first[at]! + (g + DECAYS[at]! * w);
        weights[at] = w - rate * first[at]!;
      } else {
        const { beta1, beta2, epsilon } = config;
        first[at] = beta1 * first[at]! + (1 - beta1) * g;
        second[at] = beta2 * second[at]! + (1 - beta2) * g * g;
        const m = first[at]! / (1 - beta1 ** step);
        const v = second[at]! / (1 - beta2 ** step);
        weights[at] = w - rate * DECAYS[at]! * w - (rate * m) / (Math.sqrt(v) + epsilon);
      }
    }
  }
  return weights;
}

describeBackends('optimiser', (_name, open) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each<OptimiserConfig>([
    { kind: 'sgd', momentum: 0.9, weightDecay: DECAY },
    { kind: 'sgd', momentum: 0, weightDecay: DECAY },
    { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: DECAY },
    // Some of the steps have gradients longer than this, some shorter.
    { kind: 'sgd', momentum: 0.9, weightDecay: DECAY, clipNorm: 3.4 },
    { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: DECAY, clipNorm: 0.5 },
    { kind: 'sgd', momentum: 0.9, weightDecay: DECAY, clipNorm: 0 },
  ])('$kind clipped at $clipNorm follows its formula over several steps', async (config) => {
    const constants = new Constants();
    const decay = tf.tensor1d(Float32Array.from(DECAYS));
    let parameters = tf.tensor1d(normals(SIZE, 1));
    let slots: readonly tf.Tensor1D[] = Array.from({ length: slotCount(config) }, () =>
      tf.zeros<tf.Rank.R1>([SIZE]),
    );
    for (let step = 1; step <= STEPS; step += 1) {
      const gradient = tf.tensor1d(gradientAt(step));
      const learningRate = RATES[step - 1]!;
      const inputs = { config, parameters, gradient, slots, decay, learningRate, step };
      const next = tf.tidy(() => {
        const { parameters: p, slots: s } = update(inputs, constants);
        return [p, ...s];
      });
      tf.dispose([gradient, parameters, ...slots]);
      [parameters, ...slots] = next as [tf.Tensor1D, ...tf.Tensor1D[]];
    }
    expect(relativeError(await parameters.data(), reference(config))).toBeLessThan(1e-5);
    tf.dispose([parameters, decay, ...slots]);
    constants.dispose();
  });

  test('clipping does not hide a gradient that is not a number', async () => {
    const constants = new Constants();
    const config: OptimiserConfig = { kind: 'sgd', momentum: 0, weightDecay: 0, clipNorm: 1 };
    const gradient = gradientAt(1);
    gradient[3] = Number.NaN;
    const moved = tf.tidy(() => {
      const [parameters, slot] = [tf.zeros<tf.Rank.R1>([SIZE]), tf.zeros<tf.Rank.R1>([SIZE])];
      const slots = [slot];
      const inputs = { config, parameters, gradient: tf.tensor1d(gradient), slots };
      return update({ ...inputs, decay: null, learningRate: 1, step: 1 }, constants).parameters;
    });
    expect((await moved.data())[3]).toBeNaN();
    moved.dispose();
    constants.dispose();
  });
});
