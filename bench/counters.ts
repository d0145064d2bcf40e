/**
 * Counts what a thread asks of WebGPU, by standing in front of the methods of its classes: dispatches,
 * bytes of buffers and textures, errors nobody caught. Installed before an arm is loaded, once per thread. A resource
 * that is dropped without `destroy` counts as held: when it really goes is the garbage collector's
 * affair. What the driver or the browser keeps for itself (pipelines, staging) is not seen.
 */

export interface GpuCounts {
  dispatches: number;
  bytes: number;
  peakBytes: number;
  /** What went wrong on a device without anybody asking: its numbers are then worth nothing. */
  readonly errors: string[];
}

/** `null` where this thread has no WebGPU. */
export function countGpu(): GpuCounts | null {
  // Typed as always there.
  if ((globalThis as { GPUDevice?: unknown }).GPUDevice === undefined) return null;
  const counts: GpuCounts = { dispatches: 0, bytes: 0, peakBytes: 0, errors: [] };
  const sizes = new WeakMap<object, number>();
  const hold = (resource: object, size: number): void => {
    sizes.set(resource, size);
    counts.bytes += size;
    counts.peakBytes = Math.max(counts.peakBytes, counts.bytes);
  };
  const release = (resource: object): void => {
    counts.bytes -= sizes.get(resource) ?? 0;
    sizes.delete(resource);
  };

  // Typed as always there.
  if ((globalThis as { GPUAdapter?: unknown }).GPUAdapter !== undefined) {
    after(GPUAdapter.prototype, 'requestDevice', (promise) => {
      const watch = (device: GPUDevice): void => {
        device.addEventListener('uncapturederror', ({ error }) =>
          counts.errors.push(error.message),
        );
      };
      promise.then(watch, () => undefined);
    });
  }
  const pass = GPUComputePassEncoder.prototype;
  after(pass, 'dispatchWorkgroups', () => {
    counts.dispatches += 1;
  });
  after(pass, 'dispatchWorkgroupsIndirect', () => {
    counts.dispatches += 1;
  });
  const device = GPUDevice.prototype;
  after(device, 'createBuffer', (buffer, [descriptor]) => hold(buffer, descriptor.size));
  after(device, 'createTexture', (texture, [descriptor]) =>
    hold(texture, textureBytes(descriptor)),
  );
  before(GPUBuffer.prototype, 'destroy', release);
  before(GPUTexture.prototype, 'destroy', release);
  return counts;
}

type Method = (...args: never[]) => unknown;
type MethodName<T> = { [K in keyof T]: T[K] extends Method ? K : never }[keyof T];

function after<T extends object, K extends MethodName<T>>(
  prototype: T,
  name: K,
  seen: (
    result: ReturnType<Extract<T[K], Method>>,
    args: Parameters<Extract<T[K], Method>>,
  ) => void,
): void {
  // `MethodName` says it is a method; the compiler does not follow that through the index.
  const method = prototype[name] as Method;
  const wrapped = function (this: T, ...args: never[]): unknown {
    const result = method.apply(this, args);
    seen(result as ReturnType<Extract<T[K], Method>>, args as Parameters<Extract<T[K], Method>>);
    return result;
  };
  prototype[name] = wrapped as T[K];
}

function before<T extends object, K extends MethodName<T>>(
  prototype: T,
  name: K,
  seen: (self: T) => void,
): void {
  const method = prototype[name] as Method;
  const wrapped = function (this: T, ...args: never[]): unknown {
    seen(this);
    return method.apply(this, args);
  };
  prototype[name] = wrapped as T[K];
}

/** About: four bytes a pixel, as most formats have, unless the name says more or less. */
function textureBytes({ size, format, mipLevelCount = 1 }: GPUTextureDescriptor): number {
  const [width = 1, height = 1, layers = 1] =
    'width' in size ? [size.width, size.height, size.depthOrArrayLayers] : [...size];
  const channels = /^rgba/.test(format) ? 4 : /^rg/.test(format) ? 2 : 1;
  const bits = Number(/\d+/.exec(format)?.[0] ?? 8);
  const pixel = /^(rgba|rg|r)\d/.test(format) ? (channels * bits) / 8 : 4;
  return width * height * layers * pixel * (mipLevelCount > 1 ? 4 / 3 : 1);
}
