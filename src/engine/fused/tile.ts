/**
 * A tile of a matrix product in workgroup memory: who loads what, who sums what, and what fits. Sizes are
 * chosen once, here checked, and written into the kernels as constants.
 */
import { ceilDiv } from './kernel';

/** What a workgroup computes, and what of it one thread. */
export interface TiledTile {
  readonly rows: number;
  /** Multiple of 4, as all that follow but `threadRows`. */
  readonly columns: number;
  /** Terms of the sum that are in workgroup memory at a time. */
  readonly depth: number;
  /** A multiple of 4 where the left factor is transposed. */
  readonly threadRows: number;
  readonly threadColumns: number;
}

/** How both factors lie in memory: `n` as in C = A · B with row-major A and B, `t` transposed. */
export type Factors = 'nn' | 'nt' | 'tn';

/** What every WebGPU device allows. */
const MAX_THREADS = 256;
const MAX_BYTES = 16384;

export interface Geometry {
  readonly threads: number;
  /** Of workgroup memory. */
  readonly bytes: number;
  /** vec4s a thread loads in a step. */
  readonly loadsA: number;
  readonly loadsB: number;
  /** For the kernels. */
  readonly values: Readonly<Record<string, number>>;
}

/** @throws RangeError where the tile is not one that the kernels can work on */
export function geometry(factors: Factors, tile: TiledTile): Geometry {
  const { rows, columns, depth, threadRows, threadColumns } = tile;
  const groups = columns / 4;
  const lanes = columns / threadColumns;
  const bands = rows / threadRows;
  const threads = lanes * bands;
  // A thread loads from the same rows and columns in every step: only so are their places known early.
  const left = factors === 'tn' ? rows / 4 : depth / 4;
  const right = factors === 'nt' ? depth / 4 : groups;
  // Sums over the bands of a column, or over those who loaded it, go where the right factor was.
  const shares = Math.max(depth * groups, threads);
  const vectors =
    (factors === 'tn' ? (depth * rows) / 4 : (depth / 4) * (rows + 2)) +
    (factors === 'nt' ? (depth / 4) * (columns + 6) : shares);
  const wholes = [lanes, bands, threadColumns / 4, left, right, threads / left, threads / right];
  if (factors === 'tn') wholes.push(threadRows / 4);
  const fits = threads <= MAX_THREADS && 16 * vectors <= MAX_BYTES;
  if (!fits || !wholes.every(Number.isInteger)) {
    throw new RangeError(`no ${factors} kernel has tiles such as ${JSON.stringify(tile)}`);
  }
  return {
    threads,
    bytes: 16 * vectors,
    loadsA: ceilDiv((rows * depth) / 4, threads),
    loadsB: ceilDiv(depth * groups, threads),
    values: {
      ROWS: rows,
      GROUPS: groups,
      DEPTH: depth,
      LANES: lanes,
      BANDS: bands,
      THREADS: threads,
      THREAD_ROWS: threadRows,
      THREAD_GROUPS: threadColumns / 4,
      SHARES: shares,
    },
  };
}
