/** What comes out the same bit for bit: the same seed, arms beside each other, a restored state. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../engine';
import { ADAMW, CONFIG, FULL_MODEL, train, withLearnerOf } from '../experiment';

export function repeatTests(engine: () => Engine): void {
  describe('reproducibility', () => {
    test('30 steps from the same seed are the same bit for bit', async () => {
      const run = (): Promise<unknown> =>
        withLearnerOf(engine(), CONFIG, async (learner) => {
          const metrics = await train(engine(), [learner], 30);
          return { metrics, state: await learner.exportState() };
        });
      expect(await run()).toEqual(await run());
    });

    test('arms in lockstep do what each does alone, and start from the same weights', async () => {
      const arms = [CONFIG, { ...CONFIG, loss: { kind: 'softmax' } as const }];
      const alone = await Promise.all(
        arms.map((config) =>
          withLearnerOf(engine(), config, async (learner) => {
            const { parameters } = await learner.exportState();
            return { parameters, metrics: (await train(engine(), [learner], 3))[0] };
          }),
        ),
      );
      expect(alone[0]!.parameters).toEqual(alone[1]!.parameters);
      const learners = await Promise.all(arms.map((config) => engine().createLearner(config)));
      const together = await train(engine(), learners, 3);
      for (const learner of learners) learner.dispose();
      expect(together).toEqual(alone.map(({ metrics }) => metrics));
    });

    test.each([
      ['sgd', CONFIG],
      ['adamw and dropout', { ...CONFIG, model: FULL_MODEL, optimiser: ADAMW }],
    ] as const)('a restored state continues the same curve bit for bit: %s', async (_, config) => {
      await withLearnerOf(engine(), config, async (learner) => {
        await train(engine(), [learner], 3);
        const state = await learner.exportState();
        expect(state.step).toBe(3);
        const straight = await train(engine(), [learner], 3, { first: 4 });
        const restored = await withLearnerOf(engine(), config, async (other) => {
          other.importState(state);
          expect(await other.exportState()).toEqual(state);
          return train(engine(), [other], 3, { first: 4 });
        });
        expect(restored).toEqual(straight);
      });
    });
  });
}
