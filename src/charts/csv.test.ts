import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { type CsvEvents, csvField, curvesCsvChunks, curvesToCsv } from './csv';
import { FIXED, SOFTMAX, seriesMap, seriesOf } from './testing';

const config = { ...DEFAULT_EXPERIMENT, arms: [FIXED, SOFTMAX] };
const NONE = () => Number.NaN;

function example() {
  const a = seriesOf('A', 2, {
    scale: () => 5.180868,
    unguardedScale: () => 5.180868,
    logBAvg: (step) => 3 + step / 10,
    medianAngleRad: (step) => 1 / (step + 2),
    loss: (step) => (step === 1 ? 2.5 : Number.NaN),
    commonLoss: (step) => (step === 1 ? 2.5 : Number.POSITIVE_INFINITY),
    accuracy: () => 0.1 + 0.2,
    learningRate: () => 0.05,
  });
  const point = { commonLoss: 1.25, medianAngleRad: 0.5, count: 240, pairs: null };
  a.validation.push({ arm: 'A', step: 0, accuracy: 0.025, ...point });
  const d = seriesOf('D', 1, {
    scale: NONE,
    unguardedScale: NONE,
    logBAvg: NONE,
    medianAngleRad: () => 1.5,
    loss: () => 3,
    commonLoss: () => 3,
    accuracy: () => 0,
    learningRate: () => 0.05,
  });
  return seriesMap(a, d);
}

const NOTHING: CsvEvents = { marks: [], diverged: [] };
const marks = [
  { arm: 'A', step: 2, label: 'learning rate 0.01, was 0.05' },
  { arm: 'A', step: 2, label: 'said "stop"' },
] as const;

describe('curvesToCsv', () => {
  it('writes a row per arm and step, with every digit, gaps empty and not-a-number named', () => {
    const header =
      'step,arm,loss_kind,scale,unguarded_scale,log_b_avg_nat,median_angle_rad,loss_nat,common_loss_nat,accuracy_share,learning_rate,validation_accuracy_share,validation_common_loss_nat,validation_median_angle_rad,validation_images,event';
    expect(curvesToCsv(config, example(), { ...NOTHING, marks })).toBe(
      [
        header,
        '0,A,fixed-adacos,,,,,,,,,0.025,1.25,0.5,240,',
        '1,A,fixed-adacos,5.180868,5.180868,3.1,0.3333333333333333,2.5,2.5,0.30000000000000004,0.05,,,,,',
        '1,D,softmax,,,,1.5,3,3,0,0.05,,,,,',
        '2,A,fixed-adacos,5.180868,5.180868,3.2,0.25,NaN,Infinity,0.30000000000000004,0.05,,,,,"learning rate 0.01, was 0.05; said ""stop"""',
        '',
      ].join('\r\n'),
    );
  });

  it('writes a row per step with a column per arm', () => {
    const lines = curvesToCsv(config, example(), NOTHING, { layout: 'wide' })
      .trimEnd()
      .split('\r\n');
    const names = lines[0]?.split(',') ?? [];
    expect(names[0]).toBe('step');
    expect(names.slice(1, 4)).toEqual(['A_scale', 'A_unguarded_scale', 'A_log_b_avg_nat']);
    expect(names).toHaveLength(1 + 2 * 13);
    expect(lines.map((row) => row.split(',')[0])).toEqual(['step', '0', '1', '2']);
    expect(lines.every((row) => row.split(',').length === names.length)).toBe(true);
    expect(lines[3]?.split(',')[names.indexOf('D_loss_nat')]).toBe('');
  });

  it('reads back to the same numbers', () => {
    const series = seriesMap(seriesOf('A', 300, { loss: (step) => Math.exp(-step / 7) / 3 }));
    const text = curvesToCsv({ ...config, arms: [FIXED] }, series, NOTHING);
    const rows = text.trimEnd().split('\r\n').slice(1);
    const losses = rows.map((row) => Number(row.split(',')[7]));
    expect(losses).toEqual([...(series.get('A')?.columns.loss.subarray(0, 300) ?? [])]);
  });

  it('comes in pieces that make the same text', () => {
    const series = seriesMap(seriesOf('A', 1300, { loss: (step) => step }));
    const one = { ...config, arms: [FIXED] };
    const pieces = [...curvesCsvChunks(one, series, NOTHING, { layout: 'long' })];
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe(curvesToCsv(one, series, NOTHING));
  });

  it('has a row for the step at which an arm diverged, its numbers empty', () => {
    const one = { ...config, arms: [FIXED] };
    const event = {
      kind: 'diverged',
      arm: 'A',
      step: 3,
      quantity: 'loss',
      lastGood: null,
    } as const;
    const other = { ...event, arm: 'D' } as const;
    const text = curvesToCsv(one, seriesMap(seriesOf('A', 2)), {
      marks: [{ arm: 'A', step: 2, label: 's → 9' }],
      diverged: [event, other],
    });
    const rows = text.trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + 3);
    expect(rows[2]?.endsWith(',s → 9')).toBe(true);
    expect(rows[3]).toBe('3,A,fixed-adacos,,,,,,,,,,,,,diverged: loss');
    const columns = rows.map((row) => row.split(',').length);
    expect(new Set(columns).size).toBe(1);
  });

  it('keeps a formula in a mark from running in a spreadsheet', () => {
    const events = { ...NOTHING, marks: [{ arm: 'A', step: 1, label: '=1+1' }] as const };
    const text = curvesToCsv({ ...config, arms: [FIXED] }, seriesMap(seriesOf('A', 1)), events);
    expect(text).toContain(",'=1+1\r\n");
  });

  it('is only a header before the first step', () => {
    expect(curvesToCsv(config, new Map(), NOTHING).split('\r\n')).toHaveLength(2);
  });
});

describe('csvField', () => {
  it('quotes as RFC 4180 says', () => {
    expect(['plain', 'a,b', 'say "x"', 'two\nlines'].map(csvField)).toEqual([
      'plain',
      '"a,b"',
      '"say ""x"""',
      '"two\nlines"',
    ]);
  });
});
