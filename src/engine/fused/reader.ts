/** Reads GPU buffers back without holding anything up: copies into buffers that are mapped behind the work. */
import type { Gpu } from './gpu';

export class Reader {
  readonly #gpu: Gpu;
  /** Mappable buffers that nobody uses now, by size. */
  readonly #free = new Map<number, GPUBuffer[]>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /**
   * Copies now, in the order of the commands; `read` of what this returns waits for the submit's end, and
   * fails where the device is lost or given up.
   * @param bytes a multiple of 4
   */
  copy(
    encoder: GPUCommandEncoder,
    source: GPUBuffer,
    offset: number,
    bytes: number,
  ): { read(): Promise<Float32Array> } {
    const staging = this.#take(bytes);
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    return {
      read: async () => {
        await staging.mapAsync(GPUMapMode.READ, 0, bytes);
        const values = new Float32Array(staging.getMappedRange(0, bytes)).slice();
        staging.unmap();
        this.#free.get(staging.size)!.push(staging);
        // What a refused kernel left undone must not pass for numbers.
        await this.#gpu.proven();
        if (this.#gpu.givenUp) throw new Error('the device was given up');
        return values;
      },
    };
  }

  dispose(): void {
    for (const buffers of this.#free.values()) for (const buffer of buffers) this.#gpu.free(buffer);
    this.#free.clear();
  }

  /** Sizes are rounded to powers of two, so that few kinds of buffer serve all. */
  #take(bytes: number): GPUBuffer {
    const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
    const free = this.#free.get(size) ?? [];
    this.#free.set(size, free);
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    return free.pop() ?? this.#gpu.buffer('readback', size, MAP_READ | COPY_DST);
  }
}
