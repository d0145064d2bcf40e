/**
 * Which engine runs here, and why. A forced choice runs or fails; `auto` takes the page's own WebGPU
 * engine wherever there is an adapter. Where it does not open, TensorFlow.js on a hardware GPU comes
 * next, else what ends up on the CPU anyway (software adapters, WebAssembly) is measured with a short
 * training step, and plain JavaScript is left. Every failure stays in the report.
 */

import { type FoundAdapter, findAdapter, globalGpu } from './adapter';
import { type Capability, capabilities } from './capabilities';
import {
  firstToOpen,
  gpuReason,
  gpusToTry,
  measuredReason,
  messageOf,
  notMeasured,
  type OpenFailure,
  withFailures,
} from './choice';
import {
  ENGINE_WORDS,
  type Engine,
  type EngineCandidate,
  type EngineChoice,
  type EngineName,
  type EngineReport,
} from './engine';
import type { EngineError } from './errors';
import { FusedEngine } from './fused/engine';
import type { TuningStore } from './fused/tuner';
import { measureStep } from './probe';
import { type OpenBackend, openBackend, type SharedDevice, unavailable } from './tfjs/backend';
import { TfjsEngine } from './tfjs/engine';

export interface SelectOptions {
  /** Called while `auto` measures: so many of so many engines are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** The chosen engine stopped working: its GPU device is gone, or reported an error nobody caught. */
  readonly onLost?: (error: EngineError) => void;
  /** A GPU device was lost and is being replaced; why it was lost, one sentence. */
  readonly onRecovering?: (reason: string) => void;
  /** A lost GPU device was replaced and training went on; why it was lost, one sentence. */
  readonly onRecovered?: (reason: string) => void;
  /** Where WebGPU is asked for: by default this thread's `navigator.gpu`; `null` for nowhere. */
  readonly gpu?: GPU | null;
  /**
   * Where the WebGPU engine keeps what it measured to choose its kernels; `null` measures and keeps
   * nothing, absent does not measure.
   */
  readonly tuning?: TuningStore | null;
  /** How the WebGPU engine stores maps between layers; float32 where absent. */
  readonly storage?: 'float32' | 'half';
  /** A device for TensorFlow.js on WebGPU to live on beside its owner; it opens its own where absent. */
  readonly shared?: SharedDevice;
}

/** What `auto` measures, the likely fastest first: the others can then stop as soon as they are slower. */
const MEASURED = ['tfjs-wasm', 'tfjs-webgpu', 'tfjs-webgl'] as const;

/**
 * Time that choosing kernels by measuring may take when shapes come up that this adapter has not seen. A
 * software adapter compiles a candidate in a second, and one family is known to be best on all of them:
 * there nothing is measured.
 */
const TUNING_BUDGET_MS = 4000;

/** An engine whose probe takes longer per step is not considered further, milliseconds. */
const PROBE_LIMIT_MS = 8000;

/**
 * Opens the engine of `choice`; the caller disposes it before selecting another.
 * @throws EngineError with code `engine/unavailable` where a forced choice cannot run here
 */
export async function selectEngine(
  choice: EngineChoice,
  options: SelectOptions = {},
): Promise<Engine> {
  const found = await capabilities(gpuOf(options));
  if (choice !== 'auto') return forced(choice, found, options);
  const considered = notMeasured(found);
  const { opened, failures } = await firstToOpen(gpusToTry(found), (gpu, before) => {
    const known = withFailures(considered, before);
    return open(gpu.name, options, gpuReason(gpu, before), known);
  });
  return opened ?? measured(withFailures(considered, failures), failures, options);
}

/**
 * Refuses a forced choice that cannot run here, before anything is given up for it.
 * @throws EngineError with code `engine/unavailable`
 */
export async function requireAvailable(
  choice: EngineChoice,
  options: SelectOptions = {},
): Promise<void> {
  if (choice !== 'auto') assertAvailable(choice, await capabilities(gpuOf(options)));
}

function assertAvailable(name: EngineName, found: readonly Capability[]): void {
  const missing = found.find((capability) => capability.name === name)?.missing ?? null;
  if (missing !== null) throw unavailable(name, missing);
}

function gpuOf({ gpu = globalGpu() }: SelectOptions): GPU | null {
  return gpu;
}

async function forced(
  name: EngineName,
  found: readonly Capability[],
  options: SelectOptions,
): Promise<Engine> {
  assertAvailable(name, found);
  return open(name, options, `Chosen in the settings: ${ENGINE_WORDS[name]}.`, notMeasured(found));
}

async function measured(
  candidates: readonly EngineCandidate[],
  failures: readonly OpenFailure[],
  { onProgress, ...options }: SelectOptions,
): Promise<Engine> {
  const considered = [...candidates];
  const toMeasure = MEASURED.filter((name) =>
    candidates.some((candidate) => candidate.name === name && candidate.available),
  );
  let best: { name: EngineName; probeMs: number } | null = null;
  for (const [done, name] of toMeasure.entries()) {
    onProgress?.(done, toMeasure.length);
    const outcome = await probe(name, options, best?.probeMs ?? null);
    const position = considered.findIndex((candidate) => candidate.name === name);
    considered[position] = outcome;
    if (outcome.probeMs !== null && (best === null || outcome.probeMs < best.probeMs)) {
      best = { name, probeMs: outcome.probeMs };
    }
  }
  onProgress?.(toMeasure.length, toMeasure.length);
  const name = best?.name ?? 'tfjs-cpu';
  return open(name, options, measuredReason(best, failures), considered);
}

async function probe(
  name: EngineName,
  options: SelectOptions,
  toBeatMs: number | null,
): Promise<EngineCandidate> {
  const candidate = { name, available: true, probeMs: null } as const;
  let engine: Engine | null = null;
  try {
    // What fails in a probe is not the chosen engine's failure.
    engine = await open(name, { gpu: gpuOf(options) }, '', []);
    const probeMs = await measureStep(engine, { limitMs: PROBE_LIMIT_MS, toBeatMs });
    if (probeMs !== null) return { ...candidate, probeMs, note: null };
    return { ...candidate, note: `a test step took longer than ${PROBE_LIMIT_MS / 1000} s` };
  } catch (error) {
    return { name, available: false, probeMs: null, note: messageOf(error) };
  } finally {
    engine?.dispose();
  }
}

async function open(
  name: EngineName,
  options: SelectOptions,
  reason: string,
  considered: readonly EngineCandidate[],
): Promise<Engine> {
  if (name === 'fused') return openFused(options, reason, considered);
  const backend: OpenBackend = await openBackend(name, {
    onFailure: (error) => options.onLost?.(error),
    gpu: gpuOf(options),
    shared: options.shared,
  });
  const report: EngineReport = {
    name,
    backend: backend.backend,
    adapter: backend.adapter,
    threads: backend.threads,
    reason,
    considered,
  };
  return new TfjsEngine(backend, report);
}

async function openFused(
  options: SelectOptions,
  reason: string,
  considered: readonly EngineCandidate[],
): Promise<Engine> {
  const find = (): Promise<FoundAdapter | null> => findAdapter(gpuOf(options));
  const found = await find();
  if (found === null) throw unavailable('fused', 'there is no WebGPU adapter');
  const report: EngineReport = {
    name: 'fused',
    backend: 'webgpu',
    adapter: found.facts,
    threads: null,
    reason,
    considered,
  };
  return FusedEngine.open(found, report, {
    findAdapter: find,
    onFailure: (error) => options.onLost?.(error),
    onRecovering: (why) => options.onRecovering?.(why),
    onRecovered: (why) => options.onRecovered?.(why),
    ...(options.storage === undefined ? {} : { storage: options.storage }),
    ...(options.tuning === undefined || found.facts.software
      ? {}
      : { tuning: { store: options.tuning, budgetMs: TUNING_BUDGET_MS } }),
  });
}
