/**
 * Which engine runs here, and why. A forced choice runs or fails; `auto` takes a hardware WebGPU adapter
 * at once, else measures what ends up on the CPU anyway (software adapters, WebAssembly) with a short
 * training step, and falls back to plain JavaScript.
 */
import type { EngineCandidate, EngineChoice, EngineName, EngineReport } from './engine';
import type { EngineError } from './errors';
import { measureStep } from './probe';
import { globalGpu } from './tfjs/adapter';
import { type OpenBackend, openBackend, unavailable } from './tfjs/backend';
import { type Capability, capabilities } from './tfjs/capabilities';
import { TfjsEngine } from './tfjs/engine';

export interface SelectOptions {
  /** Called while `auto` measures: so many of so many engines are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** The chosen engine stopped working: its GPU device is gone, or reported an error nobody caught. */
  readonly onLost?: (error: EngineError) => void;
  /** Where WebGPU is asked for: by default this thread's `navigator.gpu`; `null` for nowhere. */
  readonly gpu?: GPU | null;
}

/** What `auto` measures, the likely fastest first: the others can then stop as soon as they are slower. */
const MEASURED = ['tfjs-wasm', 'tfjs-webgpu', 'tfjs-webgl'] as const;

/** An engine whose probe takes longer per step is not considered further, milliseconds. */
const PROBE_LIMIT_MS = 8000;

/**
 * Opens the engine of `choice`; the caller disposes it before selecting another.
 * @throws EngineError with code `engine/unavailable` where a forced choice cannot run here
 */
export async function selectEngine(
  choice: EngineChoice,
  options: SelectOptions = {},
): Promise<TfjsEngine> {
  const found = await capabilities(gpuOf(options));
  if (choice !== 'auto') return forced(choice, found, options);
  const hardware = hardwareChoice(found);
  if (hardware !== null) {
    const engine = await open(hardware.name, options, hardware.reason, notMeasured(found)).catch(
      () => null,
    );
    if (engine !== null) return engine;
  }
  return measured(found, options);
}

function gpuOf({ gpu = globalGpu() }: SelectOptions): GPU | null {
  return gpu;
}

function notMeasured(found: readonly Capability[]): EngineCandidate[] {
  return found.map(({ name, missing }) => ({
    name,
    available: missing === null,
    probeMs: null,
    note: missing ?? 'not measured',
  }));
}

async function forced(
  name: EngineName,
  found: readonly Capability[],
  options: SelectOptions,
): Promise<TfjsEngine> {
  const missing = found.find((capability) => capability.name === name)?.missing ?? null;
  if (missing !== null) throw unavailable(name, missing);
  return open(name, options, `Chosen in the settings: ${name}.`, notMeasured(found));
}

/** A GPU in hardware beats anything else; WebGPU beats WebGL on it. */
function hardwareChoice(found: readonly Capability[]): { name: EngineName; reason: string } | null {
  for (const name of ['tfjs-webgpu', 'tfjs-webgl'] as const) {
    const capability = found.find((candidate) => candidate.name === name);
    if (capability?.adapter == null || capability.adapter.software) continue;
    const { vendor, architecture, description } = capability.adapter;
    const gpu = [vendor, architecture].filter((part) => part !== '').join(' ') || description;
    const kind = name === 'tfjs-webgpu' ? 'WebGPU' : 'WebGL';
    return { name, reason: `${kind} runs on a hardware GPU here: ${gpu}.` };
  }
  return null;
}

async function measured(
  found: readonly Capability[],
  { onProgress, ...options }: SelectOptions,
): Promise<TfjsEngine> {
  const considered = notMeasured(found);
  const toMeasure = MEASURED.filter((name) =>
    found.some((capability) => capability.name === name && capability.missing === null),
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
  if (best === null) {
    return open('tfjs-cpu', options, 'Nothing faster than plain JavaScript runs here.', considered);
  }
  const milliseconds = Math.round(best.probeMs);
  const reason = `No hardware GPU here; ${best.name} was the fastest of those measured, at ${milliseconds} ms for a test step.`;
  return open(best.name, options, reason, considered);
}

async function probe(
  name: EngineName,
  options: SelectOptions,
  toBeatMs: number | null,
): Promise<EngineCandidate> {
  const candidate = { name, available: true, probeMs: null } as const;
  let engine: TfjsEngine | null = null;
  try {
    // What fails in a probe is not the chosen engine's failure.
    engine = await open(name, { gpu: gpuOf(options) }, '', []);
    const probeMs = await measureStep(engine, { limitMs: PROBE_LIMIT_MS, toBeatMs });
    if (probeMs !== null) return { ...candidate, probeMs, note: null };
    return { ...candidate, note: `a test step took longer than ${PROBE_LIMIT_MS / 1000} s` };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { name, available: false, probeMs: null, note };
  } finally {
    engine?.dispose();
  }
}

async function open(
  name: EngineName,
  options: SelectOptions,
  reason: string,
  considered: readonly EngineCandidate[],
): Promise<TfjsEngine> {
  const backend: OpenBackend = await openBackend(name, {
    onFailure: (error) => options.onLost?.(error),
    gpu: gpuOf(options),
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
