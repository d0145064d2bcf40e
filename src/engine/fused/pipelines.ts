/**
 * The compiled kernels of a device: each text once, whoever runs it. Those that no plan runs any more stay
 * for a while, so that an experiment which is built again compiles nothing.
 */
import type { Dispatch, Group } from './kernel';
import { KernelRefused } from './refusals';

/** Pipelines that no plan uses and that are kept all the same: those of the largest network's plan and more. */
const IDLE_PIPELINES = 128;

export interface Compiled {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

interface Kept {
  readonly pipeline: GPUComputePipeline;
  /** Dispatches of plans that run it. */
  users: number;
}

/** Told of a kernel that turns out to be refused when it is in use already; settles when that is dealt with. */
export type RefusedLate = (error: KernelRefused) => Promise<void>;

export class Pipelines {
  readonly #device: GPUDevice;
  /** The one that was wanted last comes last. */
  readonly #ready = new Map<string, Kept>();
  readonly #compiling = new Map<string, Promise<GPUComputePipeline>>();
  readonly #proofs = new Set<Promise<void>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #groups: Readonly<Record<Exclude<Group, 'none'>, GPUBindGroupLayout>>;
  readonly #onRefused: RefusedLate;

  constructor(device: GPUDevice, onRefused: RefusedLate) {
    this.#device = device;
    this.#onRefused = onRefused;
    const uniform: GPUBindGroupLayoutEntry = {
      binding: 0,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'uniform', hasDynamicOffset: true },
    };
    const indices: GPUBindGroupLayoutEntry = {
      binding: 1,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'read-only-storage', hasDynamicOffset: true },
    };
    this.#groups = {
      step: device.createBindGroupLayout({ label: 'step', entries: [uniform] }),
      batch: device.createBindGroupLayout({ label: 'batch', entries: [uniform, indices] }),
    };
  }

  /** Pipelines there are now. */
  get count(): number {
    return this.#ready.size;
  }

  groupLayout(group: Exclude<Group, 'none'>): GPUBindGroupLayout {
    return this.#groups[group];
  }

  /**
   * Compiles those of `dispatches` that are not known yet, side by side.
   * @throws KernelRefused when all of them are done, with those that are not
   */
  async compile(
    dispatches: readonly Dispatch[],
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    const first = new Map<string, Dispatch>();
    for (const dispatch of dispatches) first.set(keyOf(dispatch), dispatch);
    let done = 0;
    onProgress(0, first.size);
    const jobs = [...first].map(async ([key, dispatch]) => {
      const reason = await this.#compile(key, dispatch);
      done += 1;
      onProgress(done, first.size);
      return reason === null ? [] : [{ dispatch, reason }];
    });
    const [one, ...others] = (await Promise.all(jobs)).flat();
    if (one !== undefined) throw new KernelRefused([one, ...others]);
  }

  /**
   * Every pipeline of `dispatches`, to be given back with `release`; what is not known yet holds the thread
   * up while it compiles.
   */
  take(dispatches: readonly Dispatch[]): readonly Compiled[] {
    const compiled = dispatches.map((dispatch) => {
      const key = keyOf(dispatch);
      const kept = this.#wanted(key) ?? this.#compileNow(key, dispatch);
      kept.users += 1;
      return { dispatch, pipeline: kept.pipeline, layout: this.#layout(accessesOf(dispatch)) };
    });
    this.#trim();
    return compiled;
  }

  /** Nobody runs these any more, of those who took them. */
  release(compiled: readonly Compiled[]): void {
    for (const { dispatch, pipeline } of compiled) {
      const kept = this.#wanted(keyOf(dispatch));
      // Another may have taken the place of one that was refused.
      if (kept?.pipeline === pipeline) kept.users -= 1;
    }
    this.#trim();
  }

  /** Settles when it is known of those that nobody waited for whether they are refused, and dealt with. */
  async proven(): Promise<void> {
    await Promise.all(this.#proofs);
  }

  /** Why it is refused; `null` where it is not. */
  async #compile(key: string, dispatch: Dispatch): Promise<string | null> {
    if (this.#wanted(key) !== null) return null;
    let made = this.#compiling.get(key);
    if (made === undefined) {
      made = this.#device.createComputePipelineAsync(this.#descriptor(dispatch));
      this.#compiling.set(key, made);
    }
    try {
      this.#keep(key, await made);
      return null;
    } catch (error) {
      return messageOf(error);
    } finally {
      this.#compiling.delete(key);
    }
  }

  #compileNow(key: string, dispatch: Dispatch): Kept {
    const device = this.#device;
    device.pushErrorScope('internal');
    device.pushErrorScope('validation');
    const pipeline = device.createComputePipeline(this.#descriptor(dispatch));
    const kept = this.#keep(key, pipeline);
    const proof = this.#prove([device.popErrorScope(), device.popErrorScope()], key, dispatch);
    this.#proofs.add(proof);
    void proof.finally(() => this.#proofs.delete(proof));
    return kept;
  }

  /** The pipeline as it is kept; it is now the one that was wanted last. */
  #wanted(key: string): Kept | null {
    const kept = this.#ready.get(key);
    if (kept === undefined) return null;
    this.#ready.delete(key);
    this.#ready.set(key, kept);
    return kept;
  }

  /** Two may wait for the same one: the second changes nothing. */
  #keep(key: string, pipeline: GPUComputePipeline): Kept {
    const kept = this.#ready.get(key) ?? { pipeline, users: 0 };
    this.#ready.set(key, kept);
    return kept;
  }

  /** Lets go of those that nobody has wanted for longest. */
  #trim(): void {
    const idle = [...this.#ready].filter(([, { users }]) => users === 0);
    for (const [key] of idle.slice(0, -IDLE_PIPELINES)) this.#ready.delete(key);
  }

  async #prove(
    scopes: readonly Promise<GPUError | null>[],
    key: string,
    dispatch: Dispatch,
  ): Promise<void> {
    // Without an answer the device is gone, and whoever waits for its numbers hears of it.
    const errors = await Promise.all(scopes).catch(() => []);
    const error = errors.find((one) => one !== null) ?? null;
    if (error === null) return;
    this.#ready.delete(key);
    await this.#onRefused(new KernelRefused([{ dispatch, reason: messageOf(error) }]));
  }

  #descriptor(dispatch: Dispatch): GPUComputePipelineDescriptor {
    const { kernel, label, code, group } = dispatch;
    const layouts = [this.#layout(accessesOf(dispatch))];
    if (group !== 'none') layouts.push(this.#groups[group]);
    return {
      label: `${kernel} ${label}`,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: layouts }),
      compute: { module: this.#device.createShaderModule({ label: kernel, code }) },
    };
  }

  #layout(accesses: string): GPUBindGroupLayout {
    const known = this.#layouts.get(accesses);
    if (known !== undefined) return known;
    const made = this.#device.createBindGroupLayout({
      label: accesses,
      entries: [...accesses].map((access, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: access === 'r' ? 'read-only-storage' : 'storage' },
      })),
    });
    this.#layouts.set(accesses, made);
    return made;
  }
}

/** One letter a binding: `r` or `w`. */
function accessesOf({ bindings }: Dispatch): string {
  return bindings.map(({ access }) => access[0]).join('');
}

function keyOf(dispatch: Dispatch): string {
  return `${accessesOf(dispatch)} ${dispatch.group}\n${dispatch.code}`;
}

/** What went wrong, without its full stop. */
function messageOf(error: unknown): string {
  const told = typeof error === 'object' && error !== null && 'message' in error;
  return String(told ? error.message : error)
    .trim()
    .replace(/\.$/, '');
}
