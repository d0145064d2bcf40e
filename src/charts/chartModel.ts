/**
 * Everything one chart draws, as plain data: at most 400 points per arm, the axes, reference lines,
 * the marks of what was not finite, and the sentence a screen reader says. Pure but for the cache of
 * buckets behind `reduceSeries`.
 */
import type { MetricName, WorkerEvent } from '../bridge/protocol';
import type { ArmSeries } from '../state/session.types';
import { shownRange, type ViewState, visibleArms } from '../state/view';
import type { ArmConfig, ArmId } from '../training/config';
import { armName } from './armNames';
import { type AxisModel, axisEnd, createExtent, type Extent, stepAxis, valueAxis } from './axes';
import { alignWidths, BUCKET_LIMIT, type Buckets } from './buckets';
import { CHART_SPECS, type ChartKind, type Reference } from './chartKinds';
import { formatStep, nonFiniteName } from './format';
import { hasMetric } from './metrics';
import { reduceSeries } from './reduction';

export type DivergedEvent = Extract<WorkerEvent, { kind: 'diverged' }>;

export interface ChartInputs {
  readonly kind: ChartKind;
  readonly arms: readonly ArmConfig[];
  readonly classes: number | null;
  readonly series: ReadonlyMap<ArmId, ArmSeries>;
  readonly diverged: readonly DivergedEvent[];
  readonly view: ViewState;
}

/** One x of the chart: the smoothed value and the raw range of each arm; `null` is a gap. */
export type ChartRow = {
  readonly x: number;
  readonly firstStep: number;
  readonly lastStep: number;
} & { [A in ArmId]?: number | null } & {
  [A in ArmId as `raw${A}`]?: readonly [number, number] | null;
};

export interface ArmPoint {
  readonly arm: ArmId;
  readonly step: number;
  readonly value: number;
}

/** A place where an arm's numbers stopped being numbers. */
export interface Break {
  readonly arm: ArmId;
  /** First step that is not finite. */
  readonly step: number;
  /** The last legal value, drawn unit; `null` where there was none. */
  readonly at: { readonly step: number; readonly value: number } | null;
  readonly label: string;
}

export interface ChartModel {
  readonly kind: ChartKind;
  readonly title: string;
  readonly unit: string;
  readonly notes: readonly string[];
  readonly metric: MetricName;
  /** Arms with a line in this chart, in order. */
  readonly arms: readonly ArmConfig[];
  readonly rows: readonly ChartRow[];
  readonly showTraining: boolean;
  /** The thick lines are smoothed; what is read under the crosshair never is. */
  readonly smoothed: boolean;
  /** Held-out points per arm, drawn unit (accuracy only). */
  readonly validation: ReadonlyMap<
    ArmId,
    readonly { readonly x: number; readonly value: number }[]
  >;
  readonly x: AxisModel;
  readonly y: AxisModel;
  readonly references: readonly Reference[];
  readonly newest: readonly ArmPoint[];
  readonly breaks: readonly Break[];
  /** For `aria-label`: title, newest values, what broke. */
  readonly summary: string;
}

/** There is nothing to draw yet. */
export function isEmpty({ newest, breaks, validation }: ChartModel): boolean {
  const heldOutPoints = [...validation.values()].some((points) => points.length > 0);
  return newest.length === 0 && breaks.length === 0 && !heldOutPoints;
}

/** The newest step any arm has. */
export function newestStep(series: ReadonlyMap<ArmId, ArmSeries>): number {
  let newest = 0;
  for (const { columns, length } of series.values()) {
    if (length > 0) newest = Math.max(newest, columns.step[length - 1] ?? 0);
  }
  return newest;
}

function isOpenSet(series: ChartInputs['series']): boolean {
  return [...series.values()].some(({ validation }) => (validation.at(-1)?.pairs ?? null) !== null);
}

/** Builds one chart. Costs the rows new since the last call plus 400 per arm. */
export function buildChartModel(inputs: ChartInputs): ChartModel {
  const { kind, classes, series, view } = inputs;
  const spec = CHART_SPECS[kind];
  const shown = visibleArms(
    inputs.arms.map(({ id }) => id),
    view.hiddenArms,
  );
  const visible = inputs.arms.filter(({ id }) => shown.includes(id));
  const context = { arms: visible, classes, openSet: isOpenSet(series), view };
  const metric = spec.metric(context);
  const arms = visible.filter(({ loss }) => hasMetric(loss, metric));
  const newest = newestStep(series);
  const length = view.xRange === null ? newest : view.xRange[1] - view.xRange[0];
  const end = axisEnd(newest, length);
  const range = shownRange(view, end);
  const showTraining = kind !== 'accuracy' || view.accuracy.training;
  const logY = spec.log(view);
  const smoothing = spec.smoothed ? view.smoothing : 0;

  const lines = arms.flatMap((arm) => {
    const own = series.get(arm.id);
    if (own === undefined || own.length === 0) return [];
    const spacing = view.logX ? 'log' : 'linear';
    const buckets = reduceSeries(own, metric, { spacing, smoothing, range });
    return [{ arm, buckets }];
  });
  alignWidths(lines.map(({ buckets }) => buckets));

  const y = createExtent({ log: logY });
  const rows = showTraining ? buildRows(lines, spec.draw, y) : [];
  const validation = new Map<ArmId, readonly { x: number; value: number }[]>();
  if (kind === 'accuracy' && view.accuracy.validation) {
    for (const arm of arms) validation.set(arm.id, heldOut(series.get(arm.id), range, spec.draw));
  }
  const references = spec.references(context);
  for (const { value } of references) y.include(value);

  const breaks = lines.flatMap(({ arm, buckets }) =>
    breaksOf(arm, buckets, metric, inputs, spec.draw),
  );
  const latest = lines.flatMap(({ arm, buckets }) => {
    const point = buckets.newest;
    if (point === null) return [];
    return [
      {
        arm: arm.id,
        step: point.step,
        value: spec.draw(point.smooth),
        raw: spec.draw(point.value),
      },
    ];
  });
  const notes = [spec.note(context)];
  if (y.dropped)
    notes.push('Values of 0 or less have no place on a logarithmic axis and are left out.');

  const summary = summarise(inputs, arms, latest, breaks, validation);
  return {
    kind,
    title: spec.title,
    unit: spec.unit(context),
    notes: notes.filter((note) => note !== null),
    metric,
    arms,
    rows,
    showTraining,
    smoothed: smoothing > 0,
    validation,
    x: stepAxis(range, end, { log: view.logX }),
    y: valueAxis(kind, y, { log: logY }),
    references,
    newest: showTraining ? latest.map(({ arm, step, value }) => ({ arm, step, value })) : [],
    breaks,
    summary,
  };
}

interface Line {
  readonly arm: ArmConfig;
  readonly buckets: Buckets;
}

function buildRows(
  lines: readonly Line[],
  draw: (value: number) => number,
  y: Extent,
): readonly ChartRow[] {
  const rows: ChartRow[] = [];
  const length = Math.max(0, ...lines.map(({ buckets }) => buckets.length));
  for (let index = 0; index < length; index++) {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { buckets } of lines) {
      if (buckets.count[index]! + buckets.nonFinite[index]! === 0) continue;
      first = Math.min(first, buckets.firstStep[index]!);
      last = Math.max(last, buckets.lastStep[index]!);
    }
    if (first > last) continue;
    const row: ChartRow = { x: (first + last) / 2, firstStep: first, lastStep: last };
    for (const { arm, buckets } of lines) {
      const empty = buckets.count[index] === 0;
      row[arm.id] = empty ? null : y.keep(draw(buckets.smoothAt(index)));
      const low = empty ? null : y.keep(draw(buckets.min[index]!));
      const high = empty ? null : y.keep(draw(buckets.max[index]!));
      row[`raw${arm.id}`] = high === null ? null : [low ?? high, high];
    }
    rows.push(row);
  }
  return rows;
}

/** Held-out points in the range, the last of each bucket where there are more than fit. */
function heldOut(
  series: ArmSeries | undefined,
  range: readonly [number, number] | null,
  draw: (value: number) => number,
): readonly { x: number; value: number }[] {
  const all = series?.validation ?? [];
  const within =
    range === null ? all : all.filter(({ step }) => step >= range[0] && step <= range[1]);
  const every = Math.ceil(within.length / BUCKET_LIMIT);
  return within
    .filter((_, i) => (within.length - 1 - i) % Math.max(1, every) === 0)
    .filter(({ accuracy }) => Number.isFinite(accuracy))
    .map(({ step, accuracy }) => ({ x: step, value: draw(accuracy) }));
}

function breaksOf(
  { id }: ArmConfig,
  buckets: Buckets,
  metric: MetricName,
  { diverged }: ChartInputs,
  draw: (value: number) => number,
): readonly Break[] {
  const runs = buckets.runs.map((run) => ({
    arm: id,
    step: run.fromStep,
    at:
      run.lastFinite === null
        ? null
        : { step: run.lastFinite.step, value: draw(run.lastFinite.value) },
    label: `${id}: ${nonFiniteName(run.value) ?? 'not finite'} at step ${formatStep(run.fromStep)}`,
  }));
  const event = diverged.find(({ arm }) => arm === id);
  if (event === undefined || runs.length > 0) return runs;
  // Another quantity broke: this one is marked at the last step where all were legal.
  const good = event.lastGood;
  const value = draw(good?.[metric] ?? Number.NaN);
  const step = good?.step ?? null;
  const at = step === null || !Number.isFinite(value) ? null : { step, value };
  const label = `${id}: diverged at step ${formatStep(event.step)}`;
  return [{ arm: id, step: event.step, at, label }];
}

function summarise(
  { kind, view, diverged, series }: ChartInputs,
  arms: readonly ArmConfig[],
  latest: readonly { readonly arm: ArmId; readonly step: number; readonly raw: number }[],
  breaks: readonly Break[],
  validation: ChartModel['validation'],
): string {
  const spec = CHART_SPECS[kind];
  const unit = spec.unit({ arms, classes: null, openSet: isOpenSet(series), view });
  if (latest.length === 0 && breaks.length === 0) return `${spec.title}, ${unit}. No steps yet.`;
  const step = Math.max(0, ...latest.map((point) => point.step));
  const values = arms.flatMap((arm) => {
    const point = latest.find((candidate) => candidate.arm === arm.id);
    const held = validation.get(arm.id)?.at(-1);
    const texts = [
      point === undefined ? null : spec.format(point.raw),
      held === undefined
        ? null
        : `held-out ${spec.format(held.value)} at step ${formatStep(held.x)}`,
    ].filter((text) => text !== null);
    return texts.length === 0 ? [] : [`${armName(arm)} ${texts.join(', ')}`];
  });
  const broken = breaks.filter(({ arm }) => diverged.some((event) => event.arm === arm));
  const ends = broken.map(({ label }) => ` ${label}.`).join('');
  return `${spec.title}, ${unit}. Step ${formatStep(step)}: ${values.join('; ')}.${ends}`;
}
