/**
 * The angular head as dispatches: cosines, scale rule, cross-entropy, gradients. The scale, the median
 * and B_avg never leave the GPU; what a step tells goes into the metrics ring.
 */
import { commonScale, fixedAdaCosScale, guardRange } from '../../losses/scaleRule';
import type { LossConfig } from '../../losses/types';
import { ANGLE_BINS } from '../engine';
import { type GemmKernel, gemm, productSplit } from './family';
import type { GemmShape } from './gemm';
import {
  ceilDiv,
  type Dispatch,
  dispatch,
  linear,
  literal,
  padded,
  read,
  type Tensor,
  write,
} from './kernel';
import anglesSource from './kernels/head-angles.wgsl?raw';
import columnsSource from './kernels/head-columns.wgsl?raw';
import embeddingSource from './kernels/head-embedding-gradient.wgsl?raw';
import gradientSource from './kernels/head-gradient.wgsl?raw';
import logSumsSource from './kernels/head-log-sums.wgsl?raw';
import rowsSource from './kernels/head-rows.wgsl?raw';
import scaleSource from './kernels/head-scale.wgsl?raw';
import normaliseSource from './kernels/rows-normalise.wgsl?raw';
import stepSource from './kernels/step.wgsl?raw';

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

const WORKGROUP = 64;

/** A sum of `k` terms in one part. */
function whole(k: number) {
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

function values(shape: HeadShape, loss: LossConfig | null, chunks: number) {
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

/** Unit embeddings and the cosines to every class centre. */
export function headForward(shape: HeadShape, io: HeadIo, choices: HeadChoices): HeadForward {
  const { batch, embedding, classes } = shape;
  const columns = padded(classes);
  const units = io.scratch('head/units', batch * embedding);
  const rowInverse = io.scratch('head/row-inverse', batch);
  const cosines = io.scratch('head/cosines', batch * columns);
  const inverse = io.scratch('head/inverse', columns);
  const product: GemmShape = { mode: 'nn', m: batch, n: columns, k: embedding };
  return {
    dispatches: [
      dispatch({
        kernel: 'rows-normalise',
        label: 'head',
        shape: `${batch}×${embedding}`,
        source: normaliseSource,
        values: { ROWS: batch, GROUPS: embedding / 4, WORKGROUP: 4 },
        bindings: [read(io.embeddings), write(units), write(rowInverse)],
        workgroups: [ceilDiv(batch, 4), 1, 1],
      }),
      gemm('head/cosines', product, choices.tile(product), whole(embedding), {
        a: units,
        b: io.centres,
        c: cosines,
        inverse,
      }),
    ],
    units,
    rowInverse,
    cosines,
    inverse,
  };
}

/**
 * The scale of this step and what it tells; `loss` `null` only looks: nothing moves and only target
 * cosines, common losses and nearest classes are told.
 */
export function headScale(
  shape: HeadShape,
  forward: HeadForward,
  loss: LossConfig | null,
  io: HeadIo,
  choices: HeadChoices,
): readonly Dispatch[] {
  const shared = values(shape, loss, choices.chunks);
  const { batch, classes } = shape;
  const found = io.scratch('head/found', batch * shared.CHUNKS * 8);
  const guard = guardRange(classes);
  const rule =
    loss === null || loss.kind === 'softmax' ? 0 : loss.kind === 'dynamic-adacos' ? 2 : 1;
  return [
    dispatch({
      kernel: 'head-rows',
      label: 'head',
      shape: `${batch}×${classes}`,
      source: rowsSource,
      values: shared,
      bindings: [read(forward.cosines), read(io.targets), read(io.state), write(found)],
      workgroups: linear(batch * shared.CHUNKS, WORKGROUP),
    }),
    dispatch({
      kernel: 'head-scale',
      label: 'head',
      shape: `${batch}`,
      source: stepSource + scaleSource,
      values: {
        ...shared,
        WORKGROUP: Math.min(choices.workgroup, 4 * ceilDiv(batch, 4)),
        RULE: rule,
        GUARD: loss?.kind === 'dynamic-adacos' && loss.guard === 'clamp',
        GUARD_LOW: literal(guard.lower),
        GUARD_HIGH: literal(guard.upper),
        FIXED_SCALE: literal(fixedAdaCosScale(classes)),
        LOG_BATCH: literal(Math.log(batch)),
      },
      bindings: [
        read(forward.cosines),
        read(io.targets),
        read(found),
        write(io.state),
        write(io.ring),
      ],
      group: 'step',
      workgroups: [1, 1, 1],
      bytes: 4 * found.length + 8 * batch,
    }),
  ];
}

/** Cross-entropy, and the gradients of embeddings and class centres. */
export function headBackward(
  shape: HeadShape,
  forward: HeadForward,
  loss: LossConfig,
  io: HeadIo & { readonly dEmbeddings: Tensor; readonly dCentres: Tensor },
  choices: HeadChoices,
): readonly Dispatch[] {
  const shared = values(shape, loss, choices.chunks);
  const { batch, embedding, classes } = shape;
  const columns = padded(classes);
  const softmax = loss.kind === 'softmax';
  const { units, rowInverse, cosines, inverse } = forward;
  const sums = io.scratch('head/log-sums', batch * shared.CHUNKS * 2);
  const gradient = io.scratch('head/gradient', batch * columns);
  const alongRows = io.scratch('head/along-rows', batch * shared.CHUNKS);
  const alongColumns = io.scratch('head/along-columns', columns);
  const toEmbeddings: GemmShape = { mode: 'nt', m: batch, n: embedding, k: columns };
  const toCentres: GemmShape = { mode: 'tn', m: embedding, n: columns, k: batch };
  const toEmbeddingsTile = choices.tile(toEmbeddings, choices.parts);
  const split = productSplit(toEmbeddings, toEmbeddingsTile, choices.parts);
  const parts = io.scratch('head/embedding-parts', split.parts * batch * embedding);
  return [
    dispatch({
      kernel: 'head-log-sums',
      label: 'head',
      shape: `${batch}×${classes}`,
      source: logSumsSource,
      values: shared,
      bindings: [
        read(cosines),
        read(io.state),
        write(sums),
        read(io.targets),
        ...(softmax ? [read(rowInverse), read(inverse)] : []),
      ],
      workgroups: linear(batch * shared.CHUNKS, WORKGROUP),
    }),
    dispatch({
      kernel: 'head-gradient',
      label: 'head',
      shape: `${batch}×${classes}`,
      source: stepSource + gradientSource,
      values: shared,
      bindings: [
        read(cosines),
        read(io.targets),
        read(softmax ? rowInverse : io.state),
        read(sums),
        read(inverse),
        write(gradient),
        write(alongRows),
        write(io.ring),
      ],
      group: 'step',
      workgroups: linear(batch * shared.CHUNKS, WORKGROUP),
      bytes: 8 * batch * columns,
    }),
    dispatch({
      kernel: 'head-columns',
      label: 'head',
      shape: `${batch}×${classes} → ${classes}`,
      source: columnsSource,
      values: shared,
      bindings: [read(gradient), read(cosines), read(inverse), write(alongColumns)],
      workgroups: [ceilDiv(columns / 4, WORKGROUP), 1, 1],
    }),
    dispatch({
      kernel: 'head-angles',
      label: 'head',
      shape: `${batch}×${classes}`,
      source: stepSource + anglesSource,
      values: shared,
      bindings: [read(cosines), read(io.targets), write(io.ring)],
      group: 'step',
      workgroups: linear(batch * shared.CHUNKS, WORKGROUP),
      bytes: 4 * batch * columns,
    }),
    gemm('head/embeddings', toEmbeddings, toEmbeddingsTile, split, {
      a: gradient,
      b: io.centres,
      c: parts,
    }),
    dispatch({
      kernel: 'head-embedding-gradient',
      label: 'head',
      shape: `${split.parts}×${batch}×${embedding} → ${batch}×${embedding}`,
      source: embeddingSource,
      values: { ...shared, GROUPS: embedding / 4, PARTS: split.parts },
      bindings: [
        read(parts),
        read(units),
        read(alongRows),
        read(rowInverse),
        write(io.dEmbeddings),
      ],
      workgroups: [ceilDiv((batch * embedding) / 4, WORKGROUP), 1, 1],
    }),
    gemm('head/centres', toCentres, choices.tile(toCentres), whole(batch), {
      a: softmax ? io.embeddings : units,
      b: gradient,
      c: io.dCentres,
      tangent: { along: alongColumns, centres: io.centres },
    }),
  ];
}
