import { describe, expect, test } from 'vitest';
import { openDevice } from './adapter';
import type { EngineError } from './errors';

const FACTS = { vendor: 'acme', architecture: '', description: '', software: false };

function deviceThat(lost: Promise<unknown>) {
  return Object.assign(new EventTarget(), { lost });
}

const never = new Promise<never>(() => undefined);

/** An adapter that refuses what `refuses` says of a request; of the rest of an adapter it has nothing. */
function adapterThat(refuses: (asked: GPUDeviceDescriptor) => boolean, lost: Promise<unknown>) {
  const asked: GPUDeviceDescriptor[] = [];
  const adapter = {
    limits: new Proxy({}, { get: () => 7 }),
    features: new Set(['subgroups']),
    requestDevice: async (descriptor: GPUDeviceDescriptor = {}) => {
      asked.push(descriptor);
      if (refuses(descriptor)) throw new Error('refused');
      return deviceThat(lost);
    },
  };
  return { asked, found: { adapter: adapter as unknown as GPUAdapter, facts: FACTS } };
}

describe('a device', () => {
  test('has all the limits and features that training can use', async () => {
    const { asked, found } = adapterThat(() => false, never);
    await openDevice(found, () => undefined);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      requiredLimits: { maxBufferSize: 7, maxStorageBufferBindingSize: 7 },
      requiredFeatures: ['subgroups'],
    });
  });

  test('is taken with the limits of every device where more is refused', async () => {
    const { asked, found } = adapterThat(
      ({ requiredLimits }) => requiredLimits !== undefined,
      never,
    );
    await openDevice(found, () => undefined);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual({ requiredFeatures: ['subgroups'] });
  });

  test('is taken bare where features are refused too', async () => {
    const { asked, found } = adapterThat(
      ({ requiredFeatures }) => requiredFeatures !== undefined,
      never,
    );
    await openDevice(found, () => undefined);
    expect(asked).toHaveLength(3);
    expect(asked[2]).toEqual({});
  });

  test('that is never given is told', async () => {
    const { asked, found } = adapterThat(() => true, never);
    await expect(openDevice(found, () => undefined)).rejects.toMatchObject({
      code: 'engine/unavailable',
      message: 'The GPU (acme) gave no device: Error: refused.',
    });
    expect(asked).toHaveLength(3);
  });

  test('that is lost is told as lost, and one that is destroyed is not', async () => {
    const codesOf = async (reason: GPUDeviceLostReason): Promise<readonly string[]> => {
      const errors: EngineError[] = [];
      const { found } = adapterThat(() => false, Promise.resolve({ reason, message: 'gone' }));
      await openDevice(found, (error) => errors.push(error));
      await Promise.resolve();
      return errors.map(({ code }) => code);
    };
    expect(await codesOf('unknown')).toEqual(['engine/device-lost']);
    expect(await codesOf('destroyed')).toEqual([]);
  });
});
