/**
 * The engine as a whole, through its interface, on every backend that runs here. All of it in one file
 * and on one engine for each backend: on a software adapter the kernels of a backend compile for longer
 * than the tests take, and they do so again whenever it is opened.
 */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, LearnerConfig, StepMetrics } from '../engine';
import { describeBackends } from './testing/backends';
import {
  CONFIG,
  FULL_MODEL,
  LIGHT_MODEL,
  openTestEngine,
  train,
  withLearnerOf,
} from './testing/experiment';
import { relativeError } from './testing/numbers';
import { evaluationTests } from './testing/suites/evaluation';
import { gradientTests } from './testing/suites/gradient';
import { memoryTests } from './testing/suites/memory';
import { readingTests } from './testing/suites/reading';
import { repeatTests } from './testing/suites/repeats';
import { startWorker, type TestWorker } from './testing/worker';

const AGREEING: readonly LearnerConfig[] = [
  { ...CONFIG, model: FULL_MODEL },
  { ...CONFIG, model: LIGHT_MODEL, optimiser: { ...CONFIG.optimiser, clipNorm: 0.5 } },
];

/** The first steps, as numbers. */
async function curveOf(engine: Engine, config: LearnerConfig): Promise<readonly number[]> {
  const [metrics] = await withLearnerOf(engine, config, (learner) => train(engine, [learner], 4));
  const numbers = ({ scale, logBAvg, loss, commonLoss, medianAngleRad }: StepMetrics) => [
    scale!,
    logBAvg!,
    loss,
    commonLoss,
    medianAngleRad,
  ];
  return metrics!.flatMap(numbers);
}

/** By the model's name; the engine the others are held against. */
const curvesInPlainJavaScript = new Map<string, readonly number[]>();
let worker: TestWorker;
beforeAll(async () => {
  worker = startWorker();
  const engine = await openTestEngine('tfjs-cpu');
  for (const config of AGREEING) {
    curvesInPlainJavaScript.set(config.model.name, await curveOf(engine, config));
  }
  engine.dispose();
});
afterAll(() => worker.end());

describeBackends('engine', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine(name);
  });
  afterAll(() => engine.dispose());

  test('runs on the backend it reports', () => {
    expect(engine.report.name).toBe(name);
    expect(tf.getBackend()).toBe(engine.report.backend);
    expect(`tfjs-${engine.report.backend}`).toBe(name);
  });

  test('gives in a dedicated worker the numbers it gives in the page', async () => {
    const metrics = await withLearnerOf(engine, CONFIG, (learner) => train(engine, [learner], 2));
    expect(await worker.ask(name)).toEqual({ backend: engine.report.backend, metrics });
  });

  // The page's own WebGPU engine is held against it in fused/parity and fused/stages.
  if (name !== 'tfjs-cpu') {
    test.each(AGREEING)('agrees with tfjs-cpu on the first steps: $model.name', async (config) => {
      const expected = curvesInPlainJavaScript.get(config.model.name)!;
      expect(expected.length).toBe(20);
      expect(relativeError(await curveOf(engine, config), expected)).toBeLessThan(1e-3);
    });
  }

  gradientTests(() => engine);
  repeatTests(() => engine);
  evaluationTests(() => engine);
  readingTests(name, () => engine);
  memoryTests(() => engine);
});

test('everything comes back when an engine is disposed', async () => {
  const tensorsOnceOpen = async (): Promise<number> => {
    const engine = await openTestEngine('tfjs-cpu');
    const { tensors } = engine.memory();
    const learner = await engine.createLearner(CONFIG);
    await train(engine, [learner], 2);
    expect(engine.memory().tensors).toBeGreaterThan(tensors);
    engine.dispose();
    return tensors;
  };
  expect(await tensorsOnceOpen()).toBe(await tensorsOnceOpen());
});
