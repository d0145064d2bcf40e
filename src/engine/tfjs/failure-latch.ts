/**
 * What a device says behind an engine's back, told once: an error while the engine opens makes opening
 * fail, the first one after that is the engine's end, and nothing is told of what follows or of a closed
 * engine.
 */
import type { EngineError } from '../errors';

export class FailureLatch {
  readonly #tell: (error: EngineError) => void;
  #state: 'opening' | 'open' | 'done' = 'opening';
  #early: EngineError | null = null;

  /** @param tell called at most once, and only between `open` and `close` */
  constructor(tell: (error: EngineError) => void) {
    this.#tell = tell;
  }

  report(error: EngineError): void {
    if (this.#state === 'opening') this.#early ??= error;
    if (this.#state !== 'open') return;
    this.#state = 'done';
    this.#tell(error);
  }

  /** @throws EngineError that was reported while the engine was opening */
  open(): void {
    if (this.#early !== null) {
      this.#state = 'done';
      throw this.#early;
    }
    this.#state = 'open';
  }

  close(): void {
    this.#state = 'done';
  }
}
