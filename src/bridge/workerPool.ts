/**
 * A few workers of one kind behind one function, for tasks that carry the bytes of a file. Tasks travel
 * in batches, so that thousands of small files do not cost thousands of messages. A worker that crashes
 * or hangs is replaced; the tasks it had are lost with it and say so.
 */

export interface FileTask {
  /** Transferred to the worker. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** To the worker. */
export interface PoolRequest<Task extends FileTask> {
  readonly id: number;
  readonly tasks: readonly Task[];
}

export type PoolAnswer<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly reason: string };

/** From the worker, in the order of the tasks. */
export interface PoolReply<Result> {
  readonly id: number;
  readonly answers: readonly PoolAnswer<Result>[];
}

/** The part of `Worker` that is used, so that a test can stand in for it. */
export type PoolWorker = Pick<
  Worker,
  'postMessage' | 'terminate' | 'onmessage' | 'onmessageerror' | 'onerror'
>;

export interface WorkerPoolOptions {
  /** Begins the sentences about the workers: "The decoder". */
  readonly subject: string;
  readonly createWorker: () => PoolWorker;
  readonly workers: number;
  readonly filesPerBatch: number;
  /** A batch that takes longer counts as a crash. */
  readonly patienceMs: number;
}

interface Job<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and the batches it has. */
interface Seat<Task, Result> {
  readonly worker: PoolWorker;
  readonly batches: Map<number, readonly Job<Task, Result>[]>;
  timer: ReturnType<typeof setTimeout> | null;
}

const BYTES_PER_BATCH = 1 << 23;
/** The next batch waits at the worker while it has one at hand. */
const BATCHES_PER_WORKER = 2;
/** Workers that never answered are not replaced for ever. */
const MOST_FALSE_STARTS = 4;
export const PATIENCE_MS = 60_000;

/** One core for the page and the trainer is left over where there are that many. */
export function defaultWorkers(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  return Math.min(Math.max(cores - 1, 1), 4);
}

export class WorkerPool<Task extends FileTask, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #seats: Seat<Task, Result>[] = [];
  #queue: Job<Task, Result>[] = [];
  #nextId = 1;
  #falseStarts = 0;
  #disposed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /**
   * @param task its bytes are transferred: gone afterwards
   * @throws an Error whose message says why there is no result
   */
  run(task: Task): Promise<Result> {
    const { subject } = this.#options;
    if (this.#disposed) return Promise.reject(new Error(`${subject} has been closed.`));
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#assign();
    });
  }

  /** Drops what has not been done; the pool can be used again. */
  cancel(): void {
    this.#fail(this.#queue, 'Reading was cancelled.');
    this.#queue = [];
    // What a worker has at hand is a few images: it is left to finish and its answer is not awaited.
    for (const { batches } of this.#seats) {
      for (const [id, jobs] of batches) {
        this.#fail(jobs, 'Reading was cancelled.');
        batches.set(id, []);
      }
    }
  }

  /** Stops the workers; everything that was not done fails. */
  dispose(): void {
    this.cancel();
    this.#disposed = true;
    for (const seat of this.#seats.splice(0)) this.#stop(seat);
  }

  #fail(jobs: readonly Job<Task, Result>[], reason: string): void {
    for (const job of jobs) job.reject(new Error(reason));
  }

  /** Gives waiting tasks to whoever has least to do. */
  #assign(): void {
    while (this.#queue.length > 0) {
      let seat = this.#leastBusy();
      if ((seat === null || seat.batches.size > 0) && this.#seats.length < this.#options.workers) {
        seat = this.#open();
      }
      if (seat === null || seat.batches.size >= BATCHES_PER_WORKER) return;
      this.#send(seat, this.#takeBatch());
    }
  }

  #leastBusy(): Seat<Task, Result> | null {
    return this.#seats.reduce<Seat<Task, Result> | null>(
      (least, seat) => (least === null || seat.batches.size < least.batches.size ? seat : least),
      null,
    );
  }

  /** At least one task; more while their files are small. */
  #takeBatch(): Job<Task, Result>[] {
    let bytes = 0;
    let count = 0;
    for (const { task } of this.#queue.slice(0, this.#options.filesPerBatch)) {
      bytes += task.bytes.length;
      if (count > 0 && bytes > BYTES_PER_BATCH) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #open(): Seat<Task, Result> {
    const worker = this.#options.createWorker();
    const seat: Seat<Task, Result> = { worker, batches: new Map(), timer: null };
    worker.onmessage = (event: MessageEvent<PoolReply<Result>>) => this.#receive(seat, event.data);
    const onCrash = () => this.#crashed(seat, 'crashed while it had this file.');
    worker.onerror = onCrash;
    worker.onmessageerror = onCrash;
    this.#seats.push(seat);
    return seat;
  }

  #send(seat: Seat<Task, Result>, jobs: readonly Job<Task, Result>[]): void {
    const id = this.#nextId;
    this.#nextId += 1;
    seat.batches.set(id, jobs);
    const tasks = jobs.map(({ task }) => task);
    const request: PoolRequest<Task> = { id, tasks };
    seat.worker.postMessage(request, [...new Set(tasks.map(({ bytes }) => bytes.buffer))]);
    if (seat.timer === null) this.#watch(seat);
  }

  #watch(seat: Seat<Task, Result>): void {
    if (seat.timer !== null) clearTimeout(seat.timer);
    seat.timer = null;
    if (seat.batches.size === 0) return;
    seat.timer = setTimeout(() => {
      this.#crashed(seat, 'did not come to an end while it had this file.');
    }, this.#options.patienceMs);
  }

  #receive(seat: Seat<Task, Result>, { id, answers }: PoolReply<Result>): void {
    const jobs = seat.batches.get(id) ?? [];
    seat.batches.delete(id);
    this.#falseStarts = 0;
    this.#watch(seat);
    // Work first: while the answers are taken in, the worker should not wait.
    this.#assign();
    const missing = `${this.#options.subject} gave no answer for this file.`;
    for (const [index, job] of jobs.entries()) {
      const answer = answers[index];
      if (answer?.kind === 'done') job.resolve(answer.result);
      else job.reject(new Error(answer?.reason ?? missing));
    }
  }

  #crashed(seat: Seat<Task, Result>, what: string): void {
    const { subject } = this.#options;
    const lost = [...seat.batches.values()].flat();
    this.#stop(seat);
    this.#seats.splice(this.#seats.indexOf(seat), 1);
    this.#falseStarts += 1;
    this.#fail(lost, `${subject} ${what}`);
    if (this.#falseStarts >= MOST_FALSE_STARTS) {
      this.#fail(this.#queue.splice(0), `${subject} does not start in this browser.`);
      this.#falseStarts = 0;
    }
    this.#assign();
  }

  #stop(seat: Seat<Task, Result>): void {
    if (seat.timer !== null) clearTimeout(seat.timer);
    seat.worker.onmessage = null;
    seat.worker.onerror = null;
    seat.worker.onmessageerror = null;
    seat.worker.terminate();
  }
}
