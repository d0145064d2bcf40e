/**
 * The page's end of the wall: sends typed requests, resolves them by id, passes events on. A worker
 * that dies rejects everything that was waiting, so that nothing on the page waits for ever.
 */
import type {
  Envelope,
  Failure,
  IdentityHistogram,
  Request,
  RequestKind,
  ResponseMap,
  WorkerEvent,
  WorkerMessage,
} from './protocol';

/** A request the worker answered with a failure. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    readonly failure: Failure,
    /** With `data/too-few-identities`: what other minimum would leave how many. */
    readonly histogram: IdentityHistogram | null,
  ) {
    super(failure.message);
  }
}

interface Waiting {
  resolve(value: ResponseMap[RequestKind]): void;
  reject(error: RequestError): void;
}

/** The part of `Worker` the client uses, so that a test can stand in for it. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

export class TrainerClient {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  /** Why the worker is gone; `null` while it lives. */
  dead: Failure | null = null;

  constructor(
    private readonly worker: WorkerLike,
    private readonly onEvent: (event: WorkerEvent) => void,
  ) {
    worker.addEventListener('message', (message: MessageEvent<WorkerMessage>) => {
      this.receive(message.data);
    });
    worker.addEventListener('error', (event: ErrorEvent) => {
      event.preventDefault();
      this.die(event.message);
    });
    worker.addEventListener('messageerror', () => this.die('a message could not be read'));
  }

  request<K extends RequestKind>(request: Extract<Request, { kind: K }>): Promise<ResponseMap[K]> {
    if (this.dead !== null) return Promise.reject(new RequestError(this.dead, null));
    const id = this.nextId;
    this.nextId += 1;
    return new Promise<ResponseMap[K]>((resolve, reject) => {
      // The worker answers a request of kind K with ResponseMap[K]: that is the protocol.
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.worker.postMessage({ id, request } satisfies Envelope);
    });
  }

  dispose(): void {
    this.die('it was closed');
  }

  private receive(message: WorkerMessage): void {
    if (this.dead !== null) return;
    switch (message.kind) {
      case 'event':
        this.onEvent(message.event);
        return;
      case 'response':
        this.take(message.id)?.resolve(message.value);
        return;
      case 'rejection':
        this.take(message.id)?.reject(new RequestError(message.failure, message.histogram));
        return;
      default:
        message satisfies never;
    }
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private die(reason: string): void {
    if (this.dead !== null) return;
    this.dead = {
      code: 'internal',
      message: `The training worker stopped: ${reason}.`,
      remedy: 'Start it again, or reload the page; the address keeps your settings.',
    };
    for (const { reject } of this.waiting.values()) reject(new RequestError(this.dead, null));
    this.waiting.clear();
    // An error event alone does not stop a worker.
    this.worker.terminate();
    this.onEvent({ kind: 'status', status: 'idle' });
    this.onEvent({ kind: 'failure', failure: this.dead });
  }
}

/** Starts the trainer worker. */
export function startTrainer(onEvent: (event: WorkerEvent) => void): TrainerClient {
  const worker = new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module' });
  return new TrainerClient(worker, onEvent);
}
