/**
 * The same experiment on this engine and on TensorFlow.js in plain JavaScript, from the same state: they
 * differ in the order of their sums and in nothing else.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LossConfig } from '../../losses/types';
import type { Engine, Learner, LearnerConfig, OptimiserConfig, StepMetrics } from '../engine';
import { selectEngine } from '../select';
import { relativeError } from '../tfjs/testing/numbers';
import {
  ADAMW,
  CONFIG,
  DYNAMIC,
  FULL_MODEL,
  type OpenEngine,
  openEngine,
  SGD,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';
import { testInNode } from './testing/long';

const LOSSES: readonly LossConfig[] = [
  { kind: 'softmax' },
  { kind: 'normalised-softmax', scale: 20 },
  { kind: 'fixed-adacos' },
  DYNAMIC,
];

/** With an ε of 1e-8 a gradient that is a rounding of 0 would move its weight as far as any other does. */
const CALM_ADAMW: OptimiserConfig = { ...ADAMW, epsilon: 1e-3 };

/** Four steps of a small network: each adds roundings of 1e-7 or so, which the way back makes larger. */
const FEW_STEPS = { curve: 1e-4, state: 1e-3 };
/** A hundred: what differs in the last digit grows with the training. */
const MANY_STEPS = 2e-2;

function curve(metrics: readonly StepMetrics[]): readonly number[] {
  return metrics.flatMap((step) => [
    step.scale ?? 0,
    step.unguardedScale ?? 0,
    step.logBAvg ?? 0,
    step.loss,
    step.commonLoss,
    step.medianAngleRad,
    ...step.targetCosines,
  ]);
}

describeWithGpu('fused and tfjs-cpu', () => {
  let open: OpenEngine;
  let oracle: Engine;
  beforeAll(async () => {
    open = await openEngine();
    oracle = await selectEngine('tfjs-cpu', { gpu: null });
    oracle.loadFaces(testFaces());
  });
  afterAll(() => {
    open.engine.dispose();
    oracle.dispose();
    expect(open.failures).toEqual([]);
  });

  /** A learner on each engine, from the state of the fused one. */
  async function withBoth(
    config: LearnerConfig,
    use: (fused: Learner, other: Learner) => Promise<void>,
  ): Promise<void> {
    const fused = await open.engine.createLearner(config);
    const other = await oracle.createLearner(config);
    const start = await fused.exportState();
    // Equal seeds give equal weights; a curve that starts elsewhere would prove nothing.
    expect(await other.exportState()).toEqual(start);
    other.importState(start);
    try {
      await use(fused, other);
    } finally {
      fused.dispose();
      other.dispose();
    }
  }

  const cases = LOSSES.flatMap((loss) =>
    [SGD, CALM_ADAMW].map((optimiser) => ({
      loss,
      optimiser,
      name: `${loss.kind}, ${optimiser.kind}`,
    })),
  );

  test.each(cases)('agree over four steps: $name', async ({ loss, optimiser }) => {
    const rate = optimiser.kind === 'sgd' ? 0.05 : 0.01;
    const hyper = { learningRate: rate, fixedScale: null, capAngleRad: null };
    await withBoth({ ...CONFIG, loss, optimiser }, async (fused, other) => {
      const [metrics] = await train(open.engine, [fused], 4, { hyper });
      const [expected] = await train(oracle, [other], 4, { hyper });
      expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(FEW_STEPS.curve);
      expect(metrics!.map(({ accuracy }) => accuracy)).toEqual(
        expected!.map(({ accuracy }) => accuracy),
      );
      const [state, wanted] = [await fused.exportState(), await other.exportState()];
      expect(state.step).toBe(4);
      for (const part of ['parameters', 'slots', 'runningStatistics'] as const) {
        expect(relativeError(state[part], wanted[part]), part).toBeLessThan(FEW_STEPS.state);
      }
      if (wanted.scale === null) expect(state.scale).toBeNull();
      else expect(relativeError([state.scale!], [wanted.scale])).toBeLessThan(FEW_STEPS.curve);
    });
  });

  test('agree with every kind of layer, dropout and changing hyper-parameters', async () => {
    await withBoth({ ...CONFIG, model: FULL_MODEL }, async (fused, other) => {
      for (const [index, hyper] of [
        { learningRate: 0.05, fixedScale: null, capAngleRad: null },
        { learningRate: 0.02, fixedScale: null, capAngleRad: 0.3 },
      ].entries()) {
        const options = { first: 1 + 2 * index, hyper };
        const [metrics] = await train(open.engine, [fused], 2, options);
        const [expected] = await train(oracle, [other], 2, options);
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(1e-3);
      }
      const [state, wanted] = [await fused.exportState(), await other.exportState()];
      expect(relativeError(state.parameters, wanted.parameters)).toBeLessThan(FEW_STEPS.state);
    });
  });

  test('agree when the fixed scale is changed between steps', async () => {
    const loss = { kind: 'normalised-softmax', scale: 20 } as const;
    await withBoth({ ...CONFIG, loss }, async (fused, other) => {
      for (const [index, fixedScale] of [null, 5, 5, null].entries()) {
        const options = {
          first: index + 1,
          hyper: { learningRate: 0.05, fixedScale, capAngleRad: null },
        };
        const [metrics] = await train(open.engine, [fused], 1, options);
        const [expected] = await train(oracle, [other], 1, options);
        expect(metrics![0]!.scale).toBe(fixedScale ?? 20);
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(FEW_STEPS.curve);
      }
    });
  });

  testInNode('agree when the batch changes its size between steps', async () => {
    await withBoth(CONFIG, async (fused, other) => {
      for (const [index, size] of [4, 7, 4, 3].entries()) {
        const options = { first: index + 1, size };
        const [metrics] = await train(open.engine, [fused], 1, options);
        const [expected] = await train(oracle, [other], 1, options);
        expect(metrics![0]!.targetCosines).toHaveLength(size);
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(FEW_STEPS.curve);
      }
    });
  });

  test('stay together over a hundred steps', async () => {
    await withBoth(CONFIG, async (fused, other) => {
      const start = await fused.exportState();
      const [metrics] = await train(open.engine, [fused], 100);
      const [expected] = await train(oracle, [other], 100);
      const losses = (steps: readonly StepMetrics[]) => steps.map(({ loss }) => loss);
      const scales = (steps: readonly StepMetrics[]) => steps.map(({ scale }) => scale!);
      expect(relativeError(losses(metrics!), losses(expected!))).toBeLessThan(MANY_STEPS);
      expect(relativeError(scales(metrics!), scales(expected!))).toBeLessThan(MANY_STEPS);
      // And it was a training, not a hundred times the same.
      const state = await fused.exportState();
      expect(relativeError(state.parameters, start.parameters)).toBeGreaterThan(0.1);
    });
  });

  describe('evaluation', () => {
    /** More images than one chunk, the second of them filled up; in no order. */
    const indices = Uint32Array.from({ length: 250 }, (_, index) => (index * 7) % 40);

    testInNode('agrees after a few steps, and moves nothing', async () => {
      await withBoth({ ...CONFIG, model: FULL_MODEL }, async (fused, other) => {
        await train(open.engine, [fused], 3);
        const before = await fused.exportState();
        other.importState(before);
        const [found, wanted] = [await fused.evaluate(indices), await other.evaluate(indices)];
        expect(found.count).toBe(250);
        expect(found.accuracy).toBe(wanted.accuracy);
        expect(relativeError([found.commonLoss], [wanted.commonLoss])).toBeLessThan(1e-4);
        expect(relativeError([found.medianAngleRad], [wanted.medianAngleRad])).toBeLessThan(1e-4);
        const embeddings = await fused.embed(indices);
        expect(relativeError(embeddings, await other.embed(indices))).toBeLessThan(1e-4);
        expect(await fused.exportState()).toEqual(before);
        // Between steps it is as if it had not been.
        const [after] = await train(open.engine, [fused], 1, { first: 4 });
        fused.importState(before);
        const [undisturbed] = await train(open.engine, [fused], 1, { first: 4 });
        expect(after).toEqual(undisturbed);
      });
    });

    test('of nothing is of nothing', async () => {
      await withBoth(CONFIG, async (fused) => {
        expect(await fused.embed(new Uint32Array())).toEqual(new Float32Array());
      });
    });
  });
});
