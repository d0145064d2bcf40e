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

/**
 * What part of a picture becomes the crop: its middle square; the middle 114 of 250 pixels, where LFW
 * has its faces; deep-funneled LFW by the mean landmarks of that set; the face, found by a detector and
 * moved to a template by its landmarks; or moved there by the points that a list of the set has for it.
 */
export const CROP_CHOICES = [
  'middle',
  'lfw',
  'lfw-funneled',
  'align-112',
  'align-96',
  'align-144',
  'points-112',
  'points-96',
  'points-144',
] as const;
export type CropChoice = (typeof CROP_CHOICES)[number];

/** How a person's own files are read. What is absent is as if it had its first named value. */
export interface FilesConfig {
  readonly kind: 'files';
  readonly cropSize: number;
  /** Identities with fewer images stay out. */
  readonly minImagesPerIdentity: number;
  /** `null`, or the most images of one identity, drawn by `sampleSeed`. */
  readonly maxImagesPerIdentity?: number | null;
  /** `null`, or how many identities, those first by name. */
  readonly firstIdentities?: number | null;
  /** `null`, or how many images over all, drawn by `sampleSeed`. */
  readonly sample?: number | null;
  /** 0 where absent. */
  readonly sampleSeed?: number;
  /** `null`, or a regular expression over paths whose first group is the identity. */
  readonly namePattern?: string | null;
  /** `middle` where absent. */
  readonly crop?: CropChoice;
  /** Of pictures without a face that is found, or listed: left out where absent or `leave-out`. */
  readonly withoutFace?: 'leave-out' | 'middle';
  /** False where absent: the pictures are RGB. */
  readonly swapRedBlue?: boolean;
}

export type DataConfig =
  | { readonly kind: 'synthetic'; readonly settings: SyntheticSettings }
  /** The person's own files: only how they were read is remembered, never what. */
  | FilesConfig;

/** Which images are held out: some of every identity, whole identities, or as the set itself says. */
export const SPLIT_KINDS = ['closed', 'open', 'own', 'list'] as const;
export type SplitKind = (typeof SPLIT_KINDS)[number];

export interface ExperimentConfig {
  /** Decides initial weights, split, batch order and augmentation. */
  readonly seed: number;
  readonly engine: EngineChoice;
  /**
   * How the WebGPU engine stores maps between layers; other engines know float32 only. float32 where
   * absent.
   */
  readonly storage?: 'float32' | 'half';
  readonly data: DataConfig;
  readonly model: ModelSpec;
  readonly batchSize: number;
  readonly augmentation: Augmentation;
  /** `closed` where absent. */
  readonly split?: SplitKind;
  /**
   * Share held out for validation, 0 … 0.5: of each identity's images, of which at least one trains, or
   * of the identities in an open split.
   */
  readonly validationShare: number;
  /** Held-out images are evaluated every so many steps; 0 = never. */
  readonly evaluateEvery: number;
  readonly arms: readonly ArmConfig[];
}
