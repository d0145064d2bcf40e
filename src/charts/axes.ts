/** The two axes of a curve chart: which steps and which values it shows, and with which ticks. */
import type { ChartKind } from './chartKinds';
import { logDomain, logTicksWithin, niceDomain, niceStep, type Ticks, ticksWithin } from './ticks';

export interface AxisModel extends Ticks {
  readonly kind: 'linear' | 'log';
}

/** Collects the values an axis must hold. */
export interface Extent {
  min: number;
  max: number;
  /** A value was left out because the axis is logarithmic. */
  dropped: boolean;
  include(value: number): void;
  /** A value the axis can show, or `null`. */
  keep(value: number): number | null;
}

export function createExtent({ log }: { readonly log: boolean }): Extent {
  return {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    dropped: false,
    include(value) {
      if (!Number.isFinite(value) || (log && value <= 0)) return;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    },
    keep(value) {
      if (!Number.isFinite(value)) return null;
      if (log && value <= 0) {
        this.dropped = true;
        return null;
      }
      this.include(value);
      return value;
    },
  };
}

/** Moves of the right end per chart width: rare enough to be cheap, small enough to be calm. */
const AXIS_MOVES = 50;

/**
 * The newest step rounded up by at most a fiftieth of `length` steps (or one bucket), so that an axis
 * that follows it stands still in most updates: moving it costs more than drawing the curves.
 */
export function axisEnd(newestStep: number, length: number): number {
  if (newestStep <= 0) return 0;
  const quantum = Math.max(1, niceStep(Math.max(length, 1), AXIS_MOVES));
  return Math.ceil(newestStep / quantum) * quantum;
}

/** The step axis: the range that was chosen, or the whole run up to `axisEnd`. */
export function stepAxis(
  range: readonly [number, number] | null,
  newest: number,
  { log }: { readonly log: boolean },
): AxisModel {
  if (log) {
    const from = Math.max(1, range?.[0] ?? 1);
    const to = Math.max(from * 2, range?.[1] ?? newest, range === null ? 10 : 0);
    return { kind: 'log', domain: [from, to], ticks: logTicksWithin(from, to) };
  }
  // A short run gets ten steps of room, so that its first points do not jump across the chart.
  const [from, to] = range ?? [0, Math.max(10, newest)];
  return {
    kind: 'linear',
    domain: [from, to],
    ticks: ticksWithin(from, to, { count: 5, integers: true }),
  };
}

export function valueAxis(
  kind: ChartKind,
  y: Pick<Extent, 'min' | 'max'>,
  { log }: { readonly log: boolean },
): AxisModel {
  if (log) return { kind: 'log', ...logDomain(y.min, y.max) };
  switch (kind) {
    case 'angle': {
      const top = y.max > 90 ? Math.min(180, Math.ceil(y.max / 30) * 30) : 90;
      const ticks = Array.from({ length: top / 30 + 1 }, (_, index) => index * 30);
      return { kind: 'linear', domain: [0, top], ticks };
    }
    case 'accuracy':
      return { kind: 'linear', domain: [0, 100], ticks: [0, 25, 50, 75, 100] };
    case 'loss':
      return { kind: 'linear', ...niceDomain(Math.min(0, y.min), y.max === 0 ? 1 : y.max) };
    case 'scale':
    case 'bAvg':
      return { kind: 'linear', ...niceDomain(y.min, y.max, kind === 'bAvg' ? 3 : 4) };
    default:
      return kind satisfies never;
  }
}
