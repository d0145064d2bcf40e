/**
 * One arm of an experiment while it runs: its learner, the values a person may move, and what its
 * newest steps told. It knows nothing of the other arms, which is what keeps them in lockstep: they
 * differ only in their configuration.
 */
import type {
  Engine,
  Evaluation,
  Learner,
  LearnerState,
  PreparedBatch,
  StepMetrics,
} from '../engine/engine';
import type { ArmConfig } from './config';
import { firstNonFinite, type MetricName, type MetricRow, metricRow } from './metrics';
import { learningRateAt } from './schedule';

/** A change while training. */
export type HyperChange =
  | { readonly kind: 'learning-rate'; readonly value: number }
  | { readonly kind: 'fixed-scale'; readonly value: number }
  | { readonly kind: 'cap-angle'; readonly valueRad: number };

export interface Divergence {
  readonly step: number;
  readonly quantity: MetricName;
  /** The newest row that was all numbers; `null` where there was none. */
  readonly lastGood: MetricRow | null;
}

export interface GuardAction {
  readonly step: number;
  readonly unguarded: number;
  readonly scale: number;
}

export class Arm {
  divergence: Divergence | null = null;
  /** The newest step at which the guard changed the scale. */
  guardAction: GuardAction | null = null;
  targetCosines: Float32Array = new Float32Array();
  /** See `StepMetrics`; of the newest step, as the cosines. */
  otherAngles: Uint32Array | null = null;
  private rows: MetricRow[] = [];
  /** Learning rates of the steps whose numbers are still under way. */
  private readonly rates = new Map<number, number>();
  /** Numbers are taken in one delivery after the other, whichever arrives first. */
  private deliveries: Promise<void> = Promise.resolve();
  private lastGood: MetricRow | null = null;
  private baseRate: number;
  private fixedScale: number | null = null;
  private capAngleRad: number | null = null;

  constructor(
    readonly config: ArmConfig,
    private learner: Learner,
    private readonly initial: LearnerState,
  ) {
    this.baseRate = config.learningRate;
  }

  /** Enqueues one step; a diverged arm stands still. */
  step(batch: PreparedBatch): void {
    if (this.divergence !== null) return;
    const learningRate = learningRateAt(this.config.schedule, this.baseRate, batch.step);
    this.learner.step(batch, {
      learningRate,
      fixedScale: this.fixedScale,
      capAngleRad: this.capAngleRad,
    });
    this.rates.set(batch.step, learningRate);
  }

  /** Takes in the numbers of every step enqueued so far. */
  collect(): Promise<void> {
    const arriving = this.learner.metrics();
    const taken = this.deliveries.then(async () => {
      for (const metrics of await arriving) this.take(metrics);
    });
    // Whoever collects gets the error; the next delivery is taken in all the same.
    this.deliveries = Promise.allSettled([taken, arriving]).then(() => undefined);
    return taken;
  }

  private take(metrics: StepMetrics): void {
    const rate = this.rates.get(metrics.step);
    this.rates.delete(metrics.step);
    if (this.divergence !== null || rate === undefined) return;
    const row = metricRow(metrics, rate);
    const quantity = firstNonFinite(row);
    if (quantity !== null) {
      this.divergence = { step: metrics.step, quantity, lastGood: this.lastGood };
      return;
    }
    this.lastGood = row;
    this.rows.push(row);
    this.targetCosines = metrics.targetCosines;
    this.otherAngles = metrics.otherAngles;
    const { scale, unguardedScale } = metrics;
    if (scale !== null && unguardedScale !== null && scale !== unguardedScale) {
      this.guardAction = { step: metrics.step, unguarded: unguardedScale, scale };
    }
  }

  /** Hands over the rows since the last call. */
  takeRows(): readonly MetricRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  change(change: HyperChange): void {
    switch (change.kind) {
      case 'learning-rate':
        this.baseRate = change.value;
        break;
      case 'fixed-scale':
        this.fixedScale = change.value;
        break;
      case 'cap-angle':
        this.capAngleRad = change.valueRad;
        break;
      default:
        change satisfies never;
    }
  }

  evaluate(indices: Uint32Array): Promise<Evaluation> {
    return this.learner.evaluate(indices);
  }

  /** `[indices.length, embeddingSize]`, unit length. */
  embed(indices: Uint32Array): Promise<Float32Array> {
    return this.learner.embed(indices);
  }

  exportState(): Promise<LearnerState> {
    return this.learner.exportState();
  }

  /** Goes on with another learner, which has the state of the one before; that one is the caller's. */
  moveTo(learner: Learner): void {
    this.learner = learner;
  }

  /** What `engine` plans for this arm's step; `null` where it plans nothing. */
  describe(engine: Engine, options: { readonly measure: boolean }) {
    return engine.describe?.(this.learner, options) ?? Promise.resolve(null);
  }

  /** Back to the weights, slots and scale of step 0. Values that were moved keep their new setting. */
  reset(): void {
    this.learner.importState(this.initial);
    this.divergence = null;
    this.guardAction = null;
    this.lastGood = null;
    this.rows = [];
    this.rates.clear();
    this.targetCosines = new Float32Array();
    this.otherAngles = null;
  }

  dispose(): void {
    this.learner.dispose();
  }
}
