/**
 * The wall between the two threads: types only. Every request carries an `id` and is answered by one
 * `response` with that id; everything else the worker says is an event. Failures are data: a code, a
 * sentence that names the offending value, and what to do next.
 */
import type { IdentityHistogram, RejectedFile } from '../data/types';
import type { EngineMemory, EngineReport, PlanDescription } from '../engine/engine';
import type { HyperChange } from '../training/arm';
import type { ArmId, DataConfig, ExperimentConfig } from '../training/config';
import type { MetricColumns, MetricName, MetricRow } from '../training/metrics';

export type { HyperChange, IdentityHistogram, MetricColumns, MetricName, MetricRow };

export type FailureCode =
  | 'data/nothing-readable'
  | 'data/too-few-identities'
  | 'data/cancelled'
  | 'data/out-of-memory'
  | 'engine/unavailable'
  | 'engine/failed'
  | 'engine/out-of-memory'
  | 'config/invalid'
  | 'state/no-data'
  | 'state/training'
  | 'internal';

export interface Failure {
  readonly code: FailureCode;
  /** What happened, with the offending value. */
  readonly message: string;
  /** What the person can do next. */
  readonly remedy: string;
}

/** A file as the page saw it dropped: the handle and its path inside what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

export type Request =
  | { readonly kind: 'load-synthetic'; readonly config: Extract<DataConfig, { kind: 'synthetic' }> }
  | {
      readonly kind: 'load-files';
      /** `null` reads again what was dropped last, with other settings. */
      readonly files: readonly DroppedFile[] | null;
      readonly label: string;
      readonly cropSize: number;
      readonly minImagesPerIdentity: number;
    }
  | { readonly kind: 'cancel-load' }
  | { readonly kind: 'configure'; readonly config: ExperimentConfig }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  /** Resolves when that many more steps are trained and their metrics were sent. */
  | { readonly kind: 'step'; readonly count: number }
  /** Same seed: the same weights and order from step 0. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'set-hyper'; readonly arm: ArmId; readonly change: HyperChange }
  | { readonly kind: 'thumbnails'; readonly indices: Uint32Array }
  /** What the engine plans for a step of the arm; `measure` times it, which only works while paused. */
  /** Forgets how kernels were chosen; the next experiment's shapes are measured again. */
  | { readonly kind: 'reset-tuning' }
  | { readonly kind: 'describe-plan'; readonly arm: ArmId; readonly measure: boolean }
  | { readonly kind: 'dispose' };

export type RequestKind = Request['kind'];

/** What is known of the loaded faces without the pixels. */
export interface DataSummary {
  readonly config: DataConfig;
  /** For the panel's head line: `generated, seed 7` or `lfw-112.tar`. */
  readonly label: string;
  readonly cropSize: number;
  readonly images: number;
  readonly identities: readonly { readonly name: string; readonly count: number }[];
  /** Index of the first image of each identity, same order as `identities`. */
  readonly firstImage: Uint32Array;
  readonly rejected: readonly RejectedFile[];
  /** Identities left out because they had fewer than `minImagesPerIdentity` images. */
  readonly droppedIdentities: number;
  readonly droppedImages: number;
  readonly loadMs: number;
}

export interface ExperimentSummary {
  readonly config: ExperimentConfig;
  readonly engine: EngineReport;
  readonly classes: number;
  readonly trainImages: number;
  readonly validationImages: number;
  readonly stepsPerEpoch: number;
  /** After clamping to the number of training images. */
  readonly batchSize: number;
  /** Common scale of the loss comparison: √2·ln(C−1), at least 1. */
  readonly commonScale: number;
  /** Trainable parameters of one arm, class centres included. */
  readonly parameters: number;
  /** Floating point operations of one image's forward pass (multiply and add count as two). */
  readonly flopsPerImage: number;
  /** Things to know before the start: C = 2, small embedding with many identities … */
  readonly warnings: readonly string[];
}

export interface Configured {
  readonly experiment: ExperimentSummary;
  /** Only the engine changed: the run goes on from its step, and its curves with it. */
  readonly continued: boolean;
}

export interface ResponseMap {
  'load-synthetic': DataSummary;
  'load-files': DataSummary;
  'cancel-load': null;
  configure: Configured;
  play: null;
  pause: null;
  step: null;
  reset: null;
  'set-hyper': null;
  thumbnails: Thumbnails;
  /** `null` where the engine plans nothing. */
  'describe-plan': PlanDescription | null;
  'reset-tuning': null;
  dispose: null;
}

export interface Thumbnails {
  readonly size: number;
  /** `[count, size, size, 4]`, RGBA, one after the other in the order asked for. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly indices: Uint32Array;
}

export interface ArmMetrics {
  readonly arm: ArmId;
  readonly columns: MetricColumns;
  /** Cosines to the own centre of the newest step's batch. */
  readonly targetCosines: Float32Array;
}

export interface ValidationPoint {
  readonly arm: ArmId;
  readonly step: number;
  readonly accuracy: number;
  readonly commonLoss: number;
  readonly medianAngleRad: number;
  readonly count: number;
}

/** A change a person made while training. */
export interface Mark {
  /** `null`: of all arms. */
  readonly arm: ArmId | null;
  readonly step: number;
  readonly label: string;
  /** What was changed: a slider on its way leaves one mark a step, not one a pixel. */
  readonly change?: HyperChange['kind'];
}

export type TrainingStatus = 'idle' | 'compiling' | 'running' | 'paused';

export type WorkerEvent =
  | {
      readonly kind: 'progress';
      readonly task: 'list' | 'decode' | 'generate' | 'probe' | 'compile';
      readonly done: number;
      /** `null` where the total is not known. */
      readonly total: number | null;
      readonly unit: 'images' | 'files' | 'engines' | 'kernels' | 'arms';
      /** Per second, over the last seconds. */
      readonly rate: number | null;
    }
  | {
      readonly kind: 'metrics';
      /** Steps whose numbers have arrived. */
      readonly step: number;
      /** Epochs trained, with fraction. */
      readonly epoch: number;
      readonly arms: readonly ArmMetrics[];
      /** Wall time of one lockstep step over all arms; `null` before the first. */
      readonly stepMs: number | null;
      /** Training images per second, summed over the arms; `null` before the first step. */
      readonly imagesPerSecond: number | null;
      readonly memory: EngineMemory;
    }
  | { readonly kind: 'validation'; readonly points: readonly ValidationPoint[] }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | {
      readonly kind: 'guard';
      readonly arm: ArmId;
      readonly step: number;
      readonly unguarded: number;
      readonly scale: number;
    }
  | {
      readonly kind: 'diverged';
      readonly arm: ArmId;
      readonly step: number;
      readonly quantity: MetricName;
      readonly lastGood: MetricRow | null;
    }
  /** A lost GPU device was replaced and every arm is where it was; why it was lost, one sentence. */
  | { readonly kind: 'recovered'; readonly reason: string }
  /** The same, before it has been opened again: training stands still until then. */
  | { readonly kind: 'recovering'; readonly reason: string }
  | { readonly kind: 'status'; readonly status: TrainingStatus }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Page → worker. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

/** Worker → page. */
export type WorkerMessage =
  | { readonly kind: 'response'; readonly id: number; readonly value: ResponseMap[RequestKind] }
  | {
      readonly kind: 'rejection';
      readonly id: number;
      readonly failure: Failure;
      readonly histogram: IdentityHistogram | null;
    }
  | { readonly kind: 'event'; readonly event: WorkerEvent };
