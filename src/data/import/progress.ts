/**
 * How far reading has come, said at most ten times a second, with the rate of the last seconds. The
 * clock is passed in, so that a test decides what time it is.
 */

export interface ImportProgress {
  readonly task: 'list' | 'index' | 'decode';
  readonly done: number;
  /** `null` while it is not known, as in a compressed tar. */
  readonly total: number | null;
  /** Per second over the last seconds; `null` at the start. */
  readonly rate: number | null;
}

const EVERY_MS = 100;
const RATE_WINDOW_MS = 3000;

export class ProgressReporter {
  readonly #report: (progress: ImportProgress) => void;
  readonly #now: () => number;
  #task: ImportProgress['task'] = 'list';
  #lastMs = Number.NEGATIVE_INFINITY;
  #samples: { readonly atMs: number; readonly done: number }[] = [];

  constructor(report: (progress: ImportProgress) => void, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  /** Says it now at a new task and at the end of one, else when it is time. */
  update(task: ImportProgress['task'], done: number, total: number | null): void {
    const atMs = this.#now();
    if (task !== this.#task) {
      this.#task = task;
      this.#samples = [];
      this.#lastMs = Number.NEGATIVE_INFINITY;
    }
    if (atMs - this.#lastMs < EVERY_MS && done !== total) return;
    this.#lastMs = atMs;
    this.#samples.push({ atMs, done });
    while (this.#samples.length > 2 && atMs - this.#samples[0]!.atMs > RATE_WINDOW_MS) {
      this.#samples.shift();
    }
    const first = this.#samples[0]!;
    const seconds = (atMs - first.atMs) / 1000;
    this.#report({ task, done, total, rate: seconds > 0 ? (done - first.done) / seconds : null });
  }
}
