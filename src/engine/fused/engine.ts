/**
 * The product's own engine: WebGPU training as a static plan. It owns a device or shares one, keeps the
 * faces on it, and replaces it when it is lost, with every learner as it was.
 */
import type { FaceSet } from '../../data/types';
import type { FoundAdapter } from '../adapter';
import type {
  BatchPlan,
  Engine,
  EngineMemory,
  EngineReport,
  Learner,
  LearnerConfig,
  PlanDescription,
} from '../engine';
import type { EngineError } from '../errors';
import { assertBatch } from './batches';
import { Driver } from './driver';
import { FACES_BUDGET, FacesRoom } from './faces';
import { type Gpu, NoMemoryLeft } from './gpu';
import { layoutOf } from './layout';
import { type FusedBatch, FusedLearner, type LearnerHost } from './learner';
import type { LearnerCore } from './learner-core';
import { Recovery, type RecoveryOptions } from './recovery';
import type { PlacedFaces, Session } from './session';
import type { TuningStore } from './tuner';

export interface FusedOptions extends RecoveryOptions {
  /** Bytes of pixels that may stay on the GPU. */
  readonly facesBudget?: number;
  /**
   * Whether kernels are chosen by measuring, and where what was found is kept between visits (`null`:
   * nowhere). Without it every shape gets the kernel that is likely best on this kind of adapter.
   */
  readonly tuning?: { readonly store: TuningStore | null; readonly budgetMs: number };
  readonly now?: () => number;
}

export class FusedEngine implements Engine {
  readonly report: EngineReport;
  readonly #options: FusedOptions;
  readonly #now: () => number;
  readonly #driver: Driver;
  readonly #recovery: Recovery;
  readonly #learners = new Set<FusedLearner>();
  #placed: PlacedFaces | null = null;

  private constructor(report: EngineReport, options: FusedOptions) {
    this.report = report;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#driver = new Driver({ ...options, now: this.#now });
    this.#recovery = new Recovery(options, this.#driver, {
      load: (session) => this.#load(session),
      start: (session) => this.#start(session),
      fail: (error) => this.#fail(error),
    });
  }

  /** @throws EngineError where the adapter gives no device */
  static async open(
    found: FoundAdapter,
    report: EngineReport,
    options: FusedOptions,
  ): Promise<FusedEngine> {
    const engine = new FusedEngine(report, options);
    await engine.#recovery.open(found);
    return engine;
  }

  /** The device, for TensorFlow.js to share; `null` while a lost one is being replaced. */
  get device(): GPUDevice | null {
    return this.gpu?.device ?? null;
  }

  get gpu(): Gpu | null {
    return this.#session?.gpu ?? null;
  }

  loadFaces(faces: FaceSet): void {
    const room = new FacesRoom(this.#options.facesBudget ?? FACES_BUDGET);
    this.#placed = { faces, room };
    this.#session?.place(this.#placed);
  }

  prepareBatch(plan: BatchPlan): FusedBatch {
    assertBatch(plan, this.#requireFaces());
    const { indices, step } = plan;
    // Kept for as long as a lost device may ask for it again.
    const kept = { ...plan, indices: indices.slice() };
    const labels = this.#labelsOf(indices);
    return { step, size: indices.length, plan: kept, labels, dispose: () => undefined };
  }

  async createLearner(
    config: LearnerConfig,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Learner> {
    let session = await this.#recovery.ready();
    // Before the initial weights are drawn: what cannot fit the GPU might not fit this thread either.
    session.gpu.assertFits('the parameters of a learner', parameterBytes(config));
    const learner = new FusedLearner(config, this.#host);
    this.#learners.add(learner);
    for (;;) {
      try {
        await this.#furnish(session, learner, onProgress);
        return learner;
      } catch (error) {
        const short = error instanceof NoMemoryLeft && !session.lost;
        if (short && (await session.batches?.stepBack())) continue;
        if (this.#recovery.closed || (await session.isFinal(error))) {
          learner.dispose();
          throw error;
        }
      }
      // Compiling is when devices are lost most: the next one is prepared like this one.
      session = await this.#recovery.ready();
    }
  }

  async describe(
    learner: Learner,
    { measure }: { readonly measure: boolean },
  ): Promise<PlanDescription | null> {
    // Learners come from this engine, which makes no other kind.
    const own = learner as FusedLearner;
    const coreNow = (): LearnerCore | null => this.#session?.knownCore(own) ?? null;
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
    await this.#driver.resetTuning();
  }

  memory(): EngineMemory {
    const { gpu } = this;
    return { tensors: gpu?.buffers ?? 0, bytes: gpu?.bytes ?? 0, gpuBytes: gpu?.bytes ?? 0 };
  }

  dispose(): void {
    for (const learner of [...this.#learners]) learner.dispose();
    this.#placed = null;
    this.#recovery.close();
  }

  get #session(): Session | null {
    return this.#recovery.session;
  }

  get #host(): LearnerHost {
    return {
      core: (learner) => this.#session?.knownCore(learner) ?? null,
      ready: async () => {
        await this.#recovery.ready();
      },
      lost: (core) => this.#lost(core),
      labelsOf: (indices) => this.#labelsOf(indices),
      flush: () => this.#session?.recorder.flush(),
      progressed: () => this.#recovery.progressed(),
      now: this.#now,
      forget: (learner) => {
        this.#learners.delete(learner);
        this.#session?.forget(learner);
      },
    };
  }

  async #lost(core: LearnerCore): Promise<boolean> {
    const session = this.#session;
    // Replaced already, or being replaced.
    if (session === null || !session.has(core)) return true;
    return session.lostSoon();
  }

  /** One learner on a device. */
  async #furnish(
    session: Session,
    learner: FusedLearner,
    onProgress?: (done: number, total: number) => void,
  ): Promise<void> {
    const core = await session.gpu.checked(
      'the parameters of a learner',
      () => session.coreOf(learner),
      () => session.forget(learner),
    );
    learner.attach(core);
    const { batchSize } = learner.config;
    if (batchSize !== undefined && session.batches !== null) {
      await core.prepare(batchSize, onProgress);
    }
  }

  /** Faces and all learners' kernels on a new device. */
  async #load(session: Session): Promise<void> {
    let placed: PlacedFaces | null = null;
    do {
      placed = this.#placed;
      session.place(placed);
      for (const learner of [...this.#learners]) {
        const core = session.coreOf(learner);
        for (const size of learner.journalSizes) await core.prepare(size);
      }
      // Others may have been loaded meanwhile.
    } while (placed !== this.#placed);
    // Some may have been disposed while their kernels were compiled.
    session.forgetOthers(this.#learners);
  }

  #start(session: Session): void {
    // Steps that were asked for while shaders compiled are in the journals as well.
    for (const learner of this.#learners) learner.attach(session.coreOf(learner));
    session.recorder.flush();
  }

  #fail(error: EngineError): void {
    for (const learner of this.#learners) learner.fail(error);
  }

  #labelsOf(indices: Uint32Array): Int32Array {
    const { labels } = this.#requireFaces();
    return Int32Array.from(indices, (index) => labels[index]!);
  }

  #requireFaces(): FaceSet {
    if (this.#placed === null) throw new RangeError('no faces are loaded: call loadFaces first');
    return this.#placed.faces;
  }
}

/** Bytes of the largest buffer a learner needs whatever its batch: its optimiser's slots. */
function parameterBytes({ model, classes, optimiser }: LearnerConfig): number {
  const slots = optimiser.kind === 'sgd' ? 1 : 2;
  return 4 * slots * layoutOf(model, classes).length;
}
