/**
 * What a device decides and the mathematics does not: tiles, parts, reductions. A tuner that has measured
 * a shape decides; where none has, the first candidate does.
 */
import { candidatesOf, type Device } from './candidates';
import type { ConvShape } from './conv';
import { depthwiseChoices } from './depthwise';
import type { ConvKernel, GemmKernel } from './family';
import type { HeadChoices } from './head';
import type { Choices } from './network';
import { reductionFor } from './norm';
import { NoKernelLeft } from './refusals';
import { type MapStorage, mapStorage } from './storage';
import { requestKey, type Tuner, type TuningRequest } from './tuner';

export interface DeviceChoices extends Choices {
  readonly head: HeadChoices;
}

/** Threads that keep a GPU busy, and those that keep a few CPU cores busy. */
const WANTED_THREADS = { hardware: 16384, software: 64 } as const;
/** Numbers that the parts of one filter gradient may take. */
const PARTS_LIMIT = 1 << 22;

/** Parts that one matrix product may be split into on hardware. */
const PRODUCT_PARTS = 64;

export function filterParts(shape: ConvShape, software: boolean): number {
  const groups = (shape.inChannels / 4) * (software ? 1 : shape.outChannels / 4);
  const size = shape.kernel ** 2 * shape.inChannels * shape.outChannels;
  const most = Math.max(1, Math.floor(PARTS_LIMIT / size));
  const wanted = software ? WANTED_THREADS.software : WANTED_THREADS.hardware;
  return Math.min(most, Math.max(1, Math.ceil(wanted / groups)));
}

/**
 * @param asked told of every shape that comes up
 * What it gives throws `NoKernelLeft` where the driver refused every kernel for a shape.
 */
export function choicesFor(
  device: Device,
  tuner: Pick<Tuner, 'tile'> | null = null,
  asked: (request: TuningRequest) => void = () => undefined,
): DeviceChoices {
  const { software } = device.facts;
  // Read when they are asked for: a driver that refuses halves changes them.
  const mapsNow = (): MapStorage => device.maps ?? mapStorage('float32', false);
  const stored = (): { readonly maps?: MapStorage } =>
    mapsNow().values === 'float32' ? {} : { maps: mapsNow() };
  const splits = { filterParts: (shape: ConvShape) => filterParts(shape, software) };
  const tile = (request: TuningRequest): ConvKernel | GemmKernel => {
    asked(request);
    const chosen = tuner?.tile(request) ?? candidatesOf(request, device, splits)[0]?.tile;
    if (chosen === undefined) {
      throw new NoKernelLeft(requestKey(request), device.refusals?.last ?? '');
    }
    return chosen;
  };
  // A request's tile is of its kind: `candidatesOf` makes both from the same request.
  const gemm: HeadChoices['tile'] = (shape, parts = 1) =>
    tile({ kind: 'gemm', shape, parts }) as GemmKernel;
  // A few cores have enough to do with the product's own tiles.
  const parts = software ? 1 : PRODUCT_PARTS;
  return {
    conv: (pass, shape) => tile({ kind: 'conv', pass, shape, ...stored() }) as ConvKernel,
    product: (shape) => ({ tile: gemm(shape, parts), parts }),
    reduction: reductionFor(software),
    get maps() {
      return mapsNow();
    },
    depthwise: depthwiseChoices({ software }),
    ...splits,
    head: {
      tile: gemm,
      chunks: software ? 32 : 128,
      parts: software ? 8 : 64,
      workgroup: software ? 32 : 256,
    },
  };
}
