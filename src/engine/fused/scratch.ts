/**
 * Scratch buffers that the plans of a device share. Plans run one after the other and nothing in them
 * outlives a run, so learners in lockstep work in the same memory.
 */
import type { Gpu } from './gpu';

export interface ScratchShare {
  /** In the order of the sizes asked for; each at least that large. */
  readonly buffers: readonly GPUBuffer[];
  release(): void;
}

interface Shared {
  readonly buffer: GPUBuffer;
  holders: number;
}

export class ScratchPool {
  readonly #gpu: Gpu;
  #buffers: Shared[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Buffers of at least `sizes` bytes, each a different one. */
  take(sizes: readonly number[]): ScratchShare {
    for (const size of sizes) this.#gpu.assertFits('intermediate results', size);
    const free = new Set(this.#buffers);
    const chosen = new Map<number, Shared>();
    // Largest first, each into the smallest that fits, so that small ones leave the large ones alone.
    const order = sizes.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]!);
    for (const index of order) {
      const size = sizes[index]!;
      let best: Shared | null = null;
      for (const shared of free) {
        const fits = shared.buffer.size >= size;
        if (fits && (best === null || shared.buffer.size < best.buffer.size)) best = shared;
      }
      if (best === null) {
        best = { buffer: this.#gpu.storage('intermediate results', size), holders: 0 };
        this.#buffers.push(best);
      } else {
        free.delete(best);
      }
      chosen.set(index, best);
    }
    const held = sizes.map((_, index) => chosen.get(index)!);
    for (const shared of held) shared.holders += 1;
    return { buffers: held.map(({ buffer }) => buffer), release: () => this.#release(held) };
  }

  #release(held: readonly Shared[]): void {
    for (const shared of held) {
      shared.holders -= 1;
      if (shared.holders === 0) this.#gpu.free(shared.buffer);
    }
    this.#buffers = this.#buffers.filter(({ holders }) => holders > 0);
  }
}
