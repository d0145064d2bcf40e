/**
 * A GPU device with what the engine keeps on it: buffers with their bytes counted, pipelines compiled
 * once and shared by all learners, and what the device can do beyond the least.
 */
import type { AdapterFacts } from '../adapter';
import { EngineError } from '../errors';
import type { Dispatch, Group } from './kernel';
import { type Compiled, Pipelines, type RefusedLate } from './pipelines';
import { Refusals } from './refusals';
import type { MapStorage, StorageChoice } from './storage';

export interface GpuOptions {
  /** How maps are to be stored, as far as the driver takes it; float32 where absent. */
  readonly storage?: StorageChoice;
  /** What is known of the driver already. */
  readonly refusals?: Refusals;
  /** A kernel that nobody waited for was refused; what ran it since then did nothing. Thrown where absent. */
  readonly onRefused?: RefusedLate;
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
  /** What its driver has refused. */
  readonly refusals: Refusals;
  #lost = false;
  #givenUp = false;
  #bytes = 0;
  #buffers = 0;
  #peak = 0;
  readonly #storage: StorageChoice;
  readonly #pipelines: Pipelines;

  constructor(
    device: GPUDevice,
    facts: AdapterFacts,
    { storage = 'float32', refusals = new Refusals(), onRefused = raise }: GpuOptions = {},
  ) {
    this.device = device;
    this.facts = facts;
    this.quads = device.features.has('subgroups');
    this.timestamps = device.features.has('timestamp-query');
    this.refusals = refusals;
    this.#storage = storage;
    this.#pipelines = new Pipelines(device, onRefused);
    void device.lost.then(() => {
      this.#lost = true;
    });
  }

  /** How maps are stored on it. */
  get maps(): MapStorage {
    return this.refusals.maps(this.#storage, this.device.features.has('shader-f16'));
  }

  /** Whether the device is known to be gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Whether nothing is to be believed that comes from it now. */
  get givenUp(): boolean {
    return this.#givenUp;
  }

  /** Destroys the device for what it left undone, nobody knows what exactly. */
  giveUp(): void {
    this.#givenUp = true;
    this.device.destroy();
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
    return this.#pipelines.groupLayout(group);
  }

  /**
   * Compiles the kernels of `dispatches` side by side; those known already are not compiled again.
   * @throws KernelRefused
   */
  async compile(
    dispatches: readonly Dispatch[],
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<void> {
    await this.#pipelines.compile(dispatches, onProgress);
  }

  /** Pipelines there are now. */
  get pipelines(): number {
    return this.#pipelines.count;
  }

  /** See `Pipelines.take`. */
  take(dispatches: readonly Dispatch[]): readonly Compiled[] {
    return this.#pipelines.take(dispatches);
  }

  /** See `Pipelines.release`. */
  release(compiled: readonly Compiled[]): void {
    this.#pipelines.release(compiled);
  }

  /** Settles when it is known of every pipeline whether the driver takes it. */
  async proven(): Promise<void> {
    await this.#pipelines.proven();
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

  /** Whether the device still answers: a failed call may be the first sign of a loss. */
  async alive(): Promise<boolean> {
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const sign = this.buffer('sign of life', 4, MAP_READ | COPY_DST);
    try {
      await sign.mapAsync(GPUMapMode.READ);
      return !this.#lost;
    } catch {
      return false;
    } finally {
      this.free(sign);
    }
  }

  /** Settles when the GPU has done everything submitted so far. */
  async idle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
  }
}

/** As a rejection that nobody handles. */
async function raise(error: Error): Promise<never> {
  throw error;
}

function formatMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
