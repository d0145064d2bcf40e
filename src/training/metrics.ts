/**
 * From a step's metrics to columns: one typed array per quantity, ready to be handed to another thread,
 * and the watch for numbers that are none.
 */
import type { StepMetrics } from '../engine/engine';

export const METRIC_NAMES = [
  'step',
  'scale',
  'unguardedScale',
  'logBAvg',
  'medianAngleRad',
  'loss',
  'commonLoss',
  'accuracy',
  'learningRate',
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

/** One row: what a step told, with the learning rate it ran at. `null` = this arm has no such quantity. */
export type MetricRow = Readonly<Record<MetricName, number | null>>;

/** Columns of consecutive steps. `NaN` stands for a quantity the arm does not have, or for a real NaN. */
export type MetricColumns = Readonly<Record<MetricName, Float64Array<ArrayBuffer>>>;

export function metricRow(metrics: StepMetrics, learningRate: number): MetricRow {
  const { step, scale, unguardedScale, logBAvg, medianAngleRad, loss, commonLoss, accuracy } =
    metrics;
  return {
    step,
    scale,
    unguardedScale,
    logBAvg,
    medianAngleRad,
    loss,
    commonLoss,
    accuracy,
    learningRate,
  };
}

export function toColumns(rows: readonly MetricRow[]): MetricColumns {
  const column = (name: MetricName) => Float64Array.from(rows, (row) => row[name] ?? Number.NaN);
  return {
    step: column('step'),
    scale: column('scale'),
    unguardedScale: column('unguardedScale'),
    logBAvg: column('logBAvg'),
    medianAngleRad: column('medianAngleRad'),
    loss: column('loss'),
    commonLoss: column('commonLoss'),
    accuracy: column('accuracy'),
    learningRate: column('learningRate'),
  };
}

/** The first quantity of the row that is NaN or infinite, or `null` where all are numbers or absent. */
export function firstNonFinite(row: MetricRow): MetricName | null {
  for (const name of METRIC_NAMES) {
    const value = row[name];
    if (value !== null && !Number.isFinite(value)) return name;
  }
  return null;
}
