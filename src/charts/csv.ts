/**
 * All curves as comma-separated values: RFC 4180 quoting and line ends, no comment lines, units in
 * the column names, every number with all its digits. Not-a-number and infinity are written as such;
 * an empty field is a quantity the arm has none of, or one that was not measured at that step.
 */
import type { Mark, MetricName, ValidationPoint } from '../bridge/protocol';
import type { ArmSeries } from '../state/session.types';
import type { ArmConfig, ArmId, ExperimentConfig } from '../training/config';
import { hasMetric } from './metrics';

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
  readonly read: (point: ValidationPoint) => number;
}[] = [
  { name: 'validation_accuracy_share', read: (point) => point.accuracy },
  { name: 'validation_common_loss_nat', read: (point) => point.commonLoss },
  { name: 'validation_median_angle_rad', read: (point) => point.medianAngleRad },
  { name: 'validation_images', read: (point) => point.count },
];

const VALUE_NAMES = [...TRAINING_COLUMNS, ...VALIDATION_COLUMNS].map(({ name }) => name);
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
  marks: readonly Mark[],
  options: CsvOptions = { layout: 'long' },
): string {
  return [...curvesCsvChunks(config, series, marks, options)].join('');
}

/** The same text in pieces of some hundred rows, to write a long run without blocking the page. */
export function* curvesCsvChunks(
  config: ExperimentConfig,
  series: ReadonlyMap<ArmId, ArmSeries>,
  marks: readonly Mark[],
  options: CsvOptions,
): Generator<string, void, undefined> {
  const cursors = config.arms.flatMap((arm) => {
    const own = series.get(arm.id);
    return own === undefined ? [] : [createCursor(arm, own, marks)];
  });
  yield options.layout === 'long'
    ? line(['step', 'arm', 'loss_kind', ...VALUE_NAMES, 'marks'])
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

/** The marks alone: what was changed, or where a guard acted. */
export function marksToCsv(marks: readonly Mark[]): string {
  const rows = marks.map((mark) => line([String(mark.step), mark.arm, safeText(mark.label)]));
  return [line(['step', 'arm', 'mark']), ...rows].join('');
}

const line = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

const wideNames = (arm: ArmId): string[] => [...VALUE_NAMES, 'marks'].map((n) => `${arm}_${n}`);

interface Cursor {
  readonly arm: ArmConfig;
  readonly empty: readonly string[];
  /** Smallest step not yet taken; `null` at the end. */
  peek(): number | null;
  /** The arm's fields at `step`, or `null` where it has nothing there. */
  take(step: number): readonly string[] | null;
}

/** Walks an arm's rows, validation points and marks together, in the order of their steps. */
function createCursor(arm: ArmConfig, series: ArmSeries, allMarks: readonly Mark[]): Cursor {
  // Frozen here: the series may grow while a long file is being written.
  const { length } = series;
  const columns = { ...series.columns };
  const validation = [...series.validation].sort((a, b) => a.step - b.step);
  const marks = allMarks.filter((mark) => mark.arm === arm.id).sort((a, b) => a.step - b.step);
  const empty = [...VALUE_NAMES, 'marks'].map(() => '');
  let row = 0;
  let point = 0;
  let mark = 0;

  const number = (value: number, metric: MetricName): string =>
    Number.isNaN(value) && !hasMetric(arm.loss, metric) ? '' : String(value);

  return {
    arm,
    empty,
    peek() {
      const step = Math.min(
        row < length ? columns.step[row]! : Number.POSITIVE_INFINITY,
        validation[point]?.step ?? Number.POSITIVE_INFINITY,
        marks[mark]?.step ?? Number.POSITIVE_INFINITY,
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
        fields.push(measured === null ? '' : String(read(measured)));
      }
      const labels: string[] = [];
      while (marks[mark]?.step === step) labels.push(marks[mark++]!.label);
      fields.push(labels.length === 0 ? '' : safeText(labels.join('; ')));
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
