/**
 * The one engine the trainer has open. It stays while the choice stays the same: probing and compiling
 * are paid once. An engine that is lost while something is built on it fails the building; at any other
 * time that is told.
 */
import type { Engine, EngineChoice } from '../engine/engine';
import type { EngineError } from '../engine/errors';
import { type SelectOptions, selectEngine } from '../engine/select';
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

export class EngineHolder {
  private readonly store = tuningStore();
  private held: Held | null = null;
  /** Ends the building under way. */
  private interrupt: ((error: EngineError) => void) | null = null;

  constructor(private readonly options: EngineHolderOptions) {}

  get engine(): Engine | null {
    return this.held?.engine ?? null;
  }

  get choice(): EngineChoice | null {
    return this.held?.choice ?? null;
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
    engine?.dispose();
  }

  private async open(wanted: EngineWay): Promise<Engine> {
    const way = wayOf(wanted);
    if (this.held?.way === way) return this.held.engine;
    this.close();
    const { onProbe, onRecovering, onRecovered, select = selectEngine } = this.options;
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
    this.held = { choice, way, engine };
    return engine;
  }

  private lose(error: EngineError): void {
    this.close();
    if (this.interrupt === null) this.options.onLost(error);
    else this.interrupt(error);
  }
}
