/**
 * The allowed range of every number a person or a link can set, both ends included. The forms and the
 * URL codec read the same table, so a link can carry nothing that a form would refuse.
 */
import { SYNTHETIC_RANGES } from '../data/synthetic/settings';
import { LOSS_LIMITS } from '../losses/check';
import { MODEL_LIMITS } from '../models/check';

export type Range = readonly [minimum: number, maximum: number];

export const RANGES = {
  seed: [0, 2 ** 32 - 1],
  batchSize: [2, 1024],
  shift: [0, 16],
  erase: [0, 0.5],
  validationShare: [0, 0.5],
  evaluateEvery: [0, 100_000],
  cropSize: [32, 144],
  minImagesPerIdentity: [1, 1000],
  maxImagesPerIdentity: [1, 100_000],
  firstIdentities: [2, 1_000_000],
  sample: [2, 10_000_000],
  embeddingSize: MODEL_LIMITS.embeddingSize,
  dropout: MODEL_LIMITS.dropout,
  stages: MODEL_LIMITS.stages,
  channels: MODEL_LIMITS.channels,
  learningRate: [1e-7, 10],
  warmupSteps: [0, 1_000_000],
  totalSteps: [1, 10_000_000],
  everySteps: [1, 1_000_000],
  factor: [0.001, 1],
  momentum: [0, 0.999],
  weightDecay: [0, 1],
  clipNorm: [0, 1000],
  beta1: [0, 0.9999],
  beta2: [0, 0.999999],
  epsilon: [1e-12, 0.1],
  scale: LOSS_LIMITS.scale,
  capAngleRad: LOSS_LIMITS.capAngleRad,
} as const satisfies Record<string, Range>;

export { SYNTHETIC_RANGES };

/** Bytes of RGB pixels that generated faces may take: what a tab can be expected to hold. */
export const MAX_SYNTHETIC_BYTES = 2 ** 31;

/** Bytes of RGB pixels that these settings make. */
export function syntheticBytes(settings: {
  readonly identities: number;
  readonly imagesPerIdentity: number;
  readonly cropSize: number;
}): number {
  return settings.identities * settings.imagesPerIdentity * settings.cropSize ** 2 * 3;
}
