/**
 * All curves as comma-separated values: RFC 4180 quoting and line ends, no comment lines, units in
 * the column names, every number with all its digits. Not-a-number and infinity are written as such;
 * an empty field is a quantity the arm has none of, or one that was not measured at that step. The
 * last column, `event`, holds words: what was changed while training, and where an arm diverged.
 */
import type { Mark, MetricName, ValidationPoint, WorkerEvent } from '../bridge/protocol';
import type { ArmSeries } from '../state/session.types';
import type { ArmConfig, ArmId, ExperimentConfig } from '../training/config';
import { hasMetric } from './metrics';

/** What happened to the arms besides numbers. */
export interface CsvEvents {
  readonly marks: readonly Mark[];
  readonly diverged: readonly Extract<WorkerEvent, { kind: 'diverged' }>[];
}

export interface CsvOptions {
  /** `long`: a row per arm and step. `wide`: a row per step, columns prefixed with the arm. */
  readonly layout: 'long' | 'wide';
}

const TRAINING_COLUMNS: readonly { readonly name: string; readonly metric: MetricName }[] = [
  { name: 'scale', metric: 'scale' },
  { name: 'unguarded_scale', metric: 'unguardedScale' },
  { name: 'log_b_avg_nat', metric: 'logBAvg' },
  { name: 'median_angle_rad', metric: 'medianAngleRad' },
  { name: 'loss_nat', metric: 'loss' },
  { name: 'common_loss_nat', metric: 'commonLoss' },
  { name: 'accuracy_share', metric: 'accuracy' },
  { name: 'learning_rate', metric: 'learningRate' },
];

const VALIDATION_COLUMNS: readonly {
  readonly name: string;
  readonly read: (point: ValidationPoint) => number | null;
}[] = [
  { name: 'validation_accuracy_share', read: (point) => point.accuracy },
  { name: 'validation_common_loss_nat', read: (point) => point.commonLoss },
  { name: 'validation_median_angle_rad', read: (point) => point.medianAngleRad },
  { name: 'validation_images', read: (point) => point.count },
];

const VALUE_NAMES = [...TRAINING_COLUMNS, ...VALIDATION_COLUMNS].map(({ name }) => name);
const EVENT_COLUMN = 'event';
const FIELDS = [...VALUE_NAMES, EVENT_COLUMN];

/** The quantity that stopped being finite, in words. */
const QUANTITIES: Readonly<Record<MetricName, string>> = {
  step: 'step',
  scale: 'scale',
  unguardedScale: 'unguarded scale',
  logBAvg: 'ln B_avg',
  medianAngleRad: 'median angle',
  loss: 'loss',
  commonLoss: 'common loss',
  accuracy: 'accuracy',
  learningRate: 'learning rate',
};

const ROWS_PER_CHUNK = 500;

/** A field as RFC 4180 wants it: quoted when it holds a comma, a quote or a line break. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text a spreadsheet would run as a formula is kept a text (CWE-1236). */
const safeText = (text: string): string => csvField(/^[=+\-@\t]/.test(text) ? `'${text}` : text);

/** All curves as one text; `long` when no layout is given. */
export function curvesToCsv(
  config: ExperimentConfig,
  series: ReadonlyMap<ArmId, ArmSeries>,
  events: CsvEvents,
  options: CsvOptions = { layout: 'long' },
): string {
  return [...curvesCsvChunks(config, series, events, options)].join('');
}

/** The same text in pieces of some hundred rows, to write a long run without blocking the page. */
export function* curvesCsvChunks(
  config: ExperimentConfig,
  series: ReadonlyMap<ArmId, ArmSeries>,
  events: CsvEvents,
  options: CsvOptions,
): Generator<string, void, undefined> {
  const cursors = config.arms.flatMap((arm) => {
    const own = series.get(arm.id);
    return own === undefined ? [] : [createCursor(arm, own, eventsOf(arm.id, events))];
  });
  yield options.layout === 'long'
    ? line(['step', 'arm', 'loss_kind', ...FIELDS])
    : line(['step', ...cursors.flatMap(({ arm }) => wideNames(arm.id))]);

  let chunk: string[] = [];
  for (let step = nextStep(cursors); step !== null; step = nextStep(cursors)) {
    const wide: string[] = [String(step)];
    for (const cursor of cursors) {
      const fields = cursor.take(step);
      if (options.layout === 'wide') wide.push(...(fields ?? cursor.empty));
      else if (fields !== null) {
        chunk.push(line([String(step), cursor.arm.id, cursor.arm.loss.kind, ...fields]));
      }
    }
    if (options.layout === 'wide') chunk.push(line(wide));
    if (chunk.length >= ROWS_PER_CHUNK) {
      yield chunk.join('');
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk.join('');
}

const line = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

const wideNames = (arm: ArmId): string[] => FIELDS.map((name) => `${arm}_${name}`);

interface ArmEvent {
  readonly step: number;
  readonly text: string;
}

/** An arm's events by step. The step at which it diverged has no row of numbers, so it gets its own. */
function eventsOf(arm: ArmId, { marks, diverged }: CsvEvents): readonly ArmEvent[] {
  return [
    ...marks
      .filter((mark) => mark.arm === arm || mark.arm === null)
      .map(({ step, label }) => ({ step, text: label })),
    ...diverged
      .filter((event) => event.arm === arm)
      .map(({ step, quantity }) => ({ step, text: `diverged: ${QUANTITIES[quantity]}` })),
  ].sort((a, b) => a.step - b.step);
}

interface Cursor {
  readonly arm: ArmConfig;
  readonly empty: readonly string[];
  /** Smallest step not yet taken; `null` at the end. */
  peek(): number | null;
  /** The arm's fields at `step`, or `null` where it has nothing there. */
  take(step: number): readonly string[] | null;
}

/** Walks an arm's rows, validation points and events together, in the order of their steps. */
function createCursor(arm: ArmConfig, series: ArmSeries, events: readonly ArmEvent[]): Cursor {
  // Frozen here: the series may grow while a long file is being written.
  const { length } = series;
  const columns = { ...series.columns };
  const validation = [...series.validation].sort((a, b) => a.step - b.step);
  const empty = FIELDS.map(() => '');
  let row = 0;
  let point = 0;
  let event = 0;

  const number = (value: number, metric: MetricName): string =>
    Number.isNaN(value) && !hasMetric(arm.loss, metric) ? '' : String(value);

  return {
    arm,
    empty,
    peek() {
      const step = Math.min(
        row < length ? columns.step[row]! : Number.POSITIVE_INFINITY,
        validation[point]?.step ?? Number.POSITIVE_INFINITY,
        events[event]?.step ?? Number.POSITIVE_INFINITY,
      );
      return step === Number.POSITIVE_INFINITY ? null : step;
    },
    take(step) {
      if (this.peek() !== step) return null;
      const fields: string[] = [];
      const trained = row < length && columns.step[row] === step;
      for (const { metric } of TRAINING_COLUMNS) {
        fields.push(trained ? number(columns[metric][row]!, metric) : '');
      }
      if (trained) row++;
      let measured: ValidationPoint | null = null;
      while (validation[point]?.step === step) measured = validation[point++]!;
      for (const { read } of VALIDATION_COLUMNS) {
        const value = measured === null ? null : read(measured);
        fields.push(value === null ? '' : String(value));
      }
      const texts: string[] = [];
      while (events[event]?.step === step) texts.push(events[event++]!.text);
      fields.push(texts.length === 0 ? '' : safeText(texts.join('; ')));
      return fields;
    },
  };
}

function nextStep(cursors: readonly Cursor[]): number | null {
  let next: number | null = null;
  for (const cursor of cursors) {
    const step = cursor.peek();
    if (step !== null && (next === null || step < next)) next = step;
  }
  return next;
}
