/**
 * Matrix products with tiles in workgroup memory, against float64, and whether every tile that is chosen
 * makes WGSL where channels and taps are many; each is run in `tiled-candidates.gpu.test.ts`.
 */
import { expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import type { ConvShape } from './conv';
import type { GemmIo, GemmShape } from './gemm';
import { type Dispatch, scratch, type Tensor } from './kernel';
import { padRows } from './testing/channels';
import { describeOnGpu } from './testing/gpu';
import { multiply, partsAdded } from './testing/product';
import { given, runKernel } from './testing/run-kernel';
import type { TiledTile } from './tile';
import { tiledFilterGradient, tiledForward, tiledInputGradient } from './tiled';
import { tiledFilterSplit, tiledGemmSplit, tiledGemmTiles, tiledTiles } from './tiled-choices';
import { tiledGemm } from './tiled-gemm';

const tile = (
  rows: number,
  columns: number,
  depth: number,
  threadRows: number,
  threadColumns: number,
): TiledTile => ({ rows, columns, depth, threadRows, threadColumns });

/** Sums of up to some 200 products of standard normal numbers, rounded in float32. */
const BOUND = 5e-6;

describeOnGpu('matrix product in workgroup tiles', (gpu) => {
  test.each([1, 19])('nn, divided by the lengths of the columns: %i images', async (m) => {
    const shape: GemmShape = { mode: 'nn', m, n: 20, k: 36 };
    const io = { ...tensorsOf(shape, 1), inverse: scratch('inverse', shape.n) };
    const { a, b, c } = numbersOf(shape);
    const [values, inverse] = await runKernel(gpu(), {
      dispatches: [tiledGemm('cosines', shape, tile(16, 16, 16, 2, 4), { parts: 1, each: 36 }, io)],
      inputs: given([io.a, a], [io.b, b]),
      outputs: [io.c, io.inverse],
    });
    const lengths = Array.from({ length: shape.n }, (_, column) => {
      const squares = Array.from(b).filter((_, at) => at % shape.n === column);
      return Math.hypot(...squares);
    });
    expect(
      relativeError(
        inverse!,
        lengths.map((length) => 1 / length),
      ),
    ).toBeLessThan(BOUND);
    const wanted = c.map((value, at) => value / lengths[at % shape.n]!);
    expect(relativeError(values!, wanted)).toBeLessThan(BOUND);
  });

  test('nt, in parts that are not whole steps', async () => {
    const shape: GemmShape = { mode: 'nt', m: 13, n: 28, k: 52 };
    const io = tensorsOf(shape, 3);
    const { a, b, c } = numbersOf(shape);
    const [values] = await runKernel(gpu(), {
      dispatches: [tiledGemm('nt', shape, tile(8, 16, 8, 2, 8), { parts: 3, each: 20 }, io)],
      inputs: given([io.a, a], [io.b, b]),
      outputs: [io.c],
    });
    expect(relativeError(partsAdded(values!, c.length), c)).toBeLessThan(BOUND);
  });

  test.each([1, 19])('tn, without the part along the centres: %i images', async (k) => {
    const shape: GemmShape = { mode: 'tn', m: 20, n: 24, k };
    const io = tensorsOf(shape, 1);
    const tangent = {
      along: scratch('along', shape.n),
      centres: scratch('centres', shape.m * shape.n),
    };
    const { a, b, c } = numbersOf(shape);
    const along = padRows(normals(shape.n, 7), shape.n);
    const centres = padRows(normals(shape.m * shape.n, 8), shape.n);
    const [values] = await runKernel(gpu(), {
      dispatches: [
        tiledGemm('tn', shape, tile(16, 16, 8, 4, 4), { parts: 1, each: k }, { ...io, tangent }),
      ],
      inputs: given([io.a, a], [io.b, b], [tangent.along, along], [tangent.centres, centres]),
      outputs: [io.c],
    });
    const wanted = c.map((value, at) => value - along[at % shape.n]! * centres[at]!);
    expect(relativeError(values!, wanted)).toBeLessThan(BOUND);
  });
});

describeOnGpu('tiles that are chosen', (gpu) => {
  test('all make kernels that compile', async () => {
    const any = scratch('any', 4);
    const shape: ConvShape = {
      batch: 32,
      inSize: 57,
      outSize: 29,
      inChannels: 64,
      outChannels: 128,
      kernel: 3,
      stride: 2,
    };
    const dispatches: Dispatch[] = [
      ...tiledTiles('forward', shape).map((tile) =>
        tiledForward('conv', shape, tile, { x: any, weights: any, y: any, statistics: any }),
      ),
      ...tiledTiles('input', shape).map((tile) =>
        tiledInputGradient('conv', shape, tile, { dy: any, weights: any, dx: any, add: true }),
      ),
      ...tiledTiles('filter', shape).map((tile) => {
        const split = tiledFilterSplit(shape, tile, 64);
        return tiledFilterGradient('conv', shape, tile, split, { x: any, dy: any, parts: any });
      }),
      ...(['nn', 'nt', 'tn'] as const).flatMap((mode) => {
        const shape: GemmShape = { mode, m: 64, n: 1000, k: 512 };
        return tiledGemmTiles(shape, 8).map((tile) =>
          tiledGemm('gemm', shape, tile, tiledGemmSplit(shape, tile, 8), {
            a: any,
            b: any,
            c: any,
          }),
        );
      }),
    ];
    for (const { code, kernel } of dispatches) {
      const module = gpu().device.createShaderModule({ code });
      const { messages } = await module.getCompilationInfo();
      expect(
        messages.map(({ message }) => message),
        kernel,
      ).toEqual([]);
    }
  });
});

function tensorsOf({ m, n, k }: GemmShape, parts: number): GemmIo & { readonly c: Tensor } {
  return { a: scratch('a', m * k), b: scratch('b', k * n), c: scratch('c', parts * m * n) };
}

/** Factors as they lie in memory, and their product in float64. */
function numbersOf(shape: GemmShape) {
  const { m, n, k } = shape;
  const a = padRows(normals(m * k, 5), m * k);
  const b = padRows(normals(k * n, 6), k * n);
  return { a, b, c: multiply(shape, a, b) };
}
