/** Batch norm, its activation and its shortcut on the way back, as dispatches. */
import { ceilDiv, type Dispatch, dispatch, linear, read, type Tensor, write } from './kernel';
import applySource from './kernels/norm-backward-apply.wgsl?raw';
import finaliseSource from './kernels/norm-backward-finalise.wgsl?raw';
import sumsSource from './kernels/norm-backward-sums.wgsl?raw';
import {
  APPLY_SPAN,
  type NormLayer,
  type NormTensors,
  others,
  type Reduction,
  SHORTCUTS,
  shared,
  sumOfBytes,
  WORKGROUP,
} from './norm-layer';
import { stored } from './storage';

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
      source: applySource,
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
      source: sumsSource,
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
      source: finaliseSource,
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
