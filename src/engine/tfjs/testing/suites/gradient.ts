/** What a step does to the parameters: the gradient of the whole network, and weight decay. */
import { describe, expect, test } from 'vitest';
import type { LossConfig } from '../../../../losses/types';
import { parameterLayout } from '../../../../models/layout';
import type { Engine, LearnerState, OptimiserConfig } from '../../../engine';
import { ADAMW, CLASSES, CONFIG, FULL_MODEL, HYPER, train, withLearnerOf } from '../experiment';
import { normals, relativeError } from '../numbers';

/** w ← w − g: a step that lays the gradient open. */
const BARE: OptimiserConfig = { kind: 'sgd', momentum: 0, weightDecay: 0 };
const UNIT = { ...HYPER, learningRate: 1 };

export function gradientTests(engine: () => Engine): void {
  describe('gradient of the whole network', () => {
    test.each([
      { loss: { kind: 'fixed-adacos' }, of: 'every layer', layers: /^/ },
      // The layers below do not know which loss their gradient comes from.
      { loss: { kind: 'softmax' }, of: 'the last layers', layers: /^(embedding|centres)/ },
    ] as const)(
      'equals finite differences along random directions: $loss.kind, $of',
      async ({ loss, layers }) => {
        const config = { ...CONFIG, model: FULL_MODEL, loss, optimiser: BARE };
        await withLearnerOf(engine(), config, async (learner) => {
          const start = smooth(await learner.exportState());
          const lossAt = async (parameters: Float32Array): Promise<number> => {
            learner.importState({ ...start, parameters });
            const [metrics] = await train(engine(), [learner], 1, { hyper: UNIT });
            return metrics![0]!.loss;
          };
          await lossAt(start.parameters);
          const after = (await learner.exportState()).parameters;
          const gradient = start.parameters.map((value, at) => value - after[at]!);
          const slots = parameterLayout(FULL_MODEL, CLASSES).filter(({ name }) =>
            layers.test(name),
          );
          expect(slots.length).toBeGreaterThanOrEqual(3);
          for (const [index, slot] of slots.entries()) {
            const part = (values: Float32Array): Float32Array =>
              values.subarray(slot.offset, slot.offset + slot.size);
            const direction = normals(slot.size, 50 + index);
            const length = (values: Float32Array): number => Math.hypot(...values);
            const distance = 0.01 / length(direction);
            const moved = (sign: number): Float32Array => {
              const parameters = start.parameters.slice();
              part(parameters).forEach((value, at, all) => {
                all[at] = value + sign * distance * direction[at]!;
              });
              return parameters;
            };
            const difference = (await lossAt(moved(1))) - (await lossAt(moved(-1)));
            const slope = part(gradient).reduce((sum, g, at) => sum + g * direction[at]!, 0);
            const error = Math.abs(difference / (2 * distance) - slope) / length(direction);
            // float32 losses near 2 over a distance of 0.02 cannot tell slopes finer than about 1e-5.
            const allowed = 0.01 * length(part(gradient)) + 1e-4;
            expect(error, slot.name).toBeLessThan(allowed);
          }
        });
      },
    );

    test('of dynamic AdaCos is that of the scale it used, held constant', async () => {
      const step = async (loss: LossConfig, fixedScale: number | null) =>
        withLearnerOf(engine(), { ...CONFIG, loss, optimiser: BARE }, async (learner) => {
          const [metrics] = await train(engine(), [learner], 1, { hyper: { ...UNIT, fixedScale } });
          return { metrics: metrics![0]!, state: await learner.exportState() };
        });
      const dynamic = await step(
        { kind: 'dynamic-adacos', capAngleRad: 0.7, guard: 'clamp', firstStep: 'reference' },
        null,
      );
      const fixed = await step({ kind: 'normalised-softmax', scale: 1 }, dynamic.metrics.scale);
      expect(fixed.metrics.scale).toBe(dynamic.metrics.scale);
      expect(relativeError(fixed.state.parameters, dynamic.state.parameters)).toBeLessThan(1e-6);
    });
  });

  describe('weight decay', () => {
    const DECAY = 0.5;
    const RATE = 0.1;

    test.each([
      { kind: 'sgd', momentum: 0, weightDecay: DECAY },
      { ...ADAMW, weightDecay: DECAY },
    ] as const)('$kind: pulls weights and leaves batch norm and PReLU alone', async (optimiser) => {
      const slots = parameterLayout(FULL_MODEL, CLASSES);
      // Where nothing is 0, so that decay would show everywhere.
      const start = normals(slots.at(-1)!.offset + slots.at(-1)!.size, 3);
      const parametersWith = (weightDecay: number): Promise<Float32Array> => {
        const config = { ...CONFIG, model: FULL_MODEL, optimiser: { ...optimiser, weightDecay } };
        return withLearnerOf(engine(), config, async (learner) => {
          learner.importState({ ...(await learner.exportState()), parameters: start });
          await train(engine(), [learner], 1, { hyper: { ...HYPER, learningRate: RATE } });
          return (await learner.exportState()).parameters;
        });
      };
      const [decayed, plain] = [await parametersWith(DECAY), await parametersWith(0)];
      const kinds = new Set<string>();
      for (const { name, kind, offset, size } of slots) {
        const of = (values: Float32Array): Float32Array => values.subarray(offset, offset + size);
        kinds.add(kind);
        if (kind === 'conv' || kind === 'dense' || kind === 'centres') {
          // By how much one differs from the other: η·λ·w, whatever the gradient.
          const pull = of(plain).map((value, at) => value - of(decayed)[at]!);
          const expected = of(start).map((w) => RATE * DECAY * w);
          expect(relativeError(pull, expected), name).toBeLessThan(1e-3);
        } else {
          expect(of(decayed), name).toEqual(of(plain));
        }
      }
      expect(kinds).toEqual(new Set(['conv', 'dense', 'centres', 'gamma', 'beta', 'prelu']));
    });
  });
}

/**
 * The same state with PReLU slopes of 1: without kinks a difference over a finite distance is a slope.
 * Other slopes are tested with the operation.
 */
function smooth(state: LearnerState): LearnerState {
  const parameters = state.parameters.slice();
  for (const { kind, offset, size } of parameterLayout(FULL_MODEL, CLASSES)) {
    if (kind === 'prelu') parameters.fill(1, offset, offset + size);
  }
  return { ...state, parameters };
}
