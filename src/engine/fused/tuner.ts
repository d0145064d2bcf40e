/**
 * Which kernel is fastest for a shape, found by running the candidates on this adapter. A shape is
 * decided once: what was found is kept with the adapter's name and the kernels' version, so that the
 * same experiment uses the same kernels, and rounds alike, whenever it is opened again.
 */
import { EngineError } from '../errors';
import type { ConvShape } from './conv';
import type { ConvKernel, ConvPass, GemmKernel } from './family';
import type { GemmShape } from './gemm';
import type { Gpu } from './gpu';
import type { Dispatch } from './kernel';
import { Plan } from './plan';
import { KernelRefused } from './refusals';
import type { ScratchPool } from './scratch';
import type { MapStorage } from './storage';
import { timeRuns } from './timing';

/** A shape that several kernels can compute. */
export type TuningRequest =
  | {
      readonly kind: 'conv';
      readonly pass: ConvPass;
      readonly shape: ConvShape;
      /** Where it is not float32. */
      readonly maps?: MapStorage;
    }
  | {
      readonly kind: 'gemm';
      readonly shape: GemmShape;
      /** Parts it may be split into at the most. */
      readonly parts: number;
    };

export interface Candidate {
  /** `register 2×4×8, quads`: unique among the candidates of a shape. */
  readonly name: string;
  readonly tile: ConvKernel | GemmKernel;
  /** What it runs, on scratch tensors. */
  readonly dispatches: () => readonly Dispatch[];
}

/** What was decided for one shape. */
export interface Decision {
  /** Name of the candidate. */
  readonly chosen: string;
  /** Milliseconds of every candidate that was run; none where the budget was spent before. */
  readonly measured: readonly { readonly name: string; readonly ms: number }[];
}

/** Everything decided on one adapter, as it is kept. */
export type TuningRecord = Readonly<Record<string, Decision>>;

/** Where records are kept between visits. Failing to keep one costs time, nothing else. */
export interface TuningStore {
  load(key: string): Promise<TuningRecord | null>;
  /** Adds what was decided to what is kept: others on the same adapter decide as well. */
  add(key: string, decided: TuningRecord): Promise<void>;
  clear(key: string): Promise<void>;
}

export interface TunerOptions {
  /** Adapter and kernels a record is good for. */
  readonly key: string;
  readonly store: TuningStore | null;
  /** Milliseconds that one call of `tune` may take; shapes after that take the first candidate. */
  readonly budgetMs: number;
  readonly now: () => number;
  readonly candidates: (request: TuningRequest) => readonly Candidate[];
}

export function requestKey(request: TuningRequest): string {
  if (request.kind === 'gemm') {
    const { mode, m, n, k } = request.shape;
    return `gemm ${mode} ${m}×${n}×${k} in ${request.parts}`;
  }
  const { batch, inSize, outSize, inChannels, outChannels, kernel, stride } = request.shape;
  const { maps } = request;
  const stored = maps === undefined ? '' : `, ${maps.values} and ${maps.gradients}`;
  return (
    `conv ${request.pass} ${batch}×${inSize}×${inSize}×${inChannels} → ` +
    `${outSize}×${outSize}×${outChannels}, ${kernel}×${kernel}/${stride}${stored}`
  );
}

export class Tuner {
  readonly #options: TunerOptions;
  #record: Record<string, Decision> = {};
  #loaded = false;

  constructor(options: TunerOptions) {
    this.#options = options;
  }

  /** Adapter and kernels the record is good for. */
  get key(): string {
    return this.#options.key;
  }

  /** Everything decided so far, by shape. */
  get record(): TuningRecord {
    return this.#record;
  }

  /** The tile decided for `request`; `null` where nothing was. */
  tile(request: TuningRequest): ConvKernel | GemmKernel | null {
    const decision = this.#record[requestKey(request)];
    if (decision === undefined) return null;
    const candidates = this.#options.candidates(request);
    return candidates.find(({ name }) => name === decision.chosen)?.tile ?? null;
  }

  /** Decides every request that is not decided yet. */
  async tune(
    gpu: Gpu,
    pool: ScratchPool,
    requests: readonly TuningRequest[],
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<void> {
    await this.#load();
    const { now, budgetMs, store, key } = this.#options;
    const open = new Map<string, TuningRequest>();
    for (const request of requests) {
      const name = requestKey(request);
      // A name that no candidate has any more decides nothing.
      if (this.tile(request) === null) open.set(name, request);
    }
    if (open.size === 0) return;
    const end = now() + budgetMs;
    const decided: Record<string, Decision> = {};
    let done = 0;
    onProgress(0, open.size);
    for (const [name, request] of open) {
      const decision = await this.#decide(gpu, pool, request, () => now() < end);
      if (decision !== null) {
        decided[name] = decision;
        this.#record[name] = decision;
      }
      done += 1;
      onProgress(done, open.size);
    }
    await store?.add(key, decided).catch(() => undefined);
  }

  /** Forgets everything, here and in the store. */
  async reset(): Promise<void> {
    this.#record = {};
    this.#loaded = true;
    await this.#options.store?.clear(this.#options.key);
  }

  async #load(): Promise<void> {
    if (this.#loaded) return;
    this.#loaded = true;
    const { store, key } = this.#options;
    const found = (await store?.load(key).catch(() => null)) ?? null;
    if (found !== null) this.#record = { ...found };
  }

  async #decide(
    gpu: Gpu,
    pool: ScratchPool,
    request: TuningRequest,
    inTime: () => boolean,
  ): Promise<Decision | null> {
    const candidates = this.#options.candidates(request);
    const measured: { name: string; ms: number }[] = [];
    const refused = new Set<string>();
    if (candidates.length > 1) {
      for (const { name, dispatches } of candidates) {
        if (!inTime()) break;
        const ms = await measure(gpu, pool, dispatches);
        if (typeof ms === 'number') measured.push({ name, ms });
        else if (ms === 'refused') refused.add(name);
      }
    }
    const first = candidates.find(({ name }) => !refused.has(name));
    // Others come into question when the plan is made, and nobody has timed those.
    if (first === undefined) return null;
    // One alone measured says nothing about the others.
    if (measured.length < 2) return { chosen: first.name, measured };
    const best = measured.reduce((a, b) => (b.ms < a.ms ? b : a));
    return { chosen: best.name, measured };
  }
}

/**
 * Milliseconds of a candidate; `null` where this device cannot run it.
 * @throws KernelRefused where the driver refuses the way maps are stored: all candidates would suffer from it
 * @throws EngineError where the device was lost: times of a lost device would be kept for good
 */
async function measure(
  gpu: Gpu,
  pool: ScratchPool,
  dispatches: Candidate['dispatches'],
): Promise<number | 'refused' | null> {
  let plan: Plan | null = null;
  try {
    const list = dispatches();
    await gpu.compile(list);
    plan = await gpu.checked('a kernel to measure', () => Plan.createNow(gpu, pool, list));
    const made = plan;
    const ms = await timeRuns(gpu, (pass) => made.encode(pass, null));
    if (!gpu.lost) return ms;
  } catch (error) {
    if (error instanceof KernelRefused && (await gpu.alive())) {
      if (gpu.refusals.blamesMaps(error)) throw error;
      gpu.refusals.note(error);
      return 'refused';
    }
    if (!gpu.lost && error instanceof EngineError) return null;
    if (!gpu.lost) throw error;
  } finally {
    plan?.dispose();
  }
  throw new EngineError(
    'engine/failed',
    'The GPU device was lost while kernels were measured.',
    'Build the experiment again.',
  );
}
