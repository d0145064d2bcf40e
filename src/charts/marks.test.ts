import { describe, expect, it } from 'vitest';
import { buildChartModel } from './chartModel';
import { groupMarks } from './marks';
import { nearestRow, readAt } from './readout';
import { createScale } from './scale';
import { DYNAMIC, FIXED, seriesMap, seriesOf, view } from './testing';

const scale = createScale({ kind: 'linear', domain: [0, 100], range: [0, 100] });

describe('groupMarks', () => {
  it('puts marks that cannot be told apart on one line', () => {
    const marks = [10, 11, 12, 13, 60].map((step) => ({ arm: 'B', step, label: 'guard' }) as const);
    const groups = groupMarks(marks, ['A', 'B'], scale, [0, 100]);
    expect(groups.map(({ pixel }) => pixel)).toEqual([10, 60]);
    expect(groups[0]?.label).toBe(
      'B, step 10: guard; B, step 11: guard; B, step 12: guard; and 1 more',
    );
  });

  it('draws what concerns all arms whichever are shown, and names none', () => {
    const mark = { arm: null, step: 30, label: 'engine → WebGPU' } as const;
    const groups = groupMarks([mark], ['B', 'C'], scale, [0, 100]);
    expect(groups).toEqual([{ pixel: 30, arms: ['B', 'C'], label: 'step 30: engine → WebGPU' }]);
  });

  it('leaves out hidden arms and what lies outside the axis', () => {
    const marks = [
      { arm: 'A', step: 50, label: 'x' },
      { arm: 'B', step: 500, label: 'y' },
    ] as const;
    expect(groupMarks(marks, ['B'], scale, [0, 100])).toEqual([]);
  });
});

describe('readAt', () => {
  it('reads the raw number of the nearest step, not a number included', () => {
    const series = seriesMap(
      seriesOf('A', 5, { medianAngleRad: (step) => (step * Math.PI) / 180 }),
      seriesOf('B', 5, { medianAngleRad: () => Number.NaN }),
    );
    const arms = [FIXED, DYNAMIC];
    const model = buildChartModel({
      kind: 'angle',
      arms,
      classes: 40,
      series,
      diverged: [],
      view: view(),
    });
    expect(readAt(model, series, 3).map(({ arm, text }) => [arm, text])).toEqual([
      ['A', '3.0°'],
      ['B', 'not a number'],
    ]);
    expect(readAt(model, series, 999)[0]?.step).toBe(5);
  });

  it('has no row in an empty series', () => {
    expect(nearestRow(seriesOf('A', 0), 3)).toBe(-1);
  });
});
