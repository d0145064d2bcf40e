/** Matrix products as dispatches for GPUs with a workgroup memory of their own; otherwise as `gemm.ts`. */
import { type GemmIo, type GemmShape, gemmFlops } from './gemm';
import { ceilDiv, type Dispatch, dispatch, read, write } from './kernel';
import source from './kernels/tiled-gemm.wgsl?raw';
import { stored } from './storage';
import { geometry, type TiledTile } from './tile';
import type { TiledSplit } from './tiled';

const MODES = { nn: 0, nt: 1, tn: 2 } as const;

/** @throws RangeError for an epilogue on a product in parts: only whole sums can be scaled */
export function tiledGemm(
  label: string,
  shape: GemmShape,
  tile: TiledTile,
  split: TiledSplit,
  io: GemmIo,
): Dispatch {
  const { mode, m, n, k } = shape;
  const { inverse, tangent } = io;
  if ((inverse !== undefined || tangent !== undefined) && split.parts > 1) {
    throw new RangeError(`${label}: ${split.parts} parts where one is needed`);
  }
  const { values, loadsA, loadsB } = geometry(mode, tile);
  const extra =
    inverse !== undefined
      ? [write(inverse)]
      : tangent !== undefined
        ? [read(tangent.along), read(tangent.centres)]
        : [];
  return dispatch({
    kernel: 'tiled-gemm',
    label,
    source,
    values: {
      ...values,
      MODE: MODES[mode],
      M: m,
      N: n,
      K: k,
      PARTS: split.parts,
      PART_K: split.each,
      // Whether some step goes past the last k.
      RAGGED: k % tile.depth !== 0 || split.each % tile.depth !== 0,
      A_LOADS: loadsA,
      B_LOADS: loadsB,
      COSINES: inverse !== undefined,
      TANGENT: tangent !== undefined,
      ...stored({ a: io.a }),
    },
    bindings: [read(io.a), read(io.b), write(io.c), ...extra],
    workgroups: [ceilDiv(n, tile.columns), ceilDiv(m, tile.rows), split.parts],
    flops: gemmFlops(shape),
  });
}
