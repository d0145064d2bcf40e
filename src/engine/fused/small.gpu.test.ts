/** The plan's small kernels against their definitions: dropout, pooling, the optimiser. */
import { describe, expect, test } from 'vitest';
import { STREAM, uniform } from '../../math/random';
import type { OptimiserConfig } from '../engine';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { ALIGNMENT, padded, scratch } from './kernel';
import { averagePool, dropout, optimiser } from './small';
import { cutRows, padRows } from './testing/channels';
import { firstDifference } from './testing/compare';
import { describeOnGpu } from './testing/gpu';
import { given, runKernel } from './testing/run-kernel';

describeOnGpu('dropout', (gpu) => {
  test.each([
    { batch: 3, pixels: 4, plainChannels: 6, rate: 0.4, seed: 7, step: 1 },
    { batch: 2, pixels: 1, plainChannels: 8, rate: 0.1, seed: 0xffffffff, step: 123456 },
    { batch: 1, pixels: 2, plainChannels: 5, rate: 0.999, seed: 1, step: 2 },
  ])('draws what math/random draws, numbered without the padding: %o', async (given_) => {
    const { batch, pixels, plainChannels, rate, seed, step } = given_;
    const channels = padded(plainChannels);
    const count = batch * pixels * plainChannels;
    const values = normals(count, 1);
    const tensor = scratch('values', batch * pixels * channels);
    const [found] = await runKernel(gpu(), {
      dispatches: [dropout({ batch, pixels, channels }, { plainChannels, rate, seed }, tensor)],
      inputs: given([tensor, padRows(values, plainChannels)]),
      outputs: [tensor],
      step: { number: step },
    });
    const kept = Math.fround(1 / (1 - rate));
    const expected = values.map((value, at) =>
      uniform(seed, STREAM.dropout, step, at) < rate ? 0 : value * kept,
    );
    const cut = cutRows(found!, plainChannels);
    // Which are dropped is the same bit for bit; −0 and 0 are both nothing.
    expect(
      firstDifference(
        cut.map((value) => +(value === 0)),
        expected.map((value) => +(value === 0)),
      ),
    ).toBeNull();
    expect(relativeError(cut, expected)).toBeLessThan(1e-6);
  });
});

describeOnGpu('average pooling', (gpu) => {
  test.each([
    { batch: 3, pixels: 9, plain: 5 },
    { batch: 1, pixels: 4, plain: 8 },
  ])('and its gradient: %o', async ({ batch, pixels, plain }) => {
    const channels = padded(plain);
    const maps = scratch('maps', batch * pixels * channels);
    const vectors = scratch('vectors', batch * channels);
    const dMaps = scratch('d-maps', batch * pixels * channels);
    const shape = { batch, pixels, channels };
    const values = normals(batch * pixels * plain, 1);
    const [means, spread] = await runKernel(gpu(), {
      dispatches: [
        averagePool(shape, { maps, vectors, backward: false }),
        averagePool(shape, { maps: dMaps, vectors, backward: true }),
      ],
      inputs: given([maps, padRows(values, plain)]),
      outputs: [vectors, dMaps],
    });
    const expected = new Float64Array(batch * plain);
    values.forEach((value, at) => {
      const image = Math.floor(at / (pixels * plain));
      expected[image * plain + (at % plain)]! += value / pixels;
    });
    expect(relativeError(cutRows(means!, plain), expected)).toBeLessThan(1e-6);
    const even = values.map((_, at) => {
      const image = Math.floor(at / (pixels * plain));
      return expected[image * plain + (at % plain)]! / pixels;
    });
    expect(relativeError(cutRows(spread!, plain), even)).toBeLessThan(1e-6);
  });
});

describeOnGpu('optimiser', (gpu) => {
  const SIZE = 2 * ALIGNMENT;
  const DECAYED = ALIGNMENT;
  const DECAY = 0.1;
  const RATES = [0.1, 0.05, 0.2] as const;
  const gradientAt = (step: number): Float32Array<ArrayBuffer> =>
    Float32Array.from(normals(SIZE, 100 + step));

  /** The formulas of `OptimiserConfig`, one parameter at a time; decay in the first half only. */
  function reference(config: OptimiserConfig): {
    weights: Float64Array;
    first: Float64Array;
    second: Float64Array;
  } {
    const weights = Float64Array.from(normals(SIZE, 1));
    const first = new Float64Array(SIZE);
    const second = new Float64Array(SIZE);
    RATES.forEach((rate, index) => {
      const step = index + 1;
      const gradient = gradientAt(step);
      for (let at = 0; at < SIZE; at += 1) {
        const g = gradient[at]!;
        const w = weights[at]!;
        const decay = at < DECAYED ? DECAY : 0;
        if (config.kind === 'sgd') {
          first[at] = config.momentum * first[at]! + (g + decay * w);
          weights[at] = w - rate * first[at]!;
        } else {
          first[at] = config.beta1 * first[at]! + (1 - config.beta1) * g;
          second[at] = config.beta2 * second[at]! + (1 - config.beta2) * g * g;
          const m = first[at]! / (1 - config.beta1 ** step);
          const v = second[at]! / (1 - config.beta2 ** step);
          weights[at] = w - rate * decay * w - (rate * m) / (Math.sqrt(v) + config.epsilon);
        }
      }
    });
    return { weights, first, second };
  }

  describe.each<OptimiserConfig>([
    { kind: 'sgd', momentum: 0.9, weightDecay: DECAY },
    { kind: 'sgd', momentum: 0, weightDecay: DECAY },
    { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: DECAY },
  ])('%o', (config) => {
    test('follows its formula, and decays weights only', async () => {
      const slotCount = config.kind === 'sgd' ? 1 : 2;
      const io = {
        parameters: scratch('parameters', SIZE),
        gradient: scratch('gradient', SIZE),
        slots: scratch('slots', slotCount * SIZE),
      };
      let parameters = Float32Array.from(normals(SIZE, 1));
      let slots = new Float32Array(slotCount * SIZE);
      for (const [index, learningRate] of RATES.entries()) {
        const step = index + 1;
        const corrected = (beta: number): number => 1 / (1 - beta ** step);
        const [after, moments] = await runKernel(gpu(), {
          dispatches: [optimiser(config, DECAYED, io)],
          inputs: given(
            [io.parameters, parameters],
            [io.gradient, gradientAt(step)],
            [io.slots, slots],
          ),
          outputs: [io.parameters, io.slots],
          step: {
            learningRate,
            correction1: config.kind === 'adamw' ? corrected(config.beta1) : 1,
            correction2: config.kind === 'adamw' ? corrected(config.beta2) : 1,
          },
        });
        parameters = Float32Array.from(after!);
        slots = Float32Array.from(moments!);
      }
      const { weights, first, second } = reference(config);
      expect(relativeError(parameters, weights)).toBeLessThan(1e-6);
      // Moments one by one: squares are small, and what is off in them hides behind the others.
      expect(relativeError(slots.subarray(0, SIZE), first)).toBeLessThan(1e-6);
      if (slotCount === 2) expect(relativeError(slots.subarray(SIZE), second)).toBeLessThan(1e-6);
    });
  });
});
