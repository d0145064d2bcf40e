/**
 * Depthwise 3×3 convolutions as dispatches: forward, gradient of the input, gradient of the filter. Each
 * channel is on its own, so there is little to compute for what is moved: tiles are chosen to load little.
 */
import type { StatisticsLayout } from './conv';
import { ceilDiv, type Dispatch, dispatch, linear, read, type Tensor, write } from './kernel';
import filterSource from './kernels/depthwise-filter-gradient.wgsl?raw';
import forwardSource from './kernels/depthwise-forward.wgsl?raw';
import inputSource from './kernels/depthwise-input-gradient.wgsl?raw';
import { stored } from './storage';

/** Filter 3×3, zero padding 1. */
export interface DepthwiseShape {
  readonly batch: number;
  /** Width and height of the input and the output, pixels. */
  readonly inSize: number;
  readonly outSize: number;
  /** Padded to fours. */
  readonly channels: number;
  readonly stride: 1 | 2;
}

/** Pixels that one thread computes. */
export interface DepthwiseTile {
  readonly height: number;
  readonly width: number;
  /** Threads of a workgroup. */
  readonly workgroup: number;
}

export type DepthwisePass = 'forward' | 'input' | 'filter';

/** What depends on the device and not on the mathematics. */
export interface DepthwiseChoices {
  tile(pass: DepthwisePass, shape: DepthwiseShape): DepthwiseTile;
  /** Parts that a filter gradient is split into, at the most. */
  parts(shape: DepthwiseShape): number;
}

/** Threads of a filter gradient, and the most parts: one thread adds a weight's parts in the end. */
const WANTED_THREADS = { hardware: 8192, software: 64 } as const;
const MOST_PARTS = 256;

export function depthwiseChoices({ software }: { readonly software: boolean }): DepthwiseChoices {
  return {
    tile: (pass, { inSize, outSize, stride }) => {
      const size = pass === 'input' ? inSize : outSize;
      // A tile of dx starts at a multiple of the stride.
      const least = pass === 'input' ? stride : 1;
      // Loads are dear on software: measured, 4×4 takes two thirds of the time of 2×4 there.
      const rows = software && pass !== 'filter' ? 4 : 2;
      return {
        height: Math.max(least, Math.min(rows, size)),
        width: Math.max(least, Math.min(4, size)),
        // A CPU core takes whole workgroups, and the few threads of a filter are for all cores.
        workgroup: software && pass === 'filter' ? 4 : 64,
      };
    },
    parts: ({ channels }) => {
      const wanted = software ? WANTED_THREADS.software : WANTED_THREADS.hardware;
      return Math.min(MOST_PARTS, ceilDiv(wanted, channels / 4));
    },
  };
}

/** `16×16 → 8×8, 32 times 3×3`. */
function shapeText({ inSize, outSize, channels }: DepthwiseShape): string {
  return `${inSize}×${inSize} → ${outSize}×${outSize}, ${channels} times 3×3`;
}

interface Tiling {
  readonly x: number;
  readonly y: number;
  readonly count: number;
  readonly ragged: boolean;
}

function tiling(batch: number, size: number, { height, width }: DepthwiseTile): Tiling {
  const x = ceilDiv(size, width);
  const y = ceilDiv(size, height);
  return { x, y, count: x * y * batch, ragged: size % width !== 0 || size % height !== 0 };
}

function common(
  shape: DepthwiseShape,
  tile: DepthwiseTile,
  { x, y, count, ragged }: Tiling,
): Record<string, number | boolean> {
  return {
    BATCH: shape.batch,
    IN_SIZE: shape.inSize,
    OUT_SIZE: shape.outSize,
    GROUPS: shape.channels / 4,
    STRIDE: shape.stride,
    TILE_H: tile.height,
    TILE_W: tile.width,
    IN_TILE_H: (tile.height - 1) * shape.stride + 3,
    IN_TILE_W: (tile.width - 1) * shape.stride + 3,
    TILES_X: x,
    TILES_Y: y,
    TILES: count,
    RAGGED: ragged,
    WORKGROUP: tile.workgroup,
  };
}

function flops({ batch, outSize, channels }: DepthwiseShape): number {
  return 2 * 9 * batch * outSize * outSize * channels;
}

export function depthwiseStatistics(shape: DepthwiseShape, tile: DepthwiseTile): StatisticsLayout {
  const { x, y, count } = tiling(shape.batch, shape.outSize, tile);
  return {
    tiles: count,
    tileHeight: tile.height,
    tileWidth: tile.width,
    tilesX: x,
    tilesY: y,
    size: shape.outSize,
  };
}

/** @param io.statistics `[tiles, 2, channels]` of `depthwiseStatistics`; `null` where none are wanted */
export function depthwiseForward(
  label: string,
  shape: DepthwiseShape,
  tile: DepthwiseTile,
  io: { x: Tensor; weights: Tensor; y: Tensor; statistics: Tensor | null },
): Dispatch {
  const tiles = tiling(shape.batch, shape.outSize, tile);
  return dispatch({
    kernel: 'depthwise-forward',
    label,
    shape: shapeText(shape),
    source: forwardSource,
    values: {
      ...common(shape, tile, tiles),
      STATS: io.statistics !== null,
      ...stored({ x: io.x, y: io.y }),
    },
    bindings: [
      read(io.x),
      read(io.weights),
      write(io.y),
      ...(io.statistics === null ? [] : [write(io.statistics)]),
    ],
    workgroups: linear((tiles.count * shape.channels) / 4, tile.workgroup),
    flops: flops(shape),
  });
}

export function depthwiseInputGradient(
  label: string,
  shape: DepthwiseShape,
  tile: DepthwiseTile,
  io: { dy: Tensor; weights: Tensor; dx: Tensor },
): Dispatch {
  const tiles = tiling(shape.batch, shape.inSize, tile);
  // oy of the first and last row of dy that reach a tile's first and last row, from the tile's origin.
  const first = shape.stride === 1 ? -1 : 0;
  const reach = (length: number): number => Math.floor(length / shape.stride) - first + 1;
  return dispatch({
    kernel: 'depthwise-input-gradient',
    label,
    shape: shapeText(shape),
    source: inputSource,
    values: {
      ...common(shape, tile, tiles),
      FIRST: first,
      DY_TILE_H: reach(tile.height),
      DY_TILE_W: reach(tile.width),
      ...stored({ dy: io.dy, dx: io.dx }),
    },
    bindings: [read(io.dy), read(io.weights), write(io.dx)],
    workgroups: linear((tiles.count * shape.channels) / 4, tile.workgroup),
    flops: flops(shape),
  });
}

/** Parts a filter gradient is split into, and the tiles of each. */
export function depthwiseSplit(
  shape: DepthwiseShape,
  tile: DepthwiseTile,
  wanted: number,
): { readonly parts: number; readonly tilesEach: number } {
  const { count } = tiling(shape.batch, shape.outSize, tile);
  const tilesEach = ceilDiv(count, Math.min(wanted, count));
  return { parts: ceilDiv(count, tilesEach), tilesEach };
}

/** @param io.parts `[split.parts, 3, 3, channels]` */
export function depthwiseFilterGradient(
  label: string,
  shape: DepthwiseShape,
  tile: DepthwiseTile,
  split: ReturnType<typeof depthwiseSplit>,
  io: { x: Tensor; dy: Tensor; parts: Tensor },
): Dispatch {
  const tiles = tiling(shape.batch, shape.outSize, tile);
  return dispatch({
    kernel: 'depthwise-filter-gradient',
    label,
    shape: `${shapeText(shape)}, ${split.parts} parts`,
    source: filterSource,
    values: {
      ...common(shape, tile, tiles),
      PARTS: split.parts,
      PART_TILES: split.tilesEach,
      ...stored({ x: io.x, dy: io.dy }),
    },
    bindings: [read(io.x), read(io.dy), write(io.parts)],
    workgroups: linear((split.parts * shape.channels) / 4, tile.workgroup),
    flops: flops(shape),
  });
}
