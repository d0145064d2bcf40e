/** An angular head as its kernels are told of it: its shape, its tensors, its slot of the metrics ring. */
import { commonScale } from '../../losses/scaleRule';
import type { LossConfig } from '../../losses/types';
import { ANGLE_BINS } from '../engine';
import type { GemmKernel } from './family';
import type { GemmShape } from './gemm';
import { ceilDiv, type Dispatch, literal, padded, type Tensor } from './kernel';

export interface HeadShape {
  readonly batch: number;
  /** Padded to fours. */
  readonly embedding: number;
  readonly classes: number;
}

/** Numbers of one slot of the metrics ring: see head-scale. */
export function slotLength(batch: number): number {
  return 4 * Math.ceil((binsAt(batch) + ANGLE_BINS) / 4);
}

/** Where the counts of other classes' angles start in a slot. */
export function binsAt(batch: number): number {
  return 4 * batch + 3;
}

/** The most images a batch may have: the median is found in one workgroup's memory. */
export const MAX_BATCH = 1024;

export interface HeadIo {
  /** `[batch, embedding]`, not normalised. */
  readonly embeddings: Tensor;
  /** `[embedding, classes]`, a class centre per column. */
  readonly centres: Tensor;
  readonly targets: Tensor;
  /** `[1]`: the scale. */
  readonly state: Tensor;
  readonly ring: Tensor;
  readonly scratch: (label: string, length: number) => Tensor;
}

export interface HeadChoices {
  /** The kernel of a matrix product that may be split into so many parts. */
  readonly tile: (shape: GemmShape, parts?: number) => GemmKernel;
  /** Threads a row is worth: chunks of classes side by side. */
  readonly chunks: number;
  /** Parts that the sum over classes is split into. */
  readonly parts: number;
  /** Threads of the workgroup that finds the median. */
  readonly workgroup: number;
}

/** What the backward pass takes from the forward pass. */
export interface HeadForward {
  readonly dispatches: readonly Dispatch[];
  readonly units: Tensor;
  readonly rowInverse: Tensor;
  readonly cosines: Tensor;
  readonly inverse: Tensor;
}

export const WORKGROUP = 64;

/** A sum of `k` terms in one part. */
export function whole(k: number) {
  return { parts: 1, each: 4 * ceilDiv(k, 4) };
}

function stretch(
  shape: HeadShape,
  chunks: number,
): { readonly span: number; readonly chunks: number } {
  const groups = padded(shape.classes) / 4;
  const span = Math.max(1, ceilDiv(groups, chunks));
  return { span, chunks: ceilDiv(groups, span) };
}

/** What every kernel of a head is told of it. */
export function values(shape: HeadShape, loss: LossConfig | null, chunks: number) {
  const { batch, classes } = shape;
  const cut = stretch(shape, chunks);
  return {
    BATCH: batch,
    CLASSES: classes,
    GROUPS: padded(classes) / 4,
    SPAN: cut.span,
    CHUNKS: cut.chunks,
    SLOT: slotLength(batch),
    BINS: ANGLE_BINS,
    BINS_AT: binsAt(batch),
    BINS_PER_RADIAN: literal(ANGLE_BINS / Math.PI),
    COMMON: literal(commonScale(classes)),
    SOFTMAX: loss?.kind === 'softmax',
    WORKGROUP,
  };
}
