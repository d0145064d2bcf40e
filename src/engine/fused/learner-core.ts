/**
 * One learner's part of a device: its state, its plans, and the steps that were recorded and not read. It is
 * gone when the device is; what outlives it (snapshots, the steps since) is the learner's own business.
 */
import type { BatchPlan, LearnerConfig, PlanDescription, StepHyper } from '../engine';
import { describePlan, measurePlan } from './describe';
import type { Layout } from './layout';
import { type Numbers, StateBuffers } from './learner-state';
import type { Plan } from './plan';
import type { Reader } from './reader';
import { type Run, Runs, type RunsHost } from './runs';
import { inferenceNumbers, STEP_SLOTS, StepSlots, trainingNumbers } from './step-numbers';

export interface CoreHost extends RunsHost {
  readonly reader: Reader;
}

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
  readonly #state: StateBuffers;
  readonly #runs: Runs;
  readonly #slots: StepSlots;
  /** Steps recorded since the last submit. */
  #waiting: Waiting[] = [];
  #copies: { waiting: Waiting; read(): Promise<Float32Array> }[] = [];

  constructor(host: CoreHost, config: LearnerConfig, layout: Layout) {
    this.#host = host;
    this.#config = config;
    this.#state = new StateBuffers(host, config, layout);
    this.#runs = new Runs(host, config, layout, this.#state.tensors);
    this.#slots = new StepSlots(host.gpu);
  }

  /** Compiles everything a batch of `batch` images needs, so that the first step need not. */
  async prepare(batch: number, onProgress?: (done: number, total: number) => void): Promise<void> {
    await this.#runs.prepare(batch, 'training', onProgress);
  }

  /** Batch sizes it is ready to train on. */
  get sizes(): readonly number[] {
    return this.#runs.sizes;
  }

  /** The plan of a training step: for batches of `batch` images, or the one made last; `null` before any. */
  plan(batch = this.sizes.at(-1)): Plan | null {
    return batch === undefined ? null : (this.#runs.training(batch)?.plan ?? null);
  }

  /**
   * The kernels of a training step. Measuring runs them over and over: whoever needs the state keeps it
   * meanwhile and puts it back.
   */
  async describe({ measure }: { readonly measure: boolean }): Promise<PlanDescription | null> {
    const batch = this.sizes.at(-1);
    const plan = this.plan();
    if (batch === undefined || plan === null) return null;
    const { gpu, recorder, tuner } = this.#host;
    recorder.flush();
    return describePlan({
      batch,
      gathering: this.#host.batches().dispatchOf(batch),
      plan,
      residentBytes: this.#state.bytes,
      times: measure ? await measurePlan(gpu, plan, this.#slots.at(0)) : null,
      tuning: tuner?.record ?? null,
    });
  }

  /** Records one step on `batch`; `arrive` gets its numbers when the GPU has them. */
  step(batch: BatchPlan, token: object, step: number, hyper: StepHyper, arrive: Arrive): void {
    const { recorder } = this.#host;
    const run = this.#runs.trainingNow(batch.indices.length);
    // Either may submit what was recorded, after which slots are counted anew.
    this.#host.batches().gather(batch, token, 'training');
    if (this.#waiting.length === STEP_SLOTS) recorder.flush();
    const slot = this.#waiting.length;
    this.#slots.write(slot, trainingNumbers(this.#config, step, slot, hyper));
    run.plan.encode(recorder.pass(), this.#slots.at(slot));
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
    const run = await this.#runs.inference(indices.length);
    // What waits has its numbers in the slots; inference borrows the first.
    recorder.flush();
    const augmentation = { flip: false, shift: 0 };
    const plan: BatchPlan = { step: 0, indices, seed: 0, augmentation };
    this.#host.batches().gather(plan, plan, 'inference');
    this.#slots.write(0, inferenceNumbers(trained));
    run.plan.encode(recorder.pass(), this.#slots.at(0));
    const encoder = recorder.between();
    const copy =
      want === 'numbers'
        ? reader.copy(encoder, run.ring, 0, run.slotBytes)
        : this.#copyUnits(encoder, run);
    recorder.flush();
    return copy.read();
  }

  /** Records a copy of the whole state as it is after everything recorded so far. */
  save(): { read(): Promise<Numbers> } {
    return this.#state.save();
  }

  /** Puts a state in, after everything recorded so far. */
  load(state: Numbers): void {
    this.#state.load(state);
  }

  /** The gradient of the last step, plain; for tests. */
  gradient(): Promise<Float32Array> {
    return this.#state.gradient();
  }

  /** Drops all plans: the buffers that batches came in are about to go. */
  forgetPlans(): void {
    this.#runs.forget();
  }

  dispose(): void {
    this.#runs.dispose();
    this.#state.dispose();
    this.#slots.dispose();
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

  #copyUnits(encoder: GPUCommandEncoder, run: Run) {
    const units = run.units!;
    const { buffer, offset } = run.plan.bufferOf(units);
    return this.#host.reader.copy(encoder, buffer, offset, 4 * units.length);
  }
}
