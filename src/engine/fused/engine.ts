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
} from '../engine';
import { EngineError } from '../errors';
import { Batches } from './batches';
import { choicesFor, type DeviceChoices } from './choices';
import { Gpu } from './gpu';
import { MAX_BATCH } from './head';
import { type FusedBatch, FusedLearner, type LearnerHost } from './learner';
import { LearnerCore } from './learner-core';
import { Reader } from './reader';
import { Recorder } from './recorder';
import { ScratchPool } from './scratch';

/** Everything that is gone with a device. */
interface Session {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly recorder: Recorder;
  readonly reader: Reader;
  readonly choices: DeviceChoices;
  readonly cores: Map<FusedLearner, LearnerCore>;
  batches: Batches | null;
  lost: boolean;
}

export interface FusedOptions {
  /** Finds the adapter again after a loss; the same one a page would get. */
  readonly findAdapter: () => Promise<FoundAdapter | null>;
  /** The engine stopped working for good. */
  readonly onFailure: (error: EngineError) => void;
  /** A lost device was replaced and training goes on; why it was lost, one sentence. */
  readonly onRecovered: (reason: string) => void;
  /** Bytes of pixels that may stay on the GPU. */
  readonly facesBudget?: number;
  readonly now?: () => number;
}

/** Face pixels above this are streamed even where one buffer could hold them: other things need room. */
const FACES_BUDGET = 2 ** 30;

/** Devices that are lost again and again, without a step between, are given up. */
const MAX_LOSSES_IN_A_ROW = 3;

export class FusedEngine implements Engine {
  readonly report: EngineReport;
  readonly #options: FusedOptions;
  readonly #learners = new Set<FusedLearner>();
  #session: Session | null = null;
  #ready: Promise<void> = Promise.resolve();
  #faces: FaceSet | null = null;
  #closed = false;
  #failure: EngineError | null = null;
  #losses = 0;

  private constructor(report: EngineReport, options: FusedOptions) {
    this.report = report;
    this.#options = options;
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
    const learner = new FusedLearner(config, this.#host);
    this.#learners.add(learner);
    try {
      const session = this.#session!;
      const core = this.#coreOf(session, learner);
      learner.attach(core);
      if (config.batchSize !== undefined && session.batches !== null) {
        await core.prepare(config.batchSize, onProgress);
      }
      return learner;
    } catch (error) {
      learner.dispose();
      throw error;
    }
  }

  /** A learner's plan for batches of `batch` images, where it was made; for descriptions and benchmarks. */
  planOf(learner: Learner, batch: number) {
    const core = this.#session?.cores.get(learner as FusedLearner);
    return core?.plan(batch) ?? null;
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
      now: this.#options.now ?? (() => performance.now()),
      forget: (learner) => this.#forget(learner),
    };
  }

  async #open(found: FoundAdapter): Promise<Session> {
    let settled = false;
    const device = await openDevice(found, (error) => {
      if (settled) this.#fail(error);
    });
    settled = true;
    const gpu = new Gpu(device, found.facts);
    const session: Session = {
      gpu,
      pool: new ScratchPool(gpu),
      recorder: new Recorder(device),
      reader: new Reader(gpu),
      choices: choicesFor(gpu),
      cores: new Map(),
      batches: null,
      lost: false,
    };
    void device.lost.then(({ message }) => {
      session.lost = true;
      if (!this.#closed && this.#session === session) this.#replace(message);
    });
    return session;
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
    const why = message === '' ? 'no reason was given' : message;
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
    if (this.#faces !== null) session.batches = this.#batchesOf(session, this.#faces);
    for (const learner of this.#learners) {
      const core = this.#coreOf(session, learner);
      for (const size of learner.journalSizes) await core.prepare(size);
    }
    this.#session = session;
    // Steps that were asked for while shaders compiled are in the journals as well.
    for (const learner of this.#learners) learner.attach(this.#coreOf(session, learner));
    session.recorder.flush();
    this.#options.onRecovered(`The GPU device was lost (${why}).`);
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
    // A failed read may be the first sign of a loss that is announced a moment later.
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, 500));
    await Promise.race([session.gpu.device.lost, timeout]);
    return session.lost;
  }

  #coreOf(session: Session, learner: FusedLearner): LearnerCore {
    const known = session.cores.get(learner);
    if (known !== undefined) return known;
    const { gpu, pool, recorder, reader, choices } = session;
    const batches = (): Batches => {
      if (session.batches === null)
        throw new RangeError('no faces are loaded: call loadFaces first');
      return session.batches;
    };
    const host = { gpu, pool, recorder, reader, choices, batches };
    const core = new LearnerCore(host, learner.config, learner.layout);
    session.cores.set(learner, core);
    return core;
  }

  #batchesOf({ gpu, pool, recorder }: Session, faces: FaceSet): Batches {
    const budget = this.#options.facesBudget ?? FACES_BUDGET;
    return new Batches(gpu, pool, recorder, faces, { budget });
  }

  #forget(learner: FusedLearner): void {
    this.#learners.delete(learner);
    const session = this.#session;
    session?.cores.get(learner)?.dispose();
    session?.cores.delete(learner);
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

function lostForGood(why: string): EngineError {
  return new EngineError(
    'engine/failed',
    `The GPU device was lost and could not be replaced: ${why}.`,
    'Reload the page, or choose WebAssembly as the engine.',
  );
}
