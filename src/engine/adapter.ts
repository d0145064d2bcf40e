/**
 * What graphics hardware there is, as far as the browser tells: the WebGPU adapter and the WebGL
 * renderer, and whether either is a rasteriser on the CPU. Also opens the GPU device, so that every
 * engine of a page can share one.
 */
import { EngineError, type EngineErrorCode } from './errors';

export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True for a rasteriser on the CPU. */
  readonly software: boolean;
}

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly facts: AdapterFacts;
}

/** Names that software rasterisers give themselves (SwiftShader, Mesa, Windows). */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

export function isSoftwareName(...names: readonly string[]): boolean {
  return names.some((name) => SOFTWARE.test(name));
}

/** Where this thread asks for WebGPU; `null` in Node, in insecure pages and in older browsers. */
export function globalGpu(): GPU | null {
  // Typed as always there.
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  return gpu ?? null;
}

/** The adapter a page would get, or `null` where WebGPU is missing or has none to give. */
export async function findAdapter(gpu: GPU | null): Promise<FoundAdapter | null> {
  if (gpu === null) return null;
  const adapter = await gpu
    .requestAdapter({ powerPreference: 'high-performance' })
    .catch(() => null);
  if (adapter === null) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const software = isFallbackAdapter || isSoftwareName(vendor, architecture, description);
  return { adapter, facts: { vendor, architecture, description, software } };
}

/** What WebGL 2 draws with, or `null` where there is none. */
export function findRenderer(): AdapterFacts | null {
  if (typeof OffscreenCanvas === 'undefined') return null;
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (context === null) return null;
  const details = context.getExtension('WEBGL_debug_renderer_info');
  const read = (name: number): string => String(context.getParameter(name) ?? '');
  const vendor = read(details?.UNMASKED_VENDOR_WEBGL ?? context.VENDOR);
  const renderer = read(details?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  const software = isSoftwareName(vendor, renderer);
  return { vendor, architecture: '', description: renderer, software };
}

/** Limits a training engine can use more of than the defaults, each raised to what the adapter has. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/**
 * A device with raised limits and the optional features this adapter has. A lost device or an error
 * nobody caught is reported through `onFailure`, each of them; losing it on purpose (`destroy`) is not a failure.
 * @param onLost told of a lost device instead, by who can replace it
 * @throws EngineError where the adapter gives no device
 */
export async function openDevice(
  { adapter, facts }: FoundAdapter,
  onFailure: (error: EngineError) => void,
  onLost: (error: EngineError) => void = onFailure,
): Promise<GPUDevice> {
  const requiredLimits: Record<string, number> = {};
  for (const limit of RAISED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const device = await adapter
    .requestDevice({ requiredLimits, requiredFeatures })
    // Drivers have promised more than they give: with the limits of every device all kernels still run.
    .catch(() => adapter.requestDevice({ requiredFeatures }))
    .catch(() => adapter.requestDevice())
    .catch((error: unknown) => {
      throw failure('engine/unavailable', `The GPU (${facts.vendor}) gave no device: ${error}.`);
    });
  watchDevice(device, onFailure, onLost);
  return device;
}

/** Reports a lost device and errors nobody caught, each of them; `destroy` is on purpose. */
export function watchDevice(
  device: GPUDevice,
  onFailure: (error: EngineError) => void,
  onLost: (error: EngineError) => void = onFailure,
): void {
  void device.lost.then(({ reason, message }) => {
    if (reason === 'destroyed') return;
    onLost(
      failure('engine/device-lost', `The GPU device was lost: ${message || 'no reason given'}.`),
    );
  });
  device.addEventListener('uncapturederror', ({ error }) => onFailure(uncaught(error)));
}

function uncaught(error: GPUError): EngineError {
  // Node has no such global.
  const isOutOfMemory =
    typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError;
  if (!isOutOfMemory) {
    const isInvalid =
      typeof GPUValidationError !== 'undefined' && error instanceof GPUValidationError;
    const code = isInvalid ? 'engine/invalid' : 'engine/failed';
    return failure(code, `The GPU reported an error: ${error.message}`);
  }
  return new EngineError(
    'engine/out-of-memory',
    `The GPU has no memory left: ${error.message || 'no reason given'}.`,
    'Use fewer identities, smaller crops, a smaller batch or a smaller network.',
  );
}

function failure(code: EngineErrorCode, message: string): EngineError {
  return new EngineError(code, message, 'Reload the page, or choose WebAssembly as the engine.');
}
