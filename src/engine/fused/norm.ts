/** Batch norm with its activation and shortcut as dispatches. */
import type { StatisticsLayout } from './conv';
import {
  bytesOf,
  ceilDiv,
  type Dispatch,
  dispatch,
  linear,
  read,
  type Tensor,
  write,
} from './kernel';
import applySource from './kernels/norm-apply.wgsl?raw';
import backwardApplySource from './kernels/norm-backward-apply.wgsl?raw';
import backwardFinaliseSource from './kernels/norm-backward-finalise.wgsl?raw';
import backwardSumsSource from './kernels/norm-backward-sums.wgsl?raw';
import finaliseSource from './kernels/norm-finalise.wgsl?raw';
import vectorSource from './kernels/vector-norm.wgsl?raw';
import vectorBackwardSource from './kernels/vector-norm-backward.wgsl?raw';
import { stored } from './storage';

/** Where a layer's numbers are in the tensors all layers share, counted in numbers. */
export interface NormPlaces {
  /** In `norms` and `running`. */
  readonly norm: number;
  /** In `vectors`; `null` for a norm without a scale. */
  readonly gamma: number | null;
  readonly beta: number;
}

export interface NormTensors {
  /** `[2, channels]` of every layer: mean and rstd. */
  readonly norms: Tensor;
  /** `[2, channels]` of every layer: running mean and variance. */
  readonly running: Tensor;
  /** Gammas, betas and slopes of every layer. */
  readonly vectors: Tensor;
  /** Their gradients. */
  readonly gradients: Tensor;
}

/** How a device likes its reductions. */
export interface Reduction {
  /** Threads that share a channel's sum through workgroup memory; 1 for none. */
  readonly rows: number;
  /** Channels of a workgroup. */
  readonly width: number;
  /** Pixels a thread takes on its own. */
  readonly span: number;
}

/** Barriers are slow on software adapters and threads few; on hardware it is the other way round. */
export function reductionFor(software: boolean): Reduction {
  return software ? { rows: 1, width: 4, span: 64 } : { rows: 16, width: 16, span: 16 };
}

export interface NormLayer {
  readonly label: string;
  readonly pixels: number;
  readonly channels: number;
  readonly places: NormPlaces;
  readonly activation: 'none' | 'relu' | { readonly slope: number };
  readonly shortcut:
    | { readonly kind: 'none' }
    | { readonly kind: 'plain'; readonly values: Tensor }
    | { readonly kind: 'normalised'; readonly values: Tensor; readonly places: NormPlaces };
}

const EPSILON = '1e-5';
const MOMENTUM = '0.9';
const WORKGROUP = 64;
const SHORTCUTS = { none: 0, plain: 1, normalised: 2 } as const;

function shared(layer: NormLayer): Record<string, number | string | boolean> {
  const { activation, shortcut, channels, pixels, places } = layer;
  const other = shortcut.kind === 'normalised' ? shortcut.places : null;
  return {
    PIXELS: pixels,
    GROUPS: channels / 4,
    ACT: activation === 'none' ? 0 : activation === 'relu' ? 1 : 2,
    SLOPE: typeof activation === 'object' ? activation.slope / 4 : 0,
    SHORTCUT: SHORTCUTS[shortcut.kind],
    NORM: places.norm / 4,
    GAMMA: places.gamma === null ? -1 : places.gamma / 4,
    BETA: places.beta / 4,
    OTHER_NORM: (other?.norm ?? 0) / 4,
    OTHER_GAMMA: (other?.gamma ?? 0) / 4,
    OTHER_BETA: (other?.beta ?? 0) / 4,
    WORKGROUP,
  };
}

/** The shortcut's tensor, where there is one. */
function others({ shortcut }: NormLayer): readonly Tensor[] {
  return shortcut.kind === 'none' ? [] : [shortcut.values];
}

function sumOfBytes(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
}

/** @param statistics `[tiles, 2, channels]` of the convolution's forward pass */
export function normFinalise(
  layer: Pick<NormLayer, 'label' | 'pixels' | 'channels' | 'places'>,
  layout: StatisticsLayout,
  statistics: Tensor,
  { norms, running }: Pick<NormTensors, 'norms' | 'running'>,
  { rows, width }: Reduction,
): Dispatch {
  const ragged = layout.size % layout.tileHeight !== 0 || layout.size % layout.tileWidth !== 0;
  return dispatch({
    kernel: 'norm-finalise',
    label: layer.label,
    shape: `${layout.tiles} tiles → ${layer.channels}`,
    source: finaliseSource,
    values: {
      CHANNELS: layer.channels,
      COUNT: layer.pixels,
      NORM: layer.places.norm,
      TILES: layout.tiles,
      TILE_H: layout.tileHeight,
      TILE_W: layout.tileWidth,
      TILES_X: layout.tilesX,
      TILES_Y: layout.tilesY,
      OUT_SIZE: layout.size,
      RAGGED: ragged,
      ROWS: rows,
      WIDTH: width,
      EPSILON,
      MOMENTUM,
    },
    bindings: [read(statistics), write(norms), write(running)],
    workgroups: [ceilDiv(layer.channels, width), 1, 1],
    bytes: 4 * statistics.length,
  });
}

const APPLY_SPAN = 4;

export function normApply(
  layer: NormLayer,
  x: Tensor,
  y: Tensor,
  { norms, vectors }: Pick<NormTensors, 'norms' | 'vectors'>,
): Dispatch {
  const groups = layer.channels / 4;
  const shortcut = others(layer);
  return dispatch({
    kernel: 'norm-apply',
    label: layer.label,
    shape: `${layer.pixels}×${layer.channels}`,
    source: applySource,
    values: { ...shared(layer), SPAN: APPLY_SPAN, ...stored({ x, y, other: shortcut[0] ?? x }) },
    bindings: [read(x), read(norms), read(vectors), write(y), ...shortcut.map(read)],
    workgroups: linear(groups * ceilDiv(layer.pixels, APPLY_SPAN), WORKGROUP),
    bytes: sumOfBytes([x, y, ...shortcut]),
  });
}

/** Back from the activation's output to the convolution's: three dispatches, or four with a shortcut of its own. */
export function normBackward(
  layer: NormLayer,
  io: {
    readonly x: Tensor;
    /** `[pixels, channels]`: the gradient of the activation's output; becomes that of its input. */
    readonly dy: Tensor;
    readonly dx: Tensor;
    /** Where the gradient of a normalised shortcut's convolution goes. */
    readonly dOther: Tensor | null;
    readonly scratch: (label: string, length: number) => Tensor;
  },
  tensors: NormTensors,
  { rows, width, span }: Reduction,
): readonly Dispatch[] {
  const { pixels, channels, label, places, activation, shortcut } = layer;
  const groups = channels / 4;
  const values = shared(layer);
  const prelu = typeof activation === 'object';
  const other = shortcut.kind === 'normalised' ? shortcut : null;
  const kinds = 2 + (prelu ? 1 : 0) + (other === null ? 0 : 1);
  const each = Math.min(pixels, span);
  const chunks = ceilDiv(pixels, each);
  const sums = io.scratch(`${label}/sums`, chunks * kinds * channels);
  const means = io.scratch(`${label}/means`, 3 * channels);
  const { norms, vectors, gradients } = tensors;
  const apply = (which: 1 | 2): Dispatch => {
    const x = which === 1 ? io.x : other!.values;
    const dx = which === 1 ? io.dx : io.dOther!;
    return dispatch({
      kernel: 'norm-backward-apply',
      label,
      shape: `${pixels}×${channels}`,
      source: backwardApplySource,
      values: {
        ...values,
        SPAN: APPLY_SPAN,
        SECOND: which,
        NORM: (which === 1 ? places.norm : other!.places.norm) / 4,
        GAMMA: (which === 1 ? places.gamma : other!.places.gamma)! / 4,
        ...stored({ x, dp: io.dy, dx }),
      },
      bindings: [read(x), read(io.dy), read(norms), read(vectors), read(means), write(dx)],
      workgroups: linear(groups * ceilDiv(pixels, APPLY_SPAN), WORKGROUP),
      bytes: sumOfBytes([x, io.dy, dx]),
    });
  };
  return [
    dispatch({
      kernel: 'norm-backward-sums',
      label,
      shape: `${pixels}×${channels} → ${chunks}×${channels}`,
      source: backwardSumsSource,
      values: {
        ...values,
        SPAN: each,
        CHUNKS: chunks,
        KINDS: kinds,
        ...stored({ x: io.x, dy: io.dy, other: others(layer)[0] ?? io.x }),
      },
      bindings: [
        read(io.x),
        read(norms),
        read(vectors),
        write(io.dy),
        write(sums),
        ...others(layer).map(read),
      ],
      workgroups: linear(groups * chunks, WORKGROUP),
      bytes: sumOfBytes([io.x, io.dy, io.dy, ...others(layer)]),
    }),
    dispatch({
      kernel: 'norm-backward-finalise',
      label,
      shape: `${chunks}×${channels} → ${channels}`,
      source: backwardFinaliseSource,
      values: {
        CHANNELS: channels,
        COUNT: pixels,
        CHUNKS: chunks,
        KINDS: kinds,
        PRELU: prelu,
        SHORTCUT: SHORTCUTS[shortcut.kind],
        GAMMA: places.gamma!,
        BETA: places.beta,
        SLOPE: prelu ? activation.slope : 0,
        OTHER_GAMMA: other?.places.gamma ?? 0,
        OTHER_BETA: other?.places.beta ?? 0,
        ROWS: rows,
        WIDTH: width,
      },
      bindings: [read(sums), write(means), write(gradients)],
      workgroups: [ceilDiv(channels, width), 1, 1],
      bytes: 4 * sums.length,
    }),
    apply(1),
    ...(other === null ? [] : [apply(2)]),
  ];
}

export interface VectorNorm {
  readonly label: string;
  readonly batch: number;
  readonly channels: number;
  readonly places: { readonly norm: number; readonly beta: number };
}

function vectorValues(
  { batch, channels, places }: VectorNorm,
  { rows, width }: Reduction,
): Record<string, number | string> {
  return {
    BATCH: batch,
    CHANNELS: channels,
    NORM: places.norm,
    BETA: places.beta,
    ROWS: rows,
    WIDTH: width,
    EPSILON,
    MOMENTUM,
  };
}

/** Batch norm of `[batch, channels]` without a scale: the embedding's. */
export function vectorNorm(
  layer: VectorNorm,
  x: Tensor,
  y: Tensor,
  { vectors, norms, running }: NormTensors,
  reduction: Reduction,
): Dispatch {
  return dispatch({
    kernel: 'vector-norm',
    label: layer.label,
    shape: `${layer.batch}×${layer.channels}`,
    source: vectorSource,
    values: vectorValues(layer, reduction),
    bindings: [read(x), read(vectors), write(y), write(norms), write(running)],
    workgroups: [ceilDiv(layer.channels, reduction.width), 1, 1],
    bytes: 8 * layer.batch * layer.channels,
  });
}

export function vectorNormBackward(
  layer: VectorNorm,
  io: { readonly x: Tensor; readonly dy: Tensor; readonly dx: Tensor },
  { norms, gradients }: NormTensors,
  reduction: Reduction,
): Dispatch {
  return dispatch({
    kernel: 'vector-norm-backward',
    label: layer.label,
    shape: `${layer.batch}×${layer.channels}`,
    source: vectorBackwardSource,
    values: vectorValues(layer, reduction),
    bindings: [read(io.x), read(io.dy), read(norms), write(io.dx), write(gradients)],
    workgroups: [ceilDiv(layer.channels, reduction.width), 1, 1],
    bytes: 12 * layer.batch * layer.channels,
  });
}
