/** Clipping the gradient by its norm as dispatches: sums of squares, then the factor the optimiser takes. */
import { ceilDiv, type Dispatch, dispatch, literal, read, type Tensor, write } from './kernel';
import factorSource from './kernels/gradient-factor.wgsl?raw';
import squaresSource from './kernels/gradient-squares.wgsl?raw';
import type { Reduction } from './norm';

export interface Clip {
  readonly dispatches: readonly Dispatch[];
  /** `[1]`. */
  readonly factor: Tensor;
}

/** Sums that one thread of the second part adds. */
const EACH = { hardware: 16, software: 64 } as const;
/** Threads of a workgroup of the first part: a CPU core takes whole ones, and all cores should have some. */
const WORKGROUP = { hardware: 64, software: 4 } as const;

/** @param clipNorm the most the L2 norm of the whole gradient may be */
export function clip(
  clipNorm: number,
  gradient: Tensor,
  { rows, width }: Reduction,
  scratch: (label: string, length: number) => Tensor,
): Clip {
  // Where threads had rather not share memory, which is on software, one of them adds all sums.
  const kind = rows === 1 ? 'software' : 'hardware';
  const lanes = rows === 1 ? 1 : rows * width;
  const threads = EACH[kind] * lanes;
  const workgroup = WORKGROUP[kind];
  const sums = scratch('gradient squares', threads);
  const factor = scratch('gradient factor', 1);
  const label = 'gradient norm';
  return {
    factor,
    dispatches: [
      dispatch({
        kernel: 'gradient-squares',
        label,
        shape: `${gradient.length} → ${threads}`,
        source: squaresSource,
        values: { GROUPS: gradient.length / 4, THREADS: threads, WORKGROUP: workgroup },
        bindings: [read(gradient), write(sums)],
        workgroups: [ceilDiv(threads, workgroup), 1, 1],
      }),
      dispatch({
        kernel: 'gradient-factor',
        label,
        shape: `${threads} → 1`,
        source: factorSource,
        values: { THREADS: threads, LANES: lanes, CLIP: literal(clipNorm) },
        bindings: [read(sums), write(factor)],
        workgroups: [1, 1, 1],
      }),
    ],
  };
}
