/** For tests: adapters whose devices a test can lose, the way a driver does it. */
import type { FoundAdapter } from '../../adapter';
import { testAdapter } from './gpu';

export interface Losable {
  /** For `FusedOptions.findAdapter`; `null` once `vanish` was called. */
  readonly findAdapter: () => Promise<FoundAdapter | null>;
  /** Devices given out so far. */
  readonly devices: GPUDevice[];
  /** Called with every device as it is given out. */
  onDevice: (device: GPUDevice) => void;
  /** From now on there is no adapter. */
  vanish(): void;
}

/**
 * The real adapter. A device that is destroyed says it was lost for an unknown reason, as after a crash of
 * the driver: a device that was destroyed on purpose is nobody's failure.
 */
export function losableAdapter(): Losable {
  let gone = false;
  const losable: Losable = {
    devices: [],
    onDevice: () => undefined,
    vanish: () => {
      gone = true;
    },
    findAdapter: async () => {
      if (gone) return null;
      const { adapter, facts } = await testAdapter();
      const requestDevice = async (descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
        const device = await adapter.requestDevice(descriptor);
        const lost = device.lost.then(({ message }) => ({
          __brand: 'GPUDeviceLostInfo' as const,
          reason: 'unknown' as const,
          message,
        }));
        // In front of the getter of its class.
        Object.defineProperty(device, 'lost', { value: lost });
        losable.devices.push(device);
        losable.onDevice(device);
        return device;
      };
      const { info, limits, features } = adapter;
      // Only what the product asks of an adapter; the type has more.
      return { adapter: { info, limits, features, requestDevice } as unknown as GPUAdapter, facts };
    },
  };
  return losable;
}
