/** Matrix products against float64: all three forms, rows no tile divides, split sums, and the head's two extras. */
import { describe, expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { type GemmIo, type GemmShape, type GemmTile, gemm, gemmSplit, gemmTiles } from './gemm';
import type { Gpu } from './gpu';
import { scratch } from './kernel';
import { describeOnGpu, suitedTo } from './testing/gpu';
import { multiply } from './testing/product';
import { given, runKernel } from './testing/run-kernel';

/** Sums of up to 52 products of standard normal numbers. */
const BOUND = 5e-6;

/** One image and several; row lengths are multiples of 4, nothing else is of anything. `tn` reads a by columns: its m is padded too. */
const CASES: readonly (GemmShape & { readonly wanted: number })[] = [
  { mode: 'nn', m: 1, n: 12, k: 20, wanted: 1 },
  { mode: 'nn', m: 5, n: 8, k: 12, wanted: 1 },
  { mode: 'nn', m: 33, n: 36, k: 8, wanted: 1 },
  { mode: 'nt', m: 3, n: 8, k: 52, wanted: 3 },
  { mode: 'nt', m: 1, n: 20, k: 12, wanted: 1 },
  { mode: 'tn', m: 12, n: 8, k: 33, wanted: 1 },
  { mode: 'tn', m: 20, n: 44, k: 1, wanted: 1 },
];

/** Tiles take turns, as in the test of convolutions; with 1 here every shape meets every tile. */
const SHAPES_PER_TILE = 2;

function tilesOf(gpu: Gpu, shape: GemmShape, which: number): readonly GemmTile[] {
  const tiles = suitedTo(gpu).flatMap((device) => gemmTiles(shape, device));
  const different = [...new Map(tiles.map((tile) => [JSON.stringify(tile), tile])).values()];
  return different.filter((_, index) => (index + which) % SHAPES_PER_TILE === 0);
}

function setting(shape: GemmShape, parts = 1) {
  const { m, n, k } = shape;
  const numbers = { a: normals(m * k, 1), b: normals(k * n, 2) };
  const io = {
    a: scratch('a', m * k),
    b: scratch('b', k * n),
    c: scratch('c', parts * m * n),
  };
  const inputs = [
    [io.a, Float32Array.from(numbers.a)],
    [io.b, Float32Array.from(numbers.b)],
  ] as const;
  return { io, inputs, numbers, expected: multiply(shape, numbers.a, numbers.b) };
}

describeOnGpu('matrix product', (gpu) => {
  test.each(CASES.map((shape, which) => ({ ...shape, which })))(
    '$mode of $m × $k × $n, $wanted parts',
    async ({ which, wanted, ...shape }) => {
      const split = gemmSplit(shape.k, wanted);
      const { io, inputs, expected } = setting(shape, split.parts);
      const runs = tilesOf(gpu(), shape, which).map((tile) => ({
        tile,
        dispatches: [gemm('gemm', shape, tile, split, io)],
      }));
      expect(runs).not.toHaveLength(0);
      await gpu().compile(runs.flatMap(({ dispatches }) => dispatches));
      for (const { tile, dispatches } of runs) {
        const [parts] = await runKernel(gpu(), {
          dispatches,
          inputs: given(...inputs),
          outputs: [io.c],
        });
        const sum = expected.map((_, at) => {
          let total = 0;
          for (let part = 0; part < split.parts; part += 1) {
            total += parts![part * expected.length + at]!;
          }
          return total;
        });
        expect(relativeError(sum, expected), JSON.stringify(tile)).toBeLessThan(BOUND);
      }
    },
  );

  test('parts are multiples of four long and cover all of k', () => {
    for (const [k, wanted] of [
      [20, 3],
      [4, 9],
      [128, 8],
      [33, 2],
    ] as const) {
      const { parts, each } = gemmSplit(k, wanted);
      expect(each % 4).toBe(0);
      expect(parts).toBeLessThanOrEqual(wanted);
      expect(parts * each).toBeGreaterThanOrEqual(k);
      expect((parts - 1) * each).toBeLessThan(k);
    }
  });

  const run = async (shape: GemmShape, tile: GemmTile, extra: Partial<GemmIo>, more = given()) => {
    const { io, inputs, numbers, expected } = setting(shape);
    const all: GemmIo = { ...io, ...extra };
    const outputs = [all.c, ...(all.inverse === undefined ? [] : [all.inverse])];
    const values = await runKernel(gpu(), {
      dispatches: [gemm('gemm', shape, tile, gemmSplit(shape.k, 1), all)],
      inputs: new Map([...inputs, ...more]),
      outputs,
    });
    return { values, numbers, expected };
  };

  describe('cosines', () => {
    const shape: GemmShape = { mode: 'nn', m: 33, n: 36, k: 8 };

    test('are the product over the lengths of the columns, which are told', async () => {
      for (const tile of tilesOf(gpu(), shape, 0)) {
        const { values, numbers, expected } = await run(shape, tile, {
          inverse: scratch('inverse', shape.n),
        });
        const inverse = Float64Array.from({ length: shape.n }, (_, column) => {
          const squares = Array.from(
            { length: shape.k },
            (_row, row) => numbers.b[row * shape.n + column]! ** 2,
          );
          return 1 / Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
        });
        const cosines = expected.map((value, at) => value * inverse[at % shape.n]!);
        expect(relativeError(values[0]!, cosines), JSON.stringify(tile)).toBeLessThan(BOUND);
        expect(relativeError(values[1]!, inverse), JSON.stringify(tile)).toBeLessThan(BOUND);
      }
    });

    test('to a centre of zeros are 0, not a division by it', async () => {
      const [tile] = tilesOf(gpu(), shape, 0);
      const b = scratch('b', shape.k * shape.n);
      const zeros = new Float32Array(shape.k * shape.n);
      const { values } = await run(
        shape,
        tile!,
        { b, inverse: scratch('inverse', shape.n) },
        given([b, zeros]),
      );
      expect(values[0]!.every((value) => value === 0)).toBe(true);
      expect(relativeError(values[1]!, new Float64Array(shape.n).fill(1e12))).toBeLessThan(1e-6);
    });
  });

  test('the part of a gradient along its centre is taken away', async () => {
    const shape: GemmShape = { mode: 'tn', m: 12, n: 8, k: 33 };
    const tangent = { along: scratch('along', shape.n), centres: scratch('centres', 12 * shape.n) };
    const along = normals(shape.n, 3);
    const centres = normals(12 * shape.n, 4);
    for (const tile of tilesOf(gpu(), shape, 0)) {
      const { values, expected } = await run(
        shape,
        tile,
        { tangent },
        given(
          [tangent.along, Float32Array.from(along)],
          [tangent.centres, Float32Array.from(centres)],
        ),
      );
      const wanted = expected.map((value, at) => value - along[at % shape.n]! * centres[at]!);
      expect(relativeError(values[0]!, wanted), JSON.stringify(tile)).toBeLessThan(BOUND);
    }
  });
});
