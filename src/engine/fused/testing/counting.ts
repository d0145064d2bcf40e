/** For tests: devices that count what is asked of them, whatever the engine itself keeps count of. */
import type { FoundAdapter } from '../../adapter';
import { testAdapter } from './gpu';

export interface DeviceCalls {
  /** Calls of `createBuffer`, and of `destroy` on what it gave (the first on each). */
  readonly buffers: number;
  readonly destroyed: number;
  /** Bytes of what was made and not destroyed. */
  readonly liveBytes: number;
  readonly bindGroups: number;
  /** Of bind groups and of pipelines. */
  readonly layouts: number;
  readonly modules: number;
  readonly pipelines: number;
  readonly submits: number;
  readonly writes: number;
  readonly writtenBytes: number;
  /** Labels of buffers that were written to. */
  readonly written: ReadonlySet<string>;
  /** Bytes of every read, in order. */
  readonly reads: readonly number[];
}

export interface Counting {
  /** For `FusedOptions.findAdapter`. */
  readonly findAdapter: () => Promise<FoundAdapter>;
  /** Since the last call, `liveBytes` and what is there apart: those are of now. */
  take(): DeviceCalls;
}

const NONE = {
  buffers: 0,
  destroyed: 0,
  bindGroups: 0,
  layouts: 0,
  modules: 0,
  pipelines: 0,
  submits: 0,
  writes: 0,
  writtenBytes: 0,
};

/** The real adapter; its devices count. */
export function countingAdapter(): Counting {
  let counts = { ...NONE };
  let written = new Set<string>();
  let reads: number[] = [];
  let liveBytes = 0;

  /** Has `method` of `owner` tell of every call before it happens. */
  function spy<Owner extends object, Name extends keyof Owner>(
    owner: Owner,
    method: Name,
    count: keyof typeof NONE,
  ): void {
    const original = owner[method];
    if (typeof original !== 'function') throw new TypeError(`no method ${String(method)}`);
    Object.defineProperty(owner, method, {
      value: (...given: readonly unknown[]): unknown => {
        counts[count] += 1;
        return Reflect.apply(original, owner, given);
      },
    });
  }

  function watchBuffers(device: GPUDevice): void {
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      const mapAsync = buffer.mapAsync.bind(buffer);
      counts.buffers += 1;
      liveBytes += descriptor.size;
      let live = true;
      buffer.destroy = () => {
        if (live) {
          counts.destroyed += 1;
          liveBytes -= descriptor.size;
        }
        live = false;
        destroy();
      };
      buffer.mapAsync = (mode, offset, size) => {
        reads.push(size ?? descriptor.size);
        return mapAsync(mode, offset, size);
      };
      return buffer;
    };
  }

  function watchQueue(device: GPUDevice): void {
    const { queue } = device;
    const writeBuffer = queue.writeBuffer.bind(queue);
    // In front of the getter of its class, which may make a new object every time.
    Object.defineProperty(device, 'queue', { value: queue });
    spy(queue, 'submit', 'submits');
    queue.writeBuffer = (buffer, offset, data, from, size) => {
      counts.writes += 1;
      counts.writtenBytes += size ?? data.byteLength;
      written.add(buffer.label);
      writeBuffer(buffer, offset, data, from, size);
    };
  }

  function watch(device: GPUDevice): GPUDevice {
    watchBuffers(device);
    watchQueue(device);
    spy(device, 'createBindGroup', 'bindGroups');
    spy(device, 'createBindGroupLayout', 'layouts');
    spy(device, 'createPipelineLayout', 'layouts');
    spy(device, 'createShaderModule', 'modules');
    spy(device, 'createComputePipeline', 'pipelines');
    spy(device, 'createComputePipelineAsync', 'pipelines');
    return device;
  }

  return {
    findAdapter: async () => {
      const { adapter, facts } = await testAdapter();
      const { info, limits, features } = adapter;
      const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> =>
        watch(await adapter.requestDevice(descriptor));
      // Only what the product asks of an adapter; the type has more.
      return { adapter: { info, limits, features, requestDevice } as unknown as GPUAdapter, facts };
    },
    take: () => {
      const taken = { ...counts, written, reads, liveBytes };
      counts = { ...NONE };
      written = new Set();
      reads = [];
      return taken;
    },
  };
}
