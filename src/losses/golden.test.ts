/** All golden cases on the float64 references, and the mistakes found in other code told apart. */
import { describe, expect, it } from 'vitest';
import { lowerMedian } from '../math/statistics';
import { targetAngles } from './batch';
import { scaledCrossEntropy, scaledCrossEntropyOfRows } from './crossEntropy';
import { GENERIC_CASE, GOLDEN_CASES, type GoldenCase, goldenCase } from './golden';
import golden from './golden.json';
import { batchAngles, batchAnglesOfRows, dynamicScale, fixedAdaCosScale } from './scaleRule';

const CAP = Math.PI / 4;

/** Equal within 1e-12 of the larger of the value and 1. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
}

function scaleAfter({ rows }: GoldenCase, previousScale: number): number {
  return dynamicScale({ ...batchAnglesOfRows(rows, previousScale), capAngleRad: CAP });
}

it('are nineteen, with and without a matrix', () => {
  expect(GOLDEN_CASES).toHaveLength(19);
  expect(GOLDEN_CASES.filter(({ batch }) => batch === null)).toHaveLength(5);
});

describe.each(GOLDEN_CASES)('golden case $name', (golden) => {
  const { classes, previousScale, rows, expected } = golden;

  it('has the fixed scale', () => {
    expectClose(fixedAdaCosScale(classes), expected.fixedScale);
  });

  it('has the golden B_avg, median angle, scale and losses from its rows', () => {
    const angles = batchAnglesOfRows(rows, previousScale);
    expectClose(angles.logBAvg, expected.logBAvg);
    if (Number.isFinite(expected.bAvg)) {
      expectClose(Math.exp(angles.logBAvg) / expected.bAvg, 1);
    }
    expectClose(angles.medianAngleRad, expected.medianAngleRad);
    expect(angles.medianAngleRad > CAP).toBe(expected.capped);
    const scale = dynamicScale({ ...angles, capAngleRad: CAP });
    expectClose(scale, expected.scale);
    expectClose(scaledCrossEntropyOfRows(rows, scale), expected.lossAtNewScale);
    expectClose(scaledCrossEntropyOfRows(rows, previousScale), expected.lossAtPreviousScale);
    expectClose(scaledCrossEntropyOfRows(rows, expected.fixedScale), expected.lossAtFixedScale);
  });
});

describe.each(
  GOLDEN_CASES.flatMap((golden) =>
    golden.batch === null ? [] : [{ ...golden, batch: golden.batch }],
  ),
)('the matrix of golden case $name', ({ previousScale, batch, expected }) => {
  it('gives the same as its rows', () => {
    const angles = batchAngles(batch, previousScale);
    expectClose(angles.logBAvg, expected.logBAvg);
    expectClose(angles.medianAngleRad, expected.medianAngleRad);
    targetAngles(batch).forEach((angle, row) => {
      expectClose(angle, expected.targetAnglesRad[row]!);
    });
    expectClose(scaledCrossEntropy(batch, expected.scale).loss, expected.lossAtNewScale);
    expectClose(scaledCrossEntropy(batch, previousScale).loss, expected.lossAtPreviousScale);
  });
});

describe('golden trajectories', () => {
  const listed = GOLDEN_CASES.filter(({ expected }) => expected.trajectory !== null);

  it.each(listed)('$name', (golden) => {
    const { name, previousScale, expected } = golden;
    const scales = [previousScale];
    while (scales.length < 61) scales.push(scaleAfter(golden, scales.at(-1)!));
    // The diverging case lists its first eight scales and then every tenth.
    const shown =
      name === 'trajectory_diverges'
        ? scales.filter((_, index) => index < 8 || index % 10 === 0)
        : scales.slice(0, expected.trajectory!.length);
    expect(shown).toHaveLength(expected.trajectory!.length);
    shown.forEach((scale, index) => {
      // Rounding errors grow with the slope of the rule, at most √2 a step.
      const wanted = expected.trajectory![index]!;
      expect(Math.abs(scale - wanted)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(wanted)));
    });
  });

  it('are seven', () => {
    expect(listed).toHaveLength(7);
  });

  it('end where the median image has probability ½ and the loss is ln 2', () => {
    const converging = goldenCase('trajectory_converges_to_P_half');
    const raw = golden.cases.find(({ name }) => name === converging.name)!;
    let scale = converging.previousScale;
    for (let step = 0; step < 200; step += 1) scale = scaleAfter(converging, scale);
    expectClose(scale, raw.fixedPoint!);
    expectClose(scaledCrossEntropyOfRows(converging.rows, scale), Math.LN2);
  });
});

describe('the median of an even batch', () => {
  it.each([
    ['even_batch_median_choice', 4],
    ['even_batch_N2_tfp_is_upper', 2],
  ] as const)('of %s is the lower one and not another', (name, size) => {
    const { batch, expected, previousScale } = goldenCase(name);
    const raw = golden.cases.find((candidate) => candidate.name === name)!;
    const { medianAngleRad } = batchAngles(batch!, previousScale);
    expect(batch!.labels).toHaveLength(size);
    expectClose(medianAngleRad, raw.thetaMed.lower);
    for (const other of [raw.thetaMed.upper, raw.thetaMed.mean2]) {
      expect(Math.abs(medianAngleRad - other)).toBeGreaterThan(0.1);
    }
    for (const other of [raw.s.upper, raw.s.mean2]) {
      expect(Math.abs(expected.scale - other)).toBeGreaterThan(0.01);
    }
  });
});

describe('overflow', () => {
  it.each(['overflow_float16_range', 'overflow_float32_range', 'overflow_float64_range'])(
    '%s: logarithms stay finite where the plain sum does not',
    (name) => {
      const { rows, previousScale } = goldenCase(name);
      // Worked by hand: three others at cosine 0.9.
      const { logBAvg } = batchAnglesOfRows(rows, previousScale);
      expectClose(logBAvg, 0.9 * previousScale + Math.log(3));
    },
  );
});

describe('the generic case', () => {
  const { batch, expected, previousScale } = goldenCase('generic_N3_C5');

  it('has the golden gradient of the cosines, scale held constant', () => {
    const { gradient } = scaledCrossEntropy(batch!, expected.scale);
    GENERIC_CASE.gradCos_detached!.flat().forEach((wanted, index) => {
      expectClose(gradient[index]!, wanted);
    });
  });

  it('has not the gradient that flows through the scale', () => {
    const { gradient } = scaledCrossEntropy(batch!, expected.scale);
    const wrong = GENERIC_CASE.gradCos_ifNotDetached_forContrast!.flat();
    expect(
      Math.max(...wrong.map((value, index) => Math.abs(value - gradient[index]!))),
    ).toBeGreaterThan(0.1);
  });

  it('has the golden probabilities: gradient = s(P − 1[j=y])/N', () => {
    const { gradient } = scaledCrossEntropy(batch!, expected.scale);
    GENERIC_CASE.probs!.flat().forEach((wanted, index) => {
      const isTarget = index % 5 === Math.floor(index / 5) ? 1 : 0;
      expectClose((gradient[index]! * 3) / expected.scale + isTarget, wanted);
    });
  });

  describe('known mistakes', () => {
    const wrong = GENERIC_CASE.knownWrongVariants_expectNotEqual!;
    const cosines = Array.from(batch!.cosines);
    const isTarget = (index: number): boolean => index % 5 === Math.floor(index / 5);
    const others = cosines.filter((_, index) => !isTarget(index));
    const divisor = Math.cos(Math.min(CAP, expected.medianAngleRad));
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const sumOfExponentials = (values: readonly number[]): number =>
      values.reduce((sum, cosine) => sum + Math.exp(previousScale * cosine), 0);
    const variants: readonly (readonly [keyof typeof wrong, number])[] = [
      [
        'earlyBug_B_is_s_times_exp_cos',
        Math.log(others.reduce((sum, cosine) => sum + previousScale * Math.exp(cosine), 0) / 3) /
          divisor,
      ],
      [
        'earlyBug_median_over_all_classes',
        expected.logBAvg / Math.cos(Math.min(CAP, lowerMedian(cosines.map((c) => Math.acos(c))))),
      ],
      ['B_includes_target_subclusterAdaCos', Math.log(sumOfExponentials(cosines) / 3) / divisor],
      [
        'mean_angle_instead_of_median',
        expected.logBAvg / Math.cos(Math.min(CAP, mean(expected.targetAnglesRad))),
      ],
      [
        'mean_of_logB_per_sample_geometric',
        mean(
          [0, 4, 8].map((start) => Math.log(sumOfExponentials(others.slice(start, start + 4)))),
        ) / divisor,
      ],
    ];

    it('are five', () => {
      expect(variants.map(([name]) => name).sort()).toEqual(Object.keys(wrong).sort());
      expect(variants).toHaveLength(5);
    });

    it.each(variants)('%s gives its own number, not ours', (name, mistaken) => {
      expectClose(mistaken, wrong[name]);
      const ours = dynamicScale({ ...batchAngles(batch!, previousScale), capAngleRad: CAP });
      expectClose(ours, expected.scale);
      expect(Math.abs(mistaken - ours)).toBeGreaterThan(1e-3);
    });
  });
});

describe('the table of scales by the number of identities', () => {
  it.each(golden.derived.scaleByC)('C = $C', (row) => {
    const scale = fixedAdaCosScale(row.C);
    expectClose(scale, row.sFixed);
    // θ = 0 with the other classes at 90°: the scale the dynamic rule comes to, and the least loss.
    const rows = [{ target: 1, others: [[0, row.C - 1]] }] as const;
    const dynamic = dynamicScale({ ...batchAnglesOfRows(rows, scale), capAngleRad: CAP });
    expectClose(dynamic, row.sDynamicAt_theta0_B_Cminus1);
    const loss = scaledCrossEntropyOfRows(rows, scale);
    expectClose(loss, row.lossFloor_fixed);
    expectClose(Math.exp(-loss), row.Pmax_fixed_at_theta0_negatives90);
  });

  it.each(golden.derived.scaleByC)('simplex of C = $C: the dynamic fixed point', (row) => {
    // The best arrangement there is: every other centre at cosine −1/(C − 1).
    const rows = [{ target: 1, others: [[-1 / (row.C - 1), row.C - 1]] }] as const;
    let scale = fixedAdaCosScale(row.C);
    for (let step = 0; step < 400 && row.C > 2; step += 1) {
      scale = dynamicScale({ ...batchAnglesOfRows(rows, scale), capAngleRad: CAP });
    }
    expectClose(scale, row.sDynamic_fixedpoint_simplexETF_theta0);
  });
});
