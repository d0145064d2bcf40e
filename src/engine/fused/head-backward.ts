/** The angular head on the way back, as dispatches: cross-entropy, and the gradients it leaves. */
import type { LossConfig } from '../../losses/types';
import { gemm, productSplit } from './family';
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
import {
  ceilDiv,
  type Dispatch,
  dispatch,
  linear,
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
import stepSource from './kernels/step.wgsl?raw';

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
