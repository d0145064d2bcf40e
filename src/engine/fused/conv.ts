/**
 * Convolutions as dispatches: forward, gradient of the input, gradient of the filter. Kernels with the
 * tile in registers; which tile is best depends on the adapter, so each comes with its candidates.
 */
import type { Gpu } from './gpu';
import {
  ceilDiv,
  type Dispatch,
  dispatch,
  MAX_WORKGROUPS,
  read,
  type Tensor,
  write,
} from './kernel';
import filterSource from './kernels/conv-filter-gradient.wgsl?raw';
import forwardSource from './kernels/conv-forward.wgsl?raw';
import inputSource from './kernels/conv-input-gradient.wgsl?raw';
import { stored } from './storage';

export interface ConvShape {
  readonly batch: number;
  /** Width and height of the input and the output, pixels. */
  readonly inSize: number;
  readonly outSize: number;
  /** Padded to fours. */
  readonly inChannels: number;
  readonly outChannels: number;
  /** 3 with zero padding 1, or 1 without. */
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
}

/** What one thread computes. */
export interface ConvTile {
  readonly height: number;
  readonly width: number;
  /** Channel groups of four. */
  readonly groups: number;
  /** Lanes of a quad share what they load. */
  readonly quads: boolean;
  /** Threads of a workgroup. */
  readonly workgroup: number;
}

/** The tiles whose statistics a forward convolution leaves for batch norm. */
export interface StatisticsLayout {
  readonly tiles: number;
  readonly tileHeight: number;
  readonly tileWidth: number;
  readonly tilesX: number;
  readonly tilesY: number;
  readonly size: number;
}

/** What of a device decides about tiles. */
type Device = Pick<Gpu, 'quads' | 'facts'>;

/** A name for people, and for what a tuner keeps. */
export function tileName({ height, width, groups, quads }: ConvTile): string {
  return `registers ${height}×${width}×${4 * groups}${quads ? ', quads' : ''}`;
}

export function convFlops(shape: ConvShape): number {
  const { batch, outSize, inChannels, outChannels, kernel } = shape;
  return 2 * batch * outSize * outSize * outChannels * inChannels * kernel * kernel;
}

/** `16×16×16 → 8×8×32, 3×3`. */
export function shapeText(shape: ConvShape): string {
  const { inSize, inChannels, outSize, outChannels, kernel } = shape;
  return `${inSize}×${inSize}×${inChannels} → ${outSize}×${outSize}×${outChannels}, ${kernel}×${kernel}`;
}

function common(shape: ConvShape, tile: ConvTile): Record<string, number | boolean> {
  return {
    BATCH: shape.batch,
    IN_SIZE: shape.inSize,
    IN_GROUPS: shape.inChannels / 4,
    OUT_SIZE: shape.outSize,
    OUT_GROUPS: shape.outChannels / 4,
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PAD: shape.kernel === 3 ? 1 : 0,
    TILE_H: tile.height,
    TILE_W: tile.width,
    TILE_GROUPS: tile.groups,
    QUADS: tile.quads,
  };
}

interface Tiling {
  readonly x: number;
  readonly y: number;
  readonly count: number;
  readonly ragged: boolean;
  readonly workgroup: number;
}

function tiling(batch: number, size: number, tile: ConvTile): Tiling {
  const x = ceilDiv(size, tile.width);
  const y = ceilDiv(size, tile.height);
  const count = x * y * batch;
  let { workgroup } = tile;
  while (count / workgroup > MAX_WORKGROUPS) workgroup *= 2;
  return { x, y, count, ragged: size % tile.width !== 0 || size % tile.height !== 0, workgroup };
}

export function statisticsLayout(shape: ConvShape, tile: ConvTile): StatisticsLayout {
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

/** Numbers of `[tiles, 2, outChannels]`. */
export function statisticsLength(shape: ConvShape, tile: ConvTile): number {
  return statisticsLayout(shape, tile).tiles * 2 * shape.outChannels;
}

/** @param io.statistics `[tiles, 2, outChannels]` of `statisticsLayout`; `null` where none are wanted */
export function convForward(
  label: string,
  shape: ConvShape,
  tile: ConvTile,
  io: { x: Tensor; weights: Tensor; y: Tensor; statistics: Tensor | null },
): Dispatch {
  const { x, y, count, ragged, workgroup } = tiling(shape.batch, shape.outSize, tile);
  return dispatch({
    kernel: 'conv-forward',
    label,
    shape: shapeText(shape),
    source: forwardSource,
    values: {
      ...common(shape, tile),
      IN_TILE_H: (tile.height - 1) * shape.stride + shape.kernel,
      IN_TILE_W: (tile.width - 1) * shape.stride + shape.kernel,
      TILES_X: x,
      TILES_Y: y,
      TILES: count,
      WORKGROUP: workgroup,
      RAGGED: ragged,
      STATS: io.statistics !== null,
      ...stored({ x: io.x, y: io.y }),
    },
    bindings: [
      read(io.x),
      read(io.weights),
      write(io.y),
      ...(io.statistics === null ? [] : [write(io.statistics)]),
    ],
    workgroups: [ceilDiv(count, workgroup), shape.outChannels / 4 / tile.groups, 1],
    flops: convFlops(shape),
  });
}

/** @param add whether the gradient is added to what `dx` holds */
export function convInputGradient(
  label: string,
  shape: ConvShape,
  tile: ConvTile,
  io: { dy: Tensor; weights: Tensor; dx: Tensor; add: boolean },
): Dispatch {
  const { x, y, count, ragged, workgroup } = tiling(shape.batch, shape.inSize, tile);
  const pad = shape.kernel === 3 ? 1 : 0;
  // oy of the first and last row of dy that reach a tile's first and last row, from the tile's origin.
  const first = Math.ceil((pad - shape.kernel + 1) / shape.stride);
  const reach = (length: number): number =>
    Math.floor((length - 1 + pad) / shape.stride) - first + 1;
  return dispatch({
    kernel: 'conv-input-gradient',
    label,
    shape: shapeText(shape),
    source: inputSource,
    values: {
      ...common(shape, tile),
      FIRST: first,
      DY_TILE_H: reach(tile.height),
      DY_TILE_W: reach(tile.width),
      TILES_X: x,
      TILES_Y: y,
      TILES: count,
      WORKGROUP: workgroup,
      RAGGED: ragged,
      ADD: io.add,
      ...stored({ dy: io.dy, dx: io.dx }),
    },
    bindings: [read(io.dy), read(io.weights), write(io.dx)],
    workgroups: [ceilDiv(count, workgroup), shape.inChannels / 4 / tile.groups, 1],
    flops: convFlops(shape),
  });
}

/** Parts a filter gradient is split into, and the tiles of each. */
export interface FilterSplit {
  readonly parts: number;
  readonly tilesEach: number;
}

export function filterSplit(shape: ConvShape, tile: ConvTile, wanted: number): FilterSplit {
  const { count } = tiling(shape.batch, shape.outSize, tile);
  const tilesEach = ceilDiv(count, Math.min(wanted, count));
  return { parts: ceilDiv(count, tilesEach), tilesEach };
}

/** @param io.parts `[split.parts, kernel, kernel, inChannels, outChannels]` */
export function convFilterGradient(
  label: string,
  shape: ConvShape,
  tile: ConvTile,
  split: FilterSplit,
  io: { x: Tensor; dy: Tensor; parts: Tensor },
): Dispatch {
  const { x, y, count, ragged } = tiling(shape.batch, shape.outSize, tile);
  const threads = shape.outChannels / 4 / tile.groups;
  const workgroup = tile.quads ? 4 * ceilDiv(threads, 4) : threads;
  return dispatch({
    kernel: 'conv-filter-gradient',
    label,
    shape: `${shapeText(shape)}, ${split.parts} parts`,
    source: filterSource,
    values: {
      ...common(shape, tile),
      IN_TILE_H: (tile.height - 1) * shape.stride + shape.kernel,
      IN_TILE_W: (tile.width - 1) * shape.stride + shape.kernel,
      TILES_X: x,
      TILES_Y: y,
      TILES: count,
      PART_TILES: split.tilesEach,
      WORKGROUP: workgroup,
      RAGGED: ragged,
      ...stored({ x: io.x, dy: io.dy }),
    },
    bindings: [read(io.x), read(io.dy), write(io.parts)],
    workgroups: [1, shape.inChannels / 4, split.parts],
    flops: convFlops(shape),
  });
}

/** Candidate tiles for a pass of a convolution, the likely best first. */
export function convTiles(
  pass: 'forward' | 'input' | 'filter',
  shape: ConvShape,
  device: Device,
): readonly ConvTile[] {
  // Showing each other what was loaded pays where loads are dear; hardware has caches for that.
  const quads = device.quads && device.facts.software;
  const size = pass === 'input' ? shape.inSize : shape.outSize;
  const channels = pass === 'input' ? shape.inChannels : shape.outChannels;
  const sizes: readonly (readonly [number, number, number])[] =
    pass === 'filter'
      ? shape.stride === 1
        ? [
            [2, 2, 1],
            [1, 4, 1],
          ]
        : [
            [1, 4, 1],
            [2, 2, 1],
          ]
      : pass === 'forward' && shape.stride === 2
        ? [
            [2, 4, 2],
            [4, 4, 2],
            [4, 4, 1],
          ]
        : [
            [4, 4, 2],
            [4, 4, 1],
            [2, 4, 2],
          ];
  const seen = new Set<string>();
  const tiles: ConvTile[] = [];
  for (const [height, width, groups] of sizes) {
    // A tile of dx starts at a multiple of the stride.
    const least = pass === 'input' ? shape.stride : 1;
    const tileHeight = Math.max(least, Math.min(height, size));
    const tileWidth = Math.max(least, Math.min(width, size));
    // Sharing the pixels of cut tiles at stride 2 takes a software adapter a quarter of a minute to compile.
    const cut = size % tileWidth !== 0 || size % tileHeight !== 0;
    const tile: ConvTile = {
      height: tileHeight,
      width: tileWidth,
      groups: (channels / 4) % groups === 0 ? groups : 1,
      quads: quads && !(pass === 'filter' && shape.stride === 2 && cut),
      workgroup: 32,
    };
    const key = JSON.stringify(tile);
    if (!seen.has(key)) tiles.push(tile);
    seen.add(key);
  }
  return tiles;
}
