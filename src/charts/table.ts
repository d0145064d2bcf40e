/** The data table behind a chart: the same buckets as drawn, every value with its unit. */
import { armName } from './armNames';
import { CHART_SPECS } from './chartKinds';
import type { ChartModel } from './chartModel';
import { formatStep } from './format';

export interface TableModel {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row is its heading (the step or the steps). */
  readonly rows: readonly (readonly string[])[];
}

const NONE = '–';

/**
 * One row per bucket: the steps, then per arm the smoothed value (the mean, where nothing is smoothed)
 * and the raw one, which is a range where the bucket holds several steps. Held-out points follow as rows of their own column.
 */
export function buildTable(model: ChartModel): TableModel {
  const { format } = CHART_SPECS[model.kind];
  const hasHeldOut = model.validation.size > 0;
  const line = model.smoothed ? 'smoothed' : 'mean';
  const head = ['Step'];
  for (const arm of model.arms) {
    if (model.showTraining) head.push(`${armName(arm)}, ${line}`, `${armName(arm)}, raw`);
    if (hasHeldOut) head.push(`${armName(arm)}, held out`);
  }

  const cells = new Map<number, { label: string; values: Map<string, string> }>();
  const at = (key: number, label: string) => {
    let entry = cells.get(key);
    if (entry === undefined) {
      entry = { label, values: new Map() };
      cells.set(key, entry);
    }
    return entry.values;
  };
  for (const row of model.rows) {
    const label =
      row.firstStep === row.lastStep
        ? formatStep(row.firstStep)
        : `${formatStep(row.firstStep)}–${formatStep(row.lastStep)}`;
    const values = at(row.x, label);
    for (const { id } of model.arms) {
      const smooth = row[id];
      const raw = row[`raw${id}`];
      if (typeof smooth === 'number') values.set(`${id} smooth`, format(smooth));
      if (raw) values.set(`${id} raw`, rangeText(raw, format));
    }
  }
  for (const [id, points] of model.validation) {
    for (const { x, value } of points) at(x, formatStep(x)).set(`${id} held`, format(value));
  }

  const rows = [...cells.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { label, values }]) => {
      const row = [label];
      for (const { id } of model.arms) {
        if (model.showTraining) {
          row.push(values.get(`${id} smooth`) ?? NONE, values.get(`${id} raw`) ?? NONE);
        }
        if (hasHeldOut) row.push(values.get(`${id} held`) ?? NONE);
      }
      return row;
    });
  for (const { label, step } of model.breaks) {
    rows.push([formatStep(step), ...head.slice(1).map((_, i) => (i === 0 ? label : NONE))]);
  }
  return { caption: `${model.title}, ${model.unit}`, head, rows };
}

function rangeText([low, high]: readonly [number, number], format: (v: number) => string): string {
  return format(low) === format(high) ? format(low) : `${format(low)} … ${format(high)}`;
}
