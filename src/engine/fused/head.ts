/**
 * The angular head as dispatches: cosines, scale rule, and what a step tells; its way back is beside it. The
 * scale, the median and B_avg never leave the GPU; what a step tells goes into the metrics ring.
 */
import { fixedAdaCosScale, guardRange } from '../../losses/scaleRule';
import type { LossConfig } from '../../losses/types';
import { gemm } from './family';
import type { GemmShape } from './gemm';
import {
  type HeadChoices,
  type HeadForward,
  type HeadIo,
  type HeadShape,
  values,
  WORKGROUP,
  whole,
} from './head-shape';
import { ceilDiv, type Dispatch, dispatch, linear, literal, padded, read, write } from './kernel';
import rowsSource from './kernels/head-rows.wgsl?raw';
import scaleSource from './kernels/head-scale.wgsl?raw';
import normaliseSource from './kernels/rows-normalise.wgsl?raw';
import stepSource from './kernels/step.wgsl?raw';

export { headBackward } from './head-backward';
export {
  binsAt,
  type HeadChoices,
  type HeadForward,
  type HeadIo,
  type HeadShape,
  MAX_BATCH,
  slotLength,
} from './head-shape';

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
