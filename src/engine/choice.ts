/**
 * The rules of choosing an engine, without opening any: which GPUs come first, what is said when one of
 * them does not open, and the sentence that tells the person why this engine runs.
 */
import type { Capability } from './capabilities';
import { ENGINE_WORDS, type EngineCandidate, type EngineName } from './engine';

/** An engine on a GPU, or on what stands in for one. */
export interface GpuCandidate {
  readonly name: 'fused' | 'tfjs-webgpu' | 'tfjs-webgl';
  /** The GPU as the browser names it. */
  readonly gpu: string;
  /** A rasteriser on the CPU stands in for the GPU. */
  readonly software: boolean;
}

/** A GPU that is there but could not be used. */
export interface OpenFailure extends GpuCandidate {
  /** One sentence, with its full stop. */
  readonly message: string;
}

/** Every engine of `found` as nothing has been tried yet. */
export function notMeasured(found: readonly Capability[]): readonly EngineCandidate[] {
  return found.map(({ name, missing }) => ({
    name,
    available: missing === null,
    probeMs: null,
    note: missing ?? 'not measured',
  }));
}

/**
 * The engines to try, in order, before anything is measured: the page's own WebGPU engine on any
 * adapter, then TensorFlow.js on a GPU in hardware, by WebGPU rather than by WebGL.
 */
export function gpusToTry(found: readonly Capability[]): readonly GpuCandidate[] {
  return (['fused', 'tfjs-webgpu', 'tfjs-webgl'] as const).flatMap((name) => {
    const capability = found.find((candidate) => candidate.name === name);
    if (capability?.missing !== null || capability.adapter === null) return [];
    const { vendor, architecture, description, software } = capability.adapter;
    if (software && name !== 'fused') return [];
    const gpu = [vendor, architecture].filter((part) => part !== '').join(' ') || description;
    return [{ name, gpu, software }];
  });
}

/** Opens `gpus` in order until one opens; `open` is told what failed before it. */
export async function firstToOpen<T>(
  gpus: readonly GpuCandidate[],
  open: (gpu: GpuCandidate, failures: readonly OpenFailure[]) => Promise<T>,
): Promise<{ readonly opened: T | null; readonly failures: readonly OpenFailure[] }> {
  const failures: OpenFailure[] = [];
  for (const gpu of gpus) {
    try {
      return { opened: await open(gpu, [...failures]), failures };
    } catch (error) {
      failures.push({ ...gpu, message: messageOf(error) });
    }
  }
  return { opened: null, failures };
}

/** The candidates with what failed as unavailable, and why as its note. */
export function withFailures(
  candidates: readonly EngineCandidate[],
  failures: readonly OpenFailure[],
): readonly EngineCandidate[] {
  return candidates.map((candidate) => {
    const failure = failures.find(({ name }) => name === candidate.name);
    return failure === undefined
      ? candidate
      : { ...candidate, available: false, note: failure.message };
  });
}

/** Why an engine on a GPU, or on a software adapter, runs. */
export function gpuReason(
  { name, gpu, software }: GpuCandidate,
  failures: readonly OpenFailure[],
): string {
  const outcome = software
    ? `${ENGINE_WORDS[name]} runs here on a software adapter (${gpu}): the CPU does the work of a GPU. WebAssembly may be tried in the settings.`
    : `${ENGINE_WORDS[name]} runs on a hardware GPU here: ${gpu}.`;
  return [...told(failures), outcome].join(' ');
}

/** Why an engine without a GPU runs; `best` is the fastest measured, `null` for none. */
export function measuredReason(
  best: { readonly name: EngineName; readonly probeMs: number } | null,
  failures: readonly OpenFailure[],
): string {
  const outcome =
    best === null
      ? 'nothing faster than plain JavaScript runs here.'
      : `${ENGINE_WORDS[best.name]} was the fastest of those measured, at ${Math.round(best.probeMs)} ms for a test step.`;
  if (failures.length === 0) return `No WebGPU and no hardware GPU here; ${outcome}`;
  return [...told(failures), `Without it, ${outcome}`].join(' ');
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One sentence for each way of failing: two engines that fail on one GPU alike are told once. */
function told(failures: readonly OpenFailure[]): readonly string[] {
  const first = failures.filter(
    ({ message }, at) => failures.findIndex((other) => other.message === message) === at,
  );
  return first.map(
    ({ name, gpu, software, message }) =>
      `${ENGINE_WORDS[name]} on the ${software ? 'software adapter' : 'hardware GPU'} (${gpu}) could not be opened: ${message}`,
  );
}
