/** Answers the driver's questions in the thread of one arm: a browser's worker or a Node process. */
import { findAdapter, globalGpu } from '../src/engine/adapter';
import { openArm } from './arms/arms';
import type { ArmRunner } from './arms/runner';
import { measureCeiling } from './ceiling';
import { countGpu } from './counters';
import type { Answer, Question } from './protocol';
import { workload } from './workloads';

export function respondent(): (question: Question) => Promise<Answer> {
  const counts = countGpu();
  let runner: ArmRunner | null = null;

  async function answer(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'ceiling': {
        const found = await findAdapter(globalGpu());
        const ceiling = found === null ? null : await measureCeiling(found);
        return { kind: 'ceiling', adapter: found?.facts ?? null, ceiling };
      }
      case 'prepare': {
        runner = await openArm(question.arm, workload(question.workload));
        await runner.step();
        const firstLoss = await runner.finish();
        requireNoErrors();
        return { kind: 'ready', firstLoss, versions: runner.versions };
      }
      case 'series': {
        if (runner === null)
          throw new RangeError('a series was asked for before an arm was prepared');
        return series(runner, question.steps);
      }
    }
  }

  async function series(ready: ArmRunner, steps: number): Promise<Answer> {
    const dispatchesBefore = counts?.dispatches ?? 0;
    const start = performance.now();
    let jsMs = 0;
    for (let step = 0; step < steps; step += 1) {
      const called = performance.now();
      await ready.step();
      jsMs += performance.now() - called;
    }
    await ready.finish();
    const wallMs = performance.now() - start;
    requireNoErrors();
    const dispatches = (counts?.dispatches ?? 0) - dispatchesBefore;
    const gpu = counts !== null && counts.peakBytes > 0;
    return {
      kind: 'series',
      wallMs,
      jsMs,
      dispatches: gpu ? dispatches : null,
      peakGpuBytes: gpu ? counts.peakBytes : ready.gpuBytes(),
    };
  }

  function requireNoErrors(): void {
    const [first] = counts?.errors ?? [];
    if (first !== undefined) throw new Error(`the GPU reported an error: ${first}`);
  }

  return (question) =>
    answer(question).catch((error: unknown) => ({
      kind: 'failed',
      reason: error instanceof Error ? error.message : String(error),
    }));
}
