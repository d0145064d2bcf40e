/**
 * Statistics of batch norm: those the forward convolution leaves of its tiles, joined; and those of the
 * embedding, which come with its norm. Means far from 0 against deviations near 1: a sum of squares less
 * the square of the sum would lose half its digits here.
 */
import { describe, expect, test } from 'vitest';
import { BATCH_NORM } from '../../models/layout';
import { type ConvolutionCase, convolveReference, outputSize } from '../tfjs/testing/convolution';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { type ConvShape, convForward, convTiles, statisticsLayout, statisticsLength } from './conv';
import { padded, scratch } from './kernel';
import { normFinalise, reductionFor, vectorNorm, vectorNormBackward } from './norm';
import { runningNorm } from './small';
import { cutRows, padFilter, padRows } from './testing/channels';
import { describeOnGpu, suitedTo } from './testing/gpu';
import { channelStatistics, inverseDeviation, normReference } from './testing/norm-reference';
import { given, runKernel } from './testing/run-kernel';

const REDUCTIONS = [reductionFor(true), reductionFor(false)];
const BOUND = 1e-5;
const NORM = 64;

/** Running statistics before the step: mean 2, variance 3 everywhere. */
function runningBefore(width: number): Float32Array<ArrayBuffer> {
  const running = new Float32Array(128);
  running.fill(2, NORM, NORM + width);
  running.fill(3, NORM + width, NORM + 2 * width);
  return running;
}

function moved(before: number, batch: Float64Array): Float64Array {
  const { momentum } = BATCH_NORM;
  return batch.map((value) => momentum * before + (1 - momentum) * value);
}

const CASES: readonly ConvolutionCase[] = [
  // 5 × 5 outputs: tiles are cut at the right and lower border.
  { batch: 3, size: 9, inChannels: 3, outChannels: 5, filter: 3, stride: 2 },
  // 8 × 8 outputs: whole tiles.
  { batch: 2, size: 8, inChannels: 4, outChannels: 8, filter: 3, stride: 1 },
];

describeOnGpu('statistics', (gpu) => {
  describe.each(REDUCTIONS)('reduced by $rows rows', (reduction) => {
    test.each(CASES)('of a convolution: $batch × $size² × $outChannels', async (shape) => {
      const { batch, size, inChannels, outChannels, filter, stride } = shape;
      const out = outputSize(shape);
      const inside: ConvShape = {
        batch,
        inSize: size,
        outSize: out,
        inChannels: padded(inChannels),
        outChannels: padded(outChannels),
        kernel: filter,
        stride,
      };
      const x = normals(batch * size * size * inChannels, 1).map((value) => value + 10);
      const weights = normals(9 * inChannels * outChannels, 2);
      const { y } = convolveReference(shape, x, weights, []);
      const { mean, variance } = channelStatistics(y, outChannels);
      // The first candidate of software and of hardware.
      const tiles = suitedTo(gpu()).map((device) => convTiles('forward', inside, device)[0]!);
      const tile = tiles[reduction.rows === 1 ? 0 : tiles.length - 1]!;
      const width = padded(outChannels);
      const io = {
        x: scratch('x', batch * size * size * padded(inChannels)),
        weights: scratch('weights', 9 * padded(inChannels) * width),
        y: scratch('y', batch * out * out * width),
        statistics: scratch('statistics', statisticsLength(inside, tile)),
      };
      const norms = scratch('norms', 128);
      const running = scratch('running', 128);
      const layer = {
        label: 'bn',
        pixels: batch * out * out,
        channels: width,
        places: { norm: NORM, gamma: 0, beta: 0 },
      };
      const layout = statisticsLayout(inside, tile);
      const [found, after] = await runKernel(gpu(), {
        dispatches: [
          convForward('conv', inside, tile, io),
          normFinalise(layer, layout, io.statistics, { norms, running }, reduction),
        ],
        inputs: given(
          [io.x, padRows(x, inChannels)],
          [io.weights, padFilter(weights, 9, inChannels, outChannels)],
          [running, runningBefore(width)],
        ),
        outputs: [norms, running],
      });
      const read = (values: Float32Array, row: number): Float32Array =>
        values.subarray(NORM + row * width, NORM + row * width + outChannels);
      expect(relativeError(read(found!, 0), mean)).toBeLessThan(BOUND);
      expect(relativeError(read(found!, 1), inverseDeviation(variance))).toBeLessThan(BOUND);
      expect(relativeError(read(after!, 0), moved(2, mean))).toBeLessThan(BOUND);
      expect(relativeError(read(after!, 1), moved(3, variance))).toBeLessThan(BOUND);
    });

    test.each([
      // One alone is its own mean: what comes out is β, and nothing flows back.
      { batch: 1, channels: 6 },
      { batch: 3, channels: 6 },
      { batch: 33, channels: 20 },
    ])('of $batch embeddings of $channels, and the way back', async ({ batch, channels }) => {
      const width = padded(channels);
      const input = {
        channels,
        x: normals(batch * channels, 1).map((value, at) => value + 5 * (at % channels)),
        dy: normals(batch * channels, 2),
        gamma: new Float64Array(channels).fill(1),
        beta: normals(channels, 3),
        activation: 'none',
        slope: [],
        shortcut: { kind: 'none' },
      } as const;
      const expected = normReference(input);
      const { mean, variance } = channelStatistics(input.x, channels);
      const layer = { label: 'bn', batch, channels: width, places: { norm: NORM, beta: 64 } };
      const [x, y, dy, dx] = ['x', 'y', 'dy', 'dx'].map((name) => scratch(name, batch * width));
      const tensors = {
        norms: scratch('norms', 128),
        running: scratch('running', 128),
        vectors: scratch('vectors', 128),
        gradients: scratch('gradients', 128),
      };
      const vectors = new Float32Array(128);
      vectors.set(input.beta, 64);
      const [values, norms, running, gradient, gradients] = await runKernel(gpu(), {
        dispatches: [
          vectorNorm(layer, x!, y!, tensors, reduction),
          vectorNormBackward(layer, { x: x!, dy: dy!, dx: dx! }, tensors, reduction),
        ],
        inputs: given(
          [x!, padRows(input.x, channels)],
          [dy!, padRows(input.dy, channels)],
          [tensors.vectors, vectors],
          [tensors.running, runningBefore(width)],
        ),
        outputs: [y!, tensors.norms, tensors.running, dx!, tensors.gradients],
      });
      expect(relativeError(cutRows(values!, channels), expected.y)).toBeLessThan(BOUND);
      expect(relativeError(norms!.subarray(NORM, NORM + channels), mean)).toBeLessThan(BOUND);
      const varianceAt = NORM + width;
      expect(
        relativeError(running!.subarray(varianceAt, varianceAt + channels), moved(3, variance)),
      ).toBeLessThan(BOUND);
      expect(relativeError(cutRows(gradient!, channels), expected.dx)).toBeLessThan(BOUND);
      expect(relativeError(gradients!.subarray(64, 64 + channels), expected.dBeta)).toBeLessThan(
        BOUND,
      );
    });
  });

  test('inference takes out what is left of the initial statistics', async () => {
    // Mean 0 and variance 1 at first; after t steps momentumᵗ of them is left.
    const left = BATCH_NORM.momentum ** 3;
    const mean = normals(4, 1);
    const variance = normals(4, 2).map((value) => 0.1 + value * value);
    const held = (values: Float32Array, initial: number): Float32Array =>
      values.map((value) => left * initial + (1 - left) * value);
    const io = {
      running: scratch('running', 64),
      kinds: scratch('kinds', 64),
      norms: scratch('norms', 64),
    };
    const running = new Float32Array(64);
    running.set(held(mean, 0), 0);
    running.set(held(variance, 1), 4);
    const kinds = new Float32Array(64).fill(1, 4, 8);
    const [norms] = await runKernel(gpu(), {
      dispatches: [runningNorm(io)],
      inputs: given([io.running, running], [io.kinds, kinds]),
      outputs: [io.norms],
      step: { correction1: left },
    });
    expect(relativeError(norms!.subarray(0, 4), mean)).toBeLessThan(BOUND);
    const expected = inverseDeviation(Float64Array.from(variance));
    expect(relativeError(norms!.subarray(4, 8), expected)).toBeLessThan(BOUND);
  });
});
