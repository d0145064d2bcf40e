/** Any engine of the product as an arm: faces resident, learners in lockstep, dynamic AdaCos. */
import type { Engine, LearnerConfig, StepHyper } from '../../src/engine/engine';
import type { LossConfig } from '../../src/losses/types';
import { batchIndices, faceSet, LEARNING_RATE, MOMENTUM, SEED, WEIGHT_DECAY } from '../inputs';
import type { NetworkWorkload } from '../workloads';
import type { ArmRunner } from './runner';

export const DYNAMIC: LossConfig = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
};

export const HYPER: StepHyper = {
  learningRate: LEARNING_RATE,
  fixedScale: null,
  capAngleRad: null,
};

export async function engineRunner(
  engine: Engine,
  work: NetworkWorkload,
  versions: Readonly<Record<string, string>>,
): Promise<ArmRunner> {
  engine.loadFaces(faceSet(work));
  const config: LearnerConfig = {
    model: work.model,
    loss: DYNAMIC,
    optimiser: { kind: 'sgd', momentum: MOMENTUM, weightDecay: WEIGHT_DECAY },
    classes: work.classes,
    seed: SEED,
    batchSize: work.batch,
  };
  const learners = await Promise.all(
    Array.from({ length: work.learners }, () => engine.createLearner(config)),
  );
  let step = 0;
  return {
    versions,
    step() {
      step += 1;
      const batch = engine.prepareBatch({
        step,
        indices: batchIndices(work, step),
        seed: SEED,
        augmentation: { flip: false, shift: 0 },
      });
      for (const learner of learners) learner.step(batch, HYPER);
      batch.dispose();
    },
    async finish() {
      const metrics = await Promise.all(learners.map((learner) => learner.metrics()));
      return metrics[0]?.at(-1)?.loss ?? null;
    },
    gpuBytes: () => engine.memory().gpuBytes,
  };
}
