/** Depthwise and pooling stages and a clipped gradient, trained here and in TensorFlow.js from one start. */
import { expect, test } from 'vitest';
import type { Engine, LearnerConfig, LearnerState, StepMetrics } from '../engine';
import { selectEngine } from '../select';
import { CONFIG, LIGHT_MODEL, testFaces, train, withLearnerOf } from '../tfjs/testing/experiment';
import { relativeError } from '../tfjs/testing/numbers';
import { firstDifference } from './testing/compare';
import { openEngine } from './testing/experiment';
import { describeWithGpu } from './testing/gpu';

/** Gradients of the first steps are longer than that. */
const CLIPPED: LearnerConfig = {
  ...CONFIG,
  model: LIGHT_MODEL,
  optimiser: { kind: 'sgd', momentum: 0.5, weightDecay: 5e-4, clipNorm: 0.5 },
};

interface Trained {
  readonly state: LearnerState;
  readonly metrics: readonly StepMetrics[];
  readonly embeddings: Float32Array;
}

function trained(engine: Engine, config: LearnerConfig): Promise<Trained> {
  return withLearnerOf(engine, config, async (learner) => {
    const [metrics] = await train(engine, [learner], 3);
    const embeddings = await learner.embed(Uint32Array.of(0, 1, 2, 3, 4));
    return { state: await learner.exportState(), metrics: metrics!, embeddings };
  });
}

describeWithGpu('a network of depthwise and pooling stages', () => {
  test('trains as in TensorFlow.js, and the same again bit for bit', async () => {
    const { engine: fused, failures } = await openEngine();
    const other = await selectEngine('tfjs-cpu', { gpu: null });
    for (const engine of [fused, other]) engine.loadFaces(testFaces());
    const [one, again] = [await trained(fused, CLIPPED), await trained(fused, CLIPPED)];
    const expected = await trained(other, CLIPPED);
    const { state } = one;
    expect(relativeError(state.parameters, expected.state.parameters)).toBeLessThan(1e-5);
    expect(relativeError(state.slots, expected.state.slots)).toBeLessThan(1e-4);
    expect(relativeError(state.runningStatistics, expected.state.runningStatistics)).toBeLessThan(
      1e-5,
    );
    expect(relativeError(one.embeddings, expected.embeddings)).toBeLessThan(1e-4);
    one.metrics.forEach(({ loss }, index) => {
      expect(loss).toBeCloseTo(expected.metrics[index]!.loss, 4);
    });
    expect(firstDifference(again.state.parameters, state.parameters)).toBeNull();
    // Gradients were longer than they are let: without clipping it is another network.
    const unclipped = await trained(fused, {
      ...CLIPPED,
      optimiser: { ...CLIPPED.optimiser, clipNorm: 0 },
    });
    expect(relativeError(unclipped.state.parameters, state.parameters)).toBeGreaterThan(1e-3);
    fused.dispose();
    other.dispose();
    expect(failures).toEqual([]);
    // Three plans and an inference pass are some eighty kernels for a software adapter to compile.
  }, 120_000);
});
