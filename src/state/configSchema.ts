/**
 * The shape and range of an experiment that comes from outside (a link, a script). What passes is a
 * complete `ExperimentConfig`; unknown keys, numbers out of range and impossible combinations do not.
 */
import * as v from 'valibot';
import { IMBALANCE_RANGE, NUISANCE_RANGE } from '../data/synthetic/settings';
import { ENGINE_NAMES } from '../engine/engine';
import { ARM_IDS, CROP_CHOICES, type ExperimentConfig, SPLIT_KINDS } from '../training/config';
import {
  MAX_SYNTHETIC_BYTES,
  RANGES,
  type Range,
  SYNTHETIC_RANGES,
  syntheticBytes,
} from './ranges';
import { cropSizeOf } from './reconcile';

function real([minimum, maximum]: Range) {
  return v.pipe(v.number(), v.finite(), v.minValue(minimum), v.maxValue(maximum));
}

function whole([minimum, maximum]: Range) {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(minimum), v.maxValue(maximum));
}

const synthetic = v.pipe(
  v.strictObject({
    seed: whole(SYNTHETIC_RANGES.seed),
    identities: whole(SYNTHETIC_RANGES.identities),
    imagesPerIdentity: whole(SYNTHETIC_RANGES.imagesPerIdentity),
    cropSize: whole(SYNTHETIC_RANGES.cropSize),
    difficulty: real(SYNTHETIC_RANGES.difficulty),
    labelNoise: real(SYNTHETIC_RANGES.labelNoise),
    imbalance: v.exactOptional(real(IMBALANCE_RANGE)),
    nuisances: v.exactOptional(
      v.strictObject({
        pose: v.exactOptional(real(NUISANCE_RANGE)),
        framing: v.exactOptional(real(NUISANCE_RANGE)),
        light: v.exactOptional(real(NUISANCE_RANGE)),
        expression: v.exactOptional(real(NUISANCE_RANGE)),
        occlusion: v.exactOptional(real(NUISANCE_RANGE)),
        backdrop: v.exactOptional(real(NUISANCE_RANGE)),
        camera: v.exactOptional(real(NUISANCE_RANGE)),
      }),
    ),
  }),
  v.check((settings) => syntheticBytes(settings) <= MAX_SYNTHETIC_BYTES, 'too many pixels'),
);

const data = v.variant('kind', [
  v.strictObject({ kind: v.literal('synthetic'), settings: synthetic }),
  v.strictObject({
    kind: v.literal('files'),
    cropSize: whole(RANGES.cropSize),
    minImagesPerIdentity: whole(RANGES.minImagesPerIdentity),
    maxImagesPerIdentity: v.exactOptional(v.nullable(whole(RANGES.maxImagesPerIdentity))),
    firstIdentities: v.exactOptional(v.nullable(whole(RANGES.firstIdentities))),
    sample: v.exactOptional(v.nullable(whole(RANGES.sample))),
    sampleSeed: v.exactOptional(whole(RANGES.seed)),
    namePattern: v.exactOptional(v.nullable(v.pipe(v.string(), v.maxLength(300)))),
    crop: v.exactOptional(v.picklist(CROP_CHOICES)),
    withoutFace: v.exactOptional(v.picklist(['leave-out', 'middle'])),
    swapRedBlue: v.exactOptional(v.boolean()),
  }),
]);

const sized = { channels: whole(RANGES.channels), stride: v.picklist([1, 2]) };

const stage = v.variant('kind', [
  v.strictObject({ kind: v.literal('conv'), ...sized }),
  v.strictObject({ kind: v.literal('residual'), ...sized }),
  v.strictObject({ kind: v.literal('depthwise'), ...sized }),
  v.strictObject({ kind: v.literal('pool'), pool: v.picklist(['max', 'average']) }),
]);

const model = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(40)),
  inputSize: whole(RANGES.cropSize),
  stages: v.pipe(v.array(stage), v.minLength(RANGES.stages[0]), v.maxLength(RANGES.stages[1])),
  activation: v.picklist(['relu', 'prelu']),
  pooling: v.picklist(['flatten', 'average']),
  dropout: real(RANGES.dropout),
  embeddingSize: whole(RANGES.embeddingSize),
});

const loss = v.variant('kind', [
  v.strictObject({ kind: v.literal('softmax') }),
  v.strictObject({ kind: v.literal('normalised-softmax'), scale: real(RANGES.scale) }),
  v.strictObject({ kind: v.literal('fixed-adacos') }),
  v.strictObject({
    kind: v.literal('dynamic-adacos'),
    capAngleRad: real(RANGES.capAngleRad),
    guard: v.picklist(['clamp', 'paper-exact']),
    firstStep: v.picklist(['paper', 'reference']),
  }),
]);

const clipNorm = v.exactOptional(real(RANGES.clipNorm));

const optimiser = v.variant('kind', [
  v.strictObject({
    kind: v.literal('sgd'),
    momentum: real(RANGES.momentum),
    weightDecay: real(RANGES.weightDecay),
    clipNorm,
  }),
  v.strictObject({
    kind: v.literal('adamw'),
    beta1: real(RANGES.beta1),
    beta2: real(RANGES.beta2),
    epsilon: real(RANGES.epsilon),
    weightDecay: real(RANGES.weightDecay),
    clipNorm,
  }),
]);

const warmupSteps = whole(RANGES.warmupSteps);

const schedule = v.variant('kind', [
  v.strictObject({ kind: v.literal('constant'), warmupSteps }),
  v.strictObject({ kind: v.literal('cosine'), warmupSteps, totalSteps: whole(RANGES.totalSteps) }),
  v.strictObject({
    kind: v.literal('step'),
    warmupSteps,
    everySteps: whole(RANGES.everySteps),
    factor: real(RANGES.factor),
  }),
]);

const arm = v.strictObject({
  id: v.picklist(ARM_IDS),
  loss,
  optimiser,
  learningRate: real(RANGES.learningRate),
  schedule,
});

export const engineChoiceSchema = v.picklist(['auto', ...ENGINE_NAMES]);

export const experimentSchema = v.pipe(
  v.strictObject({
    seed: whole(RANGES.seed),
    engine: engineChoiceSchema,
    storage: v.exactOptional(v.picklist(['float32', 'half'])),
    data,
    model,
    batchSize: whole(RANGES.batchSize),
    augmentation: v.strictObject({
      flip: v.boolean(),
      shift: whole(RANGES.shift),
      erase: v.exactOptional(real(RANGES.erase)),
    }),
    split: v.exactOptional(v.picklist(SPLIT_KINDS)),
    validationShare: real(RANGES.validationShare),
    evaluateEvery: whole(RANGES.evaluateEvery),
    arms: v.pipe(
      v.array(arm),
      v.minLength(1),
      v.maxLength(ARM_IDS.length),
      v.check(
        (arms) => new Set(arms.map(({ id }) => id)).size === arms.length,
        'two arms with one name',
      ),
    ),
  }),
  v.check(
    (config) => config.model.inputSize === cropSizeOf(config.data),
    'the network takes another input size than the crops have',
  ),
) satisfies v.GenericSchema<unknown, ExperimentConfig>;

/** Everything that can be set, also what is absent while it is as usual. */
export const SETTING_NAMES: readonly string[] = Object.keys(experimentSchema.pipe[0].entries);

/** The first thing that is wrong with a configuration, as `where: what`; `null` where nothing is. */
export function problemOf(config: unknown): string | null {
  const result = v.safeParse(experimentSchema, config);
  if (result.success) return null;
  const [issue] = result.issues;
  return `${v.getDotPath(issue) ?? 'experiment'}: ${issue.message}`;
}
