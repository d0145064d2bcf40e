/** Everything that is gone with a device: its buffers and pipelines, the faces on it, every learner's part. */
import type { FaceSet } from '../../data/types';
import { EngineError } from '../errors';
import { Batches } from './batches';
import { choicesFor, type DeviceChoices } from './choices';
import type { FacesRoom } from './faces';
import type { Gpu } from './gpu';
import type { FusedLearner } from './learner';
import { LearnerCore } from './learner-core';
import { Reader } from './reader';
import { Recorder } from './recorder';
import { ScratchPool } from './scratch';
import type { Tuner } from './tuner';

/**
 * How long a loss may take to be announced after the first call that failed for it. A browser whose GPU
 * process is busy compiling has taken most of a second.
 */
const LOSS_NEWS_MS = 5000;

/** Faces, and what they may take of a GPU's memory. */
export interface PlacedFaces {
  readonly faces: FaceSet;
  readonly room: FacesRoom;
}

export class Session {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly recorder: Recorder;
  readonly reader: Reader;
  readonly choices: DeviceChoices;
  readonly tuner: Tuner | null;
  readonly #cores = new Map<FusedLearner, LearnerCore>();
  #placed: PlacedFaces | null = null;
  #batches: Batches | null = null;
  #lost = false;
  #givenUp: string | null = null;

  /** @param onLost told once, of a loss for whatever reason: why, for a person; may be empty */
  constructor(gpu: Gpu, tuner: Tuner | null, onLost: (session: Session, why: string) => void) {
    this.gpu = gpu;
    this.pool = new ScratchPool(gpu);
    this.recorder = new Recorder(gpu.device);
    this.reader = new Reader(gpu);
    this.choices = choicesFor(gpu, tuner);
    this.tuner = tuner;
    void gpu.device.lost.then(({ message }) => {
      this.#lost = true;
      onLost(this, this.#givenUp ?? message);
    });
  }

  /** Whether the device is known to be gone, or on its way: errors are no news then. */
  get lost(): boolean {
    return this.#lost;
  }

  /** `null` before faces are placed. */
  get batches(): Batches | null {
    return this.#batches;
  }

  /** Puts faces in the place of those before; every plan is made anew. */
  place(placed: PlacedFaces | null): void {
    for (const core of this.#cores.values()) core.forgetPlans();
    this.#batches?.dispose();
    this.#placed = placed;
    this.#batches =
      placed === null
        ? null
        : new Batches(this.gpu, this.pool, this.recorder, placed.faces, placed.room);
  }

  /** A learner's part; made where there is none. */
  coreOf(learner: FusedLearner): LearnerCore {
    const known = this.#cores.get(learner);
    if (known !== undefined) return known;
    const core = new LearnerCore(this.#host, learner.config, learner.layout);
    this.#cores.set(learner, core);
    return core;
  }

  /** The same; `null` where there is none. */
  knownCore(learner: FusedLearner): LearnerCore | null {
    return this.#cores.get(learner) ?? null;
  }

  has(core: LearnerCore): boolean {
    return [...this.#cores.values()].includes(core);
  }

  forget(learner: FusedLearner): void {
    this.#cores.get(learner)?.dispose();
    this.#cores.delete(learner);
  }

  /** Drops the parts of learners that are not among `living`. */
  forgetOthers(living: ReadonlySet<FusedLearner>): void {
    for (const learner of [...this.#cores.keys()]) if (!living.has(learner)) this.forget(learner);
  }

  /** A failed call may be the first sign of a loss that is announced a moment later. */
  async lostSoon(): Promise<boolean> {
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, LOSS_NEWS_MS));
    await Promise.race([this.gpu.device.lost, timeout]);
    return this.lost;
  }

  /** Whether an error is no sign of a loss: it would come again on the next device. */
  async isFinal(error: unknown): Promise<boolean> {
    const own = error instanceof EngineError;
    if (own && (error.code === 'engine/out-of-memory' || (await this.gpu.alive()))) return true;
    return !(await this.lostSoon());
  }

  /** What comes from the device from now on is nobody's failure. */
  distrust(): void {
    this.#lost = true;
  }

  /** Has the device lost, for what it left undone: `why`, for a person. */
  giveUp(why: string): void {
    this.distrust();
    this.#givenUp = why;
    this.gpu.giveUp();
  }

  dispose(): void {
    this.#batches?.dispose();
    this.reader.dispose();
    this.gpu.device.destroy();
  }

  get #host() {
    const { gpu, pool, recorder, reader, choices, tuner } = this;
    const batches = (): Batches => {
      if (this.#batches !== null) return this.#batches;
      throw new RangeError('no faces are loaded: call loadFaces first');
    };
    const mapsChanged = (): Promise<void> => this.#mapsChanged();
    return { gpu, pool, recorder, reader, choices, tuner, batches, mapsChanged };
  }

  /** Makes everything anew that images or maps lie in. */
  async #mapsChanged(): Promise<void> {
    const ready = [...this.#cores.values()].map((core) => ({ core, sizes: core.sizes }));
    this.place(this.#placed);
    for (const { core, sizes } of ready) {
      for (const size of sizes) await core.prepare(size);
    }
  }
}
