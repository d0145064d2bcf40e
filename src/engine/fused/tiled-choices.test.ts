/** Tiles and parts as plain data: they fit, they cover everything once, and they keep a GPU busy. */
import { describe, expect, test } from 'vitest';
import type { ConvShape } from './conv';
import { MAX_WORKGROUPS, scratch } from './kernel';
import { geometry, type TiledTile } from './tile';
import { convProduct, tiledFilterGradient, tiledForward, tiledStatistics } from './tiled';
import { tiledFilterSplit, tiledGemmSplit, tiledGemmTiles, tiledTiles } from './tiled-choices';
import { tiledGemm } from './tiled-gemm';

const PASSES = ['forward', 'input', 'filter'] as const;
const tensor = scratch('tensor', 4);

const conv = (
  batch: number,
  inSize: number,
  inChannels: number,
  outChannels: number,
  stride: 1 | 2,
): ConvShape => ({
  batch,
  inSize,
  outSize: Math.ceil(inSize / stride),
  inChannels,
  outChannels,
  kernel: 3,
  stride,
});

const SHAPES: readonly ConvShape[] = [
  conv(1, 1, 4, 4, 1),
  conv(32, 32, 4, 32, 1),
  conv(32, 13, 12, 20, 2),
  conv(64, 112, 64, 64, 1),
  conv(512, 112, 64, 128, 2),
];

describe.each(SHAPES.map((shape) => ({ shape, title: JSON.stringify(shape) })))(
  '$title',
  ({ shape }) => {
    test.each(PASSES)('%s: candidates are several, different and fit every device', (pass) => {
      const tiles = tiledTiles(pass, shape);
      expect(tiles.length).toBeGreaterThan(3);
      expect(new Set(tiles.map((tile) => JSON.stringify(tile))).size).toBe(tiles.length);
      const { factors } = convProduct(pass, shape);
      for (const tile of tiles) {
        const { bytes, threads } = geometry(factors, tile);
        expect(bytes).toBeLessThanOrEqual(16384);
        expect(threads).toBeLessThanOrEqual(256);
      }
    });

    test('every part of a filter gradient has pixels, and together they have all', () => {
      const pixels = shape.batch * shape.outSize ** 2;
      for (const tile of tiledTiles('filter', shape)) {
        const { parts, each } = tiledFilterSplit(shape, tile, 40);
        expect(each % tile.depth).toBe(0);
        expect(parts).toBeLessThanOrEqual(40);
        expect(parts * each).toBeGreaterThanOrEqual(pixels);
        expect((parts - 1) * each).toBeLessThan(pixels);
      }
    });

    test('statistics have as many tiles as there are workgroups, give or take the last row', () => {
      for (const tile of tiledTiles('forward', shape)) {
        const { tiles, rowsEach, rows } = tiledStatistics(shape, tile);
        const io = { x: tensor, weights: tensor, y: tensor, statistics: tensor };
        const [, y, z] = tiledForward('conv', shape, tile, io).workgroups;
        expect(tiles).toBe(Math.ceil(rows / rowsEach));
        expect(y).toBeLessThanOrEqual(MAX_WORKGROUPS);
        expect(y * z).toBeGreaterThanOrEqual(tiles);
        expect(y * z - tiles).toBeLessThan(z);
      }
    });
  },
);

test('a large problem gets large tiles, and a small one enough workgroups', () => {
  const large = tiledTiles('forward', conv(256, 56, 128, 128, 1))[0]!;
  expect(large.rows * large.columns).toBeGreaterThanOrEqual(64 * 64);
  const small = conv(32, 8, 256, 256, 1);
  const { m, n } = convProduct('forward', small);
  const tile = tiledTiles('forward', small)[0]!;
  expect(Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns)).toBeGreaterThanOrEqual(128);
});

test('a sum over many terms for few numbers is split, if it may be', () => {
  const shape = { mode: 'nt', m: 64, n: 512, k: 10000 } as const;
  const tile = tiledGemmTiles(shape, 64)[0]!;
  const { parts } = tiledGemmSplit(shape, tile, 64);
  expect(parts).toBeGreaterThan(8);
  expect(tiledGemmSplit(shape, tile, 1)).toEqual({ parts: 1, each: 10000 });
});

test('what no kernel can do is refused', () => {
  const tile: TiledTile = { rows: 64, columns: 64, depth: 16, threadRows: 4, threadColumns: 4 };
  expect(() => geometry('nn', { ...tile, rows: 128 })).toThrow(RangeError);
  expect(() => geometry('nn', { ...tile, depth: 64 })).toThrow(RangeError);
  expect(() => geometry('nn', { ...tile, threadColumns: 6 })).toThrow(RangeError);
  expect(() => geometry('tn', { ...tile, threadRows: 2, rows: 32 })).toThrow(RangeError);
  const shape = { mode: 'nn', m: 64, n: 64, k: 64 } as const;
  const io = { a: tensor, b: tensor, c: tensor, inverse: tensor };
  expect(() => tiledGemm('gemm', shape, tile, { parts: 2, each: 32 }, io)).toThrow(RangeError);
  const parts = { parts: 2, each: 20 };
  const gradient = { x: tensor, dy: tensor, parts: tensor };
  expect(() => tiledFilterGradient('conv', SHAPES[1]!, tile, parts, gradient)).toThrow(RangeError);
});
