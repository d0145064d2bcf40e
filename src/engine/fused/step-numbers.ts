/** The numbers of one step that are not in its kernels: the hyper-parameter block of step.wgsl. */
import { fixedAdaCosScale } from '../../losses/scaleRule';
import { BATCH_NORM } from '../../models/layout';
import type { LearnerConfig, StepHyper } from '../engine';
import type { Gpu } from './gpu';

/** Steps that one submit may hold: each has a slot of its own for its numbers. */
export const STEP_SLOTS = 16;

const SLOT_BYTES = 256;

export interface StepNumbers {
  readonly learningRate?: number;
  readonly fixedScale?: number;
  readonly capCosine?: number;
  readonly correction1: number;
  readonly correction2: number;
  readonly number: number;
  readonly slot: number;
  readonly keeps?: number;
}

/** The layout of `Step` in step.wgsl. */
export function uniformOf(numbers: StepNumbers): ArrayBuffer {
  const bytes = new ArrayBuffer(32);
  const floats = new Float32Array(bytes);
  const integers = new Uint32Array(bytes);
  floats[0] = numbers.learningRate ?? 0;
  floats[1] = numbers.fixedScale ?? 0;
  floats[2] = numbers.capCosine ?? 0;
  floats[3] = numbers.correction1;
  floats[4] = numbers.correction2;
  integers[5] = numbers.number;
  integers[6] = numbers.slot;
  integers[7] = numbers.keeps ?? 0;
  return bytes;
}

/** @param step counted from 1 */
export function trainingNumbers(
  { loss, optimiser, classes }: LearnerConfig,
  step: number,
  slot: number,
  hyper: StepHyper,
): StepNumbers {
  const adamw = optimiser.kind === 'adamw' ? optimiser : null;
  const constant = loss.kind === 'normalised-softmax' ? loss.scale : fixedAdaCosScale(classes);
  const cap = hyper.capAngleRad ?? (loss.kind === 'dynamic-adacos' ? loss.capAngleRad : 0);
  const keeps = loss.kind === 'dynamic-adacos' && loss.firstStep === 'paper' && step === 1 ? 1 : 0;
  return {
    learningRate: hyper.learningRate,
    fixedScale: hyper.fixedScale ?? constant,
    capCosine: Math.cos(cap),
    correction1: adamw === null ? 1 : 1 / (1 - adamw.beta1 ** step),
    correction2: adamw === null ? 1 : 1 / (1 - adamw.beta2 ** step),
    number: step,
    slot,
    keeps,
  };
}

/** @param trained steps so far, which say how much of the running averages is still their initial value */
export function inferenceNumbers(trained: number): StepNumbers {
  const remainder = trained === 0 ? 0 : BATCH_NORM.momentum ** trained;
  const left = remainder < 1e-7 ? 0 : remainder;
  return { correction1: left, correction2: 0, number: 0, slot: 0 };
}

/** The slots on the device, as the second bind group of a plan's dispatches. */
export class StepSlots {
  readonly group: GPUBindGroup;
  readonly #gpu: Gpu;
  readonly #buffer: GPUBuffer;

  constructor(gpu: Gpu) {
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    this.#gpu = gpu;
    this.#buffer = gpu.buffer('step numbers', SLOT_BYTES * STEP_SLOTS, UNIFORM | COPY_DST);
    this.group = gpu.device.createBindGroup({
      label: 'step',
      layout: gpu.groupLayout('step'),
      entries: [{ binding: 0, resource: { buffer: this.#buffer, size: SLOT_BYTES } }],
    });
  }

  /** Where a plan finds the numbers of a slot. */
  at(slot: number): { readonly group: GPUBindGroup; readonly offsets: readonly number[] } {
    return { group: this.group, offsets: [slot * SLOT_BYTES] };
  }

  write(slot: number, numbers: StepNumbers): void {
    this.#gpu.device.queue.writeBuffer(this.#buffer, slot * SLOT_BYTES, uniformOf(numbers));
  }

  dispose(): void {
    this.#gpu.free(this.#buffer);
  }
}
