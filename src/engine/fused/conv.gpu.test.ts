/**
 * Convolutions against the definition in float64, each with every tile it may be given. Shapes are odd:
 * channels that are padded, maps that no tile divides, one pixel too many at the border.
 */
import { describe, expect, test } from 'vitest';
import { type ConvolutionCase, convolveReference, outputSize } from '../tfjs/testing/convolution';
import { normals, relativeError } from '../tfjs/testing/numbers';
import {
  type ConvShape,
  type ConvTile,
  convFilterGradient,
  convForward,
  convInputGradient,
  convTiles,
  filterSplit,
} from './conv';
import type { ConvPass } from './family';
import type { Gpu } from './gpu';
import { padded, scratch } from './kernel';
import { sumParts, sumTable } from './small';
import { cutFilter, cutRows, padFilter, padRows } from './testing/channels';
import { describeOnGpu, suitedTo } from './testing/gpu';
import { given, type KernelRun, runKernel } from './testing/run-kernel';

/** Between them every channel count, size, filter, stride and batch meets its neighbours. */
const CASES: readonly ConvolutionCase[] = [
  { batch: 3, size: 9, inChannels: 3, outChannels: 8, filter: 3, stride: 2 },
  { batch: 1, size: 7, inChannels: 8, outChannels: 12, filter: 3, stride: 1 },
  { batch: 3, size: 8, inChannels: 12, outChannels: 5, filter: 3, stride: 2 },
  { batch: 1, size: 5, inChannels: 5, outChannels: 16, filter: 1, stride: 2 },
];

/** Sums of up to 108 products of standard normal numbers, rounded in float32. */
const BOUND = 5e-6;

/**
 * A software adapter takes up to a second to compile a kernel, so a tile does not meet every shape: one in
 * so many. With 1 here, everything meets everything.
 */
const SHAPES_PER_TILE = 4;

const title = (shape: ConvolutionCase): string =>
  `${shape.batch} × ${shape.size}² × ${shape.inChannels} → ${shape.outChannels}, ` +
  `${shape.filter}×${shape.filter}, stride ${shape.stride}`;

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

/** Of every tile that any kind of device may be given for a pass: the share that is this shape's. */
function tilesOf(gpu: Gpu, pass: ConvPass, shape: ConvShape, which: number): readonly ConvTile[] {
  const tiles = suitedTo(gpu).flatMap((device) => convTiles(pass, shape, device));
  const different = [...new Map(tiles.map((tile) => [JSON.stringify(tile), tile])).values()];
  const turn = different.filter((_, index) => (index + which) % SHAPES_PER_TILE === 0);
  // SwiftShader takes 15 s for this one kernel, on a map of odd size at stride 2, and 0.3 s for all others.
  const slow = pass === 'filter' && shape.stride === 2 && shape.inSize % 2 === 1;
  return turn.filter(({ quads }) => !(slow && quads));
}

/** Runs every case, all their kernels compiled side by side first; `check` gets what a case wrote. */
async function runAll<T extends KernelRun>(
  gpu: Gpu,
  runs: readonly T[],
  check: (values: Float32Array, run: T) => void,
): Promise<void> {
  expect(runs).not.toHaveLength(0);
  await gpu.compile(runs.flatMap(({ dispatches }) => dispatches));
  for (const run of runs) check((await runKernel(gpu, run))[0]!, run);
}

describeOnGpu('convolution', (gpu) => {
  describe.each(CASES.map((shape, which) => ({ ...shape, which, title: title(shape) })))(
    '$title',
    (shape) => {
      const { which, batch, size, inChannels, outChannels, filter } = shape;
      const out = outputSize(shape);
      const x = normals(batch * size * size * inChannels, 1);
      const weights = normals(filter * filter * inChannels * outChannels, 2);
      const dy = normals(batch * out * out * outChannels, 3);
      const expected = convolveReference(shape, x, weights, dy);
      const inside = paddedShape(shape);
      const taps = filter * filter;
      const tensors = {
        x: scratch('x', batch * size * size * inside.inChannels),
        weights: scratch('weights', taps * inside.inChannels * inside.outChannels),
        y: scratch('y', batch * out * out * inside.outChannels),
        dy: scratch('dy', batch * out * out * inside.outChannels),
        dx: scratch('dx', batch * size * size * inside.inChannels),
      };
      const filled = given(
        [tensors.x, padRows(x, inChannels)],
        [tensors.weights, padFilter(weights, taps, inChannels, outChannels)],
        [tensors.dy, padRows(dy, outChannels)],
      );

      test('forward', async () => {
        const { x, weights, y } = tensors;
        const runs = tilesOf(gpu(), 'forward', inside, which).map((tile) => ({
          dispatches: [convForward('conv', inside, tile, { x, weights, y, statistics: null })],
          inputs: filled,
          outputs: [y],
          name: JSON.stringify(tile),
        }));
        await runAll(gpu(), runs, (values, { name }) => {
          expect(relativeError(cutRows(values, outChannels), expected.y), name).toBeLessThan(BOUND);
          expectZeroPadding(values, outChannels, name);
        });
      });

      test('gradient of the input', async () => {
        const { dy, weights, dx } = tensors;
        const runs = tilesOf(gpu(), 'input', inside, which).map((tile) => ({
          dispatches: [convInputGradient('conv', inside, tile, { dy, weights, dx, add: false })],
          inputs: filled,
          outputs: [dx],
          name: JSON.stringify(tile),
        }));
        await runAll(gpu(), runs, (values, { name }) => {
          expect(relativeError(cutRows(values, inChannels), expected.dx), name).toBeLessThan(BOUND);
          expectZeroPadding(values, inChannels, name);
        });
      });

      test('gradient of the filter, in parts that are added', async () => {
        const { x, dy, weights } = tensors;
        const { length } = weights;
        const runs = tilesOf(gpu(), 'filter', inside, which).map((tile) => {
          const split = filterSplit(inside, tile, 3);
          const parts = scratch('parts', split.parts * length);
          const gradient = scratch('gradient', length);
          const sums = [{ from: 0, length, parts: split.parts, to: 0 }];
          const numbers = sumTable(sums);
          const table = scratch('table', numbers.length);
          return {
            dispatches: [
              convFilterGradient('conv', inside, tile, split, { x, dy, parts }),
              sumParts(sums, { parts, table, gradient }),
            ],
            inputs: new Map([...filled, [table, numbers] as const]),
            outputs: [gradient],
            name: JSON.stringify(tile),
          };
        });
        await runAll(gpu(), runs, (values, { name }) => {
          const cut = cutFilter(values, taps, inChannels, outChannels);
          expect(relativeError(cut, expected.dFilter), name).toBeLessThan(BOUND);
        });
      });
    },
  );

  test('a gradient is added to what flows past the convolution', async () => {
    const shape = CASES[0]!;
    const inside = paddedShape(shape);
    const out = outputSize(shape);
    const dy = normals(shape.batch * out * out * shape.outChannels, 3);
    const weights = normals(9 * shape.inChannels * shape.outChannels, 2);
    const past = normals(shape.batch * shape.size * shape.size * shape.inChannels, 4);
    const { dx } = convolveReference(shape, past, weights, dy);
    const io = {
      dy: scratch('dy', shape.batch * out * out * inside.outChannels),
      weights: scratch('weights', 9 * inside.inChannels * inside.outChannels),
      dx: scratch('dx', shape.batch * shape.size * shape.size * inside.inChannels),
      add: true,
    };
    const tile = tilesOf(gpu(), 'input', inside, 0)[0]!;
    const [values] = await runKernel(gpu(), {
      dispatches: [convInputGradient('conv', inside, tile, io)],
      inputs: given(
        [io.dy, padRows(dy, shape.outChannels)],
        [io.weights, padFilter(weights, 9, shape.inChannels, shape.outChannels)],
        [io.dx, padRows(past, shape.inChannels)],
      ),
      outputs: [io.dx],
    });
    const expected = dx.map((value, at) => value + past[at]!);
    expect(relativeError(cutRows(values!, shape.inChannels), expected)).toBeLessThan(BOUND);
  });
});

function expectZeroPadding(values: Float32Array, channels: number, words: string): void {
  const width = padded(channels);
  const beside = values.filter((_, at) => at % width >= channels);
  expect(
    beside.every((value) => value === 0),
    words,
  ).toBe(true);
}
