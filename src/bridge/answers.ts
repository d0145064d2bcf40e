/** What the trainer tells, made from what it has: summaries, labels, thumbnails; pure but for copying. */
import { partsOf } from '../data/splitParts';
import { previewFaces } from '../data/synthetic/generate';
import type { SyntheticSettings } from '../data/synthetic/settings';
import type { FaceSet } from '../data/types';
import { ENGINE_WORDS, type Engine, type EngineReport } from '../engine/engine';
import { commonScale } from '../losses/scaleRule';
import { experimentWarnings } from '../losses/warnings';
import { describeModel } from '../models/describe';
import type { ExperimentConfig } from '../training/config';
import type { Experiment } from '../training/experiment';
import type {
  ExperimentSummary,
  HyperChange,
  IdentityHistogram,
  Thumbnails,
  WorkerMessage,
} from './protocol';

export function summarise(
  config: ExperimentConfig,
  engine: Engine,
  experiment: Experiment,
): ExperimentSummary {
  const { classes, split, faces } = experiment;
  const parts = partsOf(faces, split);
  const model = describeModel(config.model, classes);
  const losses = config.arms.map(({ loss }) => loss);
  return {
    config,
    engine: engine.report,
    input: experiment.input,
    classes,
    trainImages: split.train.length,
    validationImages: split.validation.length,
    openSet: split.openSet,
    ...(parts === null ? {} : { parts }),
    stepsPerEpoch: experiment.sampler.stepsPerEpoch,
    batchSize: experiment.sampler.batchSize,
    commonScale: commonScale(classes),
    parameters: model.parameters,
    flopsPerImage: model.flopsPerImage,
    warnings: [
      ...split.notes,
      ...experimentWarnings({ classes, embeddingSize: config.model.embeddingSize, losses }),
    ],
  };
}

export function labelOf(change: HyperChange): string {
  switch (change.kind) {
    case 'learning-rate':
      return `learning rate → ${change.value}`;
    case 'fixed-scale':
      return `s → ${change.value}`;
    case 'cap-angle':
      return `cap → ${Number(((change.valueRad * 180) / Math.PI).toFixed(1))}°`;
    default:
      return change satisfies never;
  }
}

/** For the mark of a run that goes on elsewhere. */
export function engineLabelOf({ name }: EngineReport): string {
  return `engine → ${ENGINE_WORDS[name]}`;
}

export function previewOf(
  settings: SyntheticSettings,
  identities: number,
  images: number,
): Thumbnails {
  const { count, ...faces } = previewFaces(settings, identities, images);
  const indices = Uint32Array.from({ length: count }, (_, place) => place);
  return thumbnailsOf({ ...faces, labels: new Int32Array(count) }, indices);
}

export function thumbnailsOf(
  faces: Pick<FaceSet, 'cropSize' | 'pixels' | 'labels'>,
  indices: Uint32Array,
): Thumbnails {
  const size = faces.cropSize;
  const area = size * size;
  const rgba = new Uint8ClampedArray(indices.length * area * 4).fill(255);
  indices.forEach((image, place) => {
    if (image >= faces.labels.length) throw new RangeError(`there is no image ${image}`);
    for (let pixel = 0; pixel < area; pixel += 1) {
      const source = (image * area + pixel) * 3;
      const target = (place * area + pixel) * 4;
      rgba[target] = faces.pixels[source]!;
      rgba[target + 1] = faces.pixels[source + 1]!;
      rgba[target + 2] = faces.pixels[source + 2]!;
    }
  });
  return { size, rgba, indices };
}

/** The choice a person can make after `data/too-few-identities`, where the error carries one. */
export function histogramOf(error: unknown): IdentityHistogram | null {
  const found: unknown = Object(error).histogram;
  // Set by the import's own error class; its type is the protocol's.
  return found === undefined || found === null ? null : (found as IdentityHistogram);
}

/** Buffers that move to the page instead of being copied. */
export function transferablesOf(message: WorkerMessage): Transferable[] {
  if (message.kind === 'event' && message.event.kind === 'metrics') {
    return message.event.arms.flatMap(({ columns }) =>
      Object.values(columns).map((column) => column.buffer),
    );
  }
  if (message.kind === 'event' && message.event.kind === 'opening') {
    return message.event.thumbnails === null ? [] : [message.event.thumbnails.rgba.buffer];
  }
  if (message.kind === 'response' && message.value !== null && 'rgba' in message.value) {
    return [message.value.rgba.buffer];
  }
  return [];
}
