/**
 * Keeps a device open. One that is lost, or given up for what it left undone, is replaced by the next, with
 * everything on it as it was; one that cannot be replaced ends the engine.
 */
import { type FoundAdapter, openDevice } from '../adapter';
import { EngineError } from '../errors';
import type { Driver } from './driver';
import { Gpu } from './gpu';
import type { KernelRefused } from './refusals';
import { Session } from './session';
import type { StorageChoice } from './storage';
import { tuningKey } from './version';

/** Devices that are lost again and again, without a step between, are given up. */
const MAX_LOSSES_IN_A_ROW = 3;

export interface RecoveryOptions {
  /** Finds the adapter again after a loss; the same one a page would get. */
  readonly findAdapter: () => Promise<FoundAdapter | null>;
  /** The engine stopped working for good. */
  readonly onFailure: (error: EngineError) => void;
  /** A device was lost and is being replaced; why it was lost, one sentence. */
  readonly onRecovering?: (reason: string) => void;
  /** A lost device was replaced and training goes on; why it was lost, one sentence. */
  readonly onRecovered: (reason: string) => void;
  /**
   * How the network's maps are stored between kernels; absent for float32. Halves take half the memory and
   * bandwidth, and about three digits of each number are left. Everything is computed in float32 all the
   * same, and parameters and their gradients stay float32.
   */
  readonly storage?: StorageChoice;
}

/** What is on a device. */
export interface Cargo {
  /** Puts it on the next one; may take as long as kernels take to compile. */
  load(session: Session): Promise<void>;
  /** Has it run there from now on. */
  start(session: Session): void;
  /** There will be no device. */
  fail(error: EngineError): void;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #driver: Driver;
  readonly #cargo: Cargo;
  #session: Session | null = null;
  #ready: Promise<void> = Promise.resolve();
  #closed = false;
  #failure: EngineError | null = null;
  #losses = 0;

  constructor(options: RecoveryOptions, driver: Driver, cargo: Cargo) {
    this.#options = options;
    this.#driver = driver;
    this.#cargo = cargo;
  }

  /** @throws EngineError where the adapter gives no device */
  async open(found: FoundAdapter): Promise<void> {
    this.#session = await this.#open(found);
  }

  /** `null` while a lost device is being replaced, and once it is closed. */
  get session(): Session | null {
    return this.#session;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * A session when there is one.
   * @throws EngineError where there will be none
   * @throws RangeError once it is closed
   */
  async ready(): Promise<Session> {
    for (;;) {
      await this.#ready;
      if (this.#failure !== null) throw this.#failure;
      if (this.#closed) throw new RangeError('the engine was disposed');
      // Another loss may have come in between.
      if (this.#session !== null) return this.#session;
    }
  }

  /** The device does its work: the next loss is the first again. */
  progressed(): void {
    this.#losses = 0;
  }

  close(): void {
    this.#closed = true;
    const session = this.#session;
    this.#session = null;
    session?.dispose();
  }

  async #open(found: FoundAdapter): Promise<Session> {
    let opened: Session | null = null;
    const device = await openDevice(
      found,
      (error) => {
        if (opened !== null && !opened.lost) void this.#uncaught(opened, error);
      },
      // The session waits for it, whatever the reason: it is replaced.
      () => undefined,
    );
    const { storage = 'float32' } = this.#options;
    const adapter = tuningKey(found.facts);
    const gpu = new Gpu(device, found.facts, {
      storage,
      refusals: this.#driver.refusals(adapter),
      onRefused: async (error) => {
        if (opened !== null && !opened.lost) await this.#refusedLate(opened, error);
      },
    });
    opened = new Session(gpu, this.#driver.tuner(gpu, adapter), (session, why) => {
      if (!this.#closed && this.#session === session) this.#replace(why);
    });
    return opened;
  }

  async #uncaught(session: Session, error: EngineError): Promise<void> {
    // Memory that ran out somewhere leaves nobody knows what undone: another device starts with less.
    if (error.code === 'engine/out-of-memory' && session.batches?.noteShortage() === true) {
      session.giveUp('it had no memory left, and gets less to hold from now on');
      return;
    }
    // It may come of a kernel whose refusal is not known yet.
    await session.gpu.proven();
    if (!session.lost) this.#fail(error);
  }

  /** Steps that ran a kernel which turns out to be none did nothing: another device takes them again. */
  async #refusedLate(session: Session, error: KernelRefused): Promise<void> {
    session.distrust();
    if (!(await session.gpu.alive())) return;
    if (session.gpu.refusals.note(error) === null) this.#fail(error);
    else session.giveUp('it refused a kernel, and runs another from now on');
  }

  /** Opens another device and puts everything on it. */
  #replace(message: string): void {
    this.#session = null;
    this.#losses += 1;
    this.#ready = this.#rebuild(message).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#fail(error instanceof EngineError ? error : lostForGood(why));
    });
  }

  async #rebuild(message: string): Promise<void> {
    const why = message === '' ? 'no reason was given' : message.replace(/\.\s*$/, '');
    this.#options.onRecovering?.(`The GPU device was lost (${why}).`);
    if (this.#losses > MAX_LOSSES_IN_A_ROW) {
      throw lostForGood(`it was lost ${this.#losses} times in a row (${why})`);
    }
    const found = await this.#options.findAdapter();
    if (found === null) throw lostForGood(`there is no adapter any more (${why})`);
    const session = await this.#open(found);
    try {
      if (!this.#closed) await this.#cargo.load(session);
    } catch (error) {
      if (!(await session.lostSoon())) throw error;
    }
    if (this.#closed) {
      session.gpu.device.destroy();
      return;
    }
    if (session.lost) {
      // Nobody else hears of a device that is lost before it is in use.
      this.#losses += 1;
      return this.#rebuild(message);
    }
    this.#session = session;
    this.#cargo.start(session);
    this.#options.onRecovered(`The GPU device was lost (${why}).`);
  }

  #fail(error: EngineError): void {
    if (this.#failure !== null || this.#closed) return;
    this.#failure = error;
    this.#cargo.fail(error);
    this.#options.onFailure(error);
  }
}

function lostForGood(why: string): EngineError {
  return new EngineError(
    'engine/device-lost',
    `The GPU device was lost and could not be replaced: ${why}.`,
    'Reload the page, or choose WebAssembly as the engine.',
  );
}
