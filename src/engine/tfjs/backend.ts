/**
 * Opens and closes the TensorFlow.js backends. tfjs has one current backend per thread, so one is open
 * at a time; closing gives its memory, threads and GPU device back and leaves it ready to open again.
 */
import * as tf from '@tensorflow/tfjs';
import { type AdapterFacts, findAdapter, findRenderer, openDevice, watchDevice } from '../adapter';
import { ENGINE_WORDS, type EngineName, type TfjsEngineName } from '../engine';
import { EngineError } from '../errors';
import { FailureLatch } from './failure-latch';
import { prepareWasmKernels } from './kernels/wasm';
import { prepareWebgpuKernels } from './kernels/webgpu/prepare';

export interface OpenBackend {
  readonly name: TfjsEngineName;
  /** What tfjs says it uses now. */
  readonly backend: string;
  readonly adapter: AdapterFacts | null;
  readonly threads: number | null;
  /** The device, for another engine to share; `null` without WebGPU. */
  readonly device: GPUDevice | null;
  close(): void;
}

/** A GPU device that belongs to another engine, which outlives this one and destroys it. */
export interface SharedDevice {
  readonly device: GPUDevice;
  readonly facts: AdapterFacts;
}

export interface BackendOptions {
  /** A lost device or an error nobody caught, at most once and only while the backend is open. */
  readonly onFailure: (error: EngineError) => void;
  /** Where WebGPU is asked for; `null` for nowhere. */
  readonly gpu: GPU | null;
  /** The device for WebGPU to use; where absent it opens one, and destroys that on closing. */
  readonly shared?: SharedDevice | undefined;
}

/** @throws EngineError with code `engine/unavailable` where the backend cannot run here */
export async function openBackend(
  name: TfjsEngineName,
  options: BackendOptions,
): Promise<OpenBackend> {
  switch (name) {
    case 'tfjs-webgpu':
      return openWebgpu(options);
    case 'tfjs-webgl':
      return openWebgl();
    case 'tfjs-wasm':
      return openWasm();
    case 'tfjs-cpu':
      return openCpu();
  }
}

export function unavailable(name: EngineName, why: string): EngineError {
  return new EngineError(
    'engine/unavailable',
    `${ENGINE_WORDS[name]} cannot run here: ${why}.`,
    'Choose another engine, or let the page choose.',
  );
}

async function openWebgpu({ onFailure, gpu, shared }: BackendOptions): Promise<OpenBackend> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const failures = new FailureLatch(onFailure);
  const report = (error: EngineError): void => failures.report(error);
  const { device, facts } = shared ?? (await openOwnDevice(gpu, report));
  if (shared !== undefined) watchDevice(device, report);
  const close = (): void => {
    failures.close();
    try {
      if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
    } finally {
      if (shared === undefined) device.destroy();
    }
  };
  try {
    // Importing registers a factory that would open a device of its own, with lower limits.
    if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, infoOf(facts)), 3);
    await activate('tfjs-webgpu', 'webgpu');
    prepareWebgpuKernels(facts);
    failures.open();
  } catch (error) {
    close();
    throw error;
  }
  return {
    name: 'tfjs-webgpu',
    backend: tf.getBackend(),
    adapter: facts,
    threads: null,
    device,
    close,
  };
}

async function openOwnDevice(
  gpu: GPU | null,
  onFailure: (error: EngineError) => void,
): Promise<SharedDevice> {
  const found = await findAdapter(gpu);
  if (found === null) throw unavailable('tfjs-webgpu', 'there is no WebGPU adapter');
  return { device: await openDevice(found, onFailure), facts: found.facts };
}

/** What tfjs reads of an adapter: who made it, to work round what that vendor's drivers get wrong. */
function infoOf({ vendor, architecture, description }: AdapterFacts): GPUAdapterInfo {
  // A plain object in place of the browser's own: a shared device comes without its adapter.
  return { vendor, architecture, description, device: '' } as GPUAdapterInfo;
}

async function openWebgl(): Promise<OpenBackend> {
  const renderer = findRenderer();
  if (renderer === null) throw unavailable('tfjs-webgl', 'there is no WebGL 2');
  await activate('tfjs-webgl', 'webgl');
  if (!tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    forget('webgl');
    throw unavailable('tfjs-webgl', 'it cannot draw 32-bit floats');
  }
  return {
    name: 'tfjs-webgl',
    backend: tf.getBackend(),
    adapter: renderer,
    threads: null,
    device: null,
    close: () => forget('webgl'),
  };
}

async function openWasm(): Promise<OpenBackend> {
  if (typeof WebAssembly === 'undefined') throw unavailable('tfjs-wasm', 'there is no WebAssembly');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  // In Node the package finds its own files.
  if (typeof navigator !== 'undefined' && 'onLine' in navigator) {
    const { WASM_FILES } = await import('./wasm-files');
    wasm.setWasmPaths(WASM_FILES);
  }
  if (!(await threadsCanStart())) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await withTimeLimit(activate('tfjs-wasm', 'wasm'), () =>
    unavailable('tfjs-wasm', `it did not start within ${WASM_START_LIMIT_MS / 1000} s`),
  ).catch((error: unknown) => {
    // What starts after all must not become the current backend behind another's back.
    forget('wasm');
    throw error;
  });
  prepareWasmKernels();
  return {
    name: 'tfjs-wasm',
    backend: tf.getBackend(),
    adapter: null,
    // Half the cores, 1 … 4: the binary decides, `setThreadsCount` does not reach its pool.
    threads: wasm.getThreadsCount(),
    device: null,
    close: () => forget('wasm'),
  };
}

const WASM_START_LIMIT_MS = 30_000;
const THREAD_CHECK_LIMIT_MS = 5000;

/**
 * Whether the backend's threads would start: they are workers made from a blob that import another blob,
 * which needs shared memory and a content security policy that allows it. Where they do not, the backend
 * would wait for them for ever.
 */
async function threadsCanStart(): Promise<boolean> {
  if (typeof SharedArrayBuffer === 'undefined' || !globalThis.crossOriginIsolated) return false;
  const imported = URL.createObjectURL(new Blob([''], { type: 'text/javascript' }));
  const source = `importScripts(${JSON.stringify(imported)}); postMessage('ready');`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  let worker: Worker | null = null;
  try {
    worker = new Worker(url);
    const started = worker;
    return await new Promise<boolean>((resolve) => {
      started.onmessage = () => resolve(true);
      started.onerror = (event) => {
        event.preventDefault();
        resolve(false);
      };
      setTimeout(() => resolve(false), THREAD_CHECK_LIMIT_MS);
    });
  } catch {
    return false;
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(url);
    URL.revokeObjectURL(imported);
  }
}

async function withTimeLimit(work: Promise<void>, failure: () => EngineError): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure()), WASM_START_LIMIT_MS);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function openCpu(): Promise<OpenBackend> {
  await activate('tfjs-cpu', 'cpu');
  const backend = tf.getBackend();
  return {
    name: 'tfjs-cpu',
    backend,
    adapter: null,
    threads: null,
    device: null,
    close: () => forget('cpu'),
  };
}

async function activate(name: TfjsEngineName, backend: string): Promise<void> {
  const started = await tf.setBackend(backend).catch((error: unknown) => {
    throw unavailable(name, `it failed to start (${error})`);
  });
  if (!started || tf.getBackend() !== backend) throw unavailable(name, 'it failed to start');
  tf.enableProdMode();
}

/** Disposes a backend and registers it again, so that it can be opened once more. */
function forget(backend: string): void {
  const factory = tf.findBackendFactory(backend);
  tf.removeBackend(backend);
  if (factory !== null) tf.registerBackend(backend, factory);
}
