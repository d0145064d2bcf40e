/**
 * An experiment: arms in lockstep over the same batches. Every arm starts from the same weights and
 * sees the same images, flipped and shifted alike, so that only what differs in its configuration can
 * make its curve differ. Steps are enqueued ahead of their numbers, so an engine never waits for a
 * chart; `collect` takes the numbers in when they have arrived.
 */
import { withIdentitiesFirst } from '../data/relabel';
import { type FaceSplit, makeSplit } from '../data/split';
import type { FaceSet } from '../data/types';
import type { Engine, Learner, PlanDescription, PreparedBatch } from '../engine/engine';
import { Arm, type HyperChange } from './arm';
import type { ArmId, ExperimentConfig } from './config';
import {
  chooseHeldOut,
  evaluateHeldOut,
  type HeldOut,
  type HeldOutSample,
  splitConfigOf,
} from './heldOut';
import { inputOf, type NetworkInput, type SavedNetwork, stateFor } from './networkInput';
import { BatchSampler } from './sampler';

export interface ArmEvaluation {
  readonly arm: ArmId;
  readonly step: number;
  readonly evaluation: HeldOut;
}

/** How far building is: kernels on an engine that compiles them, else arms. */
export interface BuildProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'kernels' | 'arms';
}

export class Experiment {
  /** Steps enqueued so far. */
  step = 0;
  /** What broke a step half-way: some arms took it, others did not, so only a reset helps. */
  private broken: unknown = null;
  /** States of the arms while they are on no engine. */
  private parked: readonly SavedNetwork[] | null = null;
  /** Counts the moves: one that was given up must not end after its successor. */
  private moves = 0;

  private constructor(
    readonly config: ExperimentConfig,
    readonly faces: FaceSet,
    private engine: Engine,
    private readonly ground: Ground,
    readonly split: FaceSplit,
    readonly sampler: BatchSampler,
    private readonly validation: HeldOutSample,
    readonly arms: readonly Arm[],
  ) {}

  /** Identities that train. */
  get classes(): number {
    return this.ground.classes;
  }

  /**
   * Makes the faces resident and one learner per arm.
   * @param onProgress building compiles shaders on some engines
   * @throws RangeError where the split leaves nothing to train on.
   */
  static async create(
    config: ExperimentConfig,
    faces: FaceSet,
    engine: Engine,
    onProgress: (progress: BuildProgress) => void,
  ): Promise<Experiment> {
    const split = makeSplit(faces, splitConfigOf(config, faces), config.seed, faces.splits ?? null);
    const sampler = new BatchSampler(config.seed, split.train, config.batchSize);
    const validation = chooseHeldOut(faces, split, config.seed);
    const ground: Ground = {
      config,
      faces: withIdentitiesFirst(faces, split.trainIdentities),
      classes: split.trainIdentities.length,
      batchSize: sampler.batchSize,
    };
    const learners = await createLearners(ground, engine, onProgress);
    try {
      const arms: Arm[] = [];
      for (const [at, learner] of learners.entries()) {
        arms.push(new Arm(config.arms[at]!, learner, await learner.exportState()));
      }
      return new Experiment(config, faces, engine, ground, split, sampler, validation, arms);
    } catch (error) {
      for (const learner of learners) learner.dispose();
      throw error;
    }
  }

  /** What its networks read. */
  get input(): NetworkInput {
    return inputOf(this.config);
  }

  /** An arm as it is saved. */
  async save(id: ArmId): Promise<SavedNetwork> {
    return { input: this.input, state: await this.armOf(id).exportState() };
  }

  /** False after a step that broke half-way: there is no state that could go on elsewhere. */
  get intact(): boolean {
    return this.broken === null;
  }

  /**
   * Takes every arm off its engine, which may then be closed; the states wait here for `moveTo`. Where a
   * state cannot be read the arms stay as they are.
   */
  async park(): Promise<void> {
    const saved: SavedNetwork[] = [];
    for (const { config } of this.arms) saved.push(await this.save(config.id));
    this.parked = saved;
    for (const arm of this.arms) arm.dispose();
  }

  /**
   * Puts the parked arms on another engine, to go on from the same step. Where that fails they stay
   * parked, and can be moved elsewhere.
   */
  async moveTo(engine: Engine, onProgress: (progress: BuildProgress) => void): Promise<void> {
    const { parked } = this;
    if (parked === null) throw new RangeError('park the arms before moving them');
    this.moves += 1;
    const move = this.moves;
    const learners = await createLearners(this.ground, engine, onProgress);
    try {
      if (move !== this.moves) throw new RangeError('another move has taken the place of this one');
      for (const [at, learner] of learners.entries()) {
        learner.importState(stateFor(parked[at]!, this.input));
      }
    } catch (error) {
      for (const learner of learners) learner.dispose();
      throw error;
    }
    for (const [at, arm] of this.arms.entries()) arm.moveTo(learners[at]!);
    this.engine = engine;
    this.parked = null;
  }

  /** What the engine plans for a step of one arm; `null` where it plans nothing. */
  describe(id: ArmId, options: { readonly measure: boolean }): Promise<PlanDescription | null> {
    return this.armOf(id).describe(this.engine, options);
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
    return (
      evaluateEvery > 0 && this.step % evaluateEvery === 0 && this.validation.images.length > 0
    );
  }

  /** Runs the held-out images through every arm that has not diverged. */
  async evaluate(): Promise<readonly ArmEvaluation[]> {
    const step = this.step;
    const results: ArmEvaluation[] = [];
    for (const arm of this.arms) {
      if (arm.divergence !== null) continue;
      const evaluation = await evaluateHeldOut(arm, this.validation);
      if (evaluation !== null) results.push({ arm: arm.config.id, step, evaluation });
    }
    return results;
  }

  change(id: ArmId, change: HyperChange): void {
    this.armOf(id).change(change);
  }

  /** Back to step 0 with the same weights and the same order. Numbers still under way are dropped. */
  async reset(): Promise<void> {
    await Promise.allSettled([this.collect()]);
    for (const arm of this.arms) arm.reset();
    this.step = 0;
    this.broken = null;
  }

  dispose(): void {
    if (this.parked !== null) return;
    for (const arm of this.arms) arm.dispose();
  }

  private armOf(id: ArmId): Arm {
    const arm = this.arms.find((candidate) => candidate.config.id === id);
    if (arm === undefined) throw new RangeError(`there is no arm ${id}`);
    return arm;
  }
}

/** What learners are made for, whatever the engine. */
interface Ground {
  readonly config: ExperimentConfig;
  /** The identities that train come first. */
  readonly faces: FaceSet;
  /** How many those are. */
  readonly classes: number;
  readonly batchSize: number;
}

/** The faces on the engine and one learner per arm, in their order; all of them or none. */
async function createLearners(
  { config, faces, classes, batchSize }: Ground,
  engine: Engine,
  onProgress: (progress: BuildProgress) => void,
): Promise<readonly Learner[]> {
  engine.loadFaces(faces);
  const learners: Learner[] = [];
  const kernels = new KernelCount(config.arms.length);
  try {
    for (const { loss, optimiser } of config.arms) {
      const { model, seed } = config;
      const learner = await engine.createLearner(
        { model, loss, optimiser, classes, seed, batchSize },
        (done, total) => onProgress(kernels.of(learners.length, done, total)),
      );
      learners.push(learner);
      if (!kernels.any) {
        onProgress({ done: learners.length, total: config.arms.length, unit: 'arms' });
      }
    }
  } catch (error) {
    for (const learner of learners) learner.dispose();
    throw error;
  }
  return learners;
}

/** Kernels over all arms. An arm that was not begun is reckoned with as many as the one before it. */
class KernelCount {
  private readonly counts: { readonly done: number; readonly total: number }[] = [];

  constructor(private readonly arms: number) {}

  get any(): boolean {
    return this.counts.length > 0;
  }

  of(arm: number, done: number, total: number): BuildProgress {
    this.counts[arm] = { done, total };
    const begun = this.counts.reduce((sum, count) => sum + count.total, 0);
    return {
      done: this.counts.reduce((sum, count) => sum + count.done, 0),
      total: begun + total * (this.arms - this.counts.length),
      unit: 'kernels',
    };
  }
}
