/**
 * How long commands take on the GPU: by its own clock where it has one to show, else around a submit,
 * less what an empty one takes.
 */
import type { Gpu } from './gpu';

/**
 * Commands are run in rows, and the fastest of so many rows counts. A row is as long as it takes to be
 * well above the steps of the clock: browsers round GPU times to 0.1 ms.
 */
const ROWS = 3;
const ROW_MS = 2;
const MOST_REPEATS = 1024;
const EMPTY_SUBMITS = 5;

export type Run = (pass: GPUComputePassEncoder) => void;

/** Milliseconds of one `run`: the fastest of a few rows, after one that warms up. */
export async function timeRuns(gpu: Gpu, run: Run): Promise<number> {
  const stopwatch = new Stopwatch(gpu);
  try {
    return await stopwatch.time(run);
  } finally {
    stopwatch.dispose();
  }
}

/** Times one thing after another without asking for memory each time. */
export class Stopwatch {
  readonly timing: 'timestamps' | 'wall';
  readonly #gpu: Gpu;
  readonly #clock: Clock | null;
  /** Milliseconds of an empty submit; measured when first needed. */
  #empty: number | null = null;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#clock = gpu.timestamps ? new Clock(gpu) : null;
    this.timing = this.#clock === null ? 'wall' : 'timestamps';
  }

  async time(run: Run): Promise<number> {
    const row = (repeats: number): Promise<number> =>
      this.#clock?.row(run, repeats) ?? this.#wall(run, repeats);
    await row(1);
    for (let repeats = 1; ; repeats *= 4) {
      const best = await fastest(() => row(repeats));
      // Also where only a disturbed row was long enough.
      if (best >= ROW_MS || repeats >= MOST_REPEATS) return Math.max(0, best) / repeats;
    }
  }

  dispose(): void {
    this.#clock?.dispose();
  }

  /** The fastest of a few: one that was disturbed would make everything else look like nothing. */
  async #measureEmpty(): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let count = 0; count < EMPTY_SUBMITS; count += 1) {
      best = Math.min(best, await submit(this.#gpu, () => undefined, 1));
    }
    return best;
  }

  async #wall(run: Run, repeats: number): Promise<number> {
    this.#empty ??= await this.#measureEmpty();
    return (await submit(this.#gpu, run, repeats)) - this.#empty;
  }
}

/** Of so many rows the fastest; the first alone where that is too short to count. */
async function fastest(row: () => Promise<number>): Promise<number> {
  let best = await row();
  for (let count = 1; count < ROWS && best >= ROW_MS; count += 1) {
    best = Math.min(best, await row());
  }
  return best;
}

async function submit(gpu: Gpu, run: Run, repeats: number): Promise<number> {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let repeat = 0; repeat < repeats; repeat += 1) run(pass);
  pass.end();
  await gpu.idle();
  const start = performance.now();
  gpu.device.queue.submit([encoder.finish()]);
  await gpu.idle();
  return performance.now() - start;
}

/** Times passes by the GPU's own clock, nanoseconds since nobody knows when. */
class Clock {
  readonly #gpu: Gpu;
  readonly #set: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#set = gpu.device.createQuerySet({ type: 'timestamp', count: 2 });
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    this.#resolved = gpu.buffer('timestamps', 16, QUERY_RESOLVE | COPY_SRC);
    this.#staging = gpu.buffer('timestamps', 16, COPY_DST | MAP_READ);
  }

  async row(run: Run, repeats: number): Promise<number> {
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass({
      timestampWrites: {
        querySet: this.#set,
        beginningOfPassWriteIndex: 0,
        endOfPassWriteIndex: 1,
      },
    });
    for (let repeat = 0; repeat < repeats; repeat += 1) run(pass);
    pass.end();
    encoder.resolveQuerySet(this.#set, 0, 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, 16);
    this.#gpu.device.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(GPUMapMode.READ);
    const [start, end] = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return Number(end! - start!) / 1e6;
  }

  dispose(): void {
    this.#set.destroy();
    this.#gpu.free(this.#resolved);
    this.#gpu.free(this.#staging);
  }
}
