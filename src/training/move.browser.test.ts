/** A run that goes from engine to engine takes the steps it would have taken on one. */
import { expect, test } from 'vitest';
import type { Engine, EngineName } from '../engine/engine';
import { requireAvailable, selectEngine } from '../engine/select';
import { FULL_MODEL, testFaces } from '../engine/tfjs/testing/experiment';
import { relativeError } from '../engine/tfjs/testing/numbers';
import type { ExperimentConfig } from './config';
import { DEFAULT_EXPERIMENT } from './defaults';
import { Experiment } from './experiment';

const config: ExperimentConfig = {
  ...DEFAULT_EXPERIMENT,
  // Dropout, PReLU and a residual stage with a projection: everything a state has to carry.
  model: { ...FULL_MODEL, stages: [{ kind: 'residual', channels: 4, stride: 2 }] },
  batchSize: 8,
  evaluateEvery: 0,
};
const STEPS = 2;
const silent = (): void => undefined;

/** `steps` more, as the numbers of both arms. */
async function take(experiment: Experiment, steps: number): Promise<readonly number[]> {
  for (let count = 0; count < steps; count += 1) experiment.enqueueStep();
  await experiment.collect();
  return experiment.arms.flatMap((arm) =>
    arm
      .takeRows()
      .flatMap(({ step, scale, loss, commonLoss, medianAngleRad }) => [
        step!,
        scale!,
        loss!,
        commonLoss!,
        medianAngleRad!,
      ]),
  );
}

/** The engine opened, what it says it runs on asserted. */
async function open(name: EngineName, backend: string): Promise<Engine> {
  const engine = await selectEngine(name, {
    onLost: (error) => {
      throw error;
    },
  });
  expect(engine.report).toMatchObject({ name, backend });
  return engine;
}

test('plain JavaScript, then WebGPU, then WebAssembly: the same steps', async ({ skip }) => {
  await requireAvailable('fused').catch(() => skip('no WebGPU here'));
  const faces = testFaces();

  let engine = await open('tfjs-cpu', 'cpu');
  const still = await Experiment.create(config, faces, engine, silent);
  const expected: (readonly number[])[] = [];
  for (let part = 0; part < 3; part += 1) expected.push(await take(still, STEPS));
  await still.reset();
  const again = await take(still, STEPS);
  still.dispose();

  const moving = await Experiment.create(config, faces, engine, silent);
  const actual = [await take(moving, STEPS)];
  const places = [
    ['fused', 'webgpu'],
    ['tfjs-wasm', 'wasm'],
  ] as const;
  for (const [name, backend] of places) {
    await moving.park();
    engine.dispose();
    engine = await open(name, backend);
    await moving.moveTo(engine, silent);
    actual.push(await take(moving, STEPS));
  }
  expect(moving.step).toBe(3 * STEPS);
  actual.forEach((numbers, part) => {
    expect(numbers).toHaveLength(2 * STEPS * 5);
    expect(relativeError(numbers, expected[part]!)).toBeLessThan(1e-3);
  });

  // Back to step 0, far from where it began.
  await moving.reset();
  expect(relativeError(await take(moving, STEPS), again)).toBeLessThan(1e-3);
  moving.dispose();
  engine.dispose();
});
