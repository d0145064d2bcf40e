/**
 * A plan in words and numbers: which kernels run in a step, on what, and what each takes.
 */
import type { DescribedDispatch, PlanDescription } from '../engine';
import { unsharedBytes } from './arena';
import type { Gpu } from './gpu';
import type { Dispatch } from './kernel';
import type { Offsets, Plan } from './plan';
import { Stopwatch } from './timing';
import type { TuningRecord } from './tuner';

export interface PlanTimes {
  /** Milliseconds of each dispatch. */
  readonly ms: readonly number[];
  readonly timing: 'timestamps' | 'wall';
}

/**
 * Measures every dispatch of `plan` alone. It reads and writes what a step would: whoever needs the state
 * keeps it elsewhere meanwhile.
 */
export async function measurePlan(gpu: Gpu, plan: Plan, second: Offsets): Promise<PlanTimes> {
  const stopwatch = new Stopwatch(gpu);
  const ms: number[] = [];
  try {
    for (let index = 0; index < plan.dispatches.length; index += 1) {
      ms.push(await stopwatch.time((pass) => plan.encodeOne(pass, index, second)));
    }
  } finally {
    stopwatch.dispose();
  }
  return { ms, timing: stopwatch.timing };
}

/** @param gathering the dispatch that makes the batch, before the plan's own */
export function describePlan(input: {
  readonly batch: number;
  readonly gathering: Dispatch;
  readonly plan: Plan;
  readonly residentBytes: number;
  readonly times: PlanTimes | null;
  readonly tuning: TuningRecord | null;
}): PlanDescription {
  const { batch, gathering, plan, residentBytes, times, tuning } = input;
  const own = plan.dispatches.map((one, index) => row(one, times?.ms[index] ?? null));
  const dispatches = [{ ...row(gathering, null), phase: 'batch' as const }, ...own];
  return {
    batch,
    dispatches,
    flops: dispatches.reduce((sum, { flops }) => sum + flops, 0),
    scratchBytes: plan.arena.sizes.reduce((sum, bytes) => sum + bytes, 0),
    unsharedBytes: unsharedBytes(plan.dispatches),
    residentBytes,
    tuning:
      tuning === null
        ? null
        : Object.entries(tuning).map(([shape, decision]) => ({ shape, ...decision })),
    timing: times?.timing ?? null,
  };
}

function row(dispatch: Dispatch, ms: number | null): DescribedDispatch {
  const { kernel, label, phase, shape, workgroups, bytes, flops } = dispatch;
  const [x, y, z] = workgroups;
  return { kernel, label, phase, shape, workgroups: x * y * z, bytes, flops, ms };
}
