/** The same experiment on all engines: they differ in rounding and in nothing else. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { EngineName, LearnerConfig } from '../engine';
import { BACKENDS } from './testing/backends';
import { CONFIG, FULL_MODEL, LIGHT_MODEL, openTestEngine, train } from './testing/experiment';
import { relativeError } from './testing/numbers';

const CONFIGS: readonly LearnerConfig[] = [
  { ...CONFIG, model: FULL_MODEL },
  { ...CONFIG, model: LIGHT_MODEL, optimiser: { ...CONFIG.optimiser, clipNorm: 0.5 } },
];

describe.each(CONFIGS)('all engines with $model.name', (config) => {
  const curveOf = async (name: EngineName): Promise<readonly number[]> => {
    const engine = await openTestEngine(name);
    const learner = await engine.createLearner(config);
    const [metrics] = await train(engine, [learner], 4);
    engine.dispose();
    return metrics!.flatMap(({ scale, logBAvg, loss, commonLoss, medianAngleRad }) => [
      scale!,
      logBAvg!,
      loss,
      commonLoss,
      medianAngleRad,
    ]);
  };
  let expected: readonly number[];
  beforeAll(async () => {
    expected = await curveOf('tfjs-cpu');
  });

  for (const { name, missing } of BACKENDS.filter(({ name }) => name !== 'tfjs-cpu')) {
    // Every browser has WebAssembly: without it nothing would be compared.
    const skipped = missing !== null && name !== 'tfjs-wasm';
    const title = `agree on the first steps: ${name} with tfjs-cpu`;
    test.skipIf(skipped)(skipped ? `${title}: ${missing}` : title, async () => {
      expect(expected.length).toBe(20);
      expect(relativeError(await curveOf(name), expected)).toBeLessThan(1e-3);
    });
  }
});
