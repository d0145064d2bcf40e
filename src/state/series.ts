/**
 * Every step of every arm, on the page: growing typed columns, appended in place. Charts reduce them,
 * exports write them whole.
 */
import type { ArmMetrics } from '../bridge/protocol';
import type { ArmId } from '../training/config';
import { METRIC_NAMES, type MetricName } from '../training/metrics';
import type { ArmSeries } from './session.types';

const INITIAL_ROWS = 1024;

function columnsOf(make: (name: MetricName) => Float64Array): Record<MetricName, Float64Array> {
  return {
    step: make('step'),
    scale: make('scale'),
    unguardedScale: make('unguardedScale'),
    logBAvg: make('logBAvg'),
    medianAngleRad: make('medianAngleRad'),
    loss: make('loss'),
    commonLoss: make('commonLoss'),
    accuracy: make('accuracy'),
    learningRate: make('learningRate'),
  };
}

export function emptySeries(arm: ArmId): ArmSeries {
  return {
    arm,
    length: 0,
    columns: columnsOf(() => new Float64Array(INITIAL_ROWS)),
    validation: [],
    targetCosines: null,
    otherAngles: null,
  };
}

/** Appends the rows of `metrics`; reallocates by doubling, so a row costs O(1) on average. */
export function appendMetrics(series: ArmSeries, metrics: ArmMetrics): void {
  const added = metrics.columns.step.length;
  const needed = series.length + added;
  if (needed > series.columns.step.length) grow(series, needed);
  for (const name of METRIC_NAMES) series.columns[name].set(metrics.columns[name], series.length);
  series.length = needed;
  series.targetCosines = metrics.targetCosines;
  series.otherAngles = metrics.otherAngles;
}

function grow(series: ArmSeries, needed: number): void {
  let capacity = series.columns.step.length;
  while (capacity < needed) capacity *= 2;
  for (const name of METRIC_NAMES) {
    const larger = new Float64Array(capacity);
    larger.set(series.columns[name].subarray(0, series.length));
    series.columns[name] = larger;
  }
}
