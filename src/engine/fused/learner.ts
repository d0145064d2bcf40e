/**
 * One arm on the fused engine. Its state lives on the device, and beside it here what is needed to have
 * it again: the last snapshot, and the steps since. Steps repeat bit for bit, so after a lost device they
 * are simply taken again, and nobody who reads the numbers sees a gap.
 */

import { initialScale } from '../../losses/scaleRule';
import { initialParameters, initialRunningStatistics } from '../../models/initial';
import { Arrivals } from '../arrivals';
import type {
  BatchPlan,
  Evaluation,
  Learner,
  LearnerConfig,
  LearnerState,
  PreparedBatch,
  StepHyper,
  StepMetrics,
} from '../engine';
import { EngineError } from '../errors';
import { EvaluationSum } from '../metrics';
import { type Layout, layoutOf } from './layout';
import type { LearnerCore } from './learner-core';

/** A batch as the engine hands it out: a plan, gathered when a learner first asks for it. */
export interface FusedBatch extends PreparedBatch {
  readonly plan: BatchPlan;
  /** `[batch]`. */
  readonly labels: Int32Array;
}

export interface LearnerHost {
  /** The learner's part of the device; `null` while a lost one is being replaced. */
  core(learner: FusedLearner): LearnerCore | null;
  /** Settles when there is a device; rejects when there will be none. */
  ready(): Promise<void>;
  /** Whether the device that `core` belongs to turns out to be lost; waits a moment for the news. */
  lost(core: LearnerCore): Promise<boolean>;
  labelsOf(indices: Uint32Array): Int32Array;
  flush(): void;
  /** A step's numbers came that were not there before: the device does its work. */
  progressed(): void;
  now(): number;
  forget(learner: FusedLearner): void;
}

interface Entry {
  readonly step: number;
  readonly batch: FusedBatch;
  readonly hyper: StepHyper;
  readonly resolve: (values: Float32Array) => void;
  readonly reject: (error: EngineError) => void;
  arrived: boolean;
}

/** Images of one inference pass: many enough to be busy, so few that large crops need no more than training. */
const INFERENCE_CHUNK = 128;
const INFERENCE_PIXELS = 128 * 64 * 64;

function abandoned(): EngineError {
  return new EngineError(
    'engine/failed',
    'The step was given up before its numbers were there.',
    'Reset the experiment, or build it again.',
  );
}

/** A snapshot is taken this often, and never takes more than a twentieth of the time. */
const SNAPSHOT_INTERVAL_MS = 2000;
const SNAPSHOT_SHARE = 20;

export class FusedLearner implements Learner {
  readonly config: LearnerConfig;
  readonly layout: Layout;
  readonly #host: LearnerHost;
  readonly #arrivals: Arrivals;
  #step = 0;
  #snapshot: LearnerState;
  /** Steps since the snapshot, in order. */
  #journal: Entry[] = [];
  #snapshotAt: number;
  #snapshotMs = 0;
  #saving = false;
  /** Changes whenever the state is replaced from outside: a snapshot under way is then of no use. */
  #era = 0;
  #disposed = false;
  #failure: EngineError | null = null;

  constructor(config: LearnerConfig, host: LearnerHost) {
    const { model, classes, seed, loss, optimiser } = config;
    this.config = config;
    this.layout = layoutOf(model, classes);
    this.#host = host;
    this.#arrivals = new Arrivals({ scaled: loss.kind !== 'softmax' });
    const parameters = initialParameters(model, classes, seed);
    this.#snapshot = {
      step: 0,
      parameters,
      slots: new Float32Array(parameters.length * (optimiser.kind === 'sgd' ? 1 : 2)),
      runningStatistics: initialRunningStatistics(model),
      scale: initialScale(loss, classes),
    };
    this.#snapshotAt = host.now();
  }

  /** Batch sizes of the steps a new device will be asked for. */
  get journalSizes(): ReadonlySet<number> {
    return new Set(this.#journal.map(({ batch }) => batch.size));
  }

  /** Puts the learner's state on a new device and takes the steps since the snapshot again. */
  attach(core: LearnerCore): void {
    core.load(this.#snapshot);
    for (const entry of this.#journal) this.#record(core, entry);
  }

  /** There will be no device: whoever waits for numbers is told why, now and from now on. */
  fail(error: EngineError): void {
    this.#failure = error;
    for (const entry of this.#journal) if (!entry.arrived) entry.reject(error);
  }

  step(batch: PreparedBatch, hyper: StepHyper): void {
    // Batches come from the same engine, which makes no other kind.
    const prepared = batch as FusedBatch;
    this.#step += 1;
    let resolve!: Entry['resolve'];
    let reject!: Entry['reject'];
    const numbers = new Promise<Float32Array>((onValue, onError) => {
      resolve = onValue;
      reject = onError;
    });
    // Whoever asks for the metrics gets the error; until then it must not count as unhandled.
    numbers.catch(() => undefined);
    const entry = { step: this.#step, batch: prepared, hyper, resolve, reject, arrived: false };
    this.#arrivals.add(this.#step, prepared.labels, numbers);
    if (this.#failure !== null) {
      reject(this.#failure);
      return;
    }
    this.#journal.push(entry);
    const core = this.#host.core(this);
    if (core === null) return;
    this.#record(core, entry);
    this.#saveNowAndThen(core);
  }

  metrics(): Promise<readonly StepMetrics[]> {
    this.#host.flush();
    return this.#arrivals.metrics();
  }

  async evaluate(indices: Uint32Array): Promise<Evaluation> {
    const sum = new EvaluationSum();
    for (const { chunk, labels, padded } of this.#chunks(indices)) {
      const values = await this.#onDevice((core) => core.infer(padded, this.#step, 'numbers'));
      const count = padded.length;
      const packed = new Float32Array(3 * chunk.length);
      // Target cosines, common losses and nearest classes, without the padding.
      [0, 2, 3].forEach((column, place) => {
        const from = column * count;
        packed.set(values.subarray(from, from + chunk.length), place * chunk.length);
      });
      sum.add(packed, labels);
    }
    return sum.result();
  }

  async embed(indices: Uint32Array): Promise<Float32Array> {
    const size = this.config.model.embeddingSize;
    const result = new Float32Array(indices.length * size);
    let done = 0;
    for (const { chunk, padded } of this.#chunks(indices)) {
      const values = await this.#onDevice((core) => core.infer(padded, this.#step, 'embeddings'));
      const width = values.length / padded.length;
      for (let row = 0; row < chunk.length; row += 1) {
        result.set(values.subarray(row * width, row * width + size), (done + row) * size);
      }
      done += chunk.length;
    }
    return result;
  }

  async exportState(): Promise<LearnerState> {
    const step = this.#step;
    const era = this.#era;
    const state = await this.#onDevice(async (core) => {
      // A replaced device has taken all steps again, later ones too.
      if (this.#step !== step || this.#era !== era) return null;
      const saved = core.save();
      this.#host.flush();
      return saved.read();
    });
    return state === null ? this.exportState() : { step, ...state };
  }

  importState(state: LearnerState): void {
    const { plainLength, plainRunningLength } = this.layout;
    const slots = this.config.optimiser.kind === 'sgd' ? 1 : 2;
    if (
      state.parameters.length !== plainLength ||
      state.slots.length !== plainLength * slots ||
      state.runningStatistics.length !== plainRunningLength ||
      (state.scale === null) !== (this.config.loss.kind === 'softmax')
    ) {
      throw new RangeError(
        `state of ${state.parameters.length} parameters and ${state.slots.length} slots does not fit ` +
          `a learner of ${plainLength} and ${plainLength * slots}`,
      );
    }
    this.#era += 1;
    this.#step = state.step;
    this.#snapshot = {
      ...state,
      parameters: state.parameters.slice(),
      slots: state.slots.slice(),
      runningStatistics: state.runningStatistics.slice(),
    };
    // What was recorded before still runs and tells its numbers; only its outcome is replaced.
    this.#host.flush();
    const core = this.#host.core(this);
    // Steps that no device has seen will not be taken any more.
    if (core === null) this.fail(abandoned());
    this.#journal = [];
    core?.load(this.#snapshot);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.fail(abandoned());
    this.#arrivals.clear();
    this.#host.forget(this);
  }

  #record(core: LearnerCore, entry: Entry): void {
    const { batch, step, hyper } = entry;
    core.step(batch.plan, batch, step, hyper, (values) => {
      if (values instanceof Error) void this.#unread(core, entry, values);
      else this.#arrive(entry, values);
    });
  }

  #arrive(entry: Entry, values: Float32Array): void {
    // Steps that are taken again get no further than the device before.
    if (!entry.arrived) this.#host.progressed();
    entry.arrived = true;
    entry.resolve(values);
  }

  /** Numbers of a lost device come again from its successor; anything else is a failure. */
  async #unread(core: LearnerCore, entry: Entry, error: Error): Promise<void> {
    if (await this.#host.lost(core)) return;
    entry.reject(
      new EngineError(
        'engine/failed',
        `The numbers of step ${entry.step} could not be read: ${error.message}.`,
        'Reload the page, or choose another engine.',
      ),
    );
  }

  #saveNowAndThen(core: LearnerCore): void {
    const now = this.#host.now();
    const due = Math.max(SNAPSHOT_INTERVAL_MS, SNAPSHOT_SHARE * this.#snapshotMs);
    if (this.#saving || now - this.#snapshotAt < due) return;
    this.#saving = true;
    const step = this.#step;
    const era = this.#era;
    const saved = core.save();
    this.#host.flush();
    const done = (): void => {
      this.#saving = false;
      this.#snapshotAt = this.#host.now();
      this.#snapshotMs = this.#snapshotAt - now;
    };
    saved.read().then(
      (state) => {
        done();
        if (era !== this.#era) return;
        this.#snapshot = { step, ...state };
        this.#journal = this.#journal.filter((entry) => entry.step > step);
      },
      // The device is gone or broken, and whoever waits for numbers hears of it.
      done,
    );
  }

  /** Runs `work` on the device, and again on its successor if it was lost meanwhile. */
  async #onDevice<T>(work: (core: LearnerCore) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#disposed) throw new RangeError('the learner was disposed');
      await this.#host.ready();
      const core = this.#host.core(this);
      if (core === null) continue;
      try {
        return await work(core);
      } catch (error) {
        if (error instanceof EngineError || !(await this.#host.lost(core))) throw error;
      }
    }
  }

  /** Runs of equal length, so that few plans serve; the last is filled up with its first image. */
  *#chunks(indices: Uint32Array) {
    const { inputSize } = this.config.model;
    const fitting = 32 * Math.floor(INFERENCE_PIXELS / (32 * inputSize * inputSize));
    const most = Math.max(32, Math.min(INFERENCE_CHUNK, fitting));
    for (let start = 0; start < indices.length; start += most) {
      const chunk = indices.subarray(start, start + most);
      const length = 32 * Math.ceil(chunk.length / 32);
      const padded = new Uint32Array(length).fill(chunk[0]!);
      padded.set(chunk);
      yield { chunk, padded, labels: this.#host.labelsOf(chunk) };
    }
  }
}
