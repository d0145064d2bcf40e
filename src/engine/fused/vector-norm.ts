/** Batch norm of vectors without a scale, the embedding's, and its way back, as dispatches. */
import { ceilDiv, type Dispatch, dispatch, read, type Tensor, write } from './kernel';
import source from './kernels/vector-norm.wgsl?raw';
import backwardSource from './kernels/vector-norm-backward.wgsl?raw';
import { EPSILON, MOMENTUM, type NormTensors, type Reduction } from './norm-layer';

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
    source: source,
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
    source: backwardSource,
    values: vectorValues(layer, reduction),
    bindings: [read(io.x), read(io.dy), read(norms), write(io.dx), write(gradients)],
    workgroups: [ceilDiv(layer.channels, reduction.width), 1, 1],
    bytes: 12 * layer.batch * layer.channels,
  });
}
