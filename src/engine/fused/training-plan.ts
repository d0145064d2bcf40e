/** The whole list of a training step, and of an inference pass, from a learner's configuration. */
import type { LearnerConfig } from '../engine';
import type { Device } from './candidates';
import { choicesFor, type DeviceChoices } from './choices';
import { clip } from './clip';
import { type HeadIo, headBackward, headForward, headScale, slotLength } from './head';
import { type Dispatch, inPhase, padded, part, scratch, type Tensor } from './kernel';
import type { Layout } from './layout';
import { Network } from './network';
import { optimiser, runningNorm, sumParts, sumTable } from './small';
import type { TuningRequest } from './tuner';

/** What a learner keeps on the device, whatever the batch. */
export interface LearnerTensors {
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  /** Momentum; or Adam's m, then its v. */
  readonly slots: Tensor;
  readonly running: Tensor;
  /** 1 where `running` holds a variance. */
  readonly kinds: Tensor;
  readonly norms: Tensor;
  /** `[1]`, the scale. */
  readonly state: Tensor;
}

export interface BatchTensors {
  /** `[batch, size, size, 4]`. */
  readonly images: Tensor;
  /** `[batch]`. */
  readonly targets: Tensor;
}

export interface PlanInput {
  readonly config: LearnerConfig;
  readonly layout: Layout;
  readonly batch: number;
  readonly tensors: LearnerTensors;
  readonly inputs: BatchTensors;
  readonly ring: Tensor;
  readonly choices: DeviceChoices;
  /** Numbers that never change, on the device. */
  readonly constant: (label: string, values: Uint32Array<ArrayBuffer>) => Tensor;
}

export interface TrainingStep {
  readonly dispatches: readonly Dispatch[];
  /** `[batch, embedding]`, before normalisation. */
  readonly embeddings: Tensor;
}

function network(input: PlanInput, mode: 'training' | 'inference'): Network {
  const { config, layout, batch, tensors, inputs, choices } = input;
  const { model, seed } = config;
  const { parameters, gradient, norms, running } = tensors;
  return new Network(
    { model, layout, batch, seed },
    inputs.images,
    { parameters, gradient, norms, running, scratch },
    choices,
    mode,
  );
}

function headIo(input: PlanInput, embeddings: Tensor): HeadIo {
  const { layout, tensors, inputs, ring } = input;
  const { offset, size } = layout.slots.get('centres')!;
  return {
    embeddings,
    centres: part(tensors.parameters, 'centres', offset, size),
    targets: inputs.targets,
    state: tensors.state,
    ring,
    scratch,
  };
}

/** Forward, loss, backward, update: one training step from a gathered batch. */
export function trainingStep(input: PlanInput): TrainingStep {
  const { config, layout, batch, tensors, choices, constant } = input;
  const { loss, classes, model } = config;
  const forward = network(input, 'training');
  const shape = { batch, embedding: padded(model.embeddingSize), classes };
  const io = headIo(input, forward.embeddings);
  const head = headForward(shape, io, choices.head);
  const { offset, size } = layout.slots.get('centres')!;
  const dEmbeddings = scratch('d-embeddings', batch * shape.embedding);
  const dCentres = part(tensors.gradient, 'd centres', offset, size);
  const back = forward.backward(dEmbeddings);
  const { clipNorm = 0 } = config.optimiser;
  const clipped =
    clipNorm === 0 ? null : clip(clipNorm, tensors.gradient, choices.reduction, scratch);
  const table = constant('filter sums', sumTable(back.sums));
  return {
    dispatches: [
      ...inPhase('forward', forward.dispatches),
      ...inPhase('head', [
        ...head.dispatches,
        ...headScale(shape, head, loss, io, choices.head),
        ...headBackward(shape, head, loss, { ...io, dEmbeddings, dCentres }, choices.head),
      ]),
      ...inPhase('backward', back.dispatches),
      ...inPhase('update', [
        ...(back.sums.length === 0
          ? []
          : [sumParts(back.sums, { parts: back.parts, table, gradient: tensors.gradient })]),
        ...(clipped === null ? [] : clipped.dispatches),
        optimiser(config.optimiser, layout.vectors, tensors, clipped?.factor ?? null),
      ]),
    ],
    embeddings: forward.embeddings,
  };
}

export interface InferencePass {
  readonly dispatches: readonly Dispatch[];
  /** `[batch, embedding]`, of length 1. */
  readonly units: Tensor;
}

/** Images through the network with running averages, and what an evaluation tells into the ring. */
export function inferencePass(input: PlanInput): InferencePass {
  const { config, batch, tensors, choices } = input;
  const forward = network(input, 'inference');
  const shape = { batch, embedding: padded(config.model.embeddingSize), classes: config.classes };
  const io = headIo(input, forward.embeddings);
  const head = headForward(shape, io, choices.head);
  return {
    dispatches: [
      runningNorm(tensors),
      ...forward.dispatches,
      ...head.dispatches,
      ...headScale(shape, head, null, io, choices.head),
    ],
    units: head.units,
  };
}

/** Every shape of a training step that several kernels could compute. */
export function trainingRequests(
  config: LearnerConfig,
  layout: Layout,
  batch: number,
  device: Device,
): readonly TuningRequest[] {
  const requests: TuningRequest[] = [];
  const { inputSize } = config.model;
  const parameters = (label: string): Tensor => scratch(label, layout.length);
  const statistics = (label: string): Tensor => scratch(label, layout.runningLength);
  // The list is made for its questions alone, on tensors that never get a place.
  trainingStep({
    config,
    layout,
    batch,
    tensors: {
      parameters: parameters('parameters'),
      gradient: parameters('gradient'),
      slots: parameters('slots'),
      running: statistics('running'),
      kinds: statistics('kinds'),
      norms: statistics('norms'),
      state: scratch('state', 1),
    },
    inputs: {
      images: scratch('images', batch * inputSize * inputSize * 4),
      targets: scratch('targets', batch),
    },
    ring: scratch('ring', slotLength(batch)),
    choices: choicesFor(device, null, (request) => requests.push(request)),
    constant: (label, values) => scratch(label, values.length),
  });
  return requests;
}
