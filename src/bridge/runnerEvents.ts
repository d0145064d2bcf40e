/** What an experiment's clock tells, as events for the page. */
import type { Engine } from '../engine/engine';
import type { Experiment } from '../training/experiment';
import { toColumns } from '../training/metrics';
import type { RunnerListener } from '../training/runner';
import type { ArmMetrics, WorkerEvent } from './protocol';

/** @param engines where the experiment runs now; that may change, and end */
export function runnerEvents(
  experiment: Experiment,
  engines: { readonly engine: Engine | null },
  emit: (event: WorkerEvent) => void,
): RunnerListener {
  const imagesPerStep = experiment.sampler.batchSize * experiment.arms.length;
  return {
    onUpdate: ({ step, epoch, arms, stepMs }) => {
      const memory = engines.engine?.memory();
      // Of an engine that is gone nothing is a result.
      if (memory === undefined) return;
      const batches: ArmMetrics[] = arms.flatMap(({ arm, rows, targetCosines, otherAngles }) =>
        rows.length === 0
          ? []
          : [
              {
                arm,
                columns: toColumns(rows),
                targetCosines: targetCosines.slice(),
                otherAngles: otherAngles?.slice() ?? null,
              },
            ],
      );
      const imagesPerSecond = stepMs === null ? null : (imagesPerStep * 1000) / stepMs;
      emit({ kind: 'metrics', step, epoch, arms: batches, stepMs, imagesPerSecond, memory });
    },
    onEvaluation: (results) => {
      const points = results.map(({ arm, step, evaluation }) => ({ arm, step, ...evaluation }));
      emit({ kind: 'validation', points });
    },
    onGuard: (arm, action) => emit({ kind: 'guard', arm, ...action }),
    onDiverged: (arm) => {
      const found = experiment.arms.find(({ config }) => config.id === arm)?.divergence;
      if (found != null) emit({ kind: 'diverged', arm, ...found });
    },
    onRunning: (running) => emit({ kind: 'status', status: running ? 'running' : 'paused' }),
  };
}
