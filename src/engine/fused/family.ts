/**
 * Two families of kernels behind one door: tiles in registers (`conv.ts`, `gemm.ts`), best where loads are
 * dear and barriers dearer, and tiles in workgroup memory (`tiled.ts`, `tiled-gemm.ts`), best on GPUs. The
 * tile says which family it is of; everything else is the same.
 */

import type { ConvShape, ConvTile, StatisticsLayout } from './conv';
import * as registers from './conv';
import {
  type GemmIo,
  type GemmShape,
  type GemmTile,
  gemmSplit,
  gemmTileName,
  gemmTiles,
  gemm as registerGemm,
} from './gemm';
import type { Gpu } from './gpu';
import { type Dispatch, dispatch, linear, read, type Tensor, write } from './kernel';
import addSource from './kernels/add-parts.wgsl?raw';
import type { TiledTile } from './tile';
import * as tiled from './tiled';
import { tiledFilterSplit, tiledGemmSplit, tiledGemmTiles, tiledTiles } from './tiled-choices';
import { tiledGemm } from './tiled-gemm';

export type ConvPass = 'forward' | 'input' | 'filter';
export type ConvKernel = ConvTile | TiledTile;
export type GemmKernel = GemmTile | TiledTile;

/** Parts of a sum, and what each has of it: tiles of pixels, or pixels. */
export interface Split {
  readonly parts: number;
  readonly each: number;
}

/** Numbers that the parts of one product may take. */
const PARTS_LIMIT = 1 << 22;

type Device = Pick<Gpu, 'quads' | 'facts'>;

function isTiled(tile: ConvKernel | GemmKernel): tile is TiledTile {
  return 'depth' in tile;
}

/** Candidates on hardware: one register tile beside them is enough to notice that they are no use. */
const TILED_CANDIDATES = 4;

/** Kernels for a pass of a convolution, the likely best on this kind of device first. */
export function convKernels(
  pass: ConvPass,
  shape: ConvShape,
  device: Device,
): readonly ConvKernel[] {
  const inRegisters = registers.convTiles(pass, shape, device);
  if (device.facts.software) return inRegisters;
  return [...tiledTiles(pass, shape).slice(0, TILED_CANDIDATES), ...inRegisters.slice(0, 2)];
}

/** What else computes the same, best on other kinds of device: for drivers that refuse these. */
export function convReserves(
  pass: ConvPass,
  shape: ConvShape,
  { facts }: Device,
): readonly ConvKernel[] {
  const plain = { quads: false, facts };
  return [...registers.convTiles(pass, shape, plain), ...tiledTiles(pass, shape)];
}

/** The same for a matrix product. */
export function gemmReserves(
  shape: GemmShape,
  { facts }: Device,
  parts = 1,
): readonly GemmKernel[] {
  return [...gemmTiles(shape, { quads: false, facts }), ...tiledGemmTiles(shape, parts)];
}

/** Names what a pass of a convolution is, or a product, when a driver refuses a kernel for it. */
export function productName(of: ConvPass | 'gemm'): string {
  return of === 'gemm' ? of : `conv ${of}`;
}

function chosen(of: ConvPass | 'gemm', tile: ConvKernel | GemmKernel, made: Dispatch): Dispatch {
  return { ...made, choice: { product: productName(of), tile: kernelName(tile) } };
}

/** Kernels for a matrix product that may be split into `parts`. */
export function gemmKernels(shape: GemmShape, device: Device, parts = 1): readonly GemmKernel[] {
  const inRegisters = gemmTiles(shape, device);
  if (device.facts.software) return inRegisters;
  const inMemory = tiledGemmTiles(shape, parts).slice(0, TILED_CANDIDATES);
  return [...inMemory, ...inRegisters.slice(0, 2)];
}

/** A name for people, and for what a tuner keeps. */
export function kernelName(tile: ConvKernel | GemmKernel): string {
  if (isTiled(tile)) {
    const { rows, columns, depth, threadRows, threadColumns } = tile;
    return `workgroup ${rows}×${columns}×${depth}, ${threadRows}×${threadColumns} a thread`;
  }
  return 'rows' in tile ? gemmTileName(tile) : registers.tileName(tile);
}

export function statisticsLayout(shape: ConvShape, tile: ConvKernel): StatisticsLayout {
  if (!isTiled(tile)) return registers.statisticsLayout(shape, tile);
  const { tiles, rowsEach, rows } = tiled.tiledStatistics(shape, tile);
  // A column of pixels, cut into tiles of so many rows.
  return { tiles, tileHeight: rowsEach, tileWidth: 1, tilesX: 1, tilesY: tiles, size: rows };
}

export function convForward(
  label: string,
  shape: ConvShape,
  tile: ConvKernel,
  io: { x: Tensor; weights: Tensor; y: Tensor; statistics: Tensor | null },
): Dispatch {
  const made = isTiled(tile)
    ? tiled.tiledForward(label, shape, tile, io)
    : registers.convForward(label, shape, tile, io);
  return chosen('forward', tile, made);
}

export function convInputGradient(
  label: string,
  shape: ConvShape,
  tile: ConvKernel,
  io: { dy: Tensor; weights: Tensor; dx: Tensor; add: boolean },
): Dispatch {
  const made = isTiled(tile)
    ? tiled.tiledInputGradient(label, shape, tile, io)
    : registers.convInputGradient(label, shape, tile, io);
  return chosen('input', tile, made);
}

/** @param most parts at the most */
export function filterSplit(shape: ConvShape, tile: ConvKernel, most: number): Split {
  if (isTiled(tile)) return tiledFilterSplit(shape, tile, most);
  const { parts, tilesEach } = registers.filterSplit(shape, tile, most);
  return { parts, each: tilesEach };
}

/** @param io.parts `[split.parts, kernel, kernel, inChannels, outChannels]` */
export function convFilterGradient(
  label: string,
  shape: ConvShape,
  tile: ConvKernel,
  split: Split,
  io: { x: Tensor; dy: Tensor; parts: Tensor },
): Dispatch {
  const { parts, each } = split;
  const made = isTiled(tile)
    ? tiled.tiledFilterGradient(label, shape, tile, split, io)
    : registers.convFilterGradient(label, shape, tile, { parts, tilesEach: each }, io);
  return chosen('filter', tile, made);
}

/** One matrix product, split as `split` says. */
export function gemm(
  label: string,
  shape: GemmShape,
  tile: GemmKernel,
  split: Split,
  io: GemmIo,
): Dispatch {
  const made = isTiled(tile)
    ? tiledGemm(label, shape, tile, split, io)
    : registerGemm(label, shape, tile, split, io);
  return chosen('gemm', tile, made);
}

/** Parts that keep the device busy, `most` at the most. */
export function productSplit(shape: GemmShape, tile: GemmKernel, most: number): Split {
  // Parts cost memory and their sum: never more than they are worth.
  const parts = Math.max(1, Math.min(most, Math.floor(PARTS_LIMIT / (shape.m * shape.n))));
  return isTiled(tile) ? tiledGemmSplit(shape, tile, parts) : gemmSplit(shape.k, parts);
}

/** A matrix product in whole: split where the device has more to do than the product's own tiles. */
export function product(
  label: string,
  shape: GemmShape,
  choice: { readonly tile: GemmKernel; readonly parts: number },
  io: { readonly a: Tensor; readonly b: Tensor; readonly c: Tensor },
  scratch: (label: string, length: number) => Tensor,
): readonly Dispatch[] {
  const split = productSplit(shape, choice.tile, choice.parts);
  if (split.parts === 1) return [gemm(label, shape, choice.tile, split, io)];
  const parts = scratch(`${label}/parts`, split.parts * shape.m * shape.n);
  const groups = (shape.m * shape.n) / 4;
  return [
    gemm(label, shape, choice.tile, split, { ...io, c: parts }),
    dispatch({
      kernel: 'add-parts',
      label,
      shape: `${split.parts} × ${shape.m}×${shape.n}`,
      source: addSource,
      values: { PARTS: split.parts, GROUPS: groups },
      bindings: [read(parts), write(io.c)],
      workgroups: linear(groups, 64),
    }),
  ];
}
