/**
 * Every tile in workgroup memory that a GPU may be given, run against float64 in the kernels it may be
 * given for. Nothing divides anything: the last tile is cut both ways, and so is the last step.
 */
import { expect, test } from 'vitest';
import { type ConvolutionCase, convolveReference, outputSize } from '../tfjs/testing/convolution';
import { normals, relativeError } from '../tfjs/testing/numbers';
import type { ConvShape } from './conv';
import type { GemmShape } from './gemm';
import type { Gpu } from './gpu';
import { scratch } from './kernel';
import { cutFilter, cutRows, padFilter, padRows } from './testing/channels';
import { describeOnGpu } from './testing/gpu';
import { describeInNode } from './testing/long';
import { multiply, partsAdded } from './testing/product';
import { given, type KernelRun, runKernel } from './testing/run-kernel';
import type { TiledTile } from './tile';
import { tiledFilterGradient, tiledForward, tiledInputGradient } from './tiled';
import { tiledFilterSplit, tiledGemmSplit, tiledGemmTiles, tiledTiles } from './tiled-choices';
import { tiledGemm } from './tiled-gemm';

/** Sums of up to some 600 products of standard normal numbers, rounded in float32. */
const BOUND = 5e-6;

/** Those with a transposed left factor last: they have tiles of whole fours of rows a thread only. */
const KERNELS = ['forward', 'input', 'nn', 'nt', 'filter', 'tn'] as const;
type Kernel = (typeof KERNELS)[number];

/** A software adapter takes a second to compile a large tile: in one kernel each. With `true`, in all of them. */
const EVERYWHERE = false;

const inner: Omit<ConvShape, 'batch' | 'inSize' | 'outSize'> = {
  inChannels: 20,
  outChannels: 68,
  kernel: 3,
  stride: 1,
};

/** From one pixel to a large batch of large crops, few channels to many: all candidates come up. */
const ASKED_CONVOLUTIONS: readonly ConvShape[] = [1, 32, 256].flatMap((batch) =>
  [1, 7, 28, 112].flatMap((side) =>
    [4, 16, 64, 128].flatMap((inChannels) =>
      [8, 32, 64, 256].map((outChannels) => ({
        ...inner,
        batch,
        inSize: side,
        outSize: side,
        inChannels,
        outChannels,
      })),
    ),
  ),
);

function askedProducts(mode: GemmShape['mode']): readonly GemmShape[] {
  return [1, 8, 64, 256].flatMap((rows) =>
    [8, 128, 1000, 100_000].flatMap((n) =>
      [8, 128, 512, 6272].flatMap((terms) => [
        { mode, m: rows, n, k: terms },
        { mode, m: terms, n, k: rows },
      ]),
    ),
  );
}

function candidatesOf(kernel: Kernel): readonly TiledTile[] {
  const all =
    kernel === 'nn' || kernel === 'nt' || kernel === 'tn'
      ? askedProducts(kernel).flatMap((one) => tiledGemmTiles(one, kernel === 'nt' ? 64 : 1))
      : ASKED_CONVOLUTIONS.flatMap((one) => tiledTiles(kernel, one));
  return [...new Map(all.map((tile) => [JSON.stringify(tile), tile])).values()];
}

const TILES = candidatesOf('forward');

function tilesOf(kernel: Kernel): readonly TiledTile[] {
  const place = KERNELS.indexOf(kernel);
  const chosen = TILES.filter(({ threadRows }, index) => {
    const kernels = threadRows % 4 === 0 ? KERNELS.length : KERNELS.indexOf('filter');
    return EVERYWHERE ? place < kernels : index % kernels === place;
  });
  expect(chosen).not.toHaveLength(0);
  return chosen;
}

/** Runs a kernel with every tile, all compiled side by side first; `found` are its numbers without padding. */
async function runAll(
  gpu: Gpu,
  tiles: readonly TiledTile[],
  runOf: (tile: TiledTile) => KernelRun,
  found: (values: Float32Array) => ArrayLike<number>,
  expected: ArrayLike<number>,
): Promise<void> {
  const runs = tiles.map((tile) => ({ ...runOf(tile), name: JSON.stringify(tile) }));
  await gpu.compile(runs.flatMap(({ dispatches }) => dispatches));
  for (const { name, ...run } of runs) {
    const [values] = await runKernel(gpu, run);
    expect(relativeError(found(values!), expected), name).toBeLessThan(BOUND);
  }
}

describeInNode('tiles that a GPU may be given', () => {
  test('are the same few for every kernel', () => {
    for (const kernel of KERNELS) {
      const known = new Set(TILES.map((tile) => JSON.stringify(tile)));
      const strange = candidatesOf(kernel).filter((tile) => !known.has(JSON.stringify(tile)));
      expect(strange, kernel).toEqual([]);
    }
  });

  describeOnGpu('convolution', (gpu) => {
    const shape: ConvolutionCase = {
      batch: 3,
      size: 7,
      inChannels: inner.inChannels - 1,
      outChannels: inner.outChannels - 2,
      filter: 3,
      stride: 1,
    };
    const { batch, size, inChannels, outChannels } = shape;
    const out = outputSize(shape);
    const taps = 9;
    const x = normals(batch * size * size * inChannels, 1);
    const weights = normals(taps * inChannels * outChannels, 2);
    const dy = normals(batch * out * out * outChannels, 3);
    const expected = convolveReference(shape, x, weights, dy);
    const inside: ConvShape = { ...inner, batch, inSize: size, outSize: out };
    const tensors = {
      x: scratch('x', batch * size * size * inside.inChannels),
      weights: scratch('weights', taps * inside.inChannels * inside.outChannels),
      y: scratch('y', batch * out * out * inside.outChannels),
      dy: scratch('dy', batch * out * out * inside.outChannels),
      dx: scratch('dx', batch * size * size * inside.inChannels),
    };
    const inputs = given(
      [tensors.x, padRows(x, inChannels)],
      [tensors.weights, padFilter(weights, taps, inChannels, outChannels)],
      [tensors.dy, padRows(dy, outChannels)],
    );

    test('forward', async () => {
      const runOf = (tile: TiledTile): KernelRun => ({
        dispatches: [tiledForward('conv', inside, tile, { ...tensors, statistics: null })],
        inputs,
        outputs: [tensors.y],
      });
      const cut = (values: Float32Array) => cutRows(values, outChannels);
      await runAll(gpu(), tilesOf('forward'), runOf, cut, expected.y);
    });

    test('gradient of the input', async () => {
      const runOf = (tile: TiledTile): KernelRun => ({
        dispatches: [tiledInputGradient('conv', inside, tile, { ...tensors, add: false })],
        inputs,
        outputs: [tensors.dx],
      });
      const cut = (values: Float32Array) => cutRows(values, inChannels);
      await runAll(gpu(), tilesOf('input'), runOf, cut, expected.dx);
    });

    test('gradient of the filter, in parts', async () => {
      const { length } = tensors.weights;
      const runOf = (tile: TiledTile): KernelRun => {
        const split = tiledFilterSplit(inside, tile, 2);
        const parts = scratch('parts', split.parts * length);
        const io = { ...tensors, parts };
        return {
          dispatches: [tiledFilterGradient('conv', inside, tile, split, io)],
          inputs,
          outputs: [parts],
        };
      };
      const cut = (values: Float32Array) =>
        cutFilter(partsAdded(values, length), taps, inChannels, outChannels);
      await runAll(gpu(), tilesOf('filter'), runOf, cut, expected.dFilter);
    });
  });

  describeOnGpu('matrix product', (gpu) => {
    test.each([
      { mode: 'nn', m: 131, n: 68, k: 36, parts: 1 },
      { mode: 'nt', m: 67, n: 132, k: 100, parts: 2 },
      { mode: 'tn', m: 132, n: 68, k: 35, parts: 1 },
    ] as const)('$mode, $parts parts', async ({ parts: most, ...shape }) => {
      const { mode, m, n, k } = shape;
      const numbers = { a: normals(m * k, 1), b: normals(k * n, 2) };
      const [a, b] = [scratch('a', m * k), scratch('b', k * n)];
      const runOf = (tile: TiledTile): KernelRun => {
        const split = tiledGemmSplit(shape, tile, most);
        const c = scratch('c', split.parts * m * n);
        return {
          dispatches: [tiledGemm('gemm', shape, tile, split, { a, b, c })],
          inputs: given([a, Float32Array.from(numbers.a)], [b, Float32Array.from(numbers.b)]),
          outputs: [c],
        };
      };
      const cut = (values: Float32Array) => partsAdded(values, m * n);
      await runAll(gpu(), tilesOf(mode), runOf, cut, multiply(shape, numbers.a, numbers.b));
    });
  });
});
