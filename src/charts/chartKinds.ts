/**
 * The five charts as data: which metric each draws, in which unit, its caption and its reference
 * lines. Sources of the lines: AdaCos (Zhang et al. 2019), Eq. 12–15.
 */
import type { MetricName } from '../bridge/protocol';
import { commonScale, fixedAdaCosScale } from '../losses/scaleRule';
import type { ViewState } from '../state/view';
import type { ArmConfig } from '../training/config';
import { formatFixed, formatNumber, formatStep, nonFiniteName, toDegrees } from './format';

export const CHART_KINDS = ['scale', 'angle', 'loss', 'accuracy', 'bAvg'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

export interface Reference {
  /** In the chart's drawn unit. */
  readonly value: number;
  readonly label: string;
}

/** What of the experiment the captions and lines need. */
export interface ChartContext {
  readonly arms: readonly ArmConfig[];
  /** Number of identities C; `null` while it is not known. */
  readonly classes: number | null;
  /** Held-out values are of people who never train: shares of pairs, not of images. */
  readonly openSet: boolean;
  readonly view: Pick<ViewState, 'lossMode' | 'accuracy'>;
}

export interface ChartKindSpec {
  readonly title: string;
  unit(context: ChartContext): string;
  metric(context: ChartContext): MetricName;
  /** `false`: drawn as reported whatever the smoothing, because it is an exact quantity. */
  readonly smoothed: boolean;
  /** The person asked for a logarithmic value axis. */
  log(view: Pick<ViewState, 'logScale' | 'logY'>): boolean;
  /** From the store's unit to the drawn one; increasing. */
  draw(value: number): number;
  /** A drawn value with its unit. */
  format(drawn: number): string;
  tick(drawn: number): string;
  references(context: ChartContext): readonly Reference[];
  /** A sentence that must be read with the chart; `null` where there is none. */
  note(context: ChartContext): string | null;
}

/** ln(C − 1), or `null` where it is unknown or not positive (C = 2 gives 0, C = 1 gives −∞). */
export function logOthers(classes: number | null): number | null {
  return classes === null || classes < 3 ? null : Math.log(classes - 1);
}

const same = (value: number): number => value;

export const CHART_SPECS: Readonly<Record<ChartKind, ChartKindSpec>> = {
  scale: {
    title: 'Scale s',
    unit: () => 'as used, never smoothed',
    metric: () => 'scale',
    // A constant s that was changed would be drawn bent, at values that no step was trained with.
    smoothed: false,
    log: ({ logScale }) => logScale,
    draw: same,
    format: (drawn) => formatFixed(drawn, 2),
    tick: formatNumber,
    references: ({ classes }) => {
      const log = logOthers(classes);
      if (log === null) return [];
      return [
        { value: log, label: 'ln(C−1)' },
        { value: Math.SQRT2 * log, label: '√2·ln(C−1)' },
      ];
    },
    note: ({ arms }) => {
      const without = arms.filter((arm) => arm.loss.kind === 'softmax').map((arm) => arm.id);
      return without.length === 0 ? null : `Plain softmax (${without.join(', ')}) has no scale.`;
    },
  },
  angle: {
    title: 'Median angle θ_med',
    unit: () => 'degrees',
    metric: () => 'medianAngleRad',
    smoothed: true,
    log: () => false,
    draw: toDegrees,
    format: (drawn) => nonFiniteName(drawn) ?? `${formatFixed(drawn, 1)}°`,
    tick: (drawn) => `${formatNumber(drawn)}°`,
    references: ({ arms }) => {
      const caps = new Set(
        arms.map((arm) =>
          arm.loss.kind === 'dynamic-adacos' ? arm.loss.capAngleRad : Math.PI / 4,
        ),
      );
      return [...caps].map((capRad) => ({
        value: toDegrees(capRad),
        label:
          Math.abs(capRad - Math.PI / 4) < 1e-9
            ? 'π/4 cap'
            : `${formatNumber(toDegrees(capRad))}° cap`,
      }));
    },
    note: () => null,
  },
  loss: {
    title: 'Loss',
    unit: ({ view, classes }) => {
      if (view.lossMode === 'own') return 'at each arm’s own scale';
      if (classes === null || classes < 2) return 'at the common scale';
      const scale = formatFixed(commonScale(classes), 2);
      const raised = commonScale(classes) > fixedAdaCosScale(classes);
      return `at common scale ${scale}${raised ? ' (√2·ln(C−1), at least 1)' : ''}`;
    },
    metric: ({ view }) => (view.lossMode === 'own' ? 'loss' : 'commonLoss'),
    smoothed: true,
    log: ({ logY }) => logY,
    draw: same,
    format: (drawn) => formatFixed(drawn, 3),
    tick: formatNumber,
    references: ({ view, arms }) =>
      view.lossMode === 'own' && arms.some((arm) => arm.loss.kind === 'dynamic-adacos')
        ? [{ value: Math.LN2, label: 'ln 2: where dynamic AdaCos settles' }]
        : [],
    note: ({ view, arms }) =>
      view.lossMode === 'own' && arms.length > 1
        ? 'Own losses of arms with different scales are not comparable: switch to the common scale.'
        : null,
  },
  accuracy: {
    title: 'Accuracy',
    unit: ({ view, openSet }) =>
      !view.accuracy.training
        ? openSet
          ? 'pairs of held-out people'
          : 'held-out crops'
        : view.accuracy.validation
          ? 'batch thin, held out thick ○'
          : 'training batch',
    metric: () => 'accuracy',
    smoothed: true,
    log: () => false,
    draw: (value) => value * 100,
    format: (drawn) => nonFiniteName(drawn) ?? `${formatFixed(drawn, 1)}%`,
    tick: (drawn) => `${formatNumber(drawn)}%`,
    references: () => [],
    note: ({ view, openSet }) =>
      openSet && view.accuracy.training && view.accuracy.validation
        ? 'Two measures: of the batch, images whose person is told right; of held-out people, pairs told the same or different, where guessing gives 50%.'
        : null,
  },
  bAvg: {
    title: 'ln B_avg',
    unit: () => 'natural log, beside ln(C−1)',
    metric: () => 'logBAvg',
    smoothed: true,
    log: () => false,
    draw: same,
    format: (drawn) =>
      nonFiniteName(drawn) ?? `${formatFixed(drawn, 2)} (B ${formatNumber(Math.exp(drawn))})`,
    tick: formatNumber,
    references: ({ classes }) => {
      const log = logOthers(classes);
      return log === null
        ? []
        : [{ value: log, label: `ln(C−1), C−1 = ${formatStep((classes ?? 0) - 1)}` }];
    },
    note: () => null,
  },
};
