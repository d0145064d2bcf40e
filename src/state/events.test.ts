import { describe, expect, test } from 'vitest';
import type { ArmMetrics, WorkerEvent } from '../bridge/protocol';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { METRIC_NAMES, type MetricColumns, toColumns } from '../training/metrics';
import { applyEvent, emptyCurves } from './events';
import { plainCurves } from './plain';
import { cropSizeOf, reconcile } from './reconcile';
import { appendMetrics, emptySeries } from './series';
import type { SessionState } from './session.types';

/** Columns whose value in row r of metric m is 100·m + step. */
function columns(from: number, to: number): MetricColumns {
  const rows = Array.from({ length: to - from + 1 }, (_, row) => {
    const step = from + row;
    const entries = METRIC_NAMES.map((name, m) => [name, name === 'step' ? step : 100 * m + step]);
    return Object.fromEntries(entries);
  });
  return toColumns(rows);
}

const metricsOf = (arm: 'A' | 'B', from: number, to: number): ArmMetrics => ({
  arm,
  columns: columns(from, to),
  targetCosines: Float32Array.of(to),
  otherAngles: null,
});

function stateAfter(...events: Parameters<typeof applyEvent>[1][]): SessionState {
  // Only the parts that events touch; the rest of the state is not read by them.
  let state = { config: DEFAULT_EXPERIMENT, ...emptyCurves(DEFAULT_EXPERIMENT) } as SessionState;
  for (const event of events) state = { ...state, ...applyEvent(state, event) };
  return state;
}

const metricsEvent = (
  step: number,
  arms: ArmMetrics[],
): Extract<WorkerEvent, { kind: 'metrics' }> => ({
  kind: 'metrics',
  step,
  epoch: step / 10,
  arms,
  stepMs: 3,
  imagesPerSecond: 50,
  memory: { tensors: 1, bytes: 2, gpuBytes: null },
});

describe('the growing columns', () => {
  test('keep every row over many reallocations', () => {
    const series = emptySeries('A');
    for (let from = 1; from <= 5000; from += 7)
      appendMetrics(series, metricsOf('A', from, from + 6));
    expect(series.length).toBe(5005);
    for (let row = 0; row < series.length; row += 1) {
      expect(series.columns.step[row]).toBe(row + 1);
      expect(series.columns.scale[row]).toBe(100 + row + 1);
    }
  });
});

describe('events', () => {
  test('metrics land in the series of their arm and bump the version', () => {
    const before = stateAfter();
    const after = stateAfter(
      metricsEvent(2, [metricsOf('A', 1, 2), metricsOf('B', 1, 2)]),
      metricsEvent(3, [metricsOf('B', 3, 3)]),
    );
    expect(after.series.get('A')?.length).toBe(2);
    expect(after.series.get('B')?.length).toBe(3);
    expect(after.seriesVersion).toBeGreaterThan(before.seriesVersion);
    expect(after).toMatchObject({ step: 3, imagesPerSecond: 50 });
  });

  test('numbers of an arm that is gone are dropped', () => {
    expect(() =>
      stateAfter(metricsEvent(1, [{ ...metricsOf('A', 1, 1), arm: 'D' }])),
    ).not.toThrow();
  });

  test('a slider on its way leaves one mark a step', () => {
    const mark = (step: number, label: string, change: 'fixed-scale' | 'learning-rate') =>
      ({ kind: 'mark', mark: { arm: 'A', step, label, change } }) as const;
    const { marks } = stateAfter(
      mark(3, 's → 17', 'fixed-scale'),
      mark(3, 'learning rate → 1', 'learning-rate'),
      mark(3, 's → 18', 'fixed-scale'),
      mark(4, 's → 19', 'fixed-scale'),
    );
    expect(marks.map(({ label }) => label)).toEqual(['learning rate → 1', 's → 18', 's → 19']);
  });

  test('plain curves turn absent quantities into null and name the divergence', () => {
    const state = stateAfter(
      metricsEvent(2, [
        {
          ...metricsOf('A', 1, 2),
          columns: { ...columns(1, 2), scale: Float64Array.of(Number.NaN, Number.NaN) },
        },
      ]),
      { kind: 'diverged', arm: 'A', step: 3, quantity: 'loss', lastGood: null },
    );
    const [a, b] = plainCurves(state).arms;
    expect(a?.scale).toEqual([null, null]);
    expect(a?.step).toEqual([1, 2]);
    expect(a?.logBAvg).toEqual([301, 302]);
    expect(a?.diverged).toEqual({ step: 3, quantity: 'loss' });
    expect(b?.diverged).toBe(null);
    expect(JSON.parse(JSON.stringify(a))).toEqual(a);
  });
});

describe('a change of the configuration', () => {
  test('a network of another input size takes the crop size with it', () => {
    const model = { ...DEFAULT_EXPERIMENT.model, inputSize: 64 };
    const next = reconcile(DEFAULT_EXPERIMENT, { model });
    expect(cropSizeOf(next.data)).toBe(64);
    expect(next.model.inputSize).toBe(64);
  });

  test('another crop size takes the network with it', () => {
    const data = { kind: 'files', cropSize: 48, minImagesPerIdentity: 2 } as const;
    const next = reconcile(DEFAULT_EXPERIMENT, { data });
    expect(next.model.inputSize).toBe(48);
    expect(next.data).toEqual(data);
  });

  test('anything else stays as it was', () => {
    expect(reconcile(DEFAULT_EXPERIMENT, { batchSize: 7 })).toEqual({
      ...DEFAULT_EXPERIMENT,
      batchSize: 7,
    });
  });
});
