/**
 * A growing series reduced to at most `limit` buckets with minimum, maximum, mean and last value.
 * Appending costs only the new rows: when the buckets run out, neighbours merge in pairs. What is
 * not finite is never summed and never becomes 0; it is kept as runs with their steps.
 */
import { createSmoother, type Smoother, smoothNext } from './smooth';

export const BUCKET_LIMIT = 400;

/** Consecutive rows that were not finite. */
export interface NonFiniteRun {
  readonly fromStep: number;
  toStep: number;
  /** The first such value: NaN, +Infinity or −Infinity. */
  readonly value: number;
  /** The last finite row before the run; `null` when there was none. */
  readonly lastFinite: { readonly step: number; readonly value: number } | null;
}

export interface BucketOptions {
  /** `log` gives each doubling of the step sixteen buckets, for logarithmic step axes. */
  readonly spacing: 'linear' | 'log';
  /** Debiased exponential smoothing per step, 0 … below 1. */
  readonly smoothing: number;
  /** Most buckets; at least 2. */
  readonly limit?: number;
  /** Step where bucket 0 begins (linear spacing). */
  readonly origin?: number;
  /** Steps per bucket to begin with; doubles when needed. */
  readonly width?: number;
}

/** Sixteen buckets per doubling: 400 buckets reach past 2^27 steps. */
const LOG_BUCKETS = 16;

/** One bucket as the charts and tables read it. */
export interface Bucket {
  readonly firstStep: number;
  readonly lastStep: number;
  /** Finite rows in it; 0 makes a gap. */
  readonly count: number;
  readonly nonFinite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
  /** Mean of the smoothed values. */
  readonly smooth: number;
}

export class Buckets {
  readonly spacing: 'linear' | 'log';
  readonly limit: number;
  readonly origin: number;
  /** Steps per bucket (linear spacing). */
  width: number;
  /** One past the highest bucket in use. */
  length = 0;
  readonly runs: NonFiniteRun[] = [];
  /** Runs beyond the limit are counted, not kept. */
  droppedRuns = 0;

  readonly firstStep: Float64Array;
  readonly lastStep: Float64Array;
  readonly count: Float64Array;
  readonly nonFinite: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  readonly #sum: Float64Array;
  readonly #smoothSum: Float64Array;
  readonly #smoother: Smoother;
  #newestStep = Number.NaN;
  #newestValue = Number.NaN;
  #newestSmooth = Number.NaN;
  #run: NonFiniteRun | null = null;

  /** @throws RangeError for a limit below 2 or a smoothing outside [0, 1). */
  constructor(options: BucketOptions) {
    const limit = options.limit ?? BUCKET_LIMIT;
    if (!(limit >= 2)) throw new RangeError(`a series needs at least 2 buckets, not ${limit}`);
    this.spacing = options.spacing;
    this.limit = limit;
    this.origin = options.origin ?? 0;
    this.width = options.width ?? 1;
    this.#smoother = createSmoother(options.smoothing);
    const column = () => new Float64Array(limit);
    this.firstStep = column();
    this.lastStep = column();
    this.count = column();
    this.nonFinite = column();
    this.min = column();
    this.max = column();
    this.last = column();
    this.#sum = column();
    this.#smoothSum = column();
  }

  /** The newest finite row, raw and smoothed; `null` before there is one. */
  get newest(): { readonly step: number; readonly value: number; readonly smooth: number } | null {
    if (Number.isNaN(this.#newestStep)) return null;
    return { step: this.#newestStep, value: this.#newestValue, smooth: this.#newestSmooth };
  }

  /** Feeds rows to the smoothing only: what came before a window still shapes its first values. */
  warmUp(values: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) smoothNext(this.#smoother, values[i]!);
  }

  /** Adds rows [from, to) of the two columns; steps ascend. */
  append(steps: Float64Array, values: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      // Within [from, to) ≤ length by contract; a checked read would cost on 100,000 rows.
      this.#add(steps[i]!, values[i]!);
    }
  }

  /** Merges pairs until a bucket spans at least `width` steps, to line up with another series. */
  widenTo(width: number): void {
    while (this.spacing === 'linear' && this.width < width) this.#mergePairs();
  }

  /** Bucket `index`, or `null` where no row fell into it. */
  at(index: number): Bucket | null {
    const count = this.count[index] ?? 0;
    const nonFinite = this.nonFinite[index] ?? 0;
    if (count + nonFinite === 0) return null;
    return {
      firstStep: this.firstStep[index]!,
      lastStep: this.lastStep[index]!,
      count,
      nonFinite,
      min: count > 0 ? this.min[index]! : Number.NaN,
      max: count > 0 ? this.max[index]! : Number.NaN,
      mean: this.#sum[index]! / count,
      last: count > 0 ? this.last[index]! : Number.NaN,
      smooth: this.#smoothSum[index]! / count,
    };
  }

  /** Mean of the smoothed values of bucket `index`; NaN where it has no finite row. */
  smoothAt(index: number): number {
    return this.#smoothSum[index]! / this.count[index]!;
  }

  /** Mean of bucket `index`; NaN where it has no finite row. */
  meanAt(index: number): number {
    return this.#sum[index]! / this.count[index]!;
  }

  #add(step: number, value: number): void {
    let index = this.#indexOf(step);
    while (index >= this.limit) {
      if (this.spacing === 'log') {
        index = this.limit - 1;
      } else {
        this.#mergePairs();
        index = this.#indexOf(step);
      }
    }
    if (index >= this.length) this.length = index + 1;
    if (this.count[index]! + this.nonFinite[index]! === 0) this.firstStep[index] = step;
    this.lastStep[index] = step;
    if (!Number.isFinite(value)) {
      this.nonFinite[index]! += 1;
      this.#extendRun(step, value);
      return;
    }
    this.#run = null;
    const smooth = smoothNext(this.#smoother, value);
    if (this.count[index] === 0) {
      this.min[index] = value;
      this.max[index] = value;
    } else if (value < this.min[index]!) {
      this.min[index] = value;
    } else if (value > this.max[index]!) {
      this.max[index] = value;
    }
    this.count[index]! += 1;
    this.#sum[index]! += value;
    this.#smoothSum[index]! += smooth;
    this.last[index] = value;
    this.#newestStep = step;
    this.#newestValue = value;
    this.#newestSmooth = smooth;
  }

  #extendRun(step: number, value: number): void {
    if (this.#run !== null) {
      this.#run.toStep = step;
      return;
    }
    const { newest } = this;
    const lastFinite = newest === null ? null : { step: newest.step, value: newest.value };
    this.#run = { fromStep: step, toStep: step, value, lastFinite };
    if (this.runs.length < this.limit) this.runs.push(this.#run);
    else this.droppedRuns += 1;
  }

  #indexOf(step: number): number {
    if (this.spacing === 'linear') {
      return Math.max(0, Math.floor((step - this.origin) / this.width));
    }
    const whole = Math.max(0, Math.floor(step));
    if (whole < LOG_BUCKETS) return whole;
    const octave = Math.floor(Math.log2(whole) + 1e-12);
    const within = Math.floor((whole / 2 ** octave - 1) * LOG_BUCKETS);
    return (octave - Math.log2(LOG_BUCKETS) + 1) * LOG_BUCKETS + within;
  }

  #mergePairs(): void {
    const length = Math.ceil(this.length / 2);
    for (let to = 0; to < length; to++) {
      this.#moveInto(to, 2 * to, false);
      if (2 * to + 1 < this.limit) this.#moveInto(to, 2 * to + 1, true);
    }
    for (const column of this.#columns()) column.fill(0, length);
    this.length = length;
    this.width *= 2;
  }

  #columns(): readonly Float64Array[] {
    return [
      this.firstStep,
      this.lastStep,
      this.count,
      this.nonFinite,
      this.min,
      this.max,
      this.last,
      this.#sum,
      this.#smoothSum,
    ];
  }

  #moveInto(to: number, from: number, add: boolean): void {
    if (!add) {
      for (const column of this.#columns()) column[to] = column[from]!;
      return;
    }
    const rows = this.count[from]! + this.nonFinite[from]!;
    if (rows === 0) return;
    if (this.count[to]! + this.nonFinite[to]! === 0) this.firstStep[to] = this.firstStep[from]!;
    this.lastStep[to] = this.lastStep[from]!;
    if (this.count[from]! > 0) {
      const empty = this.count[to] === 0;
      this.min[to] = empty ? this.min[from]! : Math.min(this.min[to]!, this.min[from]!);
      this.max[to] = empty ? this.max[from]! : Math.max(this.max[to]!, this.max[from]!);
      this.last[to] = this.last[from]!;
    }
    this.count[to]! += this.count[from]!;
    this.nonFinite[to]! += this.nonFinite[from]!;
    this.#sum[to]! += this.#sum[from]!;
    this.#smoothSum[to]! += this.#smoothSum[from]!;
  }
}

/** Gives series of one chart the same bucket width, so that their buckets share one x. */
export function alignWidths(all: readonly Buckets[]): void {
  const width = Math.max(1, ...all.map((buckets) => buckets.width));
  for (const buckets of all) buckets.widenTo(width);
}
