/** Made-up sessions for the chart tests: columns from functions of the step. */
import { emptySeries } from '../state/series';
import type { ArmSeries } from '../state/session.types';
import { DEFAULT_VIEW, type ViewState } from '../state/view';
import type { ArmConfig, ArmId } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import type { MetricName } from '../training/metrics';

export const view = (change: Partial<ViewState> = {}): ViewState => ({
  ...DEFAULT_VIEW,
  ...change,
});

export function arm(id: ArmId, loss: ArmConfig['loss']): ArmConfig {
  const [first] = DEFAULT_EXPERIMENT.arms;
  if (first === undefined) throw new Error('the default experiment has no arm');
  return { ...first, id, loss };
}

export const FIXED = arm('A', { kind: 'fixed-adacos' });
export const DYNAMIC = arm('B', {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
});
export const CONSTANT = arm('C', { kind: 'normalised-softmax', scale: 16 });
export const SOFTMAX = arm('D', { kind: 'softmax' });

/** A series of `length` steps from 1 on; metrics that are not given are 0. */
export function seriesOf(
  id: ArmId,
  length: number,
  metrics: Partial<Record<MetricName, (step: number) => number>> = {},
): ArmSeries {
  const series = emptySeries(id);
  extend(series, length, metrics);
  return series;
}

/** Appends `count` steps. */
export function extend(
  series: ArmSeries,
  count: number,
  metrics: Partial<Record<MetricName, (step: number) => number>>,
): void {
  const from = series.length;
  for (const name of Object.keys(series.columns) as MetricName[]) {
    // `Object.keys` forgets that the keys are metric names.
    const column = new Float64Array(from + count);
    column.set(series.columns[name].subarray(0, from));
    const value = name === 'step' ? (step: number) => step : (metrics[name] ?? (() => 0));
    for (let row = from; row < from + count; row++) column[row] = value(row + 1);
    series.columns[name] = column;
  }
  series.length += count;
}

export function seriesMap(...all: readonly ArmSeries[]): ReadonlyMap<ArmId, ArmSeries> {
  return new Map(all.map((series) => [series.arm, series]));
}
