import { describe, expect, it } from 'vitest';
import golden from '../losses/golden.json';
import { angleDegrees, angleHistogram } from './angleHistogram';
import { closedFormScales } from './closedForm';
import { buildInsight, type InsightInputs } from './insightModel';
import { labelBox, overlap, placeLabels } from './labels';
import { closedFormCurve } from './probability';
import { closedFormLabels, curvePath, curvePoints, probabilityScales } from './probabilityGeometry';
import { CONSTANT, DYNAMIC, FIXED, SOFTMAX, seriesMap, seriesOf } from './testing';

const inputs = (change: Partial<InsightInputs>): InsightInputs => ({
  arms: [FIXED, DYNAMIC],
  classes: 40,
  series: seriesMap(),
  diverged: [],
  hiddenArms: [],
  paperCurves: true,
  whatIfScale: null,
  ...change,
});

describe('buildInsight', () => {
  it('shows the initial scale with B = C−1 before training, and no point', () => {
    const model = buildInsight(inputs({}));
    expect(model.step).toBe(0);
    for (const arm of model.arms) {
      expect(arm.when).toBe('before');
      expect(arm.curve?.scale).toBeCloseTo(Math.SQRT2 * Math.log(39), 12);
      expect(arm.curve?.logB).toBeCloseTo(Math.log(39), 12);
      expect([arm.median, arm.histogram]).toEqual([null, null]);
    }
    expect(model.summary).toContain('before training');
  });

  it('puts the point of a dynamic arm at P = ½ once θ_med is below the cap', () => {
    const angle = (26.1 * Math.PI) / 180;
    const scale = Math.log(15.4) / Math.cos(angle);
    const own = seriesOf('B', 9, {
      scale: () => scale,
      unguardedScale: () => scale,
      logBAvg: () => Math.log(15.4),
      medianAngleRad: () => angle,
    });
    own.targetCosines = Float32Array.of(1, Math.cos(angle), 0, Number.NaN);
    const [b] = buildInsight(inputs({ arms: [DYNAMIC], series: seriesMap(own) })).arms;
    expect(b?.median?.probability).toBeCloseTo(0.5, 12);
    expect(b?.median?.label).toBe('θ_med 26.1°, P = 0.50');
    expect(b?.batchDegrees.map((degrees) => Math.round(degrees))).toEqual([0, 26, 90]);
    expect(b?.histogram?.nonFinite).toBe(1);
    expect(b?.others).toBeNull();
  });

  it('spreads the angles to other centres as the engine counted them', () => {
    const own = seriesOf('B', 1, {});
    own.targetCosines = Float32Array.of(1);
    own.otherAngles = Uint32Array.from({ length: 36 }, (_, bin) => (bin === 17 ? 5 : 0));
    const [b] = buildInsight(inputs({ arms: [DYNAMIC], series: seriesMap(own) })).arms;
    expect(b?.others).toMatchObject({ binDegrees: 5, total: 5 });
    expect(b?.others?.counts.indexOf(5)).toBe(17);
  });

  it('has no curve where there is no scale, or none that is a number', () => {
    const none = () => Number.NaN;
    const softmax = seriesOf('D', 2, { scale: none, logBAvg: none, medianAngleRad: () => 1 });
    const broken = seriesOf('C', 2, { scale: () => 16, logBAvg: none, medianAngleRad: none });
    const model = buildInsight(
      inputs({ arms: [CONSTANT, SOFTMAX], series: seriesMap(softmax, broken) }),
    );
    expect(model.arms.map(({ curve }) => curve)).toEqual([null, null]);
    expect(model.arms[0]?.median).toBeNull();
    expect(model.arms[1]?.median).toMatchObject({ probability: null, label: 'θ_med 57.3°' });
  });

  it('draws closed-form and what-if curves at B = C−1 when asked', () => {
    const model = buildInsight(inputs({ classes: 2000, whatIfScale: 20 }));
    expect(model.closedForm.map(({ scale }) => scale)).toEqual([10, 32, 48, 64]);
    expect(model.whatIf?.curve).toEqual({ scale: 20, logB: Math.log(1999) });
    expect(buildInsight(inputs({ paperCurves: false })).closedForm).toEqual([]);
    expect(buildInsight(inputs({ classes: null, whatIfScale: 20 })).whatIf).toBeNull();
  });
});

describe('closedFormScales', () => {
  it.each([2, 3, 10, 16, 40, 430, 999])('spreads round scales around s_f for C = %i', (classes) => {
    const scales = closedFormScales(classes);
    const own = Math.max(1, Math.SQRT2 * Math.log(classes - 1));
    expect(scales).toHaveLength(4);
    expect([...scales].sort((a, b) => a - b)).toEqual(scales);
    expect(scales[0]).toBeLessThan(own);
    expect(scales[3]).toBeGreaterThan(3 * own);
  });
});

describe('the picture', () => {
  it('draws P(θ) where the golden closed form says', () => {
    const scales = probabilityScales(400, 250);
    for (const { C, s, P } of golden.fig2ClosedForm.a_scale) {
      const path = curvePath(curvePoints({ scale: s, logB: Math.log(C - 1) }, scales));
      const points = path
        .slice(1)
        .split('L')
        .map((pair) => pair.split(' ').map(Number));
      expect(points).toHaveLength(91);
      // The golden angles 0, 22.5, 45, 67.5, 90°; whole degrees are drawn.
      for (const [index, degrees] of [0, 45, 90].entries()) {
        const [x, y] = points[degrees] ?? [];
        expect(scales.x.toValue(x ?? Number.NaN)).toBeCloseTo(degrees, 0);
        expect(Math.abs(scales.y.toValue(y ?? Number.NaN) - (P[2 * index] ?? 9))).toBeLessThan(
          1e-3,
        );
      }
    }
  });

  it('labels crowded curves together, from left to right', () => {
    const curves = [10, 32, 48, 64].map((scale) => ({ scale, logB: Math.log(1999) }));
    const labels = closedFormLabels(curves, probabilityScales(400, 250));
    expect(labels.map(({ text }) => text)).toEqual(['s = 10', 's = 32, 48, 64']);
  });

  it('never writes labels of neighbours over each other, from 3 to 2,000 identities', () => {
    const scales = probabilityScales(400, 248);
    const frame = { left: 0, right: 400, top: 0, bottom: 248 };
    for (const classes of [3, 10, 40, 100, 430, 999, 2000]) {
      const curves = closedFormScales(classes).map((scale) => closedFormCurve(scale, classes));
      const wanted = closedFormLabels(curves, scales);
      const lines = curves.map((curve) => curvePoints(curve, scales));
      const boxes = placeLabels(wanted, { frame, taken: [], lines }).flatMap((place, index) =>
        place === null ? [] : [labelBox(wanted[index]?.text ?? '', place)],
      );
      // At least half of the curves are named, and no two names touch.
      expect(boxes.length).toBeGreaterThanOrEqual(2);
      for (const [index, box] of boxes.entries()) {
        expect(boxes.slice(index + 1).some((other) => overlap(box, other))).toBe(false);
      }
    }
  });

  it('tells at which step the numbers of a diverged arm stand', () => {
    const a = seriesOf('A', 5, { scale: () => 5, logBAvg: () => 3, medianAngleRad: () => 1 });
    const b = seriesOf('B', 1500, { scale: () => 5, logBAvg: () => 3, medianAngleRad: () => 1 });
    const model = buildInsight(inputs({ series: seriesMap(a, b), diverged: [{ arm: 'A' }] }));
    expect(model.step).toBe(1500);
    expect(model.arms.map(({ stoppedAt }) => stoppedAt)).toEqual(['stopped at step 5', null]);
    expect(model.arms[0]?.median?.label).toContain(', step 5');
  });
});

describe('angleHistogram', () => {
  it('counts angles in degrees, the ends included', () => {
    const cos = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
    const cosines = [1, cos(70), cos(100), -1, Number.NaN, 1.0000001];
    const { counts, total, nonFinite } = angleHistogram(cosines, 30);
    expect(counts).toEqual([2, 0, 1, 1, 0, 1]);
    expect([total, nonFinite]).toEqual([5, 1]);
  });

  it('takes a cosine just beyond 1 for 1', () => {
    expect(angleDegrees(1.0000001)).toBe(0);
    expect(angleDegrees(Number.NaN)).toBeNaN();
  });
});
