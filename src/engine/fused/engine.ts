/**
 * The product's own engine: WebGPU training as a static plan. It owns a device or shares one, keeps the
 * faces on it, and replaces it when it is lost, with every learner as it was.
 */
import type { FaceSet } from '../../data/types';
import { type FoundAdapter, openDevice } from '../adapter';
import type {
  BatchPlan,
  Engine,
  EngineMemory,
  EngineReport,
  Learner,
  LearnerConfig,
  PlanDescription,
} from '../engine';
import { EngineError } from '../errors';
import { Batches } from './batches';
import { candidatesOf } from './candidates';
import { choicesFor, type DeviceChoices, filterParts } from './choices';
import type { ConvShape } from './conv';
import { FACES_BUDGET, FacesRoom } from './faces';
import { Gpu, NoMemoryLeft } from './gpu';
import { MAX_BATCH } from './head';
import { layoutOf } from './layout';
import { type FusedBatch, FusedLearner, type LearnerHost } from './learner';
import { LearnerCore } from './learner-core';
import { Reader } from './reader';
import { Recorder } from './recorder';
import { type KernelRefused, Refusals } from './refusals';
import { ScratchPool } from './scratch';
import type { StorageChoice } from './storage';
import { Tuner, type TuningStore } from './tuner';
import { tuningKey } from './version';

/** Everything that is gone with a device. */
interface Session {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly recorder: Recorder;
  readonly reader: Reader;
  readonly choices: DeviceChoices;
  readonly tuner: Tuner | null;
  readonly cores: Map<FusedLearner, LearnerCore>;
  batches: Batches | null;
  lost: boolean;
  /** Why the engine gave the device up itself, for a person; `null` where it did not. */
  givenUp: string | null;
}

export interface FusedOptions {
  /** Finds the adapter again after a loss; the same one a page would get. */
  readonly findAdapter: () => Promise<FoundAdapter | null>;
  /** The engine stopped working for good. */
  readonly onFailure: (error: EngineError) => void;
  /** A device was lost and is being replaced; why it was lost, one sentence. */
  readonly onRecovering?: (reason: string) => void;
  /** A lost device was replaced and training goes on; why it was lost, one sentence. */
  readonly onRecovered: (reason: string) => void;
  /**
   * How the network's maps are stored between kernels; absent for float32. Halves take half the memory and
   * bandwidth, and about three digits of each number are left. Everything is computed in float32 all the
   * same, and parameters and their gradients stay float32.
   */
  readonly storage?: StorageChoice;
  /** Bytes of pixels that may stay on the GPU. */
  readonly facesBudget?: number;
  /**
   * Whether kernels are chosen by measuring, and where what was found is kept between visits (`null`:
   * nowhere). Without it every shape gets the kernel that is likely best on this kind of adapter.
   */
  readonly tuning?: { readonly store: TuningStore | null; readonly budgetMs: number };
  readonly now?: () => number;
}

/**
 * How long a loss may take to be announced after the first call that failed for it. A browser whose GPU
 * process is busy compiling has taken most of a second.
 */
const LOSS_NEWS_MS = 5000;

/** Devices that are lost again and again, without a step between, are given up. */
const MAX_LOSSES_IN_A_ROW = 3;

export class FusedEngine implements Engine {
  readonly report: EngineReport;
  readonly #options: FusedOptions;
  readonly #learners = new Set<FusedLearner>();
  #session: Session | null = null;
  #ready: Promise<void> = Promise.resolve();
  #faces: FaceSet | null = null;
  #room: FacesRoom;
  #closed = false;
  #failure: EngineError | null = null;
  #losses = 0;
  #tuner: Tuner | null = null;
  #refused: { readonly adapter: string; readonly refusals: Refusals } | null = null;

  private constructor(report: EngineReport, options: FusedOptions) {
    this.report = report;
    this.#options = options;
    this.#room = this.#newRoom();
  }

  /** @throws EngineError where the adapter gives no device */
  static async open(
    found: FoundAdapter,
    report: EngineReport,
    options: FusedOptions,
  ): Promise<FusedEngine> {
    const engine = new FusedEngine(report, options);
    engine.#session = await engine.#open(found);
    return engine;
  }

  /** The device, for TensorFlow.js to share; `null` while a lost one is being replaced. */
  get device(): GPUDevice | null {
    return this.#session?.gpu.device ?? null;
  }

  get gpu(): Gpu | null {
    return this.#session?.gpu ?? null;
  }

  loadFaces(faces: FaceSet): void {
    this.#faces = faces;
    this.#room = this.#newRoom();
    const session = this.#session;
    if (session === null) return;
    for (const core of session.cores.values()) core.forgetPlans();
    session.batches?.dispose();
    session.batches = this.#batchesOf(session, faces);
  }

  prepareBatch(plan: BatchPlan): FusedBatch {
    const faces = this.#requireFaces();
    const { indices, augmentation, step } = plan;
    if (!Number.isSafeInteger(augmentation.shift) || augmentation.shift < 0) {
      throw new RangeError(`shift must be a whole number of pixels, not ${augmentation.shift}`);
    }
    const { erase = 0 } = augmentation;
    if (!(erase >= 0 && erase <= 1)) {
      throw new RangeError(`the share to erase must be in 0 … 1, not ${erase}`);
    }
    if (indices.length > MAX_BATCH) {
      throw new RangeError(`a batch of ${indices.length} images is larger than ${MAX_BATCH}`);
    }
    for (const index of indices) {
      if (index >= faces.labels.length) {
        throw new RangeError(`image ${index} of a face set of ${faces.labels.length}`);
      }
    }
    // Kept for as long as a lost device may ask for it again.
    const kept = { ...plan, indices: indices.slice() };
    const labels = this.#labelsOf(indices);
    return { step, size: indices.length, plan: kept, labels, dispose: () => undefined };
  }

  async createLearner(
    config: LearnerConfig,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Learner> {
    await this.#ready;
    this.#assertWorking();
    // Before the initial weights are drawn: what cannot fit the GPU might not fit this thread either.
    this.#session!.gpu.assertFits('the parameters of a learner', parameterBytes(config));
    const learner = new FusedLearner(config, this.#host);
    this.#learners.add(learner);
    for (;;) {
      const session = this.#session!;
      try {
        await this.#furnishOne(session, learner, onProgress);
        return learner;
      } catch (error) {
        const short = error instanceof NoMemoryLeft && !session.lost;
        if (short && (await session.batches?.stepBack())) continue;
        if (this.#closed || (await isFinal(error, session))) {
          learner.dispose();
          throw error;
        }
      }
      // Compiling is when devices are lost most: the next one is prepared like this one.
      await this.#ready;
      this.#assertWorking();
    }
  }

  async #furnishOne(
    session: Session,
    learner: FusedLearner,
    onProgress?: (done: number, total: number) => void,
  ): Promise<void> {
    const core = await session.gpu.checked(
      'the parameters of a learner',
      () => this.#coreOf(session, learner),
      () => dropCore(session, learner),
    );
    learner.attach(core);
    const { batchSize } = learner.config;
    if (batchSize !== undefined && session.batches !== null) {
      await core.prepare(batchSize, onProgress);
    }
  }

  async describe(
    learner: Learner,
    { measure }: { readonly measure: boolean },
  ): Promise<PlanDescription | null> {
    // Learners come from this engine, which makes no other kind.
    const own = learner as FusedLearner;
    const coreNow = (): LearnerCore | null => this.#session?.cores.get(own) ?? null;
    if (!measure) return coreNow()?.describe({ measure }) ?? null;
    const state = await own.exportState();
    try {
      return (await coreNow()?.describe({ measure })) ?? null;
    } finally {
      own.importState(state);
    }
  }

  /** Forgets what was measured: the next learner's shapes are measured again. */
  async resetTuning(): Promise<void> {
    await this.#tuner?.reset();
  }

  memory(): EngineMemory {
    const gpu = this.#session?.gpu;
    return { tensors: gpu?.buffers ?? 0, bytes: gpu?.bytes ?? 0, gpuBytes: gpu?.bytes ?? 0 };
  }

  dispose(): void {
    for (const learner of [...this.#learners]) learner.dispose();
    this.#closed = true;
    const session = this.#session;
    this.#session = null;
    this.#faces = null;
    if (session === null) return;
    session.batches?.dispose();
    session.reader.dispose();
    session.gpu.device.destroy();
  }

  get #host(): LearnerHost {
    return {
      core: (learner) => this.#session?.cores.get(learner) ?? null,
      ready: async () => {
        await this.#ready;
        this.#assertWorking();
      },
      lost: (core) => this.#lost(core),
      labelsOf: (indices) => this.#labelsOf(indices),
      flush: () => this.#session?.recorder.flush(),
      progressed: () => {
        this.#losses = 0;
      },
      now: this.#options.now ?? (() => performance.now()),
      forget: (learner) => this.#forget(learner),
    };
  }

  async #open(found: FoundAdapter): Promise<Session> {
    let opened: Session | null = null;
    const device = await openDevice(
      found,
      (error) => {
        if (opened !== null && !opened.lost) void this.#uncaught(opened, error);
      },
      // Waited for below, whatever the reason: it is replaced.
      () => undefined,
    );
    const { storage = 'float32' } = this.#options;
    const gpu = new Gpu(device, found.facts, {
      storage,
      refusals: this.#refusalsOf(tuningKey(found.facts)),
      onRefused: async (error) => {
        if (opened !== null && !opened.lost) await this.#refusedLate(opened, error);
      },
    });
    const tuner = this.#tunerOf(gpu);
    const session: Session = {
      gpu,
      pool: new ScratchPool(gpu),
      recorder: new Recorder(device),
      reader: new Reader(gpu),
      choices: choicesFor(gpu, tuner),
      tuner,
      cores: new Map(),
      batches: null,
      lost: false,
      givenUp: null,
    };
    opened = session;
    void device.lost.then(({ message }) => {
      session.lost = true;
      if (!this.#closed && this.#session === session) this.#replace(session.givenUp ?? message);
    });
    return session;
  }

  async #uncaught(session: Session, error: EngineError): Promise<void> {
    // Memory that ran out somewhere leaves nobody knows what undone: another device starts with less.
    if (error.code === 'engine/out-of-memory' && session.batches?.noteShortage() === true) {
      giveUp(session, 'it had no memory left, and gets less to hold from now on');
      return;
    }
    // It may come of a kernel whose refusal is not known yet.
    await session.gpu.proven();
    if (!session.lost) this.#fail(error);
  }

  /** Steps that ran a kernel which turns out to be none did nothing: another device takes them again. */
  async #refusedLate(session: Session, error: KernelRefused): Promise<void> {
    // What it leaves undone is nobody's failure.
    session.lost = true;
    if (!(await session.gpu.alive())) return;
    if (session.gpu.refusals.note(error) === null) this.#fail(error);
    else giveUp(session, 'it refused a kernel, and runs another from now on');
  }

  /** Opens another device and puts everything on it. */
  #replace(message: string): void {
    this.#session = null;
    this.#losses += 1;
    this.#ready = this.#rebuild(message).catch((error: unknown) => {
      this.#fail(
        error instanceof EngineError
          ? error
          : new EngineError(
              'engine/failed',
              `The GPU device was lost and could not be replaced: ${error instanceof Error ? error.message : error}.`,
              'Reload the page, or choose another engine.',
            ),
      );
    });
  }

  async #rebuild(message: string): Promise<void> {
    const why = message === '' ? 'no reason was given' : message.replace(/\.\s*$/, '');
    this.#options.onRecovering?.(`The GPU device was lost (${why}).`);
    if (this.#losses > MAX_LOSSES_IN_A_ROW) {
      throw lostForGood(`it was lost ${this.#losses} times in a row (${why})`);
    }
    const found = await this.#options.findAdapter();
    if (found === null) throw lostForGood(`there is no adapter any more (${why})`);
    const session = await this.#open(found);
    if (this.#closed) {
      session.gpu.device.destroy();
      return;
    }
    try {
      await this.#furnish(session);
    } catch (error) {
      if (!(await lostSoon(session))) throw error;
    }
    if (this.#closed) {
      session.gpu.device.destroy();
      return;
    }
    if (session.lost) {
      // Nobody else hears of a device that is lost before it is in use.
      this.#losses += 1;
      return this.#rebuild(message);
    }
    this.#session = session;
    // Steps that were asked for while shaders compiled are in the journals as well.
    for (const learner of this.#learners) learner.attach(this.#coreOf(session, learner));
    session.recorder.flush();
    this.#options.onRecovered(`The GPU device was lost (${why}).`);
  }

  /** Puts the faces and every learner's kernels on a new device. */
  async #furnish(session: Session): Promise<void> {
    let faces: FaceSet | null = null;
    do {
      faces = this.#faces;
      for (const core of session.cores.values()) core.forgetPlans();
      session.batches?.dispose();
      if (faces !== null) session.batches = this.#batchesOf(session, faces);
      for (const learner of [...this.#learners]) {
        const core = this.#coreOf(session, learner);
        for (const size of learner.journalSizes) await core.prepare(size);
      }
      // Others may have been loaded meanwhile.
    } while (faces !== this.#faces);
    for (const [learner, core] of session.cores) {
      if (this.#learners.has(learner)) continue;
      // Disposed while its kernels were compiled.
      core.dispose();
      session.cores.delete(learner);
    }
  }

  #fail(error: EngineError): void {
    if (this.#failure !== null || this.#closed) return;
    this.#failure = error;
    for (const learner of this.#learners) learner.fail(error);
    this.#options.onFailure(error);
  }

  async #lost(core: LearnerCore): Promise<boolean> {
    const session = this.#session;
    // Replaced already, or being replaced.
    if (session === null || ![...session.cores.values()].includes(core)) return true;
    return lostSoon(session);
  }

  #coreOf(session: Session, learner: FusedLearner): LearnerCore {
    const known = session.cores.get(learner);
    if (known !== undefined) return known;
    const { gpu, pool, recorder, reader, choices, tuner } = session;
    const batches = (): Batches => {
      if (session.batches === null)
        throw new RangeError('no faces are loaded: call loadFaces first');
      return session.batches;
    };
    const mapsChanged = (): Promise<void> => this.#mapsChanged(session);
    const host = { gpu, pool, recorder, reader, choices, tuner, batches, mapsChanged };
    const core = new LearnerCore(host, learner.config, learner.layout);
    session.cores.set(learner, core);
    return core;
  }

  /** Makes everything anew that images or maps lie in. */
  async #mapsChanged(session: Session): Promise<void> {
    const cores = [...session.cores.values()];
    const sizes = cores.map((core) => core.sizes);
    for (const core of cores) core.forgetPlans();
    session.batches?.dispose();
    if (this.#faces !== null) session.batches = this.#batchesOf(session, this.#faces);
    for (const [index, core] of cores.entries()) {
      for (const size of sizes[index]!) await core.prepare(size);
    }
  }

  /** What a driver refused outlives a lost device, but not a change of adapters. */
  #refusalsOf(adapter: string): Refusals {
    if (this.#refused?.adapter !== adapter) {
      this.#refused = { adapter, refusals: new Refusals() };
    }
    return this.#refused.refusals;
  }

  /** The tuner outlives a lost device: what it found is still true of the next one. */
  #tunerOf(gpu: Gpu): Tuner | null {
    const { tuning, now = () => performance.now() } = this.#options;
    if (tuning === undefined) return null;
    const { facts, quads, refusals } = gpu;
    const splits = {
      filterParts: (shape: ConvShape) => filterParts(shape, facts.software),
    };
    const key = tuningKey(facts);
    // The next device may be another adapter's.
    if (this.#tuner?.key === key) return this.#tuner;
    this.#tuner = new Tuner({
      ...tuning,
      key,
      now,
      candidates: (request) => candidatesOf(request, { facts, quads, refusals }, splits),
    });
    return this.#tuner;
  }

  #batchesOf({ gpu, pool, recorder }: Session, faces: FaceSet): Batches {
    return new Batches(gpu, pool, recorder, faces, this.#room);
  }

  #newRoom(): FacesRoom {
    return new FacesRoom(this.#options.facesBudget ?? FACES_BUDGET);
  }

  #forget(learner: FusedLearner): void {
    this.#learners.delete(learner);
    if (this.#session !== null) dropCore(this.#session, learner);
  }

  #labelsOf(indices: Uint32Array): Int32Array {
    const { labels } = this.#requireFaces();
    return Int32Array.from(indices, (index) => labels[index]!);
  }

  #requireFaces(): FaceSet {
    if (this.#faces === null) throw new RangeError('no faces are loaded: call loadFaces first');
    return this.#faces;
  }

  #assertWorking(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#closed) throw new RangeError('the engine was disposed');
  }
}

/** Whether an error is not the first sign of a loss, which comes to nothing on the next device. */
async function isFinal(error: unknown, session: Session): Promise<boolean> {
  const own = error instanceof EngineError;
  if (own && (error.code === 'engine/out-of-memory' || (await session.gpu.alive()))) return true;
  return !(await lostSoon(session));
}

/** Has the engine replace the device. */
function giveUp(session: Session, why: string): void {
  session.lost = true;
  session.givenUp = why;
  session.gpu.giveUp();
}

function dropCore({ cores }: Session, learner: FusedLearner): void {
  cores.get(learner)?.dispose();
  cores.delete(learner);
}

/** Bytes of the largest buffer a learner needs whatever its batch: its optimiser's slots. */
function parameterBytes({ model, classes, optimiser }: LearnerConfig): number {
  const slots = optimiser.kind === 'sgd' ? 1 : 2;
  return 4 * slots * layoutOf(model, classes).length;
}

/** A failed call may be the first sign of a loss that is announced a moment later. */
async function lostSoon(session: Session): Promise<boolean> {
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, LOSS_NEWS_MS));
  await Promise.race([session.gpu.device.lost, timeout]);
  return session.lost;
}

function lostForGood(why: string): EngineError {
  return new EngineError(
    'engine/failed',
    `The GPU device was lost and could not be replaced: ${why}.`,
    'Reload the page, or choose WebAssembly as the engine.',
  );
}
