/** For tests: the angular head alone, from embeddings and class centres, or from cosines that are given. */
import { fixedAdaCosScale } from '../../../losses/scaleRule';
import type { LossConfig } from '../../../losses/types';
import { ANGLE_BINS } from '../../engine';
import { choicesFor } from '../choices';
import type { Gpu } from '../gpu';
import {
  binsAt,
  type HeadChoices,
  type HeadForward,
  type HeadIo,
  type HeadShape,
  headBackward,
  headForward,
  headScale,
  slotLength,
} from '../head';
import { type Dispatch, padded, scratch } from '../kernel';
import type { StepNumbers } from '../step-numbers';
import { cutRows, padRows } from './channels';
import { boundTensor, given, runKernel } from './run-kernel';

export interface HeadState {
  readonly previousScale: number;
  /** Counted from 1; 2 unless told, since the paper's first step is a case of its own. */
  readonly step?: number;
  readonly fixedScale?: number;
  readonly capAngleRad?: number;
  /** Which kind of device the head is cut for. */
  readonly software?: boolean;
}

export interface HeadOutcome {
  readonly targetCosines: Float32Array;
  readonly losses: Float32Array;
  readonly commonLosses: Float32Array;
  readonly nearest: Float32Array;
  readonly scale: number;
  readonly unguardedScale: number;
  readonly logBAvg: number;
  /** The scale that the next step finds. */
  readonly state: number;
  /** `[ANGLE_BINS]`: angles to all other class centres, counted; zeros without a loss. */
  readonly otherAngles: Uint32Array;
}

/** Cut for hardware or software; products always as software likes them, which compiles them sooner. */
function choicesOf(gpu: Gpu, software: boolean): HeadChoices {
  const cutFor = (kind: boolean): HeadChoices =>
    choicesFor({ quads: gpu.quads, facts: { ...gpu.facts, software: kind } }).head;
  return { ...cutFor(software), tile: cutFor(true).tile };
}

/** What the step tells its kernels, as a learner tells it. */
function stepNumbers(loss: LossConfig, classes: number, state: HeadState): Partial<StepNumbers> {
  const { step = 2, capAngleRad } = state;
  const dynamic = loss.kind === 'dynamic-adacos' ? loss : null;
  const constant = loss.kind === 'normalised-softmax' ? loss.scale : fixedAdaCosScale(classes);
  return {
    number: step,
    fixedScale: state.fixedScale ?? constant,
    capCosine: Math.cos(capAngleRad ?? dynamic?.capAngleRad ?? 0),
    keeps: dynamic?.firstStep === 'paper' && step === 1 ? 1 : 0,
  };
}

function outcomeOf(ring: Float32Array, batch: number, state: number): HeadOutcome {
  const part = (index: number): Float32Array => ring.slice(index * batch, (index + 1) * batch);
  const [scale, unguardedScale, logBAvg] = ring.subarray(4 * batch);
  return {
    targetCosines: part(0),
    losses: part(1),
    commonLosses: part(2),
    nearest: part(3),
    scale: scale!,
    unguardedScale: unguardedScale!,
    logBAvg: logBAvg!,
    state,
    // Whole numbers: their bits lie in the ring.
    otherAngles: new Uint32Array(ring.slice(binsAt(batch), binsAt(batch) + ANGLE_BINS).buffer),
  };
}

function ioOf(shape: HeadShape): HeadIo {
  const { batch, embedding, classes } = shape;
  return {
    embeddings: scratch('embeddings', batch * embedding),
    centres: scratch('centres', embedding * padded(classes)),
    targets: scratch('targets', batch),
    state: scratch('state', 1),
    ring: scratch('ring', slotLength(batch)),
    scratch,
  };
}

/** `[embeddingSize, classes]` → rows padded in both, and what leads to the numbers of the loss. */
export interface HeadInputs {
  readonly embeddings: Float32Array;
  readonly centres: Float32Array;
  readonly labels: readonly number[];
  readonly embeddingSize: number;
  readonly classes: number;
}

/** The whole head over one batch: its numbers and both gradients, without padding. */
export async function runHead(
  gpu: Gpu,
  input: HeadInputs,
  loss: LossConfig,
  state: HeadState,
): Promise<HeadOutcome & { embeddingGradient: Float32Array; centreGradient: Float32Array }> {
  const { labels, embeddingSize, classes } = input;
  const shape = { batch: labels.length, embedding: padded(embeddingSize), classes };
  const io = ioOf(shape);
  const choices = choicesOf(gpu, state.software ?? true);
  const forward = headForward(shape, io, choices);
  const gradients = {
    dEmbeddings: scratch('d-embeddings', io.embeddings.length),
    dCentres: scratch('d-centres', io.centres.length),
  };
  const centres = new Float32Array(io.centres.length);
  centres.set(padRows(input.centres, classes));
  const [ring, scale, dEmbeddings, dCentres] = await runKernel(gpu, {
    dispatches: [
      ...forward.dispatches,
      ...headScale(shape, forward, loss, io, choices),
      ...headBackward(shape, forward, loss, { ...io, ...gradients }, choices),
    ],
    inputs: given(
      [io.embeddings, padRows(input.embeddings, embeddingSize)],
      [io.centres, centres],
      [io.targets, Uint32Array.from(labels)],
      [io.state, Float32Array.of(state.previousScale)],
      // What the slot held of an earlier step must not show.
      [io.ring, new Float32Array(io.ring.length).fill(3)],
    ),
    outputs: [io.ring, io.state, gradients.dEmbeddings, gradients.dCentres],
    step: stepNumbers(loss, classes, state),
  });
  return {
    ...outcomeOf(ring!, shape.batch, scale![0]!),
    embeddingGradient: cutRows(dEmbeddings!, embeddingSize),
    centreGradient: cutRows(dCentres!, classes).slice(0, embeddingSize * classes),
  };
}

export interface CosineInputs {
  /** `[batch, classes]`. */
  readonly cosines: ArrayLike<number>;
  readonly labels: readonly number[];
  readonly classes: number;
}

/** From the cosines on: the numbers of the loss and, with a loss, its gradient `[batch, classes]`. */
export async function runHeadOnCosines(
  gpu: Gpu,
  { cosines, labels, classes }: CosineInputs,
  loss: LossConfig | null,
  state: HeadState,
): Promise<HeadOutcome & { readonly gradient: Float32Array }> {
  const shape = { batch: labels.length, embedding: 4, classes };
  const io = ioOf(shape);
  const choices = choicesOf(gpu, state.software ?? true);
  const forward: HeadForward = {
    dispatches: [],
    units: scratch('units', shape.batch * 4),
    rowInverse: scratch('row-inverse', shape.batch),
    cosines: scratch('cosines', shape.batch * padded(classes)),
    inverse: scratch('inverse', padded(classes)),
  };
  const dispatches: Dispatch[] = [...headScale(shape, forward, loss, io, choices)];
  if (loss !== null) {
    const gradients = {
      dEmbeddings: scratch('d-embeddings', io.embeddings.length),
      dCentres: scratch('d-centres', io.centres.length),
    };
    const back = headBackward(shape, forward, loss, { ...io, ...gradients }, choices);
    // Up to the gradient of the cosines, and the angles; what else comes after has no embeddings to work on.
    const end = back.findIndex(({ kernel }) => kernel === 'head-gradient');
    dispatches.push(...back.slice(0, end + 1));
    dispatches.push(...back.filter(({ kernel }) => kernel === 'head-angles'));
  }
  const outputs = [io.ring, io.state];
  if (loss !== null) outputs.push(boundTensor(dispatches, 'head/gradient'));
  const [ring, scale, gradient] = await runKernel(gpu, {
    dispatches,
    inputs: given(
      [forward.cosines, padRows(cosines, classes, 7)],
      // Lengths of 1: then the gradient over the length is the gradient.
      [forward.inverse, new Float32Array(forward.inverse.length).fill(1)],
      [forward.rowInverse, new Float32Array(shape.batch).fill(1)],
      [io.targets, Uint32Array.from(labels)],
      [io.state, Float32Array.of(state.previousScale)],
      // What the slot held of an earlier step must not show.
      [io.ring, new Float32Array(io.ring.length).fill(3)],
    ),
    outputs,
    step: loss === null ? {} : stepNumbers(loss, classes, state),
  });
  return {
    ...outcomeOf(ring!, shape.batch, scale![0]!),
    gradient: gradient === undefined ? new Float32Array() : cutRows(gradient, classes),
  };
}
