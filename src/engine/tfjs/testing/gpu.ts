/** For tests: a WebGPU that says it is hardware and gives whatever device a test wants. */

/** What `navigator.gpu` would be on a machine with a graphics card whose devices `requestDevice` makes. */
export function hardwareGpu(requestDevice: () => Promise<GPUDevice>): GPU {
  const adapter = {
    info: { vendor: 'acme', architecture: 'rocket', description: '', isFallbackAdapter: false },
    features: new Set<GPUFeatureName>(),
    limits: {},
    requestDevice,
  };
  // Only what the product asks of either; the types have much more.
  return { requestAdapter: async () => adapter } as unknown as GPU;
}

/** A device of the browser's own adapter that is lost when the test says so; `null` without WebGPU. */
export async function losableDevice(): Promise<{
  readonly gpu: GPU;
  /** Settles what waits for the device to be lost. */
  lose(reason: GPUDeviceLostReason): Promise<void>;
} | null> {
  // Typed as always there.
  const adapter = await (navigator.gpu as GPU | undefined)?.requestAdapter();
  if (adapter == null) return null;
  let settle: ((info: GPUDeviceLostInfo) => void) | null = null;
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => {
    settle = resolve;
  });
  const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
    const device = await adapter.requestDevice(descriptor);
    // In front of the getter of its class.
    return Object.defineProperty(device, 'lost', { value: lost });
  };
  const { info, limits, features } = adapter;
  return {
    gpu: {
      requestAdapter: async () => ({ info, limits, features, requestDevice }),
    } as unknown as GPU,
    lose: async (reason) => {
      settle!({ __brand: 'GPUDeviceLostInfo', reason, message: 'for the test' });
      await lost;
      // Lets those who waited before this run first.
      await Promise.resolve();
    },
  };
}

/** A device on which no backend can start, and how often it was destroyed. */
export function brokenDevice(): { readonly device: GPUDevice; destroyed(): number } {
  let destroyed = 0;
  const device = {
    lost: new Promise<never>(() => undefined),
    addEventListener: () => undefined,
    destroy: () => {
      destroyed += 1;
    },
    get queue(): GPUQueue {
      throw new Error('this device has no queue');
    },
  };
  return { device: device as unknown as GPUDevice, destroyed: () => destroyed };
}
