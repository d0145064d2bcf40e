/**
 * A static plan: a list of dispatches with every pipeline compiled, every scratch tensor placed and
 * every bind group made. Running it writes commands and nothing else: no allocation, no compilation, no
 * waiting.
 */
import { type Arena, planArena } from './arena';
import type { Gpu } from './gpu';
import { bytesOf, type Dispatch, rootOf, type Tensor } from './kernel';
import type { Compiled } from './pipelines';
import { planText } from './plan-text';
import type { ScratchPool, ScratchShare } from './scratch';

/** Where a plan's second bind group is this time. */
export interface Offsets {
  readonly group: GPUBindGroup;
  readonly offsets: readonly number[];
}

interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly second: boolean;
  readonly workgroups: readonly [number, number, number];
}

export class Plan {
  readonly dispatches: readonly Dispatch[];
  readonly arena: Arena;
  readonly #gpu: Gpu;
  readonly #compiled: readonly Compiled[];
  readonly #commands: readonly Command[];
  readonly #share: ScratchShare;

  private constructor(gpu: Gpu, compiled: readonly Compiled[], arena: Arena, share: ScratchShare) {
    this.dispatches = compiled.map(({ dispatch }) => dispatch);
    this.arena = arena;
    this.#gpu = gpu;
    this.#compiled = compiled;
    this.#commands = compiled.map((one) => command(gpu, one, arena, share.buffers));
    this.#share = share;
  }

  /** @param kept scratch tensors that are read after the plan has run */
  static async create(
    gpu: Gpu,
    pool: ScratchPool,
    dispatches: readonly Dispatch[],
    kept: readonly Tensor[] = [],
    onProgress?: (done: number, total: number) => void,
  ): Promise<Plan> {
    await gpu.compile(dispatches, onProgress);
    return Plan.createNow(gpu, pool, dispatches, kept);
  }

  /** The same at once; what was never compiled before holds the thread up. */
  static createNow(
    gpu: Gpu,
    pool: ScratchPool,
    dispatches: readonly Dispatch[],
    kept: readonly Tensor[] = [],
  ): Plan {
    const arena = planArena(dispatches, kept);
    const share = pool.take(arena.sizes);
    return new Plan(gpu, gpu.take(dispatches), arena, share);
  }

  /** Writes the plan into a pass. `second` is the second bind group of the dispatches that have one. */
  encode(pass: GPUComputePassEncoder, second: Offsets | null): void {
    for (const { pipeline, group, second: has, workgroups } of this.#commands) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      if (has && second !== null) pass.setBindGroup(1, second.group, [...second.offsets]);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    }
  }

  /** The list, a kernel a line. */
  describe(): string {
    return planText(this.dispatches);
  }

  /** Writes one dispatch of the plan: for measuring it alone. */
  encodeOne(pass: GPUComputePassEncoder, index: number, second: Offsets | null): void {
    const { pipeline, group, second: has, workgroups } = this.#commands[index]!;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    if (has && second !== null) pass.setBindGroup(1, second.group, [...second.offsets]);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
  }

  /** The buffer a scratch tensor lies in; it holds the tensor only until another takes its place. */
  bufferOf(tensor: Tensor): { readonly buffer: GPUBuffer; readonly offset: number } {
    return locate(tensor, this.arena, this.#share.buffers);
  }

  dispose(): void {
    this.#share.release();
    this.#gpu.release(this.#compiled);
  }
}

function locate(
  tensor: Tensor,
  arena: Arena,
  buffers: readonly GPUBuffer[],
): { readonly buffer: GPUBuffer; readonly offset: number } {
  const { root, offset } = rootOf(tensor);
  const buffer = root.home.kind === 'buffer' ? root.home.buffer : buffers[arena.places.get(root)!]!;
  return { buffer, offset: 4 * offset };
}

function command(
  gpu: Gpu,
  { dispatch, pipeline, layout }: Compiled,
  arena: Arena,
  buffers: readonly GPUBuffer[],
): Command {
  const entries = dispatch.bindings.map(({ tensor }, binding) => {
    const { buffer, offset } = locate(tensor, arena, buffers);
    return { binding, resource: { buffer, offset, size: bytesOf(tensor) } };
  });
  const group = gpu.device.createBindGroup({ label: dispatch.label, layout, entries });
  return { pipeline, group, second: dispatch.group !== 'none', workgroups: dispatch.workgroups };
}
