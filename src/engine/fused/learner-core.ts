/**
 * One learner's part of a device: its state in buffers and its plans. It is gone when the device is; what
 * outlives it (snapshots, the steps since) is the learner's own business.
 */

import { fixedAdaCosScale } from '../../losses/scaleRule';
import { BATCH_NORM } from '../../models/layout';
import type { BatchPlan, LearnerConfig, LearnerState, PlanDescription, StepHyper } from '../engine';
import { planArena } from './arena';
import type { Batches } from './batches';
import type { DeviceChoices } from './choices';
import { describePlan, measurePlan } from './describe';
import { type Gpu, NoMemoryLeft } from './gpu';
import { slotLength } from './head';
import { type Dispatch, inBuffer, type Tensor } from './kernel';
import { type Layout, pad, padRunning, runningKinds, unpad, unpadRunning } from './layout';
import { Plan } from './plan';
import type { Reader } from './reader';
import type { Recorder } from './recorder';
import { type Concession, KernelRefused, NoKernelLeft } from './refusals';
import type { ScratchPool } from './scratch';
import {
  inferencePass,
  type LearnerTensors,
  type PlanInput,
  trainingRequests,
  trainingStep,
} from './training-plan';
import type { Tuner } from './tuner';

/** Steps that one submit may hold. */
export const STEP_SLOTS = 16;

const UNIFORM_BYTES = 256;

export interface CoreHost {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly recorder: Recorder;
  readonly reader: Reader;
  readonly choices: DeviceChoices;
  /** Decides which kernels a network's shapes get; `null` takes the likely best. */
  readonly tuner: Tuner | null;
  /** `null` before faces are loaded. */
  batches(): Batches;
  /** Maps are stored in another way from now on: whatever was made for the old one is to be made anew. */
  mapsChanged(): Promise<void>;
}

/** A plan for one batch size, with the ring its numbers go to. */
interface Run {
  readonly plan: Plan;
  readonly ring: GPUBuffer;
  readonly slotBytes: number;
  readonly constants: readonly GPUBuffer[];
  /** Unit embeddings, inference only. */
  readonly units: Tensor | null;
}

/** A run whose plan is not made yet. */
type Draft = Omit<Run, 'plan'> & { readonly dispatches: readonly Dispatch[] };

/** Called with a step's packed numbers, or with what went wrong. */
export type Arrive = (values: Float32Array | Error) => void;

interface Waiting {
  readonly run: Run;
  readonly slot: number;
  readonly arrive: Arrive;
}

export class LearnerCore {
  readonly #host: CoreHost;
  readonly #config: LearnerConfig;
  readonly #layout: Layout;
  readonly #tensors: LearnerTensors;
  readonly #buffers: Readonly<Record<keyof LearnerTensors, GPUBuffer>>;
  readonly #uniform: GPUBuffer;
  readonly #group: GPUBindGroup;
  readonly #training = new Map<number, Run>();
  readonly #inference = new Map<number, Run>();
  /** Steps recorded since the last submit. */
  #waiting: Waiting[] = [];
  #copies: { waiting: Waiting; read(): Promise<Float32Array> }[] = [];
  #disposed = false;

  constructor(host: CoreHost, config: LearnerConfig, layout: Layout) {
    this.#host = host;
    this.#config = config;
    this.#layout = layout;
    const { gpu } = host;
    const slots = config.optimiser.kind === 'sgd' ? 1 : 2;
    // The largest first: what does not fit must not leave others behind.
    gpu.assertFits('the optimiser slots', 4 * slots * layout.length);
    const store = (label: string, length: number): GPUBuffer => gpu.storage(label, 4 * length);
    this.#buffers = {
      parameters: store('parameters', layout.length),
      gradient: store('gradient', layout.length),
      slots: store('optimiser slots', slots * layout.length),
      running: store('running statistics', layout.runningLength),
      kinds: store('kinds of running statistics', layout.runningLength),
      norms: store('batch norms', layout.runningLength),
      state: store('scale', 1),
    };
    gpu.device.queue.writeBuffer(this.#buffers.kinds, 0, runningKinds(layout));
    const tensor = (name: keyof LearnerTensors) => inBuffer(name, this.#buffers[name]);
    this.#tensors = {
      parameters: tensor('parameters'),
      gradient: tensor('gradient'),
      slots: tensor('slots'),
      running: tensor('running'),
      kinds: tensor('kinds'),
      norms: tensor('norms'),
      state: tensor('state'),
    };
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    this.#uniform = gpu.buffer('step numbers', UNIFORM_BYTES * STEP_SLOTS, UNIFORM | COPY_DST);
    this.#group = gpu.device.createBindGroup({
      label: 'step',
      layout: gpu.groupLayout('step'),
      entries: [{ binding: 0, resource: { buffer: this.#uniform, size: UNIFORM_BYTES } }],
    });
  }

  /** Compiles everything a batch of `batch` images needs, so that the first step need not. */
  async prepare(
    batch: number,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<void> {
    while (!this.#training.has(batch) && !this.#disposed) {
      const batches = this.#host.batches();
      try {
        await this.#prepare(batch, batches, onProgress);
      } catch (error) {
        if (!(await this.#mended(error, batches))) throw error;
      }
    }
  }

  async #prepare(
    batch: number,
    batches: Batches,
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    const { gpu, pool, tuner } = this.#host;
    const inputs = await batches.source(batch, 'training');
    if (tuner !== null) {
      const requests = trainingRequests(this.#config, this.#layout, batch, gpu);
      await tuner.tune(gpu, pool, requests);
    }
    const made = await gpu.checked(
      'the metrics of a training step',
      () => this.#list(batch, inputs, 'training'),
      (refused) => this.#drop(refused),
    );
    // What does not fit is told before minutes are spent on compiling.
    await this.#compile(made, onProgress);
    if (this.#outdated(batches) || this.#training.has(batch)) this.#drop(made);
    else
      await this.#keep(this.#training, batch, made, 'the intermediate results of a training step');
  }

  /** Makes a run and keeps it; none is kept that the GPU has no memory for. */
  async #keep(runs: Map<number, Run>, batch: number, made: Draft, what: string): Promise<void> {
    const keep = (): void => {
      runs.set(batch, this.#run(made));
    };
    await this.#host.gpu.checked(what, keep, () => {
      const run = runs.get(batch);
      // Others may have dropped it already.
      if (run?.ring === made.ring && runs.delete(batch)) this.#dropRun(run);
    });
  }

  /** Whether it is worth another try, with less memory for the faces or with other kernels. */
  async #mended(error: unknown, batches: Batches): Promise<boolean> {
    if (error instanceof NoMemoryLeft) return this.#outdated(batches) || batches.stepBack();
    const { gpu } = this.#host;
    const { refusals, maps } = gpu;
    let instead: Concession | null = null;
    if (error instanceof KernelRefused && (await gpu.alive())) instead = refusals.note(error);
    else if (error instanceof NoKernelLeft) instead = refusals.noteNoneLeft(maps);
    if (instead === 'maps') await this.#host.mapsChanged();
    return instead !== null;
  }

  async #compile(made: Draft, onProgress?: (done: number, total: number) => void): Promise<void> {
    const { gpu } = this.#host;
    try {
      for (const size of planArena(made.dispatches).sizes) {
        gpu.assertFits('the intermediate results of a step', size);
      }
      await gpu.compile(made.dispatches, onProgress);
    } catch (error) {
      this.#drop(made);
      throw error;
    }
  }

  /** Sizes of the batches it is ready to train on. */
  get sizes(): readonly number[] {
    return [...this.#training.keys()];
  }

  /** The plan of a training step: for batches of `batch` images, or the one made last; `null` before any. */
  plan(batch?: number): Plan | null {
    const sizes = [...this.#training.keys()];
    const size = batch ?? sizes.at(-1);
    return size === undefined ? null : (this.#training.get(size)?.plan ?? null);
  }

  /**
   * The kernels of a training step. Measuring runs them over and over: whoever needs the state keeps it
   * meanwhile and puts it back.
   */
  async describe({ measure }: { readonly measure: boolean }): Promise<PlanDescription | null> {
    const batch = [...this.#training.keys()].at(-1);
    const plan = this.plan();
    if (batch === undefined || plan === null) return null;
    const { gpu, recorder, tuner } = this.#host;
    recorder.flush();
    const resident = Object.values(this.#buffers).reduce((sum, { size }) => sum + size, 0);
    return describePlan({
      batch,
      gathering: this.#host.batches().dispatchOf(batch),
      plan,
      residentBytes: resident,
      times: measure ? await measurePlan(gpu, plan, { group: this.#group, offsets: [0] }) : null,
      tuning: tuner?.record ?? null,
    });
  }

  /** Records one step on `batch`; `arrive` gets its numbers when the GPU has them. */
  step(batch: BatchPlan, token: object, step: number, hyper: StepHyper, arrive: Arrive): void {
    const { recorder } = this.#host;
    const size = batch.indices.length;
    const run = this.#trainingRun(size);
    // Either may submit what was recorded, after which slots are counted anew.
    this.#host.batches().gather(batch, token, 'training');
    if (this.#waiting.length === STEP_SLOTS) recorder.flush();
    const slot = this.#waiting.length;
    this.#write(slot, step, hyper);
    run.plan.encode(recorder.pass(), {
      group: this.#group,
      offsets: [slot * UNIFORM_BYTES],
    });
    this.#waiting.push({ run, slot, arrive });
    recorder.notify(this.#listener);
  }

  /**
   * Runs one chunk of images in inference mode. `trained`: steps so far, which say how much of the
   * running averages is still their initial value.
   */
  async infer(
    indices: Uint32Array,
    trained: number,
    want: 'numbers' | 'embeddings',
  ): Promise<Float32Array> {
    const { recorder, reader } = this.#host;
    const size = indices.length;
    const run = await this.#inferenceRun(size);
    // What waits has its numbers in the slots; inference borrows the first.
    recorder.flush();
    const plan: BatchPlan = {
      step: 0,
      indices,
      seed: 0,
      augmentation: { flip: false, shift: 0 },
    };
    this.#host.batches().gather(plan, plan, 'inference');
    const remainder = trained === 0 ? 0 : BATCH_NORM.momentum ** trained;
    const left = remainder < 1e-7 ? 0 : remainder;
    this.#host.gpu.device.queue.writeBuffer(
      this.#uniform,
      0,
      uniformOf({ correction1: left, correction2: 0, number: 0, slot: 0 }),
    );
    run.plan.encode(recorder.pass(), { group: this.#group, offsets: [0] });
    const encoder = recorder.between();
    const copy =
      want === 'numbers'
        ? reader.copy(encoder, run.ring, 0, run.slotBytes)
        : this.#copyUnits(encoder, run);
    recorder.flush();
    return copy.read();
  }

  /** Records a copy of the whole state as it is after everything recorded so far. */
  save(): { read(): Promise<Omit<LearnerState, 'step'>> } {
    const { recorder, reader } = this.#host;
    const encoder = recorder.between();
    const copy = (buffer: GPUBuffer) => reader.copy(encoder, buffer, 0, buffer.size);
    const parameters = copy(this.#buffers.parameters);
    const slots = copy(this.#buffers.slots);
    const running = copy(this.#buffers.running);
    const state = copy(this.#buffers.state);
    return {
      read: async () => {
        const [values, moments, statistics, scale] = await Promise.all([
          parameters.read(),
          slots.read(),
          running.read(),
          state.read(),
        ]);
        const { length, plainLength } = this.#layout;
        const count = moments.length / length;
        const plain = new Float32Array(count * plainLength);
        for (let slot = 0; slot < count; slot += 1) {
          const one = moments.subarray(slot * length, (slot + 1) * length);
          plain.set(unpad(this.#layout, one), slot * plainLength);
        }
        return {
          parameters: unpad(this.#layout, values),
          slots: plain,
          runningStatistics: unpadRunning(this.#layout, statistics),
          scale: this.#config.loss.kind === 'softmax' ? null : scale[0]!,
        };
      },
    };
  }

  /** Puts a state in, after everything recorded so far. */
  load(state: Omit<LearnerState, 'step'>): void {
    this.#host.recorder.flush();
    const { queue } = this.#host.gpu.device;
    const { length, plainLength } = this.#layout;
    queue.writeBuffer(this.#buffers.parameters, 0, pad(this.#layout, state.parameters));
    const count = state.slots.length / plainLength;
    for (let slot = 0; slot < count; slot += 1) {
      const one = state.slots.subarray(slot * plainLength, (slot + 1) * plainLength);
      queue.writeBuffer(this.#buffers.slots, 4 * slot * length, pad(this.#layout, one));
    }
    const running = padRunning(this.#layout, state.runningStatistics);
    queue.writeBuffer(this.#buffers.running, 0, running);
    queue.writeBuffer(this.#buffers.state, 0, Float32Array.of(state.scale ?? 1));
  }

  /** The gradient of the last step, plain; for tests. */
  async gradient(): Promise<Float32Array> {
    const { recorder, reader } = this.#host;
    const { gradient } = this.#buffers;
    const copy = reader.copy(recorder.between(), gradient, 0, gradient.size);
    recorder.flush();
    return unpad(this.#layout, await copy.read());
  }

  /** Drops all plans: the buffers that batches came in are about to go. */
  forgetPlans(): void {
    this.#host.recorder.flush();
    for (const run of [...this.#training.values(), ...this.#inference.values()]) this.#dropRun(run);
    this.#training.clear();
    this.#inference.clear();
  }

  dispose(): void {
    this.#disposed = true;
    this.forgetPlans();
    const { gpu } = this.#host;
    for (const buffer of Object.values(this.#buffers)) gpu.free(buffer);
    gpu.free(this.#uniform);
  }

  readonly #listener = {
    beforeSubmit: (encoder: GPUCommandEncoder) => {
      const { reader } = this.#host;
      this.#copies = this.#waiting.map((waiting) => {
        const { run, slot } = waiting;
        return {
          waiting,
          ...reader.copy(encoder, run.ring, slot * run.slotBytes, run.slotBytes),
        };
      });
      this.#waiting = [];
    },
    afterSubmit: () => {
      for (const { waiting, read } of this.#copies) {
        read().then(waiting.arrive, (error: unknown) => {
          waiting.arrive(error instanceof Error ? error : new Error(String(error)));
        });
      }
      this.#copies = [];
    },
  };

  #trainingRun(batch: number): Run {
    const known = this.#training.get(batch);
    if (known !== undefined) return known;
    const inputs = this.#host.batches().sourceNow(batch, 'training');
    const run = this.#run(this.#list(batch, inputs, 'training'));
    this.#training.set(batch, run);
    return run;
  }

  async #inferenceRun(batch: number): Promise<Run> {
    for (;;) {
      const known = this.#inference.get(batch);
      if (known !== undefined) return known;
      if (this.#disposed) throw new RangeError('the learner was disposed');
      const batches = this.#host.batches();
      try {
        await this.#prepareInference(batch, batches);
      } catch (error) {
        if (!(await this.#mended(error, batches))) throw error;
      }
    }
  }

  async #prepareInference(batch: number, batches: Batches): Promise<void> {
    const inputs = await batches.source(batch, 'inference');
    const made = this.#list(batch, inputs, 'inference');
    await this.#compile(made);
    if (this.#outdated(batches) || this.#inference.has(batch)) this.#drop(made);
    else
      await this.#keep(this.#inference, batch, made, 'the intermediate results of an evaluation');
  }

  /** Whether a plan for these batches is of no use any more: kernels were compiled, and time passed. */
  #outdated(batches: Batches): boolean {
    return this.#disposed || this.#host.batches() !== batches;
  }

  #dropRun(run: Run): void {
    run.plan.dispose();
    this.#drop(run);
  }

  #drop({ ring, constants }: Pick<Run, 'ring' | 'constants'>): void {
    const { gpu } = this.#host;
    for (const buffer of [ring, ...constants]) gpu.free(buffer);
  }

  #list(batch: number, inputs: PlanInput['inputs'], mode: 'training' | 'inference'): Draft {
    const { gpu, choices } = this.#host;
    const slotBytes = 4 * slotLength(batch);
    const slots = mode === 'training' ? STEP_SLOTS : 1;
    const ring = gpu.storage('metrics ring', slots * slotBytes);
    const constants: GPUBuffer[] = [];
    const input: PlanInput = {
      config: this.#config,
      layout: this.#layout,
      batch,
      tensors: this.#tensors,
      inputs,
      ring: inBuffer('ring', ring),
      choices,
      constant: (label, values) => {
        const buffer = gpu.storage(label, values.byteLength);
        gpu.device.queue.writeBuffer(buffer, 0, values);
        constants.push(buffer);
        return inBuffer(label, buffer);
      },
    };
    try {
      const made =
        mode === 'training' ? { ...trainingStep(input), units: null } : inferencePass(input);
      const dispatches = made.dispatches.map((one) => ({
        ...one,
        shape: one.shape + gpu.refusals.remark(one),
      }));
      return { dispatches, units: made.units, ring, slotBytes, constants };
    } catch (error) {
      this.#drop({ ring, constants });
      throw error;
    }
  }

  #run(made: Draft): Run {
    const { gpu, pool } = this.#host;
    const { dispatches, units, ...rest } = made;
    const plan = Plan.createNow(gpu, pool, dispatches, units === null ? [] : [units]);
    return { plan, units, ...rest };
  }

  #copyUnits(encoder: GPUCommandEncoder, run: Run) {
    const units = run.units!;
    const { buffer, offset } = run.plan.bufferOf(units);
    return this.#host.reader.copy(encoder, buffer, offset, 4 * units.length);
  }

  #write(slot: number, step: number, hyper: StepHyper): void {
    const { loss, optimiser, classes } = this.#config;
    const { queue } = this.#host.gpu.device;
    const adamw = optimiser.kind === 'adamw' ? optimiser : null;
    const constant = loss.kind === 'normalised-softmax' ? loss.scale : fixedAdaCosScale(classes);
    const cap = hyper.capAngleRad ?? (loss.kind === 'dynamic-adacos' ? loss.capAngleRad : 0);
    const keeps =
      loss.kind === 'dynamic-adacos' && loss.firstStep === 'paper' && step === 1 ? 1 : 0;
    const values = uniformOf({
      learningRate: hyper.learningRate,
      fixedScale: hyper.fixedScale ?? constant,
      capCosine: Math.cos(cap),
      correction1: adamw === null ? 1 : 1 / (1 - adamw.beta1 ** step),
      correction2: adamw === null ? 1 : 1 / (1 - adamw.beta2 ** step),
      number: step,
      slot,
      keeps,
    });
    queue.writeBuffer(this.#uniform, slot * UNIFORM_BYTES, values);
  }
}

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
