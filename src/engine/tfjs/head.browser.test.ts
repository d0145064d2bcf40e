/**
 * The tfjs form of the losses against the golden values, which were computed in float64 by another
 * program: 1e-5 relative on the scale and ln B_avg, 1e-4 on the loss.
 */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import golden from '../../losses/golden.json';
import type { LossConfig } from '../../losses/types';
import type { StepHyper } from '../engine';
import type { OpenBackend } from './backend';
import { TfjsBatch } from './batch';
import { Constants } from './constants';
import { cosineHead } from './head';
import { type ScaleRule, scaleRuleFor } from './scale-rule';
import { describeBackends } from './testing/backends';
import { relativeError } from './testing/numbers';

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly previousScale: number;
  readonly cosines: Float32Array;
  readonly labels: Int32Array;
  readonly logBAvg: number;
  readonly scale: number;
  readonly fixedScale: number;
  readonly loss: { readonly withNewS: number; readonly withFixedS: number };
}

/** Golden cases give either the matrix or, for many classes, each row as (cosine, multiplicity). */
const CASES: readonly Case[] = golden.cases.map((given) => {
  const rows: readonly (readonly number[])[] =
    given.cos ??
    given.spec!.rows.map(({ target, others }) => [
      target,
      ...others.flatMap(([cosine, count]) => new Array<number>(count!).fill(cosine!)),
    ]);
  return {
    name: given.name,
    classes: given.C,
    previousScale: given.sPrev,
    cosines: Float32Array.from(rows.flat()),
    labels: Int32Array.from(given.labels ?? rows.map(() => 0)),
    logBAvg: given.logB_avg,
    scale: given.sPrimary,
    fixedScale: given.sFixed,
    loss: given.loss,
  };
});

const DYNAMIC = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'paper-exact',
  firstStep: 'reference',
} as const;

const NO_CHANGE: StepHyper = { learningRate: 0, fixedScale: null, capAngleRad: null };

interface Outcome {
  readonly targetCosines: Float32Array;
  readonly loss: number;
  readonly commonLoss: number;
  readonly nearest: Float32Array;
  readonly scale: number;
  readonly unguarded: number;
  readonly logBAvg: number;
  readonly gradient: Float32Array;
}

describeBackends('loss', (_name, open) => {
  let backend: OpenBackend;
  let constants: Constants;
  beforeAll(async () => {
    backend = await open();
    constants = new Constants();
  });
  afterAll(() => {
    constants.dispose();
    backend.close();
  });

  async function run(
    given: Pick<Case, 'classes' | 'cosines' | 'labels' | 'previousScale'>,
    loss: LossConfig,
    options: { hyper?: StepHyper; step?: number; rule?: ScaleRule } = {},
  ): Promise<Outcome> {
    const { classes, labels } = given;
    const count = labels.length;
    const batch = new TfjsBatch(1, 1, new Float32Array(count * 3), labels);
    const previousScale = tf.scalar(given.previousScale);
    const kept: tf.Tensor[] = [];
    const gradient = tf.tidy(() => {
      const forward = (cosines: tf.Tensor): tf.Tensor => {
        const outputs = cosineHead(
          cosines as tf.Tensor2D,
          {
            targets: batch.targets(classes),
            loss,
            hyper: options.hyper ?? NO_CHANGE,
            previousScale,
            step: options.step ?? 1,
            rule: options.rule ?? scaleRuleFor(classes),
          },
          constants,
        );
        kept.push(outputs.packed, outputs.scale!);
        return outputs.losses;
      };
      const dy = constants.filled(count, 1 / count);
      return tf.grad(forward)(tf.tensor2d(given.cosines, [count, classes]), dy);
    });
    const packed = (await kept[0]!.data()) as Float32Array;
    const derivative = (await gradient.data()) as Float32Array;
    tf.dispose([gradient, previousScale, ...kept]);
    batch.dispose();
    const part = (index: number): Float32Array => packed.slice(index * count, (index + 1) * count);
    const mean = (values: Float32Array): number =>
      values.reduce((sum, value) => sum + value, 0) / count;
    return {
      targetCosines: part(0),
      loss: mean(part(1)),
      commonLoss: mean(part(2)),
      nearest: part(3),
      scale: packed[4 * count]!,
      unguarded: packed[4 * count + 1]!,
      logBAvg: packed[4 * count + 2]!,
      gradient: derivative,
    };
  }

  test.each(CASES)('$name: scale, ln B_avg and loss', async (given) => {
    const outcome = await run(given, DYNAMIC);
    expect(tf.getBackend()).toBe(backend.backend);
    expect(relativeError([outcome.logBAvg], [given.logBAvg])).toBeLessThan(1e-5);
    // s = 0 has no relative error: C = 2 at its absorbing point, where ln B is a rounding away from 0.
    if (given.scale === 0) expect(Math.abs(outcome.scale)).toBeLessThan(1e-6);
    else expect(relativeError([outcome.scale], [given.scale])).toBeLessThan(1e-5);
    expect(relativeError([outcome.loss], [given.loss.withNewS])).toBeLessThan(1e-4);
  });

  test.each(CASES)('$name: loss with the fixed scale', async (given) => {
    const outcome = await run(given, { kind: 'fixed-adacos' });
    expect(relativeError([outcome.scale], [given.fixedScale])).toBeLessThan(1e-6);
    expect(relativeError([outcome.loss], [given.loss.withFixedS])).toBeLessThan(1e-4);
  });

  describe('generic case', () => {
    const given = CASES.find(({ name }) => name === 'generic_N3_C5')!;
    const source = golden.cases.find(({ name }) => name === 'generic_N3_C5')!;

    test('the gradient treats the scale as a constant', async () => {
      const { gradient } = await run(given, DYNAMIC);
      expect(relativeError(gradient, source.gradCos_detached!.flat())).toBeLessThan(1e-5);
      expect(
        relativeError(gradient, source.gradCos_ifNotDetached_forContrast!.flat()),
      ).toBeGreaterThan(0.1);
    });

    test.each(Object.entries(source.knownWrongVariants_expectNotEqual!))(
      'is not the known mistake %s',
      async (_mistake, wrong) => {
        const { scale } = await run(given, DYNAMIC);
        expect(relativeError([scale], [wrong])).toBeGreaterThan(1e-3);
      },
    );

    test('the first step of the paper keeps the scale, later ones move it', async () => {
      const paper = { ...DYNAMIC, firstStep: 'paper' } as const;
      const first = await run(given, paper, { step: 1 });
      expect(first.scale).toBe(Math.fround(given.previousScale));
      expect(relativeError([first.loss], [given.loss.withFixedS])).toBeLessThan(1e-4);
      const second = await run(given, paper, { step: 2 });
      expect(relativeError([second.scale], [given.scale])).toBeLessThan(1e-5);
    });

    test('fixed scale and cap angle can be changed for a step', async () => {
      const fixed = await run(
        given,
        { kind: 'fixed-adacos' },
        { hyper: { ...NO_CHANGE, fixedScale: 7 } },
      );
      expect(fixed.scale).toBe(7);
      const capped = await run(given, DYNAMIC, { hyper: { ...NO_CHANGE, capAngleRad: 0.2 } });
      expect(relativeError([capped.scale], [given.logBAvg / Math.cos(0.2)])).toBeLessThan(1e-5);
    });

    test('the nearest class and the common loss are told', async () => {
      const outcome = await run(given, DYNAMIC);
      expect([...outcome.nearest]).toEqual([0, 1, 2]);
      // C = 5: the common scale is √2·ln 4, the case's fixed scale.
      expect(relativeError([outcome.commonLoss], [given.loss.withFixedS])).toBeLessThan(1e-4);
      expect(relativeError(outcome.targetCosines, [0.85, 0.6, 0.95])).toBeLessThan(1e-6);
    });
  });

  describe('guard', () => {
    const clamped = { ...DYNAMIC, guard: 'clamp' } as const;

    test('keeps a negative scale at its lower bound and tells what the rule gave', async () => {
      const given = CASES.find(({ name }) => name === 'saturated_good_plus1_minus1')!;
      const { scale, unguarded } = await run(given, clamped);
      expect(relativeError([unguarded], [given.scale])).toBeLessThan(1e-5);
      expect(relativeError([scale], [0.25 * given.fixedScale])).toBeLessThan(1e-6);
    });

    test('keeps an exploding scale at its upper bound', async () => {
      const given = CASES.find(({ name }) => name === 'overflow_float32_range')!;
      const { scale, unguarded } = await run(given, clamped);
      expect(relativeError([unguarded], [given.scale])).toBeLessThan(1e-5);
      expect(relativeError([scale], [4 * given.fixedScale])).toBeLessThan(1e-6);
    });

    test('does not act where it need not', async () => {
      const given = CASES.find(({ name }) => name === 'generic_N3_C5')!;
      const { scale, unguarded } = await run(given, clamped);
      expect(scale).toBe(unguarded);
    });
  });
});
