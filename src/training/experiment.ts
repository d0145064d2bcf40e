/**
 * An experiment: arms in lockstep over the same batches. Every arm starts from the same weights and
 * sees the same images, flipped and shifted alike, so that only what differs in its configuration can
 * make its curve differ. Steps are enqueued ahead of their numbers, so an engine never waits for a
 * chart; `collect` takes the numbers in when they have arrived.
 */
import { splitFaces } from '../data/split';
import type { FaceSet, Split } from '../data/types';
import type { Engine, Evaluation, PreparedBatch } from '../engine/engine';
import { permutation, STREAM } from '../math/random';
import { Arm, type HyperChange } from './arm';
import type { ArmConfig, ArmId, ExperimentConfig } from './config';
import { BatchSampler } from './sampler';

/**
 * Periodic evaluation runs on at most this many held-out images, so that it stays a small part of the
 * training time on large sets. The same images are used every time.
 */
export const MAX_VALIDATION_IMAGES = 512;

export interface ArmEvaluation {
  readonly arm: ArmId;
  readonly step: number;
  readonly evaluation: Evaluation;
}

export class Experiment {
  /** Steps enqueued so far. */
  step = 0;
  /** What broke a step half-way: some arms took it, others did not, so only a reset helps. */
  private broken: unknown = null;

  private constructor(
    readonly config: ExperimentConfig,
    private readonly engine: Engine,
    readonly split: Split,
    readonly sampler: BatchSampler,
    private readonly validation: Uint32Array,
    readonly arms: readonly Arm[],
  ) {}

  /**
   * Makes the faces resident and one learner per arm.
   * @param onArmReady called after each arm is built; building compiles shaders on some engines.
   * @throws RangeError where the split leaves nothing to train on.
   */
  static async create(
    config: ExperimentConfig,
    faces: FaceSet,
    engine: Engine,
    onArmReady: (done: number, total: number) => void,
  ): Promise<Experiment> {
    const classes = faces.identities.length;
    const split = splitFaces(faces.labels, classes, config.validationShare, config.seed);
    const sampler = new BatchSampler(config.seed, split.train, config.batchSize);
    engine.loadFaces(faces);
    const arms: Arm[] = [];
    try {
      for (const arm of config.arms) {
        arms.push(await createArm(arm, config, classes, engine));
        onArmReady(arms.length, config.arms.length);
      }
    } catch (error) {
      for (const arm of arms) arm.dispose();
      throw error;
    }
    const validation = chooseValidation(split.validation, config.seed);
    return new Experiment(config, engine, split, sampler, validation, arms);
  }

  get epoch(): number {
    return this.step / this.sampler.stepsPerEpoch;
  }

  /** True when no arm can take another step. */
  get exhausted(): boolean {
    return this.arms.every((arm) => arm.divergence !== null);
  }

  /** Enqueues the next step on every arm. */
  enqueueStep(): void {
    if (this.broken !== null) throw this.broken;
    this.step += 1;
    let batch: PreparedBatch | null = null;
    try {
      batch = this.engine.prepareBatch({
        step: this.step,
        indices: this.sampler.batch(this.step),
        seed: this.config.seed,
        augmentation: this.config.augmentation,
      });
      for (const arm of this.arms) arm.step(batch);
    } catch (error) {
      this.broken = error;
      throw error;
    } finally {
      batch?.dispose();
    }
  }

  /** Waits for the numbers of all steps enqueued before the call. */
  async collect(): Promise<void> {
    await Promise.all(this.arms.map((arm) => arm.collect()));
  }

  get evaluationDue(): boolean {
    const { evaluateEvery } = this.config;
    return evaluateEvery > 0 && this.step % evaluateEvery === 0 && this.validation.length > 0;
  }

  /** Runs the held-out images through every arm that has not diverged. */
  async evaluate(): Promise<readonly ArmEvaluation[]> {
    const step = this.step;
    const results: ArmEvaluation[] = [];
    for (const arm of this.arms) {
      if (arm.divergence !== null) continue;
      const evaluation = await arm.evaluate(this.validation);
      results.push({ arm: arm.config.id, step, evaluation });
    }
    return results;
  }

  change(id: ArmId, change: HyperChange): void {
    const arm = this.arms.find((candidate) => candidate.config.id === id);
    if (arm === undefined) throw new RangeError(`there is no arm ${id}`);
    arm.change(change);
  }

  /** Back to step 0 with the same weights and the same order. Numbers still under way are dropped. */
  async reset(): Promise<void> {
    await Promise.allSettled([this.collect()]);
    for (const arm of this.arms) arm.reset();
    this.step = 0;
    this.broken = null;
  }

  dispose(): void {
    for (const arm of this.arms) arm.dispose();
  }
}

async function createArm(
  arm: ArmConfig,
  config: ExperimentConfig,
  classes: number,
  engine: Engine,
): Promise<Arm> {
  const learner = await engine.createLearner({
    model: config.model,
    loss: arm.loss,
    optimiser: arm.optimiser,
    classes,
    seed: config.seed,
  });
  try {
    return new Arm(arm, learner, await learner.exportState());
  } catch (error) {
    learner.dispose();
    throw error;
  }
}

function chooseValidation(held: Uint32Array, seed: number): Uint32Array {
  if (held.length <= MAX_VALIDATION_IMAGES) return held;
  const order = permutation(seed, STREAM.validationSample, 0, held.length);
  return Uint32Array.from(order.subarray(0, MAX_VALIDATION_IMAGES), (place) => held[place]!).sort();
}
