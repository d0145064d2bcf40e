/**
 * The clock of an experiment: play, pause, so many steps. It keeps a bounded number of steps in flight,
 * so that the engine always has work while no number waits longer than a moment, and it hands what has
 * arrived to the listener at most ten times a second.
 */
import type { GuardAction } from './arm';
import type { ArmId } from './config';
import type { ArmEvaluation, Experiment } from './experiment';
import type { MetricRow } from './metrics';

/** Between two updates to the listener. */
const UPDATE_INTERVAL_MS = 100;
/** A chunk of steps is sized to take about this long, so that a pause is answered promptly. */
const CHUNK_TARGET_MS = 60;
const MAX_STEPS_PER_CHUNK = 32;
/** Chunks whose numbers may still be under way when the next one is enqueued. */
const MAX_CHUNKS_IN_FLIGHT = 2;

export interface ArmUpdate {
  readonly arm: ArmId;
  readonly rows: readonly MetricRow[];
  readonly targetCosines: Float32Array;
  readonly otherAngles: Uint32Array | null;
}

export interface RunnerListener {
  onUpdate(update: {
    readonly step: number;
    readonly epoch: number;
    readonly arms: readonly ArmUpdate[];
    /** Wall time of one lockstep step over all arms, without evaluation; `null` before the first. */
    readonly stepMs: number | null;
  }): void;
  onEvaluation(results: readonly ArmEvaluation[]): void;
  onGuard(arm: ArmId, action: GuardAction): void;
  onDiverged(arm: ArmId): void;
  onRunning(running: boolean): void;
}

export interface RunnerHost {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Lets other tasks run (messages, timers) and comes back as soon as they have. */
  yieldToTasks(): Promise<void>;
}

/** Never rejects: whoever asked for it gets its error. */
interface Aside {
  run(): Promise<unknown>;
  giveUp(error: unknown): void;
}

export class Runner {
  private target = 0;
  private loop: Promise<void> | null = null;
  /** A pause or reset under way; whatever comes after waits for it. */
  private standstill: Promise<unknown> | null = null;
  /** Work that training makes room for between two steps. */
  private asides: Aside[] = [];
  private chunk = 1;
  private stepMs: number | null = null;
  private collectedStep = 0;
  /** Where the wall time per step is measured from. */
  private since = { step: 0, timeMs: 0 };
  private lastUpdate = Number.NEGATIVE_INFINITY;
  private readonly seenGuards = new Map<ArmId, number>();
  private readonly reportedDivergences = new Set<ArmId>();

  constructor(
    private readonly experiment: Experiment,
    private readonly listener: RunnerListener,
    private readonly host: RunnerHost,
  ) {}

  /** Trains until `pause`. The promise settles when training stops, rejects with what broke it. */
  play(): Promise<void> {
    return this.runTo(() => Number.POSITIVE_INFINITY);
  }

  /**
   * Trains `count` more steps (fewer where every arm diverges) and then stops: more than are asked for
   * already, or, while playing, more than are trained now.
   */
  steps(count: number): Promise<void> {
    return this.runTo(() => {
      const { step } = this.experiment;
      const asked = Number.isFinite(this.target) ? Math.max(step, this.target) : step;
      return asked + count;
    });
  }

  /** Stops after the chunk under way; settles when its numbers were handed over. */
  pause(): Promise<void> {
    return this.standStill(() => Promise.resolve());
  }

  /** Stops, and goes back to step 0. */
  reset(): Promise<void> {
    return this.standStill(async () => {
      await this.experiment.reset();
      this.collectedStep = 0;
      this.stepMs = null;
      this.seenGuards.clear();
      this.reportedDivergences.clear();
      this.update();
    });
  }

  get running(): boolean {
    return this.loop !== null;
  }

  /**
   * Stops, and runs `work` while nothing trains; commands given meanwhile come after it. How long a step
   * takes is measured anew afterwards: it may be another engine that takes them.
   */
  interlude<T>(work: () => Promise<T>): Promise<T> {
    return this.standStill(async () => {
      try {
        return await work();
      } finally {
        this.stepMs = null;
        this.chunk = 1;
      }
    });
  }

  /**
   * Runs `work` between two steps: what trains waits and then goes on by itself. A pause given meanwhile
   * comes after it. Where a step fails before its turn, it fails, too: what failed may not embed either.
   */
  aside<T>(work: () => Promise<T>): Promise<T> {
    if (this.loop === null || this.standstill !== null) return this.standStill(work);
    return new Promise<T>((resolve, reject) => {
      this.asides.push({ run: () => work().then(resolve, reject), giveUp: reject });
    });
  }

  /** Runs `work` while nothing trains. Commands given meanwhile come after it, in their order. */
  private standStill<T>(work: () => Promise<T>): Promise<T> {
    const before = this.standstill ?? Promise.resolve();
    this.target = 0;
    // Whoever started the loop gets its error; standing still always succeeds.
    const settled = Promise.allSettled([before, this.loop]);
    const mine = settled.then(work).finally(() => {
      if (this.standstill === mine) this.standstill = null;
    });
    this.standstill = mine;
    return mine;
  }

  private async runTo(goal: () => number): Promise<void> {
    while (this.standstill !== null) await this.standstill.catch(() => undefined);
    this.target = goal();
    this.loop ??= this.run();
    return this.loop;
  }

  private async run(): Promise<void> {
    this.listener.onRunning(true);
    try {
      // A new target may be set while the numbers of the last steps arrive.
      while (this.hasWork || this.asides.length > 0) {
        await this.trainToTarget();
        await this.stepAside();
      }
    } catch (error) {
      // Whoever waits for it must not wait for ever, nor may it run beside what is played next.
      for (const aside of this.asides.splice(0)) aside.giveUp(error);
      throw error;
    } finally {
      this.target = 0;
      this.loop = null;
      this.listener.onRunning(false);
    }
  }

  private async stepAside(): Promise<void> {
    for (const aside of this.asides.splice(0)) await aside.run();
  }

  private get hasWork(): boolean {
    return this.experiment.step < this.target && !this.experiment.exhausted;
  }

  private async trainToTarget(): Promise<void> {
    const inFlight: Promise<void>[] = [];
    this.since = { step: this.collectedStep, timeMs: this.host.now() };
    try {
      while (this.hasWork && this.asides.length === 0) {
        const evaluate = this.enqueueChunk();
        inFlight.push(this.collect());
        const allowed = evaluate ? 0 : MAX_CHUNKS_IN_FLIGHT - 1;
        while (inFlight.length > allowed) await inFlight.shift();
        this.measure();
        if (evaluate) {
          this.listener.onEvaluation(await this.experiment.evaluate());
          this.since = { step: this.collectedStep, timeMs: this.host.now() };
        }
        if (this.host.now() - this.lastUpdate >= UPDATE_INTERVAL_MS) this.update();
        await this.host.yieldToTasks();
      }
      await Promise.all(inFlight);
    } finally {
      // A failed step must not leave the numbers of the good ones behind, nor a rejection unseen.
      await Promise.allSettled(inFlight);
      this.update();
    }
  }

  /** @returns whether the chunk ended on a step that is to be evaluated. */
  private enqueueChunk(): boolean {
    for (let count = 0; count < this.chunk && this.experiment.step < this.target; count += 1) {
      this.experiment.enqueueStep();
      if (this.experiment.evaluationDue) return true;
    }
    return false;
  }

  private async collect(): Promise<void> {
    const step = this.experiment.step;
    await this.experiment.collect();
    this.collectedStep = Math.max(this.collectedStep, step);
  }

  /** Wall time per step since the last measurement, averaged over the last few. */
  private measure(): void {
    const timeMs = this.host.now();
    const steps = this.collectedStep - this.since.step;
    if (steps === 0) return;
    const perStep = (timeMs - this.since.timeMs) / steps;
    this.since = { step: this.collectedStep, timeMs };
    this.stepMs = this.stepMs === null ? perStep : 0.8 * this.stepMs + 0.2 * perStep;
    const fitting = Math.floor(CHUNK_TARGET_MS / this.stepMs);
    this.chunk = Math.min(MAX_STEPS_PER_CHUNK, Math.max(1, fitting));
  }

  private update(): void {
    this.lastUpdate = this.host.now();
    const arms = this.experiment.arms.map((arm) => ({
      arm: arm.config.id,
      rows: arm.takeRows(),
      targetCosines: arm.targetCosines,
      otherAngles: arm.otherAngles,
    }));
    this.listener.onUpdate({
      step: this.collectedStep,
      epoch: this.collectedStep / this.experiment.sampler.stepsPerEpoch,
      arms,
      stepMs: this.stepMs,
    });
    for (const arm of this.experiment.arms) {
      const { id } = arm.config;
      const action = arm.guardAction;
      if (action !== null && this.seenGuards.get(id) !== action.step) {
        this.seenGuards.set(id, action.step);
        this.listener.onGuard(id, action);
      }
      if (arm.divergence !== null && !this.reportedDivergences.has(id)) {
        this.reportedDivergences.add(id);
        this.listener.onDiverged(id);
      }
    }
  }
}
