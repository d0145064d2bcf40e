/**
 * What a device decides and the mathematics does not: tiles, parts, reductions. The defaults are what
 * measuring found on each kind of adapter; a tuner may know better for this one.
 */
import { type ConvShape, type ConvTile, convTiles } from './conv';
import { type GemmShape, type GemmTile, gemmTiles } from './gemm';
import type { Gpu } from './gpu';
import type { HeadChoices } from './head';
import type { Choices, ConvPass } from './network';
import { reductionFor } from './norm';

/** What a tuner found; `null` where it knows nothing. */
export interface Tuned {
  conv(pass: ConvPass, shape: ConvShape): ConvTile | null;
  gemm(shape: GemmShape): GemmTile | null;
}

export interface DeviceChoices extends Choices {
  readonly head: HeadChoices;
}

/** Threads that keep a GPU busy, and those that keep a few CPU cores busy. */
const WANTED_THREADS = { hardware: 16384, software: 64 } as const;
/** Numbers that the parts of one filter gradient may take. */
const PARTS_LIMIT = 1 << 22;

export function choicesFor(
  gpu: Pick<Gpu, 'quads' | 'facts'>,
  tuned: Tuned | null = null,
): DeviceChoices {
  const { software } = gpu.facts;
  // Showing each other what was loaded pays where loads are dear; hardware has caches for that.
  const device = { quads: software && gpu.quads };
  const wanted = software ? WANTED_THREADS.software : WANTED_THREADS.hardware;
  const gemm = (shape: GemmShape): GemmTile => tuned?.gemm(shape) ?? gemmTiles(shape, device)[0]!;
  return {
    conv: (pass, shape) => tuned?.conv(pass, shape) ?? convTiles(pass, shape, device)[0]!,
    gemm,
    reduction: reductionFor(software),
    filterParts: (shape) => {
      const groups = (shape.inChannels / 4) * (software ? 1 : shape.outChannels / 4);
      const size = shape.kernel ** 2 * shape.inChannels * shape.outChannels;
      const most = Math.max(1, Math.floor(PARTS_LIMIT / size));
      return Math.min(most, Math.max(1, Math.ceil(wanted / groups)));
    },
    head: {
      tile: gemm,
      chunks: software ? 32 : 128,
      parts: software ? 8 : 64,
      workgroup: software ? 32 : 256,
    },
  };
}
