/**
 * The buckets of an arm's metric over the whole run or a window, kept between updates so that a
 * live series costs only its new rows. Resets and changed settings are noticed and start afresh.
 */
import type { MetricName } from '../bridge/protocol';
import type { ArmSeries } from '../state/session.types';
import { BUCKET_LIMIT, Buckets } from './buckets';
import { warmUpRows } from './smooth';

export interface ReductionOptions {
  readonly spacing: 'linear' | 'log';
  readonly smoothing: number;
  /** Steps shown, both ends included; `null` is the whole run. */
  readonly range: readonly [number, number] | null;
}

interface Entry {
  readonly buckets: Buckets;
  readonly key: string;
  consumed: number;
  /** Last row taken, to notice a run that began again inside the same columns. */
  lastStep: number;
  lastValue: number;
}

const cache = new WeakMap<ArmSeries, Map<MetricName, Entry>>();

/** First index whose step is at least `step`, among the first `length` rows. */
export function lowerBound(steps: Float64Array, length: number, step: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? Number.POSITIVE_INFINITY) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The metric's buckets, up to date with the series. Owned by the cache: read, do not append. */
export function reduceSeries(
  series: ArmSeries,
  metric: MetricName,
  options: ReductionOptions,
): Buckets {
  let entries = cache.get(series);
  if (entries === undefined) {
    entries = new Map();
    cache.set(series, entries);
  }
  const steps = series.columns.step;
  const values = series.columns[metric];
  const first = options.range === null ? 0 : lowerBound(steps, series.length, options.range[0]);
  const end =
    options.range === null
      ? series.length
      : lowerBound(steps, series.length, Math.floor(options.range[1]) + 1);
  const key = `${options.spacing} ${options.smoothing} ${options.range?.join(' ') ?? 'all'}`;

  let entry = entries.get(metric);
  if (entry === undefined || entry.key !== key || !continues(entry, steps, values, end)) {
    entry = begin(key, options, values, first);
    entries.set(metric, entry);
  }
  if (end > entry.consumed) {
    entry.buckets.append(steps, values, entry.consumed, end);
    entry.consumed = end;
    entry.lastStep = steps[end - 1]!;
    entry.lastValue = values[end - 1]!;
  }
  return entry.buckets;
}

function begin(key: string, options: ReductionOptions, values: Float64Array, first: number): Entry {
  const { range, spacing, smoothing } = options;
  let width = 1;
  if (range !== null) {
    while ((Math.floor(range[1]) - Math.ceil(range[0]) + 1) / width > BUCKET_LIMIT) width *= 2;
  }
  const origin = range === null ? 0 : Math.ceil(range[0]);
  const buckets = new Buckets({ spacing, smoothing, origin, width });
  // A smoothed value is the same in every zoom: the rows before the window are taken into account.
  buckets.warmUp(values, Math.max(0, first - warmUpRows(smoothing)), first);
  return { buckets, key, consumed: first, lastStep: Number.NaN, lastValue: Number.NaN };
}

function continues(entry: Entry, steps: Float64Array, values: Float64Array, end: number): boolean {
  if (end < entry.consumed) return false;
  if (Number.isNaN(entry.lastStep)) return true;
  const last = entry.consumed - 1;
  return steps[last] === entry.lastStep && Object.is(values[last], entry.lastValue);
}
