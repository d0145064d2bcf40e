/** For tests: a plan small enough to add up by hand. */
import type { DescribedDispatch, PlanDescription } from '../../engine/engine';

function dispatch(
  phase: DescribedDispatch['phase'],
  [kernel, label, shape]: readonly [string, string, string],
  [workgroups, bytes, flops]: readonly [number, number, number],
): DescribedDispatch {
  return { phase, kernel, label, shape, workgroups, bytes, flops, ms: null };
}

export const PLAN: PlanDescription = {
  batch: 32,
  dispatches: [
    dispatch('batch', ['gather', 'batch', '32×32×3'], [384, 492_000, 0]),
    dispatch(
      'forward',
      ['conv', 'stage1/conv', '32×32×3 → 16×16×16, 3×3'],
      [256, 1_200_000, 7_000_000],
    ),
    dispatch('forward', ['norm', 'stage1/norm', '16×16×16'], [16, 800_000, 0]),
    dispatch('head', ['head-scale', 'scale rule', '32'], [1, 400, 1_000]),
    dispatch(
      'backward',
      ['conv', 'stage1/conv', '16×16×16 → 32×32×3, 3×3'],
      [256, 1_000_000, 14_000_000],
    ),
    dispatch('update', ['sgd', 'parameters', '23,000'], [90, 600_000, 46_000]),
  ],
  scratchBytes: 4_000_000,
  unsharedBytes: 12_000_000,
  residentBytes: 900_000,
  flops: 21_047_000,
  tuning: null,
  timing: null,
};

/** The same, timed: the nth dispatch takes n tenths of a millisecond. */
export const MEASURED: PlanDescription = {
  ...PLAN,
  dispatches: PLAN.dispatches.map((one, at) => ({ ...one, ms: (at + 1) / 10 })),
  timing: 'timestamps',
};
