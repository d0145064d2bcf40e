/**
 * Convolutions as dispatches for GPUs with a workgroup memory of their own: each of the three passes is a
 * matrix product whose tiles a workgroup loads together. The same tensors as in `conv.ts`, whose kernels
 * keep to registers and suit software adapters.
 */
import { type ConvShape, convFlops } from './conv';
import {
  ceilDiv,
  type Dispatch,
  dispatch,
  MAX_WORKGROUPS,
  read,
  type Tensor,
  write,
} from './kernel';
import filterSource from './kernels/tiled-conv-filter-gradient.wgsl?raw';
import forwardSource from './kernels/tiled-conv-forward.wgsl?raw';
import inputSource from './kernels/tiled-conv-input-gradient.wgsl?raw';
import { stored } from './storage';
import { type Factors, geometry, type TiledTile } from './tile';

/** Pixels whose statistics a forward convolution leaves together: tile t has the `rowsEach` from t · `rowsEach` on. */
export interface TiledStatistics {
  readonly tiles: number;
  readonly rowsEach: number;
  /** All pixels: the last tile has what is left of them. */
  readonly rows: number;
}

/** Parts that a sum is split into, and how many terms each has; a multiple of the tile's depth. */
export interface TiledSplit {
  readonly parts: number;
  readonly each: number;
}

/** The matrix product that a pass of a convolution is. */
export interface ConvProduct {
  readonly factors: Factors;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Products of this size there are: 4 where a stride of 2 takes input pixels apart. */
  readonly phases: number;
}

/** `k` of a stride of 2 is that of the average phase. */
export function convProduct(pass: 'forward' | 'input' | 'filter', shape: ConvShape): ConvProduct {
  const { batch, inSize, outSize, inChannels, outChannels, kernel, stride } = shape;
  const pixels = batch * outSize * outSize;
  const patch = kernel * kernel * inChannels;
  switch (pass) {
    case 'forward':
      return { factors: 'nn', m: pixels, n: outChannels, k: patch, phases: 1 };
    case 'input': {
      const phases = stride * stride;
      const k = (kernel * kernel * outChannels) / phases;
      const side = ceilDiv(inSize, stride);
      return { factors: 'nt', m: batch * side * side, n: inChannels, k, phases };
    }
    case 'filter':
      return { factors: 'tn', m: patch, n: outChannels, k: pixels, phases: 1 };
  }
}

function common(shape: ConvShape): Record<string, number> {
  return {
    BATCH: shape.batch,
    IN_SIZE: shape.inSize,
    IN_GROUPS: shape.inChannels / 4,
    OUT_SIZE: shape.outSize,
    OUT_GROUPS: shape.outChannels / 4,
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PAD: shape.kernel === 3 ? 1 : 0,
    PIXELS: shape.batch * shape.outSize * shape.outSize,
  };
}

/** Row tiles along y, and along z where one axis does not hold them. */
function rowTiles(
  rows: number,
  tile: TiledTile,
): { readonly tiles: number; readonly y: number; readonly z: number } {
  const tiles = ceilDiv(rows, tile.rows);
  const z = ceilDiv(tiles, MAX_WORKGROUPS);
  return { tiles, y: ceilDiv(tiles, z), z };
}

export function tiledStatistics(shape: ConvShape, tile: TiledTile): TiledStatistics {
  const rows = shape.batch * shape.outSize * shape.outSize;
  return { tiles: ceilDiv(rows, tile.rows), rowsEach: tile.rows, rows };
}

/** @param io.statistics `[tiles, 2, outChannels]` of `tiledStatistics`; `null` where none are wanted */
export function tiledForward(
  label: string,
  shape: ConvShape,
  tile: TiledTile,
  io: { x: Tensor; weights: Tensor; y: Tensor; statistics: Tensor | null },
): Dispatch {
  const { m, n, k } = convProduct('forward', shape);
  const { values, loadsA, loadsB } = geometry('nn', tile);
  const { tiles, y, z } = rowTiles(m, tile);
  return dispatch({
    kernel: 'tiled-conv-forward',
    label,
    source: forwardSource,
    values: {
      ...common(shape),
      ...values,
      K: k,
      STEPS: ceilDiv(k, tile.depth),
      PATCH_LOADS: loadsA,
      WEIGHT_LOADS: loadsB,
      TILES: tiles,
      TILES_Y: y,
      STATS: io.statistics !== null,
      ...stored({ x: io.x, y: io.y }),
    },
    bindings: [
      read(io.x),
      read(io.weights),
      write(io.y),
      ...(io.statistics === null ? [] : [write(io.statistics)]),
    ],
    workgroups: [ceilDiv(n, tile.columns), y, z],
    flops: convFlops(shape),
  });
}

/** @param io.add whether the gradient is added to what `dx` holds */
export function tiledInputGradient(
  label: string,
  shape: ConvShape,
  tile: TiledTile,
  io: { dy: Tensor; weights: Tensor; dx: Tensor; add: boolean },
): Dispatch {
  const { m, n, phases: all } = convProduct('input', shape);
  const { values, loadsA, loadsB } = geometry('nt', tile);
  const { tiles, y, z } = rowTiles(m, tile);
  // A single tap reaches even rows and columns only; the rest gets zeros, and those need no adding.
  const phases = shape.kernel === 1 && io.add ? 1 : all;
  return dispatch({
    kernel: 'tiled-conv-input-gradient',
    label,
    source: inputSource,
    values: {
      ...common(shape),
      ...values,
      SIDE: ceilDiv(shape.inSize, shape.stride),
      PHASES: phases,
      PATCH_LOADS: loadsA,
      WEIGHT_LOADS: loadsB,
      TILES: tiles,
      TILES_Y: y,
      ADD: io.add,
      ...stored({ dy: io.dy, dx: io.dx }),
    },
    bindings: [read(io.dy), read(io.weights), write(io.dx)],
    workgroups: [ceilDiv(n, tile.columns), y, z * phases],
    flops: convFlops(shape),
  });
}

/** @param io.parts `[split.parts, kernel, kernel, inChannels, outChannels]` */
export function tiledFilterGradient(
  label: string,
  shape: ConvShape,
  tile: TiledTile,
  split: TiledSplit,
  io: { x: Tensor; dy: Tensor; parts: Tensor },
): Dispatch {
  if (split.each % tile.depth !== 0) {
    throw new RangeError(`parts of ${split.each} pixels are not whole steps of ${tile.depth}`);
  }
  const { m, n } = convProduct('filter', shape);
  const { values, loadsA, loadsB } = geometry('tn', tile);
  return dispatch({
    kernel: 'tiled-conv-filter-gradient',
    label,
    source: filterSource,
    values: {
      ...common(shape),
      ...values,
      M: m,
      PATCH_LOADS: loadsA,
      GRADIENT_LOADS: loadsB,
      PARTS: split.parts,
      PART_PIXELS: split.each,
      ...stored({ x: io.x, dy: io.dy }),
    },
    bindings: [read(io.x), read(io.dy), write(io.parts)],
    workgroups: [ceilDiv(n, tile.columns), ceilDiv(m, tile.rows), split.parts],
    flops: convFlops(shape),
  });
}
