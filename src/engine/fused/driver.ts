/** What an engine learns of an adapter's driver; it outlives a lost device, but not a change of adapters. */
import { candidatesOf } from './candidates';
import { filterParts } from './choices';
import type { ConvShape } from './conv';
import type { Gpu } from './gpu';
import { Refusals } from './refusals';
import { Tuner, type TunerOptions } from './tuner';

export interface DriverOptions {
  /** Whether kernels are chosen by measuring, and where what was found is kept; see `FusedOptions`. */
  readonly tuning?: Pick<TunerOptions, 'store' | 'budgetMs'>;
  readonly now: () => number;
}

export class Driver {
  readonly #options: DriverOptions;
  #refused: { readonly adapter: string; readonly refusals: Refusals } | null = null;
  #tuner: Tuner | null = null;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** @param adapter its name and the kernels' version: `tuningKey` */
  refusals(adapter: string): Refusals {
    if (this.#refused?.adapter !== adapter) {
      this.#refused = { adapter, refusals: new Refusals() };
    }
    return this.#refused.refusals;
  }

  /** `null` where nothing is to be measured. */
  tuner({ facts, quads, refusals }: Gpu, adapter: string): Tuner | null {
    const { tuning, now } = this.#options;
    if (tuning === undefined) return null;
    if (this.#tuner?.key === adapter) return this.#tuner;
    const splits = { filterParts: (shape: ConvShape) => filterParts(shape, facts.software) };
    this.#tuner = new Tuner({
      ...tuning,
      key: adapter,
      now,
      candidates: (request) => candidatesOf(request, { facts, quads, refusals }, splits),
    });
    return this.#tuner;
  }

  /** Forgets what was measured. */
  async resetTuning(): Promise<void> {
    await this.#tuner?.reset();
  }
}
