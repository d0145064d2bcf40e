import { describe, expect, it } from 'vitest';
import type { ChartInputs } from './chartModel';
import { buildChartModel } from './chartModel';
import { CONSTANT, DYNAMIC, FIXED, SOFTMAX, seriesMap, seriesOf, view } from './testing';

function inputs(change: Partial<ChartInputs>): ChartInputs {
  return {
    kind: 'loss',
    arms: [FIXED, DYNAMIC],
    classes: 40,
    series: seriesMap(),
    diverged: [],
    view: view({ smoothing: 0 }),
    ...change,
  };
}

describe('buildChartModel', () => {
  it('is honest before the first step', () => {
    const model = buildChartModel(inputs({ kind: 'scale' }));
    expect(model.rows).toEqual([]);
    expect(model.newest).toEqual([]);
    expect(model.summary).toContain('No steps yet');
  });

  it('marks the scales of the theory: ln(C−1) and √2·ln(C−1)', () => {
    const { references, y } = buildChartModel(inputs({ kind: 'scale' }));
    expect(references.map(({ label }) => label)).toEqual(['ln(C−1)', '√2·ln(C−1)']);
    expect(references[0]?.value).toBeCloseTo(3.6635616, 6);
    expect(references[1]?.value).toBeCloseTo(5.1810585, 6);
    expect(y.domain[0]).toBeLessThanOrEqual(3.66);
    expect(y.domain[1]).toBeGreaterThanOrEqual(5.19);
  });

  it('draws angles in degrees with the cap at 45°', () => {
    const series = seriesMap(seriesOf('B', 3, { medianAngleRad: () => Math.PI / 6 }));
    const model = buildChartModel(inputs({ kind: 'angle', arms: [DYNAMIC], series }));
    expect(model.rows.map((row) => row.B)).toEqual([30, 30, 30].map((v) => expect.closeTo(v, 9)));
    expect(model.references).toEqual([{ value: expect.closeTo(45, 9), label: 'π/4 cap' }]);
    expect(model.y.domain).toEqual([0, 90]);
  });

  it('gives no series more than 400 points', () => {
    const series = seriesMap(seriesOf('A', 50_000), seriesOf('B', 50_000));
    expect(buildChartModel(inputs({ series })).rows.length).toBeLessThanOrEqual(400);
  });

  it('breaks the line at not-a-number and marks the last legal value', () => {
    const loss = (step: number) => (step === 4 ? Number.NaN : step);
    const series = seriesMap(seriesOf('A', 6, { commonLoss: loss }));
    const model = buildChartModel(inputs({ arms: [FIXED], series }));
    expect(model.rows.map((row) => row.A)).toEqual([1, 2, 3, null, 5, 6]);
    expect(model.breaks).toMatchObject([{ arm: 'A', step: 4, at: { step: 3, value: 3 } }]);
  });

  it('marks a diverged arm also where this quantity stayed legal', () => {
    const series = seriesMap(seriesOf('A', 9, { scale: () => 5 }));
    const lastGood = {
      step: 8,
      scale: 5,
      unguardedScale: 5,
      logBAvg: 3,
      medianAngleRad: 1,
      loss: 2,
      commonLoss: 2,
      accuracy: 0,
      learningRate: 1,
    };
    const event = { kind: 'diverged', arm: 'A', step: 9, quantity: 'loss', lastGood } as const;
    const model = buildChartModel(
      inputs({ kind: 'scale', arms: [FIXED], series, diverged: [event] }),
    );
    expect(model.breaks).toMatchObject([{ step: 9, at: { step: 8, value: 5 } }]);
    expect(model.summary).toContain('diverged at step 9');
  });

  it('has no scale curve for plain softmax, and says so', () => {
    const none = () => Number.NaN;
    const series = seriesMap(seriesOf('A', 3), seriesOf('D', 3, { scale: none, logBAvg: none }));
    const model = buildChartModel(inputs({ kind: 'scale', arms: [FIXED, SOFTMAX], series }));
    expect(model.arms.map(({ id }) => id)).toEqual(['A']);
    expect(model.breaks).toEqual([]);
    expect(model.notes.join()).toContain('Plain softmax (D) has no scale');
  });

  it('compares losses at the common scale, and warns about own ones', () => {
    const own = { loss: () => 9, commonLoss: () => 1 };
    const series = seriesMap(seriesOf('A', 2, own), seriesOf('B', 2, own));
    const common = buildChartModel(inputs({ series }));
    expect(common.rows[0]?.A).toBe(1);
    expect(common.unit).toContain('5.18');
    expect([common.references, common.notes]).toEqual([[], []]);

    const mode = view({ smoothing: 0, lossMode: 'own' });
    const each = buildChartModel(inputs({ series, view: mode }));
    expect(each.rows[0]?.A).toBe(9);
    expect(each.references).toMatchObject([{ value: Math.LN2 }]);
    expect(each.notes.join()).toContain('not comparable');
    const onlyFixed = buildChartModel(inputs({ series, view: mode, arms: [FIXED, CONSTANT] }));
    expect(onlyFixed.references).toEqual([]);
  });

  it('leaves values of 0 off a logarithmic axis and says so', () => {
    const loss = (step: number) => (step === 2 ? 0 : 0.5);
    const series = seriesMap(seriesOf('A', 3, { commonLoss: loss }));
    const model = buildChartModel(
      inputs({ arms: [FIXED], series, view: view({ smoothing: 0, logY: true, logX: true }) }),
    );
    expect(model.rows.map((row) => row.A)).toEqual([0.5, null, 0.5]);
    expect(model.y.kind).toBe('log');
    expect(model.x.domain[0]).toBe(1);
    expect(model.notes.join()).toContain('logarithmic');
  });

  it('draws a changed constant s as it was, however strong the smoothing', () => {
    const scale = (step: number) => (step < 4 ? 5 : 16);
    const series = seriesMap(seriesOf('C', 6, { scale, medianAngleRad: (step) => step / 10 }));
    const smooth = { arms: [CONSTANT], series, view: view({ smoothing: 0.9 }) };
    const model = buildChartModel(inputs({ kind: 'scale', ...smooth }));
    expect(model.rows.map((row) => row.C)).toEqual([5, 5, 5, 16, 16, 16]);
    expect(model.newest).toMatchObject([{ step: 6, value: 16 }]);
    expect([model.smoothed, model.unit]).toEqual([false, 'as used, never smoothed']);
    expect(buildChartModel(inputs({ kind: 'angle', ...smooth })).smoothed).toBe(true);
  });

  it('has room for 6 beside 3412 on a logarithmic scale axis, and is safe with 0', () => {
    const series = seriesMap(
      seriesOf('A', 3, { scale: () => 6 }),
      seriesOf('B', 3, { scale: (step) => [3412, 0, -1][step - 1] ?? 0 }),
    );
    const at = (change: Partial<ChartInputs>) =>
      buildChartModel(inputs({ kind: 'scale', series, ...change }));
    const { y, rows, notes } = at({ view: view({ logScale: true }) });
    expect(y.kind).toBe('log');
    expect(y.domain[0]).toBeLessThanOrEqual(6);
    expect(y.domain[1]).toBeGreaterThanOrEqual(3412);
    expect(rows.map((row) => row.B)).toEqual([3412, null, null]);
    expect(notes.join()).toContain('logarithmic');
    expect(at({ view: view({ logY: true }) }).y.kind).toBe('linear');
    const nothing = at({ view: view({ logScale: true }), series: seriesMap(), classes: 2 });
    expect(nothing.y.domain.every((end) => end > 0)).toBe(true);
  });

  it('says why the common scale of a few identities is 1', () => {
    const unit = (classes: number) => buildChartModel(inputs({ classes })).unit;
    expect(unit(2)).toBe('at common scale 1.00 (√2·ln(C−1), at least 1)');
    expect(unit(4)).toBe('at common scale 1.55');
  });

  it('hides arms, and shows them all where an earlier experiment hid them all', () => {
    const series = seriesMap(seriesOf('A', 2), seriesOf('B', 2));
    const drawn = (hiddenArms: readonly ('A' | 'B')[]) =>
      buildChartModel(inputs({ series, view: view({ hiddenArms }) })).arms.map(({ id }) => id);
    expect(drawn(['A'])).toEqual(['B']);
    expect(drawn(['A', 'B'])).toEqual(['A', 'B']);
  });

  it('follows live with a window of the chosen length', () => {
    const series = seriesMap(seriesOf('A', 1000));
    const model = buildChartModel(
      inputs({ arms: [FIXED], series, view: view({ xRange: [0, 100], followLive: true }) }),
    );
    expect(model.x.domain).toEqual([900, 1000]);
    expect(model.rows[0]?.x).toBe(900);
  });

  it('says so where held-out accuracy is another measure than the batch’s', () => {
    const own = seriesOf('A', 40, { accuracy: () => 0.5 });
    const rest = { commonLoss: null, medianAngleRad: 1, count: 10 };
    const notes = (pairs: number | null) => {
      own.validation.length = 0;
      own.validation.push({ arm: 'A', step: 40, accuracy: 0.9, ...rest, pairs });
      const series = seriesMap(own);
      return buildChartModel(inputs({ kind: 'accuracy', arms: [FIXED], series })).notes;
    };
    expect(notes(null)).toEqual([]);
    expect(notes(200)).toEqual([expect.stringMatching(/^Two measures/)]);
  });

  it('shows held-out accuracy as its own points and in the summary', () => {
    const own = seriesOf('A', 40, { accuracy: () => 0.5 });
    for (const step of [20, 40]) {
      const rest = { commonLoss: 1, medianAngleRad: 1, count: 10, pairs: null };
      own.validation.push({ arm: 'A', step, accuracy: step / 100, ...rest });
    }
    const model = buildChartModel(
      inputs({ kind: 'accuracy', arms: [FIXED], series: seriesMap(own) }),
    );
    expect(model.validation.get('A')).toEqual([
      { x: 20, value: 20 },
      { x: 40, value: 40 },
    ]);
    expect(model.summary).toBe(
      'Accuracy, batch thin, held out thick ○. Step 40: A fixed 50.0%, held-out 40.0% at step 40.',
    );
  });

  it('says B_avg beside C−1', () => {
    const series = seriesMap(seriesOf('B', 1, { logBAvg: () => Math.log(15.4) }));
    const model = buildChartModel(inputs({ kind: 'bAvg', arms: [DYNAMIC], series }));
    expect(model.summary).toContain('B dynamic 2.73 (B 15.4)');
    expect(model.references[0]?.label).toContain('C−1 = 39');
  });
});
