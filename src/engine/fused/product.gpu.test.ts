/**
 * Products that are split where the device has more to do than their own tiles, and the sum of their parts,
 * against float64: as a dense layer gets them on hardware.
 */
import { expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { type GemmKernel, product, productSplit } from './family';
import type { GemmShape } from './gemm';
import { scratch } from './kernel';
import { describeOnGpu } from './testing/gpu';
import { multiply } from './testing/product';
import { given, runKernel } from './testing/run-kernel';

const REGISTERS: GemmKernel = { rows: 4, groups: 1, quads: false, workgroup: 4 };
const WORKGROUP: GemmKernel = {
  rows: 16,
  columns: 16,
  depth: 16,
  threadRows: 2,
  threadColumns: 4,
};

interface Case {
  readonly shape: GemmShape;
  readonly tile: GemmKernel;
  readonly most: number;
  readonly parts: number;
}

/** One image and several; more numbers than one workgroup adds; parts that the sum divides and does not. */
const CASES: readonly Case[] = [
  { shape: { mode: 'nn', m: 1, n: 12, k: 44 }, tile: REGISTERS, most: 3, parts: 3 },
  { shape: { mode: 'nn', m: 5, n: 64, k: 96 }, tile: REGISTERS, most: 8, parts: 8 },
  { shape: { mode: 'nt', m: 1, n: 20, k: 260 }, tile: WORKGROUP, most: 4, parts: 4 },
  { shape: { mode: 'nn', m: 17, n: 36, k: 200 }, tile: WORKGROUP, most: 64, parts: 3 },
];

describeOnGpu('a product in parts', (gpu) => {
  test.each(CASES)('$parts of $shape', async ({ shape, tile, most, parts }) => {
    const { m, n, k } = shape;
    const numbers = { a: normals(m * k, 1), b: normals(k * n, 2) };
    const io = { a: scratch('a', m * k), b: scratch('b', k * n), c: scratch('c', m * n) };
    expect(productSplit(shape, tile, most).parts).toBe(parts);
    const dispatches = product('dense', shape, { tile, parts: most }, io, scratch);
    expect(dispatches.map(({ kernel }) => kernel).at(-1)).toBe('add-parts');
    const [c] = await runKernel(gpu(), {
      dispatches,
      inputs: given(
        [io.a, Float32Array.from(numbers.a)],
        [io.b, Float32Array.from(numbers.b)],
        // What was there before must not show.
        [io.c, new Float32Array(m * n).fill(7)],
      ),
      outputs: [io.c],
    });
    expect(relativeError(c!, multiply(shape, numbers.a, numbers.b))).toBeLessThan(5e-6);
  });
});
