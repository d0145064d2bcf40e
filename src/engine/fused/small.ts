/** The plan's small dispatches: batch gathering, pooling, dropout, sums of parts, the optimiser. */
import { NORMALISATION } from '../../data/normalisation';
import { STREAM } from '../../math/random';
import type { OptimiserConfig } from '../engine';
import {
  bytesOf,
  ceilDiv,
  type Dispatch,
  dispatch,
  linear,
  literal,
  read,
  type Tensor,
  write,
} from './kernel';
import averageSource from './kernels/average-pool.wgsl?raw';
import dropoutSource from './kernels/dropout.wgsl?raw';
import gatherSource from './kernels/gather.wgsl?raw';
import optimiserSource from './kernels/optimiser.wgsl?raw';
import randomSource from './kernels/random.wgsl?raw';
import runningSource from './kernels/running-norm.wgsl?raw';
import stepSource from './kernels/step.wgsl?raw';
import sumSource from './kernels/sum-parts.wgsl?raw';
import { stored } from './storage';

/** @param io.images `[batch, size, size, 4]`; @param io.targets `[batch]` */
export function gather(
  { batch, size }: { readonly batch: number; readonly size: number },
  io: { pixels: Tensor; labels: Tensor; images: Tensor; targets: Tensor },
): Dispatch {
  return dispatch({
    kernel: 'gather',
    label: 'batch',
    shape: `${batch}×${size}×${size}×3 bytes`,
    source: randomSource + gatherSource,
    values: {
      BATCH: batch,
      SIZE: size,
      STREAM: STREAM.augmentation,
      ERASE_STREAM: STREAM.erase,
      MEAN: literal(NORMALISATION.mean),
      SCALE: literal(NORMALISATION.scale),
      ...stored({ images: io.images }),
    },
    bindings: [read(io.pixels), read(io.labels), write(io.images), write(io.targets)],
    group: 'batch',
    workgroups: linear(batch * size * size, 64),
    bytes: batch * size * size * 3 + bytesOf(io.images),
  });
}

export interface MapShape {
  readonly batch: number;
  readonly pixels: number;
  /** Padded to fours. */
  readonly channels: number;
}

/** Mean over the pixels of a map, or its gradient. */
export function averagePool(
  { batch, pixels, channels }: MapShape,
  io: { readonly maps: Tensor; readonly vectors: Tensor; readonly backward: boolean },
): Dispatch {
  return dispatch({
    kernel: 'average-pool',
    label: 'pooling',
    shape: `${batch}×${pixels}×${channels}`,
    source: averageSource,
    values: {
      BATCH: batch,
      PIXELS: pixels,
      GROUPS: channels / 4,
      BACKWARD: io.backward,
      WORKGROUP: 64,
      ...stored({ maps: io.maps }),
    },
    bindings: io.backward ? [write(io.maps), read(io.vectors)] : [read(io.maps), write(io.vectors)],
    workgroups: [ceilDiv((batch * channels) / 4, 64), 1, 1],
  });
}

/** In place. `plainChannels`: without the padding, by which the draws are numbered. */
export function dropout(
  { batch, pixels, channels }: MapShape,
  options: { readonly plainChannels: number; readonly rate: number; readonly seed: number },
  values: Tensor,
): Dispatch {
  return dispatch({
    kernel: 'dropout',
    label: 'dropout',
    shape: `${batch}×${pixels}×${channels}`,
    source: stepSource + randomSource + dropoutSource,
    values: {
      BATCH: batch,
      PIXELS: pixels,
      GROUPS: channels / 4,
      CHANNELS: options.plainChannels,
      SEED: `${options.seed >>> 0}u`,
      STREAM: STREAM.dropout,
      // u / 2³² < rate, in whole numbers.
      THRESHOLD: `${Math.ceil(options.rate * 2 ** 32)}u`,
      KEPT: Math.fround(1 / (1 - options.rate)).toString(),
      ...stored({ values }),
    },
    bindings: [write(values)],
    group: 'step',
    workgroups: linear((batch * pixels * channels) / 4, 64),
    bytes: 2 * bytesOf(values),
  });
}

/** One split sum: where its parts are and where their sum goes, in numbers. */
export interface SplitSum {
  readonly from: number;
  readonly length: number;
  readonly parts: number;
  readonly to: number;
}

const BLOCK = 64;

/** The table sum-parts reads: two vec4s of u32 per workgroup. */
export function sumTable(sums: readonly SplitSum[]): Uint32Array<ArrayBuffer> {
  const rows: number[] = [];
  for (const { from, length, parts, to } of sums) {
    for (let start = 0; start < length / 4; start += BLOCK) {
      const block = Math.min(BLOCK, length / 4 - start);
      rows.push(from / 4 + start, length / 4, parts, to / 4 + start, block, 0, 0, 0);
    }
  }
  return Uint32Array.from(rows);
}

export function sumParts(
  sums: readonly SplitSum[],
  io: { readonly parts: Tensor; readonly table: Tensor; readonly gradient: Tensor },
): Dispatch {
  const bytes = sums.reduce((total, { length, parts }) => total + 4 * length * (parts + 1), 0);
  return dispatch({
    kernel: 'sum-parts',
    label: 'filter gradients',
    shape: `${sums.length} filters`,
    source: sumSource,
    values: { ENTRIES: io.table.length / 8 },
    bindings: [read(io.parts), read(io.table), write(io.gradient)],
    workgroups: linear((io.table.length / 8) * 64, 64),
    bytes,
  });
}

/**
 * @param decayed numbers at the start of `parameters` to which weight decay applies
 * @param clip `[1]`, what the gradient is multiplied by first; `null` where it is taken as it is
 */
export function optimiser(
  config: OptimiserConfig,
  decayed: number,
  io: { readonly parameters: Tensor; readonly gradient: Tensor; readonly slots: Tensor },
  clip: Tensor | null = null,
): Dispatch {
  const groups = io.parameters.length / 4;
  const adamw = config.kind === 'adamw';
  return dispatch({
    kernel: 'optimiser',
    label: config.kind,
    shape: `${4 * groups} parameters`,
    source: stepSource + optimiserSource,
    values: {
      ADAMW: adamw,
      GROUPS: groups,
      DECAYED: decayed / 4,
      DECAY: literal(config.weightDecay),
      MOMENTUM: adamw ? '0.0' : literal(config.momentum),
      BETA1: adamw ? literal(config.beta1) : '0.0',
      BETA2: adamw ? literal(config.beta2) : '0.0',
      // Rounded on their own: 1 less a rounded 0.999 has four digits.
      FRESH1: adamw ? literal(1 - config.beta1) : '0.0',
      FRESH2: adamw ? literal(1 - config.beta2) : '0.0',
      EPSILON: adamw ? literal(config.epsilon) : '0.0',
      CLIP: clip !== null,
    },
    bindings: [
      write(io.parameters),
      read(io.gradient),
      write(io.slots),
      ...(clip === null ? [] : [read(clip)]),
    ],
    group: 'step',
    workgroups: linear(groups, 64),
    bytes: 4 * io.parameters.length * (adamw ? 7 : 5),
  });
}

/** For inference: `norms` from `running`; `kinds` as `runningKinds` gives them. */
export function runningNorm(io: { running: Tensor; kinds: Tensor; norms: Tensor }): Dispatch {
  return dispatch({
    kernel: 'running-norm',
    label: 'batch norms',
    shape: `${io.running.length}`,
    source: stepSource + runningSource,
    values: { COUNT: io.running.length, EPSILON: '1e-5' },
    bindings: [read(io.running), read(io.kinds), write(io.norms)],
    group: 'step',
    workgroups: [ceilDiv(io.running.length, 64), 1, 1],
  });
}
