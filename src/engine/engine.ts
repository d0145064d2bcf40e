/**
 * The engine seam: what a numeric engine promises, and nothing of how it does it.
 *
 * An engine owns a device and the resident faces. A learner is one arm's network, optimiser and loss
 * state inside an engine. Arms in lockstep are several learners that get the same prepared batch.
 * `step` only enqueues; its numbers arrive later through `metrics`, in order, one entry per step.
 */
import type { FaceSet } from '../data/types';
import type { LossConfig } from '../losses/types';
import type { ModelSpec } from '../models/spec';

export const ENGINE_NAMES = [
  'fused',
  'tfjs-webgpu',
  'tfjs-webgl',
  'tfjs-wasm',
  'tfjs-cpu',
] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
/** The engines that are TensorFlow.js on one of its backends. */
export type TfjsEngineName = Exclude<EngineName, 'fused'>;
export type EngineChoice = 'auto' | EngineName;

/** The engines as a sentence names them: people choose between these words. */
export const ENGINE_WORDS: Readonly<Record<EngineName, string>> = {
  fused: 'WebGPU',
  'tfjs-webgpu': 'TensorFlow.js on WebGPU',
  'tfjs-webgl': 'TensorFlow.js on WebGL',
  'tfjs-wasm': 'TensorFlow.js on WebAssembly',
  'tfjs-cpu': 'TensorFlow.js in plain JavaScript',
};

/** What really runs, for the badge, the exports and the tests. */
export interface EngineReport {
  readonly name: EngineName;
  /** Backend TensorFlow.js says it uses: `webgpu`, `webgl`, `wasm`, `cpu`. */
  readonly backend: string;
  /** GPU vendor and architecture as the browser tells them; `null` where there is no GPU in play. */
  readonly adapter: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    /** True for a rasteriser on the CPU (SwiftShader, llvmpipe, WARP). */
    readonly software: boolean;
  } | null;
  /** WebAssembly only: worker threads in use. */
  readonly threads: number | null;
  /** Why this engine, in one sentence for the person. */
  readonly reason: string;
  /** Every engine that was considered, with what was found: probe time or why it cannot run. */
  readonly considered: readonly EngineCandidate[];
}

export interface EngineCandidate {
  readonly name: EngineName;
  readonly available: boolean;
  /** Milliseconds of the probe's training step, lower is faster; `null` where it was not measured. */
  readonly probeMs: number | null;
  /** One sentence: why not available, or why not measured. */
  readonly note: string | null;
}

interface Clipping {
  /**
   * Before anything else a gradient whose L2 norm, over all parameters, is larger than this is shortened to
   * it (Pascanu et al. 2013); absent or 0: never. A norm that is not a number makes the whole gradient so.
   */
  readonly clipNorm?: number;
}

/** v ← μ·v + (g + λ·w);  w ← w − η·v. λ does not touch batch norm or activation parameters. */
interface Sgd extends Clipping {
  readonly kind: 'sgd';
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), bias-corrected. */
interface AdamW extends Clipping {
  readonly kind: 'adamw';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export type OptimiserConfig = Sgd | AdamW;

export interface LearnerConfig {
  readonly model: ModelSpec;
  readonly loss: LossConfig;
  readonly optimiser: OptimiserConfig;
  /** Number of identities C; columns of the class-centre matrix. */
  readonly classes: number;
  /** Seeds the initial weights and dropout: equal seeds give equal weights for equal models. */
  readonly seed: number;
  /** Images of a training batch, to be ready for: other sizes work, and may take a moment when they first come. */
  readonly batchSize?: number;
}

/** What may change between two steps without a restart. */
export interface StepHyper {
  readonly learningRate: number;
  /** The constant s of `normalised-softmax` and `fixed-adacos` from now on; `null` keeps the configured one. */
  readonly fixedScale: number | null;
  /** The cap angle of `dynamic-adacos` from now on, radians; `null` keeps the configured one. */
  readonly capAngleRad: number | null;
}

/** One batch as a plan, so that an engine can gather on the CPU or on the GPU. */
export interface BatchPlan {
  /** Step number, counted from 1. */
  readonly step: number;
  /** `[batch]`, indices into the resident `FaceSet`. */
  readonly indices: Uint32Array;
  /** Seeds the augmentation of this batch together with `step`. */
  readonly seed: number;
  readonly augmentation: Augmentation;
}

export interface Augmentation {
  /** Mirror left–right with probability ½. */
  readonly flip: boolean;
  /** Shift by a whole number of pixels in −shift … +shift on both axes; the border is replicated. */
  readonly shift: number;
  /** Side of a square made grey somewhere in every image, as a share of the image's side; none if absent or 0. */
  readonly erase?: number;
}

/** A batch an engine has made ready; valid until `dispose`. */
export interface PreparedBatch {
  readonly step: number;
  readonly size: number;
  dispose(): void;
}

/** Bins of an angle histogram, of equal width from 0 to 180°. */
export const ANGLE_BINS = 36;

/** Everything one training step tells. Not-a-number and infinity arrive as they are. */
export interface StepMetrics {
  /** Counted from 1; the paper's iteration t is `step − 1`. */
  readonly step: number;
  /** s used in this step's loss; `null` for plain softmax, which has none. */
  readonly scale: number | null;
  /** What the rule gave before the guard; equals `scale` unless the guard acted. */
  readonly unguardedScale: number | null;
  /** ln B_avg with the previous scale inside (Eq. 13); `null` for plain softmax. */
  readonly logBAvg: number | null;
  /** Lower median of the target angles, radians. */
  readonly medianAngleRad: number;
  /** The loss that was minimised, mean over the batch. */
  readonly loss: number;
  /** Cross-entropy of s_c·cosθ at the common scale s_c = max(√2·ln(C−1), 1): comparable between arms. */
  readonly commonLoss: number;
  /** Share of the batch whose nearest class centre (by cosine) is its own, 0 … 1. */
  readonly accuracy: number;
  /** `[batch]`, cosine of each image to its own class centre. */
  readonly targetCosines: Float32Array;
  /** `[ANGLE_BINS]`: how many angles to other class centres fell in each bin; `null` where not counted. */
  readonly otherAngles: Uint32Array | null;
}

/** Result of running held-out images in inference mode. Moves nothing: no scale, no batch-norm average. */
export interface Evaluation {
  readonly count: number;
  readonly accuracy: number;
  readonly commonLoss: number;
  readonly medianAngleRad: number;
}

/** A learner's whole state; `importState(exportState())` restores it bit for bit. */
export interface LearnerState {
  readonly step: number;
  /** All trainable parameters, flat, in the order of `parameterLayout`. */
  readonly parameters: Float32Array;
  /** Optimiser slots (momentum; or Adam's m then v), flat, same order. */
  readonly slots: Float32Array;
  /** Batch-norm running means and variances, flat. */
  readonly runningStatistics: Float32Array;
  /** The current scale; `null` for plain softmax. */
  readonly scale: number | null;
}

export interface Learner {
  readonly config: LearnerConfig;
  /** Enqueues one forward, backward and update. Throws nothing for NaN: it shows in the metrics. */
  step(batch: PreparedBatch, hyper: StepHyper): void;
  /**
   * The numbers of steps enqueued since the last call, in order; waits until all of them are there.
   * Throws once for steps that cannot be read; the next call has the numbers of the others.
   */
  metrics(): Promise<readonly StepMetrics[]>;
  evaluate(indices: Uint32Array): Promise<Evaluation>;
  /** Unit-length embeddings, `[indices.length, embeddingSize]`, in inference mode. */
  embed(indices: Uint32Array): Promise<Float32Array>;
  exportState(): Promise<LearnerState>;
  importState(state: LearnerState): void;
  dispose(): void;
}

export interface EngineMemory {
  readonly tensors: number;
  readonly bytes: number;
  /** Bytes of GPU buffers held, pools included; `null` without a GPU. */
  readonly gpuBytes: number | null;
}

/** The parts of a training step, in their order. */
export type PlanPhase = 'batch' | 'forward' | 'head' | 'backward' | 'update';

/** One dispatch of a training step, for the page to show. */
export interface DescribedDispatch {
  /** Name of the kernel. */
  readonly kernel: string;
  /** Where in the network: `stage1/conv`. */
  readonly label: string;
  readonly phase: PlanPhase;
  /** What it works on: `32×32×3 → 16×16×16, 3×3` and the like. */
  readonly shape: string;
  readonly workgroups: number;
  /** Bytes that must be read and written at the least. */
  readonly bytes: number;
  /** Floating point operations, a multiply and an add counted as two; 0 where memory decides. */
  readonly flops: number;
  /** Milliseconds on the GPU; `null` where it was not measured. */
  readonly ms: number | null;
}

/** How the kernel of one shape was chosen. */
export interface TunedShape {
  /** `conv forward 32×16×16×16 → 16×16×16, 3×3/1` and the like. */
  readonly shape: string;
  /** Name of the kernel and its tile. */
  readonly chosen: string;
  /** Every candidate that was run; none where the time for it was up. */
  readonly measured: readonly { readonly name: string; readonly ms: number }[];
}

/** What one training step of a learner is, as the GPU is told to run it. */
export interface PlanDescription {
  /** Images of the batch it is made for. */
  readonly batch: number;
  /** In the order they run. */
  readonly dispatches: readonly DescribedDispatch[];
  /** Bytes of intermediate results, which share memory where their lifetimes allow it. */
  readonly scratchBytes: number;
  /** Bytes the same would take without sharing. */
  readonly unsharedBytes: number;
  /** Bytes of what stays from step to step: parameters, optimiser slots, statistics. */
  readonly residentBytes: number;
  /** Of one step. */
  readonly flops: number;
  /**
   * How kernels were chosen by measuring on this adapter; `null` where they are not: every shape then has
   * the one that is likely best on this kind of adapter.
   */
  readonly tuning: readonly TunedShape[] | null;
  /** How the times were taken; `null` where none were. */
  readonly timing: 'timestamps' | 'wall' | null;
}

export interface Engine {
  readonly report: EngineReport;
  /** The GPU device, for another engine to share; `null` without WebGPU. */
  readonly device: GPUDevice | null;
  /** Makes a face set resident; replaces the one before. */
  loadFaces(faces: FaceSet): void;
  prepareBatch(plan: BatchPlan): PreparedBatch;
  /** @param onProgress so many of so many kernels are compiled; an engine that compiles none says nothing */
  createLearner(
    config: LearnerConfig,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Learner>;
  /**
   * The plan of a learner's training step; `null` before there is one. An engine that plans nothing has
   * no such method. `measure` runs every dispatch by itself to time it: only between steps.
   */
  describe?(
    learner: Learner,
    options: { readonly measure: boolean },
  ): Promise<PlanDescription | null>;
  /** Forgets how kernels were chosen: the next experiment's shapes are measured again. */
  resetTuning?(): Promise<void>;
  memory(): EngineMemory;
  dispose(): void;
}
