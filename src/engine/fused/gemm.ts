/** Matrix products as dispatches: dense layers, and the angular head's three. */
import type { Gpu } from './gpu';
import { ceilDiv, type Dispatch, dispatch, read, type Tensor, write } from './kernel';
import source from './kernels/gemm.wgsl?raw';
import { stored } from './storage';

export interface GemmShape {
  /** `nn`: a [m, k], b [k, n]; `nt`: a [m, k], b [n, k]; `tn`: a [k, m], b [k, n]. */
  readonly mode: 'nn' | 'nt' | 'tn';
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export interface GemmTile {
  readonly rows: number;
  /** Columns in fours. */
  readonly groups: number;
  readonly quads: boolean;
  readonly workgroup: number;
}

export interface GemmIo {
  readonly a: Tensor;
  readonly b: Tensor;
  /** `[parts, m, n]`. */
  readonly c: Tensor;
  /** `nn` only: c is divided by the lengths of b's columns; their inverses are written, `[n]`. */
  readonly inverse?: Tensor;
  /** `tn` only: `along[n] · centres[m, n]` is taken from c. */
  readonly tangent?: { readonly along: Tensor; readonly centres: Tensor };
}

const MODES = { nn: 0, nt: 1, tn: 2 } as const;

export function gemmFlops({ m, n, k }: GemmShape): number {
  return 2 * m * n * k;
}

/** Parts of about equal length that k is split into, each a multiple of 4 long. */
export function gemmSplit(
  k: number,
  wanted: number,
): { readonly parts: number; readonly each: number } {
  const each = 4 * ceilDiv(k, 4 * Math.max(1, wanted));
  return { parts: ceilDiv(k, each), each };
}

export function gemm(
  label: string,
  shape: GemmShape,
  tile: GemmTile,
  split: { readonly parts: number; readonly each: number },
  io: GemmIo,
): Dispatch {
  const { mode, m, n, k } = shape;
  const unroll = 4;
  const columnTiles = ceilDiv(n / 4, tile.groups);
  const extra =
    io.inverse !== undefined
      ? [write(io.inverse)]
      : io.tangent !== undefined
        ? [read(io.tangent.along), read(io.tangent.centres)]
        : [];
  return dispatch({
    kernel: 'gemm',
    label,
    shape: `${m}×${k} · ${k}×${n}${split.parts > 1 ? `, ${split.parts} parts` : ''}`,
    source,
    values: {
      MODE: MODES[mode],
      M: m,
      N: n,
      K: k,
      PART_K: split.each,
      TILE_M: tile.rows,
      TILE_GROUPS: tile.groups,
      QUADS: tile.quads,
      UNROLL: unroll,
      WORKGROUP: tile.workgroup,
      COSINES: io.inverse !== undefined,
      TANGENT: io.tangent !== undefined,
      ...stored({ a: io.a }),
    },
    bindings: [read(io.a), read(io.b), write(io.c), ...extra],
    workgroups: [ceilDiv(columnTiles, tile.workgroup), ceilDiv(m, tile.rows), split.parts],
    flops: gemmFlops(shape),
  });
}

/** Operations from which on large tiles pay. */
const LARGE_FLOPS = 5e7;

/** A name for people, and for what a tuner keeps. */
export function gemmTileName({ rows, groups, quads }: GemmTile): string {
  return `registers ${rows}×${4 * groups}${quads ? ', quads' : ''}`;
}

/** Candidate tiles, the likely best first. */
export function gemmTiles(
  shape: GemmShape,
  device: Pick<Gpu, 'quads' | 'facts'>,
): readonly GemmTile[] {
  const quads = device.quads && device.facts.software;
  const groups = shape.n / 4;
  // A large tile takes long to compile: it has to have enough to do.
  const sizes: readonly (readonly [number, number])[] =
    gemmFlops(shape) >= LARGE_FLOPS
      ? [
          [16, 4],
          [16, 2],
          [8, 2],
        ]
      : [
          [8, 2],
          [8, 1],
          [4, 1],
        ];
  const tiles = sizes.map(([rows, wide]) => {
    const width = Math.min(wide, groups);
    const columnTiles = ceilDiv(groups, width);
    // A quad has four lanes; with fewer columns than that its lanes would work on the same ones.
    const workgroup = Math.max(4, Math.min(32, 4 * Math.ceil(columnTiles / 4)));
    return {
      rows: 4 * ceilDiv(Math.min(rows, 4 * ceilDiv(shape.m, 4)), 4),
      groups: width,
      quads,
      workgroup,
    };
  });
  // Few rows and columns make them alike.
  return [...new Map(tiles.map((tile) => [gemmTileName(tile), tile])).values()];
}
