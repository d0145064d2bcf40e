/**
 * Which tiles suit a problem, judged by an estimate of what each costs on a GPU: the work with what is
 * wasted at the borders, the reads of workgroup memory and of the cache behind it, and how much of the GPU
 * has anything to do. The estimate only has to put good candidates first; a tuner measures those.
 */
import type { ConvShape } from './conv';
import type { GemmShape } from './gemm';
import { ceilDiv } from './kernel';
import { type Factors, geometry, type TiledTile } from './tile';
import { convProduct, type TiledSplit } from './tiled';

interface Product {
  readonly factors: Factors;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly phases: number;
  /** The most parts its sums may be split into. */
  readonly parts: number;
}

/** Workgroups that a large GPU (about 130 cores) needs for each core to have one. */
const WANTED_WORKGROUPS = 128;
/** And threads: eight times 32 a core, so that others compute while some wait. */
const WANTED_THREADS = 128 * 256;
/** So many threads keep a GPU half busy: what they wait for, nobody hides. */
const HALF_BUSY = 8192;
/** Steps a part has at the least: a shorter one takes longer to write down and add than to compute. */
const LEAST_STEPS = 4;
/** Multiply-adds a thread could do while it waits for a vec4 of workgroup memory. */
const SHARED_COST = 8;
/** The same for a number out of the cache that all cores share. */
const CACHE_COST = 24;
/** And for a number of a part, which is written and read again. */
const PART_COST = 80;
/** With 64 sums a thread some GPUs run out of registers or run few threads at a time. */
const CROWDED = 1.25;
const CANDIDATES = 6;

/** rows, columns, rows and columns of a thread. */
const SIZES: readonly (readonly [number, number, number, number])[] = [
  [128, 64, 8, 8],
  [128, 64, 8, 4],
  [64, 64, 8, 8],
  [64, 64, 8, 4],
  [64, 64, 4, 4],
  [128, 32, 8, 4],
  [64, 32, 8, 4],
  [64, 32, 4, 4],
  [32, 64, 4, 4],
  [128, 16, 4, 4],
  [64, 16, 4, 4],
  [16, 64, 4, 4],
  [32, 32, 4, 4],
  [32, 32, 2, 4],
  [32, 16, 4, 4],
  [32, 16, 2, 4],
  [16, 32, 2, 4],
  [16, 16, 4, 4],
  [16, 16, 1, 4],
];
const DEPTH = 16;

/** Candidate tiles for a pass of a convolution, the likely best first. */
export function tiledTiles(
  pass: 'forward' | 'input' | 'filter',
  shape: ConvShape,
): readonly TiledTile[] {
  const parts = pass === 'filter' ? Number.POSITIVE_INFINITY : 1;
  return ranked({ ...convProduct(pass, shape), parts });
}

/** The same for a matrix product that may be split into so many parts. */
export function tiledGemmTiles({ mode, m, n, k }: GemmShape, parts = 1): readonly TiledTile[] {
  return ranked({ factors: mode, m, n, k, phases: 1, parts });
}

/** Parts of a filter gradient, `most` at the most, that keep a GPU busy. */
export function tiledFilterSplit(shape: ConvShape, tile: TiledTile, most: number): TiledSplit {
  return splitOf({ ...convProduct('filter', shape), parts: most }, tile);
}

/** Parts of a matrix product, `most` at the most, that keep a GPU busy. */
export function tiledGemmSplit(
  { mode, m, n, k }: GemmShape,
  tile: TiledTile,
  most: number,
): TiledSplit {
  return splitOf({ factors: mode, m, n, k, phases: 1, parts: most }, tile);
}

function ranked(product: Product): readonly TiledTile[] {
  return SIZES.filter(([, , threadRows]) => product.factors !== 'tn' || threadRows % 4 === 0)
    .map(([rows, columns, threadRows, threadColumns]) => {
      const tile = { rows, columns, depth: DEPTH, threadRows, threadColumns };
      return { tile, cost: costOf(product, tile) };
    })
    .sort((one, other) => one.cost - other.cost)
    .slice(0, CANDIDATES)
    .map(({ tile }) => tile);
}

function workgroupsOf({ m, n, phases }: Product, tile: TiledTile): number {
  return phases * ceilDiv(m, tile.rows) * ceilDiv(n, tile.columns);
}

function splitOf(product: Product, tile: TiledTile): TiledSplit {
  const steps = ceilDiv(product.k, tile.depth);
  const { threads } = geometry(product.factors, tile);
  const wanted = Math.max(WANTED_WORKGROUPS, ceilDiv(WANTED_THREADS, threads));
  const busy = ceilDiv(wanted, workgroupsOf(product, tile));
  const most = Math.max(1, Math.floor(steps / LEAST_STEPS));
  const stepsEach = ceilDiv(steps, Math.max(1, Math.min(product.parts, busy, most)));
  return { parts: ceilDiv(steps, stepsEach), each: stepsEach * tile.depth };
}

/** In multiply-adds of a GPU that is busy everywhere. */
function costOf(product: Product, tile: TiledTile): number {
  const { rows, columns, depth, threadRows, threadColumns } = tile;
  const { parts } = splitOf(product, tile);
  const tiles = workgroupsOf(product, tile);
  const workgroups = tiles * parts;
  const threads = workgroups * geometry(product.factors, tile).threads;
  const work = tiles * rows * columns * depth * ceilDiv(product.k, depth);
  // For four of k a thread reads a vec4 a row and a vec4 a column.
  const shared = (SHARED_COST * (threadRows + threadColumns)) / (4 * threadRows * threadColumns);
  const cache = (CACHE_COST * (rows + columns)) / (rows * columns);
  const crowded = threadRows * threadColumns >= 64 ? CROWDED : 1;
  const busy = Math.min(1, workgroups / WANTED_WORKGROUPS) * (threads / (threads + HALF_BUSY));
  const summing = parts === 1 ? 0 : PART_COST * parts * product.m * product.n;
  return (work * crowded * (1 + shared + cache)) / busy + summing;
}
