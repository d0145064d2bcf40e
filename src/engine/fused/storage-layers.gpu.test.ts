/**
 * Layers with their maps in two bytes a number, against the definition in float64 of what was left of their
 * inputs. Outputs are rounded once and nothing inside is: sums that stay float32 are as exact as ever. The
 * kernels' own tests have all shapes; here each kernel is met once.
 */
import { describe, expect, test } from 'vitest';
import { convolveReference } from '../tfjs/testing/convolution';
import { depthwiseReference } from '../tfjs/testing/depthwise';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { type ConvTile, convFilterGradient, convForward, convInputGradient } from './conv';
import { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient } from './depthwise';
import { scratch } from './kernel';
import { type NormLayer, normApply, normBackward } from './norm';
import { describeOnGpu } from './testing/gpu';
import { channelStatistics, inverseDeviation, normReference } from './testing/norm-reference';
import { given, runKernel } from './testing/run-kernel';
import { BRAIN, brain, EXACT, HALF, half, MAP_STORAGES } from './testing/storages';
import { tiledFilterGradient, tiledForward, tiledInputGradient } from './tiled';

describeOnGpu('layers with maps in two bytes a number', (gpu) => {
  describe.each(MAP_STORAGES)('$title', ({ maps, skipped }) => {
    const it = test.skipIf(skipped);
    const shape = {
      batch: 2,
      size: 5,
      inChannels: 8,
      outChannels: 12,
      filter: 3,
      stride: 1,
    } as const;
    const inside = {
      batch: 2,
      inSize: 5,
      outSize: 5,
      inChannels: 8,
      outChannels: 12,
      kernel: 3,
      stride: 1,
    } as const;
    const pixels = 2 * 5 * 5;
    const x = half(pixels * 8, 1);
    const weights = normals(9 * 8 * 12, 2);
    const dy = brain(pixels * 12, 3);
    const past = brain(pixels * 8, 4);
    const convolution = () => ({
      x: scratch('x', x.length, maps.values),
      weights: scratch('weights', weights.length),
      y: scratch('y', pixels * 12, maps.values),
      dy: scratch('dy', dy.length, maps.gradients),
      dx: scratch('dx', x.length, maps.gradients),
      parts: scratch('parts', weights.length),
      statistics: null,
    });
    const filled = (io: ReturnType<typeof convolution>) =>
      given([io.x, x], [io.weights, Float32Array.from(weights)], [io.dy, dy], [io.dx, past]);

    it.each(['registers', 'workgroup memory'])('in a convolution, tiles in %s', async (family) => {
      const register: ConvTile = {
        height: 2,
        width: 2,
        groups: 1,
        quads: gpu().quads,
        workgroup: 32,
      };
      const tiled = { rows: 16, columns: 8, depth: 8, threadRows: 4, threadColumns: 4 };
      const io = convolution();
      const back = { ...io, add: true };
      const { outputs, ...run } = {
        inputs: filled(io),
        outputs: [io.y, io.dx, io.parts],
        dispatches:
          family === 'registers'
            ? [
                convForward('conv', inside, register, io),
                convInputGradient('conv', inside, register, back),
                convFilterGradient('conv', inside, register, { parts: 1, tilesEach: 18 }, io),
              ]
            : [
                tiledForward('conv', inside, tiled, io),
                tiledInputGradient('conv', inside, tiled, back),
                tiledFilterGradient('conv', inside, tiled, { parts: 1, each: 56 }, io),
              ],
      };
      const [y, dx, dFilter] = await runKernel(gpu(), { ...run, outputs });
      const expected = convolveReference(shape, x, weights, dy);
      const sum = expected.dx.map((value, at) => value + past[at]!);
      expect(relativeError(y!, expected.y)).toBeLessThan(HALF);
      expect(relativeError(dx!, sum)).toBeLessThan(BRAIN);
      expect(relativeError(dFilter!, expected.dFilter)).toBeLessThan(EXACT);
    });

    it('in a depthwise convolution', async () => {
      const tile = { height: 2, width: 2, workgroup: 64 };
      const shape = { batch: 2, size: 5, channels: 8, stride: 2 } as const;
      const inside = { batch: 2, inSize: 5, outSize: 3, channels: 8, stride: 2 } as const;
      const taps = normals(9 * 8, 2);
      const dy = brain(2 * 9 * 8, 3);
      const io = {
        x: scratch('x', x.length, maps.values),
        weights: scratch('weights', taps.length),
        y: scratch('y', dy.length, maps.values),
        dy: scratch('dy', dy.length, maps.gradients),
        dx: scratch('dx', x.length, maps.gradients),
        parts: scratch('parts', taps.length),
        statistics: null,
      };
      const [y, dx, dFilter] = await runKernel(gpu(), {
        dispatches: [
          depthwiseForward('conv', inside, tile, io),
          depthwiseInputGradient('conv', inside, tile, io),
          depthwiseFilterGradient('conv', inside, tile, { parts: 1, tilesEach: 8 }, io),
        ],
        inputs: given([io.x, x], [io.weights, Float32Array.from(taps)], [io.dy, dy]),
        outputs: [io.y, io.dx, io.parts],
      });
      const expected = depthwiseReference(shape, x, taps, dy);
      expect(relativeError(y!, expected.y)).toBeLessThan(HALF);
      expect(relativeError(dx!, expected.dx)).toBeLessThan(BRAIN);
      expect(relativeError(dFilter!, expected.dFilter)).toBeLessThan(EXACT);
    });

    it.each([
      ['relu', 'plain'],
      ['prelu', 'normalised'],
    ] as const)('in batch norm with %s and a %s shortcut', async (activation, kind) => {
      const channels = 8;
      const x = half(pixels * channels, 1);
      const values = half(pixels * channels, 6);
      const dy = brain(pixels * channels, 2);
      const [gamma, beta, slope, otherGamma, otherBeta] = [3, 4, 5, 7, 8].map((seed) =>
        Float32Array.from(normals(channels, seed), (value) => value + 1.5),
      ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
      const shortcut =
        kind === 'plain'
          ? ({ kind, values } as const)
          : ({ kind, values, gamma: otherGamma, beta: otherBeta } as const);
      const expected = normReference({ channels, x, dy, gamma, beta, activation, slope, shortcut });
      const io = {
        x: scratch('x', x.length, maps.values),
        y: scratch('y', x.length, maps.values),
        other: scratch('other', x.length, maps.values),
        dy: scratch('dy', x.length, maps.gradients),
        dx: scratch('dx', x.length, maps.gradients),
        dOther: scratch('dOther', x.length, maps.gradients),
        norms: scratch('norms', 128),
        running: scratch('running', 128),
        vectors: scratch('vectors', 320),
        gradients: scratch('gradients', 320),
      };
      const other = { norm: 64, gamma: 192, beta: 256 };
      const layer: NormLayer = {
        label: 'bn',
        pixels,
        channels,
        places: { norm: 0, gamma: 0, beta: 64 },
        activation: activation === 'relu' ? activation : { slope: 128 },
        shortcut:
          kind === 'plain' ? { kind, values: io.other } : { kind, values: io.other, places: other },
      };
      const norms = new Float32Array(128);
      for (const [values_, place] of [
        [x, 0],
        [values, 64],
      ] as const) {
        const { mean, variance } = channelStatistics(values_, channels);
        norms.set(mean, place);
        norms.set(inverseDeviation(variance), place + channels);
      }
      const vectors = new Float32Array(320);
      for (const [at, vector] of [gamma, beta, slope, otherGamma, otherBeta].entries()) {
        vectors.set(vector, 64 * at);
      }
      const back = { ...io, dOther: kind === 'normalised' ? io.dOther : null, scratch };
      const outputs = [io.y, io.dy, io.dx, io.gradients];
      const [y, dp, dx, gradients] = await runKernel(gpu(), {
        dispatches: [
          normApply(layer, io.x, io.y, io),
          ...normBackward(layer, back, io, { rows: 1, width: 4, span: 16 }),
        ],
        inputs: given(
          [io.x, x],
          [io.other, values],
          [io.dy, dy],
          [io.norms, norms],
          [io.vectors, vectors],
        ),
        outputs,
      });
      expect(relativeError(y!, expected.y)).toBeLessThan(HALF);
      expect(relativeError(dp!, expected.dp)).toBeLessThan(BRAIN);
      // What is left of dp is what dx is made of: rounded twice, and scaled in between.
      expect(relativeError(dx!, expected.dx)).toBeLessThan(3 * BRAIN);
      expect(relativeError(gradients!.subarray(0, channels), expected.dGamma)).toBeLessThan(EXACT);
      expect(relativeError(gradients!.subarray(64, 64 + channels), expected.dBeta)).toBeLessThan(
        EXACT,
      );
    });
  });
});
