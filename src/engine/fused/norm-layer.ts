/** A batch norm with its activation and shortcut, as its kernels are told of it. */
import { bytesOf, type Tensor } from './kernel';

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

export const EPSILON = '1e-5';
export const MOMENTUM = '0.9';
export const WORKGROUP = 64;
/** As the kernels number them. */
export const SHORTCUTS = { none: 0, plain: 1, normalised: 2 } as const;

/** What every kernel over a layer's maps is told of it. */
export function shared(layer: NormLayer): Record<string, number | string | boolean> {
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
export function others({ shortcut }: NormLayer): readonly Tensor[] {
  return shortcut.kind === 'none' ? [] : [shortcut.values];
}

export function sumOfBytes(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
}

/** Pixels that a thread of an applying kernel takes. */
export const APPLY_SPAN = 4;
