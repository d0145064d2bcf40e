/** The kernels that can compute a shape, as the tuner runs them and as a plan uses them. */
import type { ConvShape } from './conv';
import {
  type ConvKernel,
  type ConvPass,
  convFilterGradient,
  convForward,
  convInputGradient,
  convKernels,
  convReserves,
  filterSplit,
  type GemmKernel,
  gemm,
  gemmKernels,
  gemmReserves,
  kernelName,
  productName,
  productSplit,
  statisticsLayout,
} from './family';
import type { Gpu } from './gpu';
import { type Dispatch, scratch } from './kernel';
import { type MapStorage, mapStorage } from './storage';
import type { Candidate, TuningRequest } from './tuner';

/** What of a device decides which kernels come into question. */
export type Device = Pick<Gpu, 'quads' | 'facts'> & Partial<Pick<Gpu, 'maps' | 'refusals'>>;

interface SplitChoice {
  /** Parts that a filter gradient is split into, at the most. */
  filterParts(shape: ConvShape): number;
}

/** Candidates of a request, the likely best on this kind of device first; none where its driver refused all. */
export function candidatesOf(
  request: TuningRequest,
  device: Device,
  splits: SplitChoice,
): readonly Candidate[] {
  if (request.kind === 'gemm') return gemmCandidates(request, device);
  const { pass, shape, maps = mapStorage('float32', false) } = request;
  const tiles = allowed(pass, device, [
    convKernels(pass, shape, device),
    convReserves(pass, shape, device),
  ]);
  return tiles.map((tile) => ({
    name: kernelName(tile),
    tile,
    dispatches: () => [convolution(pass, shape, tile, splits, maps)],
  }));
}

/** What is left of the first of `lists` of which the driver has not refused all. */
function allowed<T extends ConvKernel | GemmKernel>(
  of: ConvPass | 'gemm',
  { refusals }: Device,
  lists: readonly (readonly T[])[],
): readonly T[] {
  const product = productName(of);
  const left = (tiles: readonly T[]): readonly T[] =>
    tiles.filter((tile) => refusals?.allows(product, kernelName(tile)) ?? true);
  return lists.map(left).find(({ length }) => length > 0) ?? [];
}

function convolution(
  pass: ConvPass,
  shape: ConvShape,
  tile: ConvKernel,
  splits: SplitChoice,
  { values, gradients }: MapStorage,
): Dispatch {
  const { batch, inSize, outSize, inChannels, outChannels, kernel } = shape;
  const inputs = batch * inSize * inSize * inChannels;
  const outputs = batch * outSize * outSize * outChannels;
  const x = scratch('x', inputs, values);
  const y = scratch('y', outputs, values);
  const dx = scratch('dx', inputs, gradients);
  const dy = scratch('dy', outputs, gradients);
  const weights = scratch('weights', kernel * kernel * inChannels * outChannels);
  switch (pass) {
    case 'forward': {
      const { tiles } = statisticsLayout(shape, tile);
      const statistics = scratch('statistics', tiles * 2 * outChannels);
      return convForward('tuning', shape, tile, { x, weights, y, statistics });
    }
    case 'input':
      return convInputGradient('tuning', shape, tile, { dy, weights, dx, add: false });
    case 'filter': {
      const split = filterSplit(shape, tile, splits.filterParts(shape));
      const parts = scratch('parts', split.parts * weights.length);
      return convFilterGradient('tuning', shape, tile, split, { x, dy, parts });
    }
  }
}

function gemmCandidates(
  { shape, parts }: Extract<TuningRequest, { kind: 'gemm' }>,
  device: Device,
): readonly Candidate[] {
  const { m, n, k } = shape;
  const tiles = allowed('gemm', device, [
    gemmKernels(shape, device, parts),
    gemmReserves(shape, device, parts),
  ]);
  return tiles.map((tile) => ({
    name: kernelName(tile),
    tile,
    dispatches: () => {
      const split = productSplit(shape, tile, parts);
      const a = scratch('a', m * k);
      const b = scratch('b', k * n);
      const c = scratch('c', split.parts * m * n);
      return [gemm('tuning', shape, tile, split, { a, b, c })];
    },
  }));
}
