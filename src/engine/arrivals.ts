/**
 * The numbers of steps that are still on their way from the device: read in the order of the steps,
 * however many ask for them at once, and none lost because another could not be read.
 */
import type { StepMetrics } from './engine';
import { EngineError } from './errors';
import { readStepMetrics } from './metrics';

interface Arrival {
  /** Counted from 1 over all steps that were added, whatever their numbers. */
  readonly ordinal: number;
  readonly step: number;
  readonly labels: Int32Array;
  readonly packed: Promise<Float32Array | EngineError>;
}

export class Arrivals {
  readonly #scaled: boolean;
  #waiting: Arrival[] = [];
  #added = 0;
  /** Settles when all calls of `metrics` so far have: one reads after the other. */
  #reading: Promise<unknown> = Promise.resolve();

  /** @param options.scaled whether the loss has a scale */
  constructor({ scaled }: { readonly scaled: boolean }) {
    this.#scaled = scaled;
  }

  /** @param packed the layout `readStepMetrics` reads */
  add(step: number, labels: Int32Array, packed: Promise<Float32Array>): void {
    this.#added += 1;
    this.#waiting.push({ ordinal: this.#added, step, labels, packed: read(packed) });
  }

  /**
   * What was added before this call and not handed out yet; waits until all of it is there.
   * @throws EngineError of the first step that cannot be read, once; the next call hands out the others
   */
  metrics(): Promise<readonly StepMetrics[]> {
    const last = this.#added;
    const metrics = this.#reading.then(() => this.#upTo(last));
    this.#reading = metrics.catch(() => undefined);
    return metrics;
  }

  clear(): void {
    this.#waiting = [];
  }

  async #upTo(last: number): Promise<readonly StepMetrics[]> {
    const due = this.#waiting.filter(({ ordinal }) => ordinal <= last);
    const failed = new Map<Arrival, EngineError>();
    const metrics: StepMetrics[] = [];
    for (const arrival of due) {
      const values = await arrival.packed;
      if (values instanceof EngineError) failed.set(arrival, values);
      else metrics.push(readStepMetrics(values, { ...arrival, scaled: this.#scaled }));
    }
    const [error] = failed.values();
    const done = new Set(error === undefined ? due : failed.keys());
    this.#waiting = this.#waiting.filter((arrival) => !done.has(arrival));
    if (error !== undefined) throw error;
    return metrics;
  }
}

async function read(packed: Promise<Float32Array>): Promise<Float32Array | EngineError> {
  try {
    return await packed;
  } catch (error) {
    if (error instanceof EngineError) return error;
    return new EngineError(
      'engine/failed',
      `The numbers of a step could not be read: ${error}.`,
      'Reload the page, or choose WebAssembly as the engine.',
    );
  }
}
