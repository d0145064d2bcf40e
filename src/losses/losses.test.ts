/** The four losses end to end in float64: gradients against finite differences, scales against the rule. */
import { describe, expect, it } from 'vitest';
import { normal } from '../math/random';
import { dynamicAdaCos, nextScale } from './dynamicAdaCos';
import { fixedAdaCos } from './fixedAdaCos';
import { goldenCase } from './golden';
import type { HeadInput, HeadResult } from './head';
import { normalisedSoftmax } from './normalisedSoftmax';
import { LOSSES } from './registry';
import { dynamicScale, fixedAdaCosScale, guardRange, initialScale } from './scaleRule';
import { softmax } from './softmax';

const paper = LOSSES['dynamic-adacos'].defaultConfig;

function draw(count: number, stream: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => normal(5, stream, 0, index));
}

/** Five images, four identities, three dimensions; lengths differ from 1. */
const INPUT = {
  embeddings: draw(15, 101),
  centres: draw(12, 102),
  labels: [0, 3, 1, 3, 2],
  embeddingSize: 3,
  classes: 4,
} satisfies HeadInput;

/** Central differences of `loss` by every element of one factor. */
function differences(
  factor: 'embeddings' | 'centres',
  loss: (input: HeadInput) => number,
): readonly number[] {
  const step = 1e-5;
  return Array.from(INPUT[factor], (_, index) => {
    const moved = (by: number): number => {
      const values = Float64Array.from(INPUT[factor]);
      values[index]! += by;
      return loss({ ...INPUT, [factor]: values });
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

function expectGradients(result: HeadResult, loss: (input: HeadInput) => number): void {
  differences('embeddings', loss).forEach((slope, index) => {
    expect(result.embeddingGradient[index]).toBeCloseTo(slope, 8);
  });
  differences('centres', loss).forEach((slope, index) => {
    expect(result.centreGradient[index]).toBeCloseTo(slope, 8);
  });
}

describe('gradients by embeddings and class centres equal finite differences', () => {
  it('softmax', () => {
    expectGradients(softmax(INPUT), (input) => softmax(input).loss);
  });

  it('normalised softmax', () => {
    expectGradients(normalisedSoftmax(INPUT, 7), (input) => normalisedSoftmax(input, 7).loss);
  });

  it('fixed AdaCos', () => {
    expectGradients(fixedAdaCos(INPUT), (input) => fixedAdaCos(input).loss);
  });

  it('dynamic AdaCos, with its new scale held constant', () => {
    const result = dynamicAdaCos(INPUT, { config: paper, step: 2, previousScale: 3 });
    expectGradients(result, (input) => normalisedSoftmax(input, result.scale!).loss);
  });

  it('dynamic AdaCos, not with the scale that would move along', () => {
    const result = dynamicAdaCos(INPUT, { config: paper, step: 2, previousScale: 3 });
    const moving = differences(
      'centres',
      (input) => dynamicAdaCos(input, { config: paper, step: 2, previousScale: 3 }).loss,
    );
    const gaps = moving.map((slope, index) => Math.abs(slope - result.centreGradient[index]!));
    expect(Math.max(...gaps)).toBeGreaterThan(1e-3);
  });
});

describe('normalisation', () => {
  it('makes the loss blind to lengths and its gradients tangent', () => {
    const longer = {
      ...INPUT,
      embeddings: INPUT.embeddings.map((value) => 4 * value),
      centres: INPUT.centres.map((value) => value / 2),
    };
    const [near, far] = [fixedAdaCos(INPUT), fixedAdaCos(longer)];
    expect(far.loss).toBeCloseTo(near.loss, 12);
    for (let row = 0; row < 5; row += 1) {
      const along = [0, 1, 2].reduce(
        (sum, k) => sum + near.embeddingGradient[row * 3 + k]! * INPUT.embeddings[row * 3 + k]!,
        0,
      );
      expect(along).toBeCloseTo(0, 12);
    }
    // ∂/∂(4x) = ¼ ∂/∂x.
    far.embeddingGradient.forEach((value, index) => {
      expect(4 * value).toBeCloseTo(near.embeddingGradient[index]!, 12);
    });
  });

  it('gives a zero embedding the cosine 0', () => {
    const zero = { ...INPUT, embeddings: new Float64Array(15) };
    expect([...fixedAdaCos(zero).cosines]).toEqual(new Array(20).fill(0));
    expect(fixedAdaCos(zero).loss).toBeCloseTo(Math.log(4), 12);
  });

  it('reads class centres as columns', () => {
    const input = {
      embeddings: [2, 0],
      // Columns: (3, 0), (0, 5), (−1, 0).
      centres: [3, 0, -1, 0, 5, 0],
      labels: [0],
      embeddingSize: 2,
      classes: 3,
    };
    expect([...fixedAdaCos(input).cosines]).toEqual([1, 0, -1]);
    // Plain softmax: logits 6, 0, −2.
    const total = Math.exp(6) + 1 + Math.exp(-2);
    expect(softmax(input).loss).toBeCloseTo(Math.log(total) - 6, 12);
  });
});

describe('what a batch reports', () => {
  it('fixed AdaCos uses √2·ln(C − 1)', () => {
    const result = fixedAdaCos(INPUT);
    expect(result.scale).toBeCloseTo(Math.SQRT2 * Math.log(3), 14);
    expect(result.unguardedScale).toBe(result.scale);
  });

  it('plain softmax has no scale, but angles', () => {
    const result = softmax(INPUT);
    expect([result.scale, result.unguardedScale, result.logBAvg]).toEqual([null, null, null]);
    expect(result.medianAngleRad).toBe(fixedAdaCos(INPUT).medianAngleRad);
  });

  it('dynamic AdaCos: s is the rule applied to its own B_avg and median angle', () => {
    const config = { ...paper, guard: 'paper-exact' } as const;
    const result = dynamicAdaCos(INPUT, { config, step: 2, previousScale: 3 });
    const cap = Math.cos(Math.min(Math.PI / 4, result.medianAngleRad));
    expect(result.scale).toBeCloseTo(result.logBAvg! / cap, 14);
  });
});

describe('nextScale', () => {
  const angles = { logBAvg: 2, medianAngleRad: 0.5 };
  const ruled = 2 / Math.cos(0.5);

  it('keeps the fixed scale for the first batch, as the paper does', () => {
    const change = nextScale({ config: paper, classes: 10, step: 1, previousScale: 99, angles });
    expect(change.scale).toBe(fixedAdaCosScale(10));
    expect(change.unguardedScale).toBe(change.scale);
  });

  it('moves at the first batch where the reference code does', () => {
    const config = { ...paper, firstStep: 'reference' } as const;
    const previousScale = initialScale(config, 10)!;
    expect(nextScale({ config, classes: 10, step: 1, previousScale, angles }).scale).toBe(ruled);
  });

  it('moves at the second batch', () => {
    const change = nextScale({ config: paper, classes: 10, step: 2, previousScale: 3, angles });
    expect(change).toEqual({ scale: ruled, unguardedScale: ruled });
  });

  it('obeys the cap angle', () => {
    const config = { ...paper, capAngleRad: 0.25 };
    const change = nextScale({ config, classes: 10, step: 2, previousScale: 3, angles });
    expect(change.scale).toBeCloseTo(2 / Math.cos(0.25), 14);
  });

  it.each([
    ['saturated_bad_minus1_plus1_explodes', 'upper'],
    ['saturated_good_plus1_minus1', 'lower'],
  ] as const)('clamps %s at the %s bound, reports what the rule gave', (name, bound) => {
    const { classes, rows, previousScale, expected } = goldenCase(name);
    const step = (guard: 'clamp' | 'paper-exact', logBAvg: number) =>
      nextScale({
        config: { ...paper, guard },
        classes,
        step: 2,
        previousScale,
        angles: { logBAvg, medianAngleRad: Math.acos(rows[0]!.target) },
      });
    // Three times the golden logarithm leaves the range for certain at the upper end.
    const logBAvg = bound === 'upper' ? 3 * expected.logBAvg : expected.logBAvg;
    const exact = step('paper-exact', logBAvg);
    expect(exact.scale).toBe(exact.unguardedScale);
    expect(step('clamp', logBAvg)).toEqual({
      scale: guardRange(classes)[bound],
      unguardedScale: exact.scale,
    });
  });

  it('with two identities stays at 0 exactly, and at ¼ under guard', () => {
    const { rows, expected } = goldenCase('C2_initial_scale_zero_is_absorbing');
    expect(rows).toHaveLength(2);
    const { logBAvg, medianAngleRad } = expected;
    const scales = (['paper-exact', 'clamp'] as const).map((guard) => {
      const config = { ...paper, guard };
      const previousScale = initialScale(config, 2)!;
      const angles = { logBAvg, medianAngleRad };
      return [
        previousScale,
        nextScale({ config, classes: 2, step: 2, previousScale, angles }).scale,
      ];
    });
    expect(scales).toEqual([
      [0, 0],
      [0.25, 0.25],
    ]);
    expect(dynamicScale({ ...expected, capAngleRad: Math.PI / 4 })).toBe(0);
  });
});
