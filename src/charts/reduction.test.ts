import { describe, expect, it } from 'vitest';
import { reduceSeries } from './reduction';
import { extend, seriesOf } from './testing';

const WHOLE = { spacing: 'linear', smoothing: 0, range: null } as const;

describe('reduceSeries', () => {
  it('takes only the new rows of a growing series', () => {
    const series = seriesOf('A', 10, { loss: (step) => step });
    const first = reduceSeries(series, 'loss', WHOLE);
    extend(series, 5, { loss: (step) => step });
    // An old row that changes is not read again: the proof that only new ones are.
    series.columns.loss[3] = 1e9;
    const second = reduceSeries(series, 'loss', WHOLE);
    expect(second).toBe(first);
    expect(second.newest).toMatchObject({ step: 15, value: 15 });
    expect(second.at(4)?.max).toBe(4);
  });

  it('notices a run that began again in the same columns', () => {
    const series = seriesOf('A', 10, { loss: () => 1 });
    reduceSeries(series, 'loss', WHOLE);
    series.length = 0;
    extend(series, 12, { loss: () => 2 });
    const buckets = reduceSeries(series, 'loss', WHOLE);
    expect(buckets.at(1)?.max).toBe(2);
    expect(buckets.newest?.step).toBe(12);
  });

  it('shows every step of a window that holds at most 400', () => {
    const series = seriesOf('A', 100_000, { loss: (step) => step });
    const buckets = reduceSeries(series, 'loss', { ...WHOLE, range: [50_000, 50_399] });
    expect(buckets.length).toBe(400);
    expect(buckets.at(0)).toMatchObject({ firstStep: 50_000, count: 1, max: 50_000 });
    expect(buckets.at(399)).toMatchObject({ lastStep: 50_399, count: 1 });
  });

  it('gives a smoothed value that does not depend on the zoom', () => {
    const noisy = (step: number) => Math.sin(step * 12.9898) * 43_758.5453;
    const series = seriesOf('A', 300, { loss: noisy });
    const options = { spacing: 'linear', smoothing: 0.8 } as const;
    const whole = reduceSeries(series, 'loss', { ...options, range: null }).at(250)?.smooth;
    const window = reduceSeries(series, 'loss', { ...options, range: [240, 260] }).at(10)?.smooth;
    expect(window).toBeDefined();
    expect(Math.abs((window ?? 0) - (whole ?? 1)) / Math.abs(whole ?? 1)).toBeLessThan(1e-6);
  });

  it('has nothing in a window without steps', () => {
    const series = seriesOf('A', 10);
    expect(reduceSeries(series, 'loss', { ...WHOLE, range: [50, 90] }).length).toBe(0);
  });
});
