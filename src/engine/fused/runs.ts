/**
 * A learner's plans, one for every size of batch, made when they are first wanted. What the GPU has no memory
 * for, or its driver no patience with, is tried again with less or with other kernels.
 */
import type { LearnerConfig } from '../engine';
import { planArena } from './arena';
import type { Batches } from './batches';
import type { DeviceChoices } from './choices';
import { type Gpu, NoMemoryLeft } from './gpu';
import { slotLength } from './head';
import { type Dispatch, inBuffer, type Tensor } from './kernel';
import type { Layout } from './layout';
import { Plan } from './plan';
import type { Recorder } from './recorder';
import { type Concession, KernelRefused, NoKernelLeft } from './refusals';
import type { ScratchPool } from './scratch';
import { STEP_SLOTS } from './step-numbers';
import {
  type BatchTensors,
  inferencePass,
  type LearnerTensors,
  type PlanInput,
  trainingRequests,
  trainingStep,
} from './training-plan';
import type { Tuner } from './tuner';

export interface RunsHost {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly recorder: Recorder;
  readonly choices: DeviceChoices;
  /** Decides which kernels a network's shapes get; `null` takes the likely best. */
  readonly tuner: Tuner | null;
  /** @throws RangeError before faces are loaded */
  batches(): Batches;
  /** Maps are stored in another way from now on: whatever was made for the old one is to be made anew. */
  mapsChanged(): Promise<void>;
}

/** A plan for one batch size, with the ring its numbers go to. */
export interface Run {
  readonly plan: Plan;
  readonly ring: GPUBuffer;
  readonly slotBytes: number;
  readonly constants: readonly GPUBuffer[];
  /** Unit embeddings, inference only. */
  readonly units: Tensor | null;
}

/** A run whose plan is not made yet. */
type Draft = Omit<Run, 'plan'> & { readonly dispatches: readonly Dispatch[] };

type Mode = 'training' | 'inference';
type OnProgress = (done: number, total: number) => void;

const RESULTS = {
  training: 'the intermediate results of a training step',
  inference: 'the intermediate results of an evaluation',
} as const satisfies Record<Mode, string>;

export class Runs {
  readonly #host: RunsHost;
  readonly #config: LearnerConfig;
  readonly #layout: Layout;
  readonly #tensors: LearnerTensors;
  /** By batch size. */
  readonly #made: Readonly<Record<Mode, Map<number, Run>>> = {
    training: new Map(),
    inference: new Map(),
  };
  #disposed = false;

  constructor(host: RunsHost, config: LearnerConfig, layout: Layout, tensors: LearnerTensors) {
    this.#host = host;
    this.#config = config;
    this.#layout = layout;
    this.#tensors = tensors;
  }

  /** Batch sizes it is ready to train on, the one made last at the end. */
  get sizes(): readonly number[] {
    return [...this.#made.training.keys()];
  }

  /** `null` where there is none yet. */
  training(batch: number): Run | null {
    return this.#made.training.get(batch) ?? null;
  }

  /** Compiles everything a batch of `batch` images needs; does nothing once it was disposed. */
  async prepare(batch: number, mode: Mode, onProgress?: OnProgress): Promise<void> {
    while (!this.#made[mode].has(batch) && !this.#disposed) {
      const batches = this.#host.batches();
      try {
        await this.#prepare(batch, mode, batches, onProgress);
      } catch (error) {
        if (!(await this.#mended(error, batches))) throw error;
      }
    }
  }

  /** At once; what was not prepared holds the thread up. */
  trainingNow(batch: number): Run {
    const known = this.#made.training.get(batch);
    if (known !== undefined) return known;
    const inputs = this.#host.batches().sourceNow(batch, 'training');
    const run = this.#run(this.#draft(batch, inputs, 'training'));
    this.#made.training.set(batch, run);
    return run;
  }

  /** @throws RangeError where the learner was disposed meanwhile */
  async inference(batch: number): Promise<Run> {
    for (;;) {
      const known = this.#made.inference.get(batch);
      if (known !== undefined) return known;
      if (this.#disposed) throw new RangeError('the learner was disposed');
      await this.prepare(batch, 'inference');
    }
  }

  /** Drops all plans: the buffers that batches came in are about to go. */
  forget(): void {
    this.#host.recorder.flush();
    for (const runs of Object.values(this.#made)) {
      for (const run of runs.values()) this.#dropRun(run);
      runs.clear();
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.forget();
  }

  async #prepare(
    batch: number,
    mode: Mode,
    batches: Batches,
    onProgress?: OnProgress,
  ): Promise<void> {
    const { gpu, pool, tuner } = this.#host;
    const runs = this.#made[mode];
    const inputs = await batches.source(batch, mode);
    if (tuner !== null && mode === 'training') {
      await tuner.tune(gpu, pool, trainingRequests(this.#config, this.#layout, batch, gpu));
    }
    const made = await gpu.checked(
      'the metrics of a step',
      () => this.#draft(batch, inputs, mode),
      (refused) => this.#drop(refused),
    );
    await this.#compile(made, mode, onProgress);
    if (this.#outdated(batches) || runs.has(batch)) {
      this.#drop(made);
      return;
    }
    const keep = (): void => {
      runs.set(batch, this.#run(made));
    };
    await gpu.checked(RESULTS[mode], keep, () => {
      const run = runs.get(batch);
      // Others may have dropped it already.
      if (run?.ring === made.ring && runs.delete(batch)) this.#dropRun(run);
    });
  }

  async #compile(made: Draft, mode: Mode, onProgress?: OnProgress): Promise<void> {
    const { gpu } = this.#host;
    try {
      // What does not fit is told before minutes are spent on compiling.
      for (const size of planArena(made.dispatches).sizes) gpu.assertFits(RESULTS[mode], size);
      await gpu.compile(made.dispatches, onProgress);
    } catch (error) {
      this.#drop(made);
      throw error;
    }
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

  /** Whether a plan for these batches is of no use any more: kernels were compiled, and time passed. */
  #outdated(batches: Batches): boolean {
    return this.#disposed || this.#host.batches() !== batches;
  }

  #draft(batch: number, inputs: BatchTensors, mode: Mode): Draft {
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

  #run({ dispatches, units, ...rest }: Draft): Run {
    const { gpu, pool } = this.#host;
    const plan = Plan.createNow(gpu, pool, dispatches, units === null ? [] : [units]);
    return { plan, units, ...rest };
  }

  #dropRun(run: Run): void {
    run.plan.dispose();
    this.#drop(run);
  }

  #drop({ ring, constants }: Pick<Run, 'ring' | 'constants'>): void {
    for (const buffer of [ring, ...constants]) this.#host.gpu.free(buffer);
  }
}
