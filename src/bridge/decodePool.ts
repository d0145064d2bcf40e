/**
 * A few decode workers behind one function. Files travel in batches, so that thousands of small images
 * do not cost thousands of messages. A worker that crashes or hangs is replaced; the files it had are
 * lost with it and say so.
 */

/** To the worker; the buffers are transferred. */
export interface DecodeBatch {
  readonly id: number;
  /** Width and height of the crops, pixels. */
  readonly size: number;
  readonly files: readonly Uint8Array<ArrayBuffer>[];
}

export type DecodedFile =
  /** `[size, size, 3]`, RGB. */
  | { readonly kind: 'crop'; readonly rgb: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly reason: string };

/** From the worker, in the order of the batch. */
export interface DecodeReply {
  readonly id: number;
  readonly results: readonly DecodedFile[];
}

interface Job {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;
  readonly resolve: (rgb: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/** The part of `Worker` that is used, so that a test can stand in for it. */
export type DecodeWorker = Pick<
  Worker,
  'postMessage' | 'terminate' | 'onmessage' | 'onmessageerror' | 'onerror'
>;

export interface DecodePoolOptions {
  readonly workers?: number;
  readonly createWorker?: () => DecodeWorker;
  /** A batch that takes longer counts as a crash. */
  readonly patienceMs?: number;
}

const FILES_PER_BATCH = 16;
const BYTES_PER_BATCH = 1 << 23;
/** The next batch waits at the worker while it decodes one. */
const BATCHES_PER_WORKER = 2;
/** Workers that never answered are not replaced for ever. */
const MOST_FALSE_STARTS = 4;
const PATIENCE_MS = 60_000;

function startWorker(): DecodeWorker {
  return new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
}

/** One for the page and one for the trainer are left over where there are that many. */
function defaultWorkers(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  return Math.min(Math.max(cores - 1, 1), 4);
}

/** One worker and the batches it has. */
interface Seat {
  worker: DecodeWorker;
  readonly batches: Map<number, readonly Job[]>;
  timer: ReturnType<typeof setTimeout> | null;
}

export class DecodePool {
  readonly #createWorker: () => DecodeWorker;
  readonly #patienceMs: number;
  readonly #seats: Seat[] = [];
  readonly #most: number;
  #queue: Job[] = [];
  #nextId = 1;
  #falseStarts = 0;
  #disposed = false;

  constructor(options: DecodePoolOptions = {}) {
    this.#createWorker = options.createWorker ?? startWorker;
    this.#most = options.workers ?? defaultWorkers();
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  /** How many workers the pool has at most; they start when there is work for them. */
  get workers(): number {
    return this.#most;
  }

  /**
   * Decodes one image to a face crop; see `DecodeImage` in `data/import`. An arrow, to be passed on.
   * @param bytes transferred to the worker: gone afterwards
   * @throws an Error whose message says why the file cannot be used
   */
  readonly decode = (
    bytes: Uint8Array<ArrayBuffer>,
    size: number,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    if (this.#disposed) return Promise.reject(new Error('The decoder has been closed.'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes, size, resolve, reject });
      this.#assign();
    });
  };

  /** Drops what has not been decoded; the pool can be used again. */
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

  /** Stops the workers; everything that was not decoded fails. */
  dispose(): void {
    this.cancel();
    this.#disposed = true;
    for (const seat of this.#seats.splice(0)) this.#stop(seat);
  }

  #fail(jobs: readonly Job[], reason: string): void {
    for (const job of jobs) job.reject(new Error(reason));
  }

  /** Gives waiting files to whoever has least to do. */
  #assign(): void {
    while (this.#queue.length > 0) {
      let seat = this.#leastBusy();
      if ((seat === null || seat.batches.size > 0) && this.#seats.length < this.#most) {
        seat = this.#open();
      }
      if (seat === null || seat.batches.size >= BATCHES_PER_WORKER) return;
      this.#send(seat, this.#takeBatch());
    }
  }

  #leastBusy(): Seat | null {
    return this.#seats.reduce<Seat | null>(
      (least, seat) => (least === null || seat.batches.size < least.batches.size ? seat : least),
      null,
    );
  }

  /** At least one file; more while they are small and want the same size. */
  #takeBatch(): Job[] {
    const size = this.#queue[0]?.size;
    let bytes = 0;
    let count = 0;
    for (const job of this.#queue.slice(0, FILES_PER_BATCH)) {
      bytes += job.bytes.length;
      if (job.size !== size || (count > 0 && bytes > BYTES_PER_BATCH)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #open(): Seat {
    const seat: Seat = { worker: this.#createWorker(), batches: new Map(), timer: null };
    this.#listen(seat);
    this.#seats.push(seat);
    return seat;
  }

  #listen(seat: Seat): void {
    seat.worker.onmessage = (event: MessageEvent<DecodeReply>) => this.#receive(seat, event.data);
    const onCrash = () => this.#crashed(seat, 'The decoder crashed while it had this file.');
    seat.worker.onerror = onCrash;
    seat.worker.onmessageerror = onCrash;
  }

  #send(seat: Seat, jobs: readonly Job[]): void {
    const id = this.#nextId;
    this.#nextId += 1;
    seat.batches.set(id, jobs);
    const files = jobs.map(({ bytes }) => bytes);
    const batch: DecodeBatch = { id, size: jobs[0]?.size ?? 0, files };
    seat.worker.postMessage(batch, [...new Set(files.map(({ buffer }) => buffer))]);
    if (seat.timer === null) this.#watch(seat);
  }

  #watch(seat: Seat): void {
    if (seat.timer !== null) clearTimeout(seat.timer);
    seat.timer = null;
    if (seat.batches.size === 0) return;
    seat.timer = setTimeout(() => {
      this.#crashed(seat, 'The decoder did not come to an end while it had this file.');
    }, this.#patienceMs);
  }

  #receive(seat: Seat, { id, results }: DecodeReply): void {
    const jobs = seat.batches.get(id) ?? [];
    seat.batches.delete(id);
    this.#falseStarts = 0;
    this.#watch(seat);
    // Work first: while the answers are taken in, the worker should not wait.
    this.#assign();
    for (const [index, job] of jobs.entries()) {
      const result = results[index];
      if (result?.kind === 'crop') job.resolve(result.rgb);
      else job.reject(new Error(result?.reason ?? 'The decoder gave no answer for this file.'));
    }
  }

  #crashed(seat: Seat, reason: string): void {
    const lost = [...seat.batches.values()].flat();
    this.#stop(seat);
    this.#seats.splice(this.#seats.indexOf(seat), 1);
    this.#falseStarts += 1;
    this.#fail(lost, reason);
    if (this.#falseStarts >= MOST_FALSE_STARTS) {
      this.#fail(this.#queue.splice(0), 'The decoder does not start in this browser.');
      this.#falseStarts = 0;
    }
    this.#assign();
  }

  #stop(seat: Seat): void {
    if (seat.timer !== null) clearTimeout(seat.timer);
    seat.worker.onmessage = null;
    seat.worker.onerror = null;
    seat.worker.onmessageerror = null;
    seat.worker.terminate();
  }
}
