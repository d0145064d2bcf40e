/**
 * The configuration of an experiment as plain data: everything that decides a curve except the images
 * of the person's own files. The URL carries it, the exports carry it, the worker obeys it.
 */
import type { SyntheticSettings } from '../data/synthetic/settings';
import type { Augmentation, EngineChoice, OptimiserConfig } from '../engine/engine';
import type { LossConfig } from '../losses/types';
import type { ModelSpec } from '../models/spec';

/** Learning rate over the steps. `total` is where cosine reaches zero; training may go on at that end. */
export type ScheduleConfig =
  | { readonly kind: 'constant'; readonly warmupSteps: number }
  | { readonly kind: 'cosine'; readonly warmupSteps: number; readonly totalSteps: number }
  | {
      readonly kind: 'step';
      readonly warmupSteps: number;
      /** The rate is multiplied by `factor` every `everySteps` steps. */
      readonly everySteps: number;
      readonly factor: number;
    };

/** At most four arms; the id decides colour and dash. */
export const ARM_IDS = ['A', 'B', 'C', 'D'] as const;
export type ArmId = (typeof ARM_IDS)[number];

export interface ArmConfig {
  readonly id: ArmId;
  readonly loss: LossConfig;
  readonly optimiser: OptimiserConfig;
  readonly learningRate: number;
  readonly schedule: ScheduleConfig;
}

export type DataConfig =
  | { readonly kind: 'synthetic'; readonly settings: SyntheticSettings }
  /** The person's own files: only how they were read is remembered, never what. */
  | { readonly kind: 'files'; readonly cropSize: number; readonly minImagesPerIdentity: number };

export interface ExperimentConfig {
  /** Decides initial weights, split, batch order and augmentation. */
  readonly seed: number;
  readonly engine: EngineChoice;
  readonly data: DataConfig;
  readonly model: ModelSpec;
  readonly batchSize: number;
  readonly augmentation: Augmentation;
  /** Share of each identity's images held out for validation, 0 … 0.5; at least one image trains. */
  readonly validationShare: number;
  /** Held-out images are evaluated every so many steps; 0 = never. */
  readonly evaluateEvery: number;
  readonly arms: readonly ArmConfig[];
}
