/**
 * The WGSL form of the losses against the golden values, which were computed in float64 by another
 * program: 1e-5 relative on the scale and ln B_avg, 1e-4 on the loss.
 */
import { describe, expect, test } from 'vitest';
import { targetCosines } from '../../losses/batch';
import { GENERIC_CASE, GOLDEN_CASES, type GoldenCase, goldenCase } from '../../losses/golden';
import { relativeError } from '../tfjs/testing/numbers';
import { describeOnGpu } from './testing/gpu';
import { type CosineInputs, type HeadState, runHeadOnCosines } from './testing/head';

const DYNAMIC = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'paper-exact',
  firstStep: 'reference',
} as const;
const CLAMPED = { ...DYNAMIC, guard: 'clamp' } as const;
const FIXED = { kind: 'fixed-adacos' } as const;

/** The matrix, where a case gives only rows with multiplicities: the target is then class 0. */
function inputOf({ batch, rows, classes }: GoldenCase): CosineInputs {
  if (batch !== null) return { cosines: batch.cosines, labels: Array.from(batch.labels), classes };
  const cosines = rows.flatMap(({ target, others }) => [
    target,
    ...others.flatMap(([cosine, count]) => new Array<number>(count).fill(cosine)),
  ]);
  return { cosines, labels: rows.map(() => 0), classes };
}

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describeOnGpu('golden case', (gpu) => {
  const stateOf = ({ previousScale }: GoldenCase): HeadState => ({ previousScale });

  test.each(GOLDEN_CASES)('$name: scale, ln B_avg and loss', async (golden) => {
    const { expected } = golden;
    const found = await runHeadOnCosines(gpu(), inputOf(golden), DYNAMIC, stateOf(golden));
    expect(relativeError([found.logBAvg], [expected.logBAvg])).toBeLessThan(1e-5);
    // s = 0 has no relative error: C = 2 at its absorbing point, where ln B is a rounding away from 0.
    if (expected.scale === 0) expect(Math.abs(found.scale)).toBeLessThan(1e-6);
    else expect(relativeError([found.scale], [expected.scale])).toBeLessThan(1e-5);
    expect(relativeError([mean(found.losses)], [expected.lossAtNewScale])).toBeLessThan(1e-4);
    expect(found.state).toBe(found.scale);
    expect(found.unguardedScale).toBe(found.scale);
  });

  test.each(GOLDEN_CASES)('$name: loss with the fixed scale', async (golden) => {
    const { expected } = golden;
    const found = await runHeadOnCosines(gpu(), inputOf(golden), FIXED, stateOf(golden));
    expect(relativeError([found.scale], [expected.fixedScale])).toBeLessThan(1e-6);
    expect(relativeError([mean(found.losses)], [expected.lossAtFixedScale])).toBeLessThan(1e-4);
  });

  describe('generic', () => {
    const golden = goldenCase('generic_N3_C5');
    const input = inputOf(golden);
    const { expected, previousScale } = golden;

    test('the gradient treats the scale as a constant', async () => {
      const { gradient } = await runHeadOnCosines(gpu(), input, DYNAMIC, { previousScale });
      expect(relativeError(gradient, GENERIC_CASE.gradCos_detached!.flat())).toBeLessThan(1e-5);
      const wrong = GENERIC_CASE.gradCos_ifNotDetached_forContrast!.flat();
      expect(relativeError(gradient, wrong)).toBeGreaterThan(0.1);
    });

    test('the scale is none of the known mistakes', async () => {
      const { scale } = await runHeadOnCosines(gpu(), input, DYNAMIC, { previousScale });
      for (const wrong of Object.values(GENERIC_CASE.knownWrongVariants_expectNotEqual!)) {
        expect(relativeError([scale], [wrong])).toBeGreaterThan(1e-3);
      }
    });

    test('the first step of the paper keeps the scale, later ones move it', async () => {
      const paper = { ...DYNAMIC, firstStep: 'paper' } as const;
      const first = await runHeadOnCosines(gpu(), input, paper, { previousScale, step: 1 });
      expect(first.scale).toBe(Math.fround(previousScale));
      expect(relativeError([first.unguardedScale], [expected.fixedScale])).toBeLessThan(1e-6);
      const second = await runHeadOnCosines(gpu(), input, paper, { previousScale, step: 2 });
      expect(relativeError([second.scale], [expected.scale])).toBeLessThan(1e-5);
    });

    test('fixed scale and cap angle can be changed for a step', async () => {
      const fixed = await runHeadOnCosines(gpu(), input, FIXED, { previousScale, fixedScale: 7 });
      expect([fixed.scale, fixed.state]).toEqual([7, 7]);
      const capped = await runHeadOnCosines(gpu(), input, DYNAMIC, {
        previousScale,
        capAngleRad: 0.2,
      });
      expect(relativeError([capped.scale], [expected.logBAvg / Math.cos(0.2)])).toBeLessThan(1e-5);
    });

    test('looking tells target cosines, nearest classes and common losses, and moves no scale', async () => {
      const found = await runHeadOnCosines(gpu(), input, null, { previousScale });
      expect(relativeError(found.targetCosines, targetCosines(golden.batch!))).toBeLessThan(1e-6);
      expect([...found.nearest]).toEqual([0, 1, 2]);
      // C = 5: the common scale is √2·ln 4, the case's fixed scale.
      expect(relativeError([mean(found.commonLosses)], [expected.lossAtFixedScale])).toBeLessThan(
        1e-4,
      );
      expect(found.state).toBe(Math.fround(previousScale));
    });
  });

  describe('guard', () => {
    test.each([
      ['keeps a negative scale at its lower bound', 'saturated_good_plus1_minus1', 0.25],
      ['keeps an exploding scale at its upper bound', 'overflow_float32_range', 4],
    ] as const)('%s, and tells what the rule gave', async (_, name, factor) => {
      const golden = goldenCase(name);
      const { expected } = golden;
      const found = await runHeadOnCosines(gpu(), inputOf(golden), CLAMPED, stateOf(golden));
      expect(relativeError([found.unguardedScale], [expected.scale])).toBeLessThan(1e-5);
      expect(relativeError([found.scale], [factor * expected.fixedScale])).toBeLessThan(1e-6);
      expect(found.state).toBe(found.scale);
    });

    test('does not act where it need not', async () => {
      const golden = goldenCase('generic_N3_C5');
      const found = await runHeadOnCosines(gpu(), inputOf(golden), CLAMPED, stateOf(golden));
      expect(found.scale).toBe(found.unguardedScale);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      'keeps the scale it had when cosines are %d; without it the scale is spoilt too',
      async (value) => {
        const golden = goldenCase('generic_N3_C5');
        const input = { ...inputOf(golden), cosines: new Array<number>(15).fill(value) };
        const guarded = await runHeadOnCosines(gpu(), input, CLAMPED, { previousScale: 5 });
        expect(guarded.scale).toBe(5);
        expect(Number.isFinite(guarded.unguardedScale)).toBe(false);
        const exact = await runHeadOnCosines(gpu(), input, DYNAMIC, { previousScale: 5 });
        expect(Number.isFinite(exact.scale)).toBe(false);
      },
    );
  });
});

describeOnGpu('the median of target angles', (gpu) => {
  /** Three identities; the others at cosine 0, so that ln B is ln 2 and the scale tells the median. */
  async function medianCosine(targets: readonly number[]): Promise<number> {
    const cosines = targets.flatMap((cosine) => [cosine, 0, 0]);
    const labels = targets.map(() => 0);
    const input = { cosines, labels, classes: 3 };
    // A cap of 90° or so leaves the median alone.
    const state = { previousScale: 1, capAngleRad: 1.57 };
    const { scale } = await runHeadOnCosines(gpu(), input, DYNAMIC, state);
    return Math.LN2 / scale;
  }

  test.each([
    ['the middle one of three', [0.3, 0.9, 0.5], 0.5],
    ['the lower angle of two, whichever comes first', [0.4, 0.8], 0.8],
    ['the lower angle of two, whichever comes first', [0.8, 0.4], 0.8],
    ['the only one', [0.6], 0.6],
    ['the lower angle of the middle two', [0.2, 0.9, 0.4, 0.7], 0.7],
    ['one of two equal ones in the middle', [0.5, 0.9, 0.5, 0.2], 0.5],
    ['one of three equal ones', [0.7, 0.7, 0.1, 0.7], 0.7],
    ['what all are', [0.3, 0.3, 0.3, 0.3, 0.3], 0.3],
  ] as const)('is %s: %j', async (_, targets, expected) => {
    expect(await medianCosine(targets)).toBeCloseTo(expected, 5);
  });
});
