/**
 * Convolutions with tiles in workgroup memory, against the definition in float64. Shapes are odd, so that
 * nothing divides anything, and tiles small: software adapters take a second to compile a large one. Those
 * are run in `tiled-candidates.gpu.test.ts`.
 */
import { describe, expect, test } from 'vitest';
import { type ConvolutionCase, convolveReference, outputSize } from '../tfjs/testing/convolution';
import { normals, relativeError } from '../tfjs/testing/numbers';
import type { ConvShape } from './conv';
import { padded, scratch } from './kernel';
import { normFinalise } from './norm';
import { cutFilter, cutRows, padFilter, padRows } from './testing/channels';
import { firstDifference } from './testing/compare';
import { describeOnGpu } from './testing/gpu';
import { partsAdded } from './testing/product';
import { given, runKernel } from './testing/run-kernel';
import type { TiledTile } from './tile';
import {
  type TiledSplit,
  tiledFilterGradient,
  tiledForward,
  tiledInputGradient,
  tiledStatistics,
} from './tiled';

const tile = (
  rows: number,
  columns: number,
  depth: number,
  threadRows: number,
  threadColumns: number,
): TiledTile => ({ rows, columns, depth, threadRows, threadColumns });

/** Sums of up to some 200 products of standard normal numbers, rounded in float32. */
const BOUND = 5e-6;

interface Case {
  readonly shape: ConvolutionCase;
  readonly forward: TiledTile;
  readonly input: TiledTile;
  readonly filter: TiledTile;
}

const CASES: readonly Case[] = [
  {
    // Steps of several taps; an odd size in two phases of each direction.
    shape: { batch: 3, size: 9, inChannels: 5, outChannels: 11, filter: 3, stride: 2 },
    forward: tile(16, 16, 16, 2, 4),
    input: tile(16, 8, 16, 2, 4),
    filter: tile(16, 16, 8, 4, 4),
  },
  {
    // Steps of one tap each; several tiles both ways, the last ones cut.
    shape: { batch: 2, size: 6, inChannels: 16, outChannels: 20, filter: 3, stride: 1 },
    forward: tile(32, 16, 16, 4, 8),
    input: tile(32, 16, 8, 4, 8),
    filter: tile(64, 16, 8, 8, 4),
  },
  {
    // One image; a single tap, and phases that none reaches.
    shape: { batch: 1, size: 9, inChannels: 8, outChannels: 12, filter: 1, stride: 2 },
    forward: tile(8, 16, 8, 1, 4),
    input: tile(8, 8, 8, 1, 4),
    filter: tile(8, 8, 8, 4, 4),
  },
];

function paddedShape(shape: ConvolutionCase): ConvShape {
  return {
    batch: shape.batch,
    inSize: shape.size,
    outSize: outputSize(shape),
    inChannels: padded(shape.inChannels),
    outChannels: padded(shape.outChannels),
    kernel: shape.filter,
    stride: shape.stride,
  };
}

describeOnGpu('convolution in workgroup tiles', (gpu) => {
  const titled = CASES.map((one) => ({ ...one, title: JSON.stringify(one.shape) }));
  describe.each(titled)('$title', ({ shape, forward, input, filter }) => {
    const { batch, size, inChannels, outChannels } = shape;
    const inside = paddedShape(shape);
    const taps = shape.filter ** 2;
    const pixels = batch * inside.outSize ** 2;
    const x = normals(batch * size * size * inChannels, 1);
    const weights = normals(taps * inChannels * outChannels, 2);
    const dy = normals(pixels * outChannels, 3);
    const expected = convolveReference(shape, x, weights, dy);
    const tensors = {
      x: scratch('x', batch * size * size * inside.inChannels),
      weights: scratch('weights', taps * inside.inChannels * inside.outChannels),
      y: scratch('y', pixels * inside.outChannels),
      dy: scratch('dy', pixels * inside.outChannels),
      dx: scratch('dx', batch * size * size * inside.inChannels),
    };
    const filled = given(
      [tensors.x, padRows(x, inChannels)],
      [tensors.weights, padFilter(weights, taps, inChannels, outChannels)],
      [tensors.dy, padRows(dy, outChannels)],
    );

    test('forward, with the statistics of every tile', async () => {
      const layout = tiledStatistics(inside, forward);
      const statistics = scratch('statistics', layout.tiles * 2 * inside.outChannels);
      const [y, told] = await runKernel(gpu(), {
        dispatches: [tiledForward('conv', inside, forward, { ...tensors, statistics })],
        inputs: filled,
        outputs: [tensors.y, statistics],
      });
      expect(relativeError(cutRows(y!, outChannels), expected.y)).toBeLessThan(BOUND);
      const wanted = statisticsReference(expected.y, outChannels, layout.rowsEach);
      const cut = cutRows(told!, outChannels);
      expect(cut.length).toBe(wanted.length);
      const halves = (values: ArrayLike<number>, which: 0 | 1): number[] =>
        Array.from(values).filter((_, at) => Math.floor(at / outChannels) % 2 === which);
      expect(relativeError(halves(cut, 0), halves(wanted, 0))).toBeLessThan(BOUND);
      expect(relativeError(halves(cut, 1), halves(wanted, 1))).toBeLessThan(BOUND);
    });

    // A single tap must leave alone what no output reaches, or write zeros there.
    test.each(shape.filter === 1 ? [false, true] : [shape.stride === 2])(
      'gradient of the input, added to what is there: %s',
      async (add) => {
        const past = normals(batch * size * size * inChannels, 4);
        const [dx] = await runKernel(gpu(), {
          dispatches: [tiledInputGradient('conv', inside, input, { ...tensors, add })],
          inputs: new Map([...filled, [tensors.dx, padRows(past, inChannels)]]),
          outputs: [tensors.dx],
        });
        const wanted = add ? expected.dx.map((value, at) => value + past[at]!) : expected.dx;
        expect(relativeError(cutRows(dx!, inChannels), wanted)).toBeLessThan(BOUND);
      },
    );

    test('gradient of the filter, in parts', async () => {
      const { length } = tensors.weights;
      const each = filter.depth * Math.ceil(pixels / filter.depth / 3);
      const split: TiledSplit = { parts: Math.ceil(pixels / each), each };
      const parts = scratch('parts', split.parts * length);
      const run = {
        dispatches: [tiledFilterGradient('conv', inside, filter, split, { ...tensors, parts })],
        inputs: filled,
        outputs: [parts],
      };
      const [values] = await runKernel(gpu(), run);
      const sum = partsAdded(values!, length);
      const cut = cutFilter(sum, taps, inChannels, outChannels);
      expect(relativeError(cut, expected.dFilter)).toBeLessThan(BOUND);
      const [again] = await runKernel(gpu(), run);
      expect(firstDifference(again!, values!)).toBeNull();
    });
  });

  test('statistics far from zero keep their digits up to the batch norm', async () => {
    const { shape, forward } = CASES[1]!;
    const inside = paddedShape(shape);
    const { batch, size, inChannels, outChannels } = shape;
    const x = normals(batch * size * size * inChannels, 1);
    // The tap in the middle alone, so that every pixel is about 1000 and none is at a border.
    const weights = new Float32Array(9 * inChannels * outChannels);
    for (let at = 0; at < outChannels; at += 1) weights[4 * inChannels * outChannels + at] = 1;
    for (let at = 0; at < x.length; at += inChannels) x[at]! += 1000;
    const { y } = convolveReference(shape, x, weights, new Float64Array(x.length * 2));
    const { tiles, rowsEach, rows } = tiledStatistics(inside, forward);
    const channels = inside.outChannels;
    const tensors = {
      x: scratch('x', x.length),
      weights: scratch('weights', weights.length),
      y: scratch('y', rows * channels),
      statistics: scratch('statistics', tiles * 2 * channels),
    };
    const norms = scratch('norms', 2 * channels);
    const running = scratch('running', 2 * channels);
    const layout = {
      tiles,
      tileHeight: rowsEach,
      tileWidth: 1,
      tilesX: 1,
      tilesY: tiles,
      size: rows,
    };
    const layer = {
      label: 'bn',
      pixels: rows,
      channels,
      places: { norm: 0, gamma: null, beta: 0 },
    };
    const [values] = await runKernel(gpu(), {
      dispatches: [
        tiledForward('conv', inside, forward, tensors),
        normFinalise(
          layer,
          layout,
          tensors.statistics,
          { norms, running },
          {
            rows: 4,
            width: 4,
            span: 16,
          },
        ),
      ],
      inputs: given(
        [tensors.x, padRows(x, inChannels)],
        [tensors.weights, padRows(weights, outChannels)],
      ),
      outputs: [norms],
    });
    const [mean, squares] = split(statisticsReference(y, outChannels, rows), outChannels);
    const rstd = squares.map((sum) => 1 / Math.sqrt(sum / rows + 1e-5));
    const [toldMean, toldRstd] = split(values!, channels);
    expect(relativeError(toldMean, mean)).toBeLessThan(1e-6);
    expect(relativeError(toldRstd, rstd)).toBeLessThan(1e-5);
  });
});

/** `[tiles, 2, channels]`: mean and sum of squared distances from it over every `rowsEach` rows of `y`. */
function statisticsReference(y: Float64Array, channels: number, rowsEach: number): Float64Array {
  const tiles = Math.ceil(y.length / channels / rowsEach);
  const result = new Float64Array(tiles * 2 * channels);
  for (let at = 0; at < tiles * channels; at += 1) {
    const channel = at % channels;
    const tile = (at - channel) / channels;
    const rows = y
      .subarray(tile * rowsEach * channels, (tile + 1) * rowsEach * channels)
      .filter((_, index) => index % channels === channel);
    const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
    result[2 * tile * channels + channel] = mean;
    result[(2 * tile + 1) * channels + channel] = rows.reduce(
      (sum, value) => sum + (value - mean) ** 2,
      0,
    );
  }
  return result;
}

function split(values: Float32Array | Float64Array, length: number): [number[], number[]] {
  return [Array.from(values.subarray(0, length)), Array.from(values.subarray(length))];
}
