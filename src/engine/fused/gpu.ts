/**
 * A GPU device with what the engine keeps on it: buffers with their bytes counted, pipelines compiled
 * once and shared by all learners, and what the device can do beyond the least.
 */
import type { AdapterFacts } from '../adapter';
import { EngineError } from '../errors';
import type { Dispatch, Group } from './kernel';
import { type MapStorage, mapStorage, type StorageChoice } from './storage';

export interface Compiled {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The GPU has no memory left for what was asked for: with less in use there might be. */
export class NoMemoryLeft extends EngineError {
  constructor(what: string, bytesInUse: number) {
    super(
      'engine/out-of-memory',
      `The GPU has no memory left for ${what}: ${formatMiB(bytesInUse)} are in use.`,
      'Use fewer arms, fewer identities, smaller crops or a smaller batch.',
    );
  }
}

export class Gpu {
  readonly device: GPUDevice;
  readonly facts: AdapterFacts;
  /** Lanes of a quad can show each other numbers (`subgroups`). */
  readonly quads: boolean;
  readonly timestamps: boolean;
  /** How maps are stored on it. */
  readonly maps: MapStorage;
  #lost = false;
  #bytes = 0;
  #buffers = 0;
  #peak = 0;
  readonly #ready = new Map<string, GPUComputePipeline>();
  readonly #compiling = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #groups: Readonly<Record<Exclude<Group, 'none'>, GPUBindGroupLayout>>;

  constructor(device: GPUDevice, facts: AdapterFacts, storage: StorageChoice = 'float32') {
    this.device = device;
    this.facts = facts;
    this.quads = device.features.has('subgroups');
    this.timestamps = device.features.has('timestamp-query');
    this.maps = mapStorage(storage, device.features.has('shader-f16'));
    void device.lost.then(() => {
      this.#lost = true;
    });
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

  /** Whether the device is known to be gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Bytes of all buffers now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Buffers there are now. */
  get buffers(): number {
    return this.#buffers;
  }

  /** The most bytes there ever were. */
  get peakBytes(): number {
    return this.#peak;
  }

  /** The most bytes one storage binding may have. */
  get bindingLimit(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /** @throws EngineError where a buffer of so many bytes is larger than this device allows */
  assertFits(label: string, bytes: number): void {
    if (bytes <= this.bindingLimit) return;
    throw new EngineError(
      'engine/out-of-memory',
      `The GPU cannot hold ${label}: ${formatMiB(bytes)} in one piece, and it allows ${formatMiB(this.bindingLimit)}.`,
      'Use fewer identities, smaller crops, a smaller batch or a smaller network.',
    );
  }

  /**
   * A buffer, zeroed.
   * @throws EngineError where it is larger than this device allows
   */
  buffer(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.assertFits(label, bytes);
    const size = Math.max(4, Math.ceil(bytes / 4) * 4);
    const buffer = this.device.createBuffer({ label, size, usage });
    this.#bytes += size;
    this.#buffers += 1;
    this.#peak = Math.max(this.#peak, this.#bytes);
    return buffer;
  }

  /** A storage buffer that can be copied from and written to. */
  storage(label: string, bytes: number): GPUBuffer {
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.buffer(label, bytes, STORAGE | COPY_SRC | COPY_DST);
  }

  free(buffer: GPUBuffer): void {
    this.#bytes -= buffer.size;
    this.#buffers -= 1;
    buffer.destroy();
  }

  groupLayout(group: Exclude<Group, 'none'>): GPUBindGroupLayout {
    return this.#groups[group];
  }

  /** Every pipeline of `dispatches`, compiled side by side; those known already are not compiled again. */
  async compile(
    dispatches: readonly Dispatch[],
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<readonly Compiled[]> {
    const first = new Map<string, Dispatch>();
    for (const dispatch of dispatches) first.set(keyOf(dispatch), dispatch);
    let done = 0;
    onProgress(0, first.size);
    const jobs = [...first].map(async ([key, dispatch]) => {
      await this.#pipeline(key, dispatch);
      done += 1;
      onProgress(done, first.size);
    });
    await Promise.all(jobs);
    return this.compileNow(dispatches);
  }

  /** The same at once: what is not known yet holds the thread up while it compiles. */
  compileNow(dispatches: readonly Dispatch[]): readonly Compiled[] {
    return dispatches.map((dispatch) => {
      const key = keyOf(dispatch);
      let pipeline = this.#ready.get(key);
      if (pipeline === undefined) {
        pipeline = this.device.createComputePipeline(this.#descriptor(dispatch));
        this.#ready.set(key, pipeline);
      }
      return { dispatch, pipeline, layout: this.#layout(accessesOf(dispatch)) };
    });
  }

  /**
   * Runs `work`, which makes buffers and pipelines, and settles when the GPU has accepted them.
   * @param undo gives back what `work` made and the GPU did not accept
   * @throws NoMemoryLeft
   * @throws EngineError where it refuses them
   */
  async checked<T>(
    what: string,
    work: () => T,
    undo: (made: T) => void = () => undefined,
  ): Promise<T> {
    const { device } = this;
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    let result: T;
    try {
      result = work();
    } catch (error) {
      await Promise.all([device.popErrorScope(), device.popErrorScope()]);
      throw error;
    }
    const [memory, refused] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    if (memory === null && refused === null) return result;
    const bytesInUse = this.#bytes;
    undo(result);
    if (memory !== null) throw new NoMemoryLeft(what, bytesInUse);
    throw new EngineError(
      'engine/failed',
      `The GPU refused ${what}: ${refused?.message}`,
      'Choose another engine.',
    );
  }

  /** Settles when the GPU has done everything submitted so far. */
  async idle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
  }

  async #pipeline(key: string, dispatch: Dispatch): Promise<void> {
    if (this.#ready.has(key)) return;
    let made = this.#compiling.get(key);
    if (made === undefined) {
      made = this.device.createComputePipelineAsync(this.#descriptor(dispatch));
      this.#compiling.set(key, made);
    }
    try {
      this.#ready.set(key, await made);
    } catch (error) {
      throw new EngineError(
        'engine/failed',
        `The GPU refused the kernel ${dispatch.kernel} for ${dispatch.label}: ${messageOf(error)}.`,
        'Choose another engine.',
      );
    } finally {
      this.#compiling.delete(key);
    }
  }

  #descriptor({ kernel, label, code, bindings, group }: Dispatch): GPUComputePipelineDescriptor {
    const layouts = [this.#layout(bindings.map(({ access }) => access[0]).join(''))];
    if (group !== 'none') layouts.push(this.#groups[group]);
    return {
      label: `${kernel} ${label}`,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: layouts }),
      compute: { module: this.device.createShaderModule({ label: kernel, code }) },
    };
  }

  #layout(accesses: string): GPUBindGroupLayout {
    const known = this.#layouts.get(accesses);
    if (known !== undefined) return known;
    const made = this.device.createBindGroupLayout({
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function formatMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
