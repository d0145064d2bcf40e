/**
 * Depthwise convolutions against the definition in float64: forward with the statistics it leaves for batch
 * norm, both gradients, with tiles that divide the map and tiles that do not.
 */
import { describe, expect, test } from 'vitest';
import {
  DEPTHWISE_CASES,
  type DepthwiseCase,
  depthwiseOutput,
  depthwiseReference,
} from '../tfjs/testing/depthwise';
import { normals, relativeError } from '../tfjs/testing/numbers';
import {
  type DepthwiseShape,
  depthwiseChoices,
  depthwiseFilterGradient,
  depthwiseForward,
  depthwiseInputGradient,
  depthwiseSplit,
  depthwiseStatistics,
} from './depthwise';
import { padded, scratch } from './kernel';
import { normFinalise, reductionFor } from './norm';
import { sumParts, sumTable } from './small';
import { cutRows, padRows } from './testing/channels';
import { describeOnGpu } from './testing/gpu';
import { given, runKernel } from './testing/run-kernel';

/** Sums of up to 147 products of standard normal numbers, rounded in float32. */
const BOUND = 5e-6;

const title = ({ batch, size, channels, stride }: DepthwiseCase): string =>
  `${batch} × ${size}² × ${channels}, stride ${stride}`;

describeOnGpu('depthwise convolution', (gpu) => {
  describe.each(
    // By turns with the tiles of either kind of adapter.
    DEPTHWISE_CASES.map((shape, at) => ({ ...shape, software: at % 2 === 0, title: title(shape) })),
  )('$title', (shape) => {
    const { batch, size, channels, stride, software } = shape;
    const out = depthwiseOutput(shape);
    const x = normals(batch * size * size * channels, 1);
    const weights = normals(9 * channels, 2);
    const dy = normals(batch * out * out * channels, 3);
    const expected = depthwiseReference(shape, x, weights, dy);
    const width = padded(channels);
    const inside: DepthwiseShape = { batch, inSize: size, outSize: out, channels: width, stride };
    const { tile, parts: wanted } = depthwiseChoices({ software });
    const tensors = {
      x: scratch('x', batch * size * size * width),
      weights: scratch('weights', 9 * width),
      y: scratch('y', batch * out * out * width),
      dy: scratch('dy', batch * out * out * width),
      dx: scratch('dx', batch * size * size * width),
    };
    const filled = given(
      [tensors.x, padRows(x, channels)],
      [tensors.weights, padRows(weights, channels)],
      [tensors.dy, padRows(dy, channels)],
    );

    test('forward, what batch norm finds in its statistics, and both gradients', async () => {
      const layout = depthwiseStatistics(inside, tile('forward', inside));
      const statistics = scratch('statistics', layout.tiles * 2 * width);
      const norms = scratch('norms', 2 * width);
      const running = scratch('running', 2 * width);
      const pixels = batch * out * out;
      const places = { norm: 0, gamma: 0, beta: 0 };
      const layer = { label: 'bn', pixels, channels: width, places };
      const split = depthwiseSplit(inside, tile('filter', inside), Math.min(5, wanted(inside)));
      const { length } = tensors.weights;
      const parts = scratch('parts', split.parts * length);
      const gradient = scratch('gradient', length);
      const sums = [{ from: 0, length, parts: split.parts, to: 0 }];
      const numbers = sumTable(sums);
      const table = scratch('table', numbers.length);
      const io = { ...tensors, statistics, parts };
      const [y, found, dx, dFilter] = await runKernel(gpu(), {
        dispatches: [
          depthwiseForward('conv', inside, tile('forward', inside), io),
          normFinalise(layer, layout, statistics, { norms, running }, reductionFor(true)),
          depthwiseInputGradient('conv', inside, tile('input', inside), io),
          depthwiseFilterGradient('conv', inside, tile('filter', inside), split, io),
          sumParts(sums, { parts, table, gradient }),
        ],
        inputs: new Map([...filled, [table, numbers] as const]),
        outputs: [tensors.y, norms, tensors.dx, gradient],
      });
      expect(relativeError(cutRows(y!, channels), expected.y)).toBeLessThan(BOUND);
      expect(relativeError(cutRows(dx!, channels), expected.dx)).toBeLessThan(BOUND);
      expect(relativeError(cutRows(dFilter!, channels), expected.dFilter)).toBeLessThan(BOUND);
      for (let channel = 0; channel < channels; channel += 1) {
        const values = expected.y.filter((_, at) => at % channels === channel);
        const mean = values.reduce((sum, value) => sum + value, 0) / pixels;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels;
        expect(found![channel]).toBeCloseTo(mean, 5);
        const inverse = 1 / Math.sqrt(variance + 1e-5);
        expect(found![width + channel]! / inverse).toBeCloseTo(1, 4);
      }
    });
  });
});
