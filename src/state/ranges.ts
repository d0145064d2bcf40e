/**
 * The allowed range of every number a person or a link can set, both ends included. The forms and the
 * URL codec read the same table, so a link can carry nothing that a form would refuse.
 */
import { SYNTHETIC_RANGES } from '../data/synthetic/settings';

export type Range = readonly [minimum: number, maximum: number];

export const RANGES = {
  seed: [0, 2 ** 32 - 1],
  batchSize: [2, 1024],
  shift: [0, 16],
  validationShare: [0, 0.5],
  evaluateEvery: [0, 100_000],
  cropSize: [32, 112],
  minImagesPerIdentity: [1, 1000],
  embeddingSize: [2, 512],
  dropout: [0, 0.9],
  stages: [1, 24],
  channels: [1, 512],
  learningRate: [1e-7, 10],
  warmupSteps: [0, 1_000_000],
  totalSteps: [1, 10_000_000],
  everySteps: [1, 1_000_000],
  factor: [0.001, 1],
  momentum: [0, 0.999],
  weightDecay: [0, 1],
  beta1: [0, 0.9999],
  beta2: [0, 0.999999],
  epsilon: [1e-12, 0.1],
  /** The constant s of normalised softmax. */
  scale: [0.1, 512],
  /** 1° … 89°. */
  capAngleRad: [Math.PI / 180, (89 * Math.PI) / 180],
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
