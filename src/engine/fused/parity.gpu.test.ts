/**
 * The same experiment on this engine and on TensorFlow.js in plain JavaScript, from the same state: they
 * differ in the order of their sums and in nothing else. For how long that stays so, see `drift.gpu.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, Learner, LearnerConfig, StepMetrics } from '../engine';
import { selectEngine } from '../select';
import { relativeError } from '../tfjs/testing/numbers';
import {
  CONFIG,
  FULL_MODEL,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';
import { testInNode } from './testing/long';

/** A few steps of a small network: each adds roundings of 1e-7 or so, which the way back makes larger. */
const BOUND = { curve: 1e-4, layers: 1e-3 };

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

  test('agree with every kind of layer, dropout and changing hyper-parameters', async () => {
    await withBoth({ ...CONFIG, model: FULL_MODEL }, async (fused, other) => {
      for (const [index, hyper] of [
        { learningRate: 0.05, fixedScale: null, capAngleRad: null },
        { learningRate: 0.02, fixedScale: null, capAngleRad: 0.3 },
      ].entries()) {
        const options = { first: 1 + 2 * index, hyper };
        const [metrics] = await train(open.engine, [fused], 2, options);
        const [expected] = await train(oracle, [other], 2, options);
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(BOUND.layers);
      }
      const [state, wanted] = [await fused.exportState(), await other.exportState()];
      expect(relativeError(state.parameters, wanted.parameters)).toBeLessThan(BOUND.layers);
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
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(BOUND.curve);
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
        expect(relativeError(curve(metrics!), curve(expected!))).toBeLessThan(BOUND.curve);
      }
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
