import { describe, expect, it } from 'vitest';
import { buildChartModel } from './chartModel';
import { buildTable } from './table';
import { DYNAMIC, FIXED, seriesMap, seriesOf, view } from './testing';

const base = { classes: 40, diverged: [], view: view({ smoothing: 0 }) };

describe('buildTable', () => {
  it('has a row per step with units while steps stand alone', () => {
    const series = seriesMap(
      seriesOf('A', 2, { medianAngleRad: () => Math.PI / 4 }),
      seriesOf('B', 2, { medianAngleRad: (step) => (step === 1 ? Math.PI / 2 : Number.NaN) }),
    );
    const arms = [FIXED, DYNAMIC];
    const table = buildTable(buildChartModel({ ...base, kind: 'angle', arms, series }));
    expect(table.head).toEqual([
      'Step',
      'A fixed, mean',
      'A fixed, raw',
      'B dynamic, mean',
      'B dynamic, raw',
    ]);
    expect(table.rows.slice(0, 2)).toEqual([
      ['1', '45.0°', '45.0°', '90.0°', '90.0°'],
      ['2', '45.0°', '45.0°', '–', '–'],
    ]);
    expect(table.rows[2]?.join(' ')).toContain('B: not a number at step 2');
  });

  it('gives ranges where a row stands for several steps', () => {
    const series = seriesMap(seriesOf('A', 500, { commonLoss: (step) => step }));
    const table = buildTable(buildChartModel({ ...base, kind: 'loss', arms: [FIXED], series }));
    expect(table.rows.length).toBeLessThanOrEqual(400);
    expect(table.rows[1]).toEqual(['2–3', '2.500', '2.000 … 3.000']);
  });

  it('has a column for held-out values', () => {
    const own = seriesOf('A', 1, { accuracy: () => 0.25 });
    const rest = { commonLoss: 1, medianAngleRad: 1, count: 10, pairs: null };
    own.validation.push({ arm: 'A', step: 1, accuracy: 0.5, ...rest });
    const series = seriesMap(own);
    const table = buildTable(buildChartModel({ ...base, kind: 'accuracy', arms: [FIXED], series }));
    expect(table.rows).toEqual([['1', '25.0%', '25.0%', '50.0%']]);
  });
});
