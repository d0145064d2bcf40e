/**
 * For tests: a device that runs nothing. Dawn has one in Node; it has every feature and reads kernels like
 * any other, so it tells whether what no adapter at hand can run is WGSL at all.
 */

/** Loaded where it is installed; a page has no such package. */
const PACKAGE = 'webgpu';

export interface NullDevice {
  readonly device: GPUDevice;
  /** What must be held for as long as the device is used. */
  readonly held: readonly object[];
}

/** `null` where there is none. */
export async function nullDevice(features: readonly GPUFeatureName[]): Promise<NullDevice | null> {
  const dawn: typeof import('webgpu') | null = await import(/* @vite-ignore */ PACKAGE).catch(
    () => null,
  );
  const gpu = dawn?.create(['backend=null']);
  const adapter = (await gpu?.requestAdapter()) ?? null;
  if (gpu === undefined || adapter === null) return null;
  const device = await adapter.requestDevice({ requiredFeatures: [...features] }).catch(() => null);
  return device === null ? null : { device, held: [gpu, adapter] };
}
