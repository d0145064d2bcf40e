/**
 * Training with maps in halves: it follows the same training in float32 from the same state and arrives at
 * the same accuracy, and a number beyond the range of halves shows.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parameterLayout } from '../../models/layout';
import type { Engine, Learner, LearnerConfig, LearnerState, StepMetrics } from '../engine';
import { selectEngine } from '../select';
import { firstDifference } from './testing/compare';
import {
  CONFIG,
  FULL_MODEL,
  MICRO_MODEL,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu, NATIVE_HALVES } from './testing/gpu';

/** The kinds of stage that the full model lacks. */
const OTHER_MODEL: LearnerConfig['model'] = {
  ...MICRO_MODEL,
  name: 'test-other',
  stages: [
    { kind: 'depthwise', channels: 6, stride: 2 },
    { kind: 'pool', pool: 'max' },
  ],
};

/** Half of the images: statistics over fewer make every rounding larger than any training does. */
const SIZE = 20;
/** A loss near 2 before anything was learnt from halves. */
const FIRST_LOSS = 5e-3;
/** Losses from 3 down to 0.8 in a hundred steps; measured, no two are further apart than 0.02. */
const MANY_STEPS = 0.06;
const EVERYTHING = Uint32Array.from({ length: 40 }, (_, index) => index);

const losses = (steps: readonly StepMetrics[]): number[] => steps.map(({ loss }) => loss);

function furthest(found: readonly number[], wanted: readonly number[]): number {
  return Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!)));
}

type Use<T> = (engine: Engine, learner: Learner) => Promise<T>;

/** The same use of a learner on either engine, both from the state of the first. */
async function onBoth<T>(
  engines: readonly [Engine, Engine],
  config: LearnerConfig,
  use: Use<T>,
  change: (state: LearnerState) => LearnerState = (state) => state,
): Promise<readonly [T, T]> {
  const [one, other] = [
    await engines[0].createLearner(config),
    await engines[1].createLearner(config),
  ];
  const start = change(await one.exportState());
  one.importState(start);
  other.importState(start);
  try {
    return [await use(engines[0], one), await use(engines[1], other)];
  } finally {
    one.dispose();
    other.dispose();
  }
}

describeWithGpu('training in halves', () => {
  let full: OpenEngine;
  let half: OpenEngine;
  let oracle: Engine;
  beforeAll(async () => {
    full = await openEngine();
    half = await openEngine({ storage: 'half' });
    oracle = await selectEngine('tfjs-cpu', { gpu: null });
    oracle.loadFaces(testFaces());
  });
  afterAll(() => {
    oracle.dispose();
    for (const { engine, failures } of [full, half]) {
      engine.dispose();
      expect(failures).toEqual([]);
    }
  });

  test('stays beside float32 over a hundred steps, and learns as much', async () => {
    const engines = [full.engine, half.engine] as const;
    const [wanted, found] = await onBoth(engines, CONFIG, async (engine, learner) => {
      const [metrics] = await train(engine, [learner], 100, { size: SIZE });
      return { losses: losses(metrics!), tested: await learner.evaluate(EVERYTHING) };
    });
    expect(furthest(found.losses, wanted.losses)).toBeLessThan(MANY_STEPS);
    // It was learnt, and by both; and the two are not one training.
    expect(wanted.tested.accuracy).toBeGreaterThan(0.75);
    expect(Math.abs(found.tested.accuracy - wanted.tested.accuracy)).toBeLessThanOrEqual(0.05);
    expect(found.losses).not.toEqual(wanted.losses);
  });

  // Held against plain JavaScript, which has nothing to compile.
  test.each([FULL_MODEL, OTHER_MODEL])('has every kind of layer: $name', async (model) => {
    const engines = [oracle, half.engine] as const;
    const config = { ...CONFIG, model };
    const [wanted, found] = await onBoth(engines, config, async (engine, learner) =>
      losses((await train(engine, [learner], 2))[0]!),
    );
    expect(Math.abs(found[0]! - wanted[0]!)).toBeLessThan(FIRST_LOSS);
    // The second is what the first step's gradient made of it.
    expect(furthest(found, wanted)).toBeLessThan(MANY_STEPS);
    expect(Math.abs(wanted[1]! - wanted[0]!)).toBeGreaterThan(MANY_STEPS);
  });

  test('repeats bit for bit', async () => {
    const { engine } = half;
    const [one, other] = await onBoth([engine, engine], CONFIG, async (_, learner) => {
      await train(engine, [learner], 10, { size: SIZE });
      return (await learner.exportState()).parameters;
    });
    expect(firstDifference(other, one)).toBeNull();
  });

  test('shows a number beyond the range of halves, which float32 would normalise away', async () => {
    const { offset, size } = parameterLayout(MICRO_MODEL, CONFIG.classes)[0]!;
    // Batch norm does not mind how large a filter is; what a convolution makes of an image is stored before it.
    const enlarge = (state: LearnerState): LearnerState => ({
      ...state,
      parameters: state.parameters.map((value, at) =>
        at >= offset && at < offset + size ? 1e6 * value : value,
      ),
    });
    const use: Use<number[]> = async (engine, learner) =>
      losses((await train(engine, [learner], 2, { size: SIZE }))[0]!);
    const [wanted, found] = await onBoth([full.engine, half.engine], CONFIG, use, enlarge);
    expect(wanted.every(Number.isFinite)).toBe(true);
    expect(found.every(Number.isNaN)).toBe(true);
  });

  test('is told beside every kernel, by the tensors that are not float32', async () => {
    const engines = [full.engine, half.engine] as const;
    const [wanted, found] = await onBoth(engines, CONFIG, async (engine, learner) => {
      await train(engine, [learner], 1, { size: SIZE });
      return (await engine.describe?.(learner, { measure: false }))!;
    });
    const shapes = ({ dispatches }: typeof found): string =>
      dispatches.map(({ shape }) => shape).join('\n');
    expect(shapes(wanted)).not.toMatch(/half|bfloat16/);
    const storage = NATIVE_HALVES ? 'native-half' : 'half';
    expect(shapes(found)).toContain(`; ${storage}: images, stage1/conv`);
    expect(shapes(found)).toContain('; bfloat16: stage2/conv/d');
    expect(found.unsharedBytes).toBeLessThan(wanted.unsharedBytes);
    expect(found.scratchBytes).toBeLessThan(wanted.scratchBytes);
    expect(found.residentBytes).toBe(wanted.residentBytes);
  });
});
