/**
 * An engine for tests that trains nothing: it records the batches it is given and tells numbers the
 * test chose, so that what the floors above do with an engine can be checked without one.
 */
import type { FaceSet } from '../data/types';
import type {
  BatchPlan,
  Engine,
  Learner,
  LearnerConfig,
  PreparedBatch,
  StepHyper,
  StepMetrics,
} from '../engine/engine';

export interface RecordedStep {
  readonly step: number;
  readonly indices: Uint32Array;
  readonly hyper: StepHyper;
}

/** What a learner tells after a step; the rest of `StepMetrics` is filled with plain numbers. */
export type Script = (config: LearnerConfig, step: number) => Partial<StepMetrics>;

export interface ScriptedEngine extends Engine {
  /** One list per learner, in the order they were created. */
  readonly recorded: readonly RecordedStep[][];
  readonly openBatches: () => number;
  readonly openLearners: () => number;
  /** How often a learner got a state back. */
  readonly restored: () => number;
  /** Batch sizes that learners were told to be ready for. */
  readonly hints: readonly (number | undefined)[];
}

export interface ScriptedOptions {
  /** Called for each delivery of numbers; they arrive when its promise settles. */
  readonly arrival?: () => Promise<void>;
  /** Called before each learner is made: throws to refuse it, tells of kernels to compile. */
  readonly onCreate?: (
    config: LearnerConfig,
    onProgress: (done: number, total: number) => void,
  ) => void;
}

/** Its learners' state is the number of the newest step, as their only parameter. */
export function scriptedEngine(
  script: Script = () => ({}),
  { arrival = () => Promise.resolve(), onCreate = () => undefined }: ScriptedOptions = {},
): ScriptedEngine {
  const recorded: RecordedStep[][] = [];
  const hints: (number | undefined)[] = [];
  let batches = 0;
  let learners = 0;
  let restored = 0;
  const plans = new WeakMap<PreparedBatch, BatchPlan>();

  function createLearner(config: LearnerConfig): Learner {
    const steps: RecordedStep[] = [];
    recorded.push(steps);
    learners += 1;
    let pending: StepMetrics[] = [];
    let newest = 0;
    hints.push(config.batchSize);
    return {
      config,
      step(batch, hyper) {
        const plan = plans.get(batch);
        if (plan === undefined) throw new Error('a batch of another engine');
        steps.push({ step: plan.step, indices: plan.indices, hyper });
        newest = plan.step;
        pending.push({ ...PLAIN, step: plan.step, ...script(config, plan.step) });
      },
      async metrics() {
        const arrived = pending;
        pending = [];
        await arrival();
        return arrived;
      },
      evaluate: (indices) =>
        Promise.resolve({
          count: indices.length,
          accuracy: 0.5,
          commonLoss: 1,
          medianAngleRad: 1,
        }),
      embed: () => Promise.resolve(new Float32Array()),
      exportState: () =>
        Promise.resolve({
          step: newest,
          parameters: Float32Array.of(newest),
          slots: new Float32Array(),
          runningStatistics: new Float32Array(),
          scale: 1,
        }),
      importState: ({ step }) => {
        newest = step;
        restored += 1;
      },
      dispose() {
        learners -= 1;
      },
    };
  }

  return {
    recorded,
    hints,
    openBatches: () => batches,
    openLearners: () => learners,
    restored: () => restored,
    device: null,
    report: {
      name: 'tfjs-cpu',
      backend: 'scripted',
      adapter: null,
      threads: null,
      reason: 'a test',
      considered: [],
    },
    loadFaces: () => undefined,
    prepareBatch(plan) {
      batches += 1;
      const batch: PreparedBatch = {
        step: plan.step,
        size: plan.indices.length,
        dispose: () => {
          batches -= 1;
        },
      };
      plans.set(batch, plan);
      return batch;
    },
    async createLearner(config, onProgress = () => undefined) {
      onCreate(config, onProgress);
      return createLearner(config);
    },
    memory: () => ({ tensors: 0, bytes: 0, gpuBytes: null }),
    dispose: () => undefined,
  };
}

const PLAIN: StepMetrics = {
  step: 0,
  scale: 5,
  unguardedScale: 5,
  logBAvg: 3,
  medianAngleRad: 1,
  loss: 2,
  commonLoss: 2,
  accuracy: 0.25,
  targetCosines: Float32Array.of(0.5),
  otherAngles: null,
};

/** `perIdentity` one-pixel faces of each of `identities` people. */
export function plainFaces(identities: number, perIdentity: number): FaceSet {
  const count = identities * perIdentity;
  return {
    origin: { kind: 'files', label: 'test' },
    cropSize: 1,
    pixels: new Uint8Array(count * 3),
    labels: Int32Array.from({ length: count }, (_, image) => Math.floor(image / perIdentity)),
    names: Array.from({ length: count }, (_, image) => `${image}`),
    identities: Array.from({ length: identities }, (_, index) => ({
      name: `${index}`,
      count: perIdentity,
    })),
    rejected: [],
  };
}
