/**
 * The gradient of a whole network against differences of its loss: every kind of stage in one, with the
 * slopes PReLU has in a training, and every loss.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOSSES } from '../../losses/registry';
import type { LossConfig } from '../../losses/types';
import { uniform } from '../../math/random';
import { parameterLayout } from '../../models/layout';
import type { ModelSpec } from '../../models/spec';
import type { Learner, LearnerState, OptimiserConfig, StepMetrics } from '../engine';
import { normals } from '../tfjs/testing/numbers';
import {
  CLASSES,
  CONFIG,
  HYPER,
  type OpenEngine,
  openEngine,
  SIZE,
  train,
  withLearner,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';

/** Channels and an embedding that need padding; maps of 6, 3, 2 and 1 pixels a side. */
const MODEL: ModelSpec = {
  name: 'test-stages',
  inputSize: SIZE,
  stages: [
    { kind: 'conv', channels: 5, stride: 1 },
    { kind: 'pool', pool: 'max' },
    { kind: 'depthwise', channels: 6, stride: 1 },
    { kind: 'residual', channels: 8, stride: 2 },
    { kind: 'residual', channels: 8, stride: 1 },
    { kind: 'pool', pool: 'average' },
  ],
  activation: 'prelu',
  pooling: 'flatten',
  dropout: 0.2,
  embeddingSize: 6,
};

/** So far a layer's parameters are moved each way: beyond it, activations cross the kink of PReLU. */
const WAY = 0.002;
/** What the slope may be off, of the gradient's length: twice what was seen, and a kink may be near. */
const SHARE = 0.002;
/** And of the loss: over so short a way a float32 loss tells no slope finer than this. */
const NOISE = 1e-4;

/** w ← w − g: a step that lays the gradient open. */
const BARE: OptimiserConfig = { kind: 'sgd', momentum: 0, weightDecay: 0 };
const UNIT = { ...HYPER, learningRate: 1 };

/** Every loss there is; the dynamic one with a scale that moves in the very first step. */
const CONFIGS: readonly LossConfig[] = Object.values(LOSSES).map(({ defaultConfig }) =>
  defaultConfig.kind === 'dynamic-adacos'
    ? { ...defaultConfig, firstStep: 'reference' }
    : defaultConfig,
);

const LAYOUT = parameterLayout(MODEL, CLASSES);

/** The same state with slopes from 0 to 0.5, each channel its own. */
function sloped(state: LearnerState): LearnerState {
  const parameters = state.parameters.slice();
  for (const { kind, offset, size } of LAYOUT) {
    if (kind !== 'prelu') continue;
    for (let at = offset; at < offset + size; at += 1) parameters[at] = uniform(3, 0, 0, at) / 2;
  }
  return { ...state, parameters };
}

const length = (values: Float32Array): number => Math.hypot(...values);

describeWithGpu('the gradient of a network', () => {
  let open: OpenEngine;
  beforeAll(async () => {
    open = await openEngine();
  });
  afterAll(() => {
    open.engine.dispose();
    expect(open.failures).toEqual([]);
  });

  const withLoss = <T>(loss: LossConfig, use: (learner: Learner) => Promise<T>): Promise<T> =>
    withLearner(open.engine, { ...CONFIG, model: MODEL, loss, optimiser: BARE }, use);

  async function stepFrom(
    learner: Learner,
    state: LearnerState,
    fixedScale: number | null,
  ): Promise<StepMetrics> {
    learner.importState(state);
    const [metrics] = await train(open.engine, [learner], 1, { hyper: { ...UNIT, fixedScale } });
    return metrics![0]!;
  }

  test.each(CONFIGS)(
    'equals differences along random directions in every layer: $kind',
    async (loss) => {
      const { start, gradient, scale } = await withLoss(loss, async (learner) => {
        const start = sloped(await learner.exportState());
        const { scale } = await stepFrom(learner, start, null);
        const { parameters } = await learner.exportState();
        return { start, scale, gradient: start.parameters.map((w, at) => w - parameters[at]!) };
      });
      // The scale is a constant to the gradient, however it came about: for the differences it is held.
      const held: LossConfig =
        loss.kind === 'softmax' ? loss : { kind: 'normalised-softmax', scale: scale! };
      await withLoss(held, async (learner) => {
        const lossAt = async (parameters: Float32Array): Promise<number> =>
          (await stepFrom(learner, { ...start, parameters }, null)).loss;
        for (const [index, slot] of LAYOUT.entries()) {
          const part = (values: Float32Array): Float32Array =>
            values.subarray(slot.offset, slot.offset + slot.size);
          const direction = normals(slot.size, 50 + index);
          const distance = WAY / length(direction);
          const moved = (sign: number): Float32Array => {
            const parameters = start.parameters.slice();
            part(parameters).forEach((value, at, all) => {
              all[at] = value + sign * distance * direction[at]!;
            });
            return parameters;
          };
          const [there, back] = [await lossAt(moved(1)), await lossAt(moved(-1))];
          const slope = part(gradient).reduce((sum, g, at) => sum + g * direction[at]!, 0);
          const error = Math.abs((there - back) / (2 * distance) - slope) / length(direction);
          const noise = NOISE * Math.max(1, there);
          expect(error, slot.name).toBeLessThan(SHARE * length(part(gradient)) + noise);
        }
      });
    },
  );
});
