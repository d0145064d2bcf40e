/**
 * The one engine the trainer has open. It stays while the choice stays the same: probing and compiling
 * are paid once. An engine that is lost while something is built on it fails the building; at any other
 * time that is told.
 */
import { findAdapter, globalGpu } from '../engine/adapter';
import type { Engine, EngineChoice } from '../engine/engine';
import type { EngineError } from '../engine/errors';
import type { SelectOptions } from '../engine/select';
import { type EngineWay, wayOf } from '../training/change';
import { tuningStore } from './tuningStore';

export interface EngineHolderOptions {
  /** So many of so many engines are measured. */
  readonly onProbe: (done: number, total: number) => void;
  /** The engine stopped working and is closed. */
  readonly onLost: (error: EngineError) => void;
  /** A GPU device was lost and is being replaced; why it was lost, one sentence. */
  readonly onRecovering: (reason: string) => void;
  /** A lost GPU device was replaced; why it was lost, one sentence. */
  readonly onRecovered: (reason: string) => void;
  /** Opens an engine; for tests. */
  readonly select?: (choice: EngineChoice, options: SelectOptions) => Promise<Engine>;
}

interface Held {
  readonly choice: EngineChoice;
  /** See `wayOf`. */
  readonly way: string;
  readonly engine: Engine;
}

interface Opening {
  readonly choice: EngineChoice;
  readonly way: string;
  readonly engine: Promise<Engine>;
}

/** TensorFlow.js and the kernels are most of the worker's code: other work need not wait for them. */
async function selectLater(choice: EngineChoice, options: SelectOptions): Promise<Engine> {
  const { selectEngine } = await import('../engine/select');
  return selectEngine(choice, options);
}

export class EngineHolder {
  private readonly store = tuningStore();
  private held: Held | null = null;
  private opening: Opening | null = null;
  /** Ends the building under way. */
  private interrupt: ((error: EngineError) => void) | null = null;

  constructor(private readonly options: EngineHolderOptions) {}

  get engine(): Engine | null {
    return this.held?.engine ?? null;
  }

  /** What is open, or being opened. */
  get choice(): EngineChoice | null {
    return this.opening?.choice ?? this.held?.choice ?? null;
  }

  /** Opens what will be wanted; what goes wrong is told by whoever builds on it. */
  prepare(wanted: EngineWay): void {
    this.prepareIfSettled(wanted).catch(() => undefined);
  }

  /**
   * Before anything is given up for it.
   * @throws EngineError with code `engine/unavailable` where a forced choice cannot run here
   */
  async requireAvailable(choice: EngineChoice): Promise<void> {
    const { requireAvailable } = await import('../engine/select');
    await requireAvailable(choice);
  }

  /** Runs `work` on the engine that is wanted, which takes the place of the one before. */
  async build<T>(wanted: EngineWay, work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await this.open(wanted);
    // Work on a lost device may never end.
    const lost = new Promise<never>((_, reject) => {
      this.interrupt = reject;
    });
    try {
      return await Promise.race([work(engine), lost]);
    } finally {
      this.interrupt = null;
    }
  }

  close(): void {
    const { engine } = this;
    this.held = null;
    this.opening = null;
    engine?.dispose();
  }

  /** An engine that is found by measuring is measured with nothing else going on. */
  private async prepareIfSettled(wanted: EngineWay): Promise<void> {
    if (wanted.engine === 'auto' && (await findAdapter(globalGpu())) === null) return;
    await this.open(wanted);
  }

  private async open(wanted: EngineWay): Promise<Engine> {
    const way = wayOf(wanted);
    // One at a time: TensorFlow.js has one backend per thread.
    while (this.opening !== null && this.opening.way !== way) {
      await this.opening.engine.catch(() => undefined);
    }
    if (this.opening !== null) return this.opening.engine;
    if (this.held?.way === way) return this.held.engine;
    this.close();
    const opening: Opening = { choice: wanted.engine, way, engine: this.select(wanted) };
    this.opening = opening;
    try {
      const engine = await opening.engine;
      // Closed meanwhile.
      if (this.opening !== opening) engine.dispose();
      else this.held = { choice: wanted.engine, way, engine };
      return engine;
    } finally {
      if (this.opening === opening) this.opening = null;
    }
  }

  private async select(wanted: EngineWay): Promise<Engine> {
    const { onProbe, onRecovering, onRecovered, select = selectLater } = this.options;
    const { engine: choice, storage } = wanted;
    const engine: Engine = await select(choice, {
      ...(storage === undefined ? {} : { storage }),
      onProgress: onProbe,
      onRecovering,
      onRecovered,
      tuning: this.store,
      onLost: (error) => {
        if (this.held?.engine === engine) this.lose(error);
      },
    });
    return engine;
  }

  private lose(error: EngineError): void {
    this.close();
    if (this.interrupt === null) this.options.onLost(error);
    else this.interrupt(error);
  }
}
