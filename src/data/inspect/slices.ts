/**
 * Long work in slices: a generator does it step by step, and either runs through at once or lets
 * other tasks of the thread have their turn in between, so that Cancel answers and nothing stalls.
 */

export interface WorkOptions {
  /** Called after each slice of work and at the end; `done` of `total` steps. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Waits until other tasks of the thread have run; a macrotask by default. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** Yields how many steps are done, of a total it is asked about beforehand, often: every millisecond. */
export type Work<Result> = Generator<number, Result, undefined>;

/** Work between two pauses, milliseconds: short enough that Cancel answers at once. */
const SLICE_MS = 20;

/** @throws the signal's reason when aborted */
export async function inSlices<Result>(
  work: Work<Result>,
  total: number,
  options: WorkOptions = {},
): Promise<Result> {
  const { signal, onProgress, pause = macrotask } = options;
  signal?.throwIfAborted();
  let sliceStart = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) {
      onProgress?.(total, total);
      return step.value;
    }
    if (performance.now() - sliceStart < SLICE_MS) continue;
    onProgress?.(step.value, total);
    await pause();
    signal?.throwIfAborted();
    sliceStart = performance.now();
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
