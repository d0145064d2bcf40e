/**
 * What the driver asks an arm and what it answers, whether the arm is a worker in a browser, a Node
 * process or Python. One question at a time; an arm that cannot go on answers `failed` with the reason.
 */
import type { CeilingResult } from './ceiling';
import type { ScriptArm } from './names';
import type { Adapter } from './report';
import type { WorkloadName } from './workloads';

export type Question =
  /** Which GPU there is, and the best matrix product it reaches. */
  | { readonly kind: 'ceiling' }
  /** Opens an arm, builds a workload and takes its first step. */
  | { readonly kind: 'prepare'; readonly arm: ScriptArm; readonly workload: WorkloadName }
  /** Takes so many steps and waits once, at the end. */
  | { readonly kind: 'series'; readonly steps: number };

export type Answer =
  | {
      readonly kind: 'ceiling';
      readonly adapter: Adapter | null;
      /** `null` without a GPU. */
      readonly ceiling: CeilingResult | null;
    }
  | {
      readonly kind: 'ready';
      /** Loss of the first step: the same in all arms, or they do not compute the same. */
      readonly firstLoss: number | null;
      /** Names and versions only the arm knows. */
      readonly versions: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'series';
      /** From the first step's call to the last one's numbers. */
      readonly wallMs: number;
      /** Spent in the calls of `step`, all together; `null` where it cannot be told. */
      readonly jsMs: number | null;
      /** GPU dispatches of the series; `null` where there are none to count. */
      readonly dispatches: number | null;
      /** Most bytes held on the GPU at one time so far; `null` where it cannot be told. */
      readonly peakGpuBytes: number | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Something that answers questions, one at a time. */
export interface Respondent {
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}
