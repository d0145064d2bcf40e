/**
 * The rules of choosing an engine, without opening any: which GPUs come first, what is said when one of
 * them does not open, and the sentence that tells the person why this engine runs.
 */
import type { EngineCandidate, EngineName } from './engine';
import type { Capability } from './tfjs/capabilities';

/** An engine on a GPU in hardware. */
export interface HardwareGpu {
  readonly name: 'fused' | 'tfjs-webgpu' | 'tfjs-webgl';
  /** The GPU as the browser names it. */
  readonly gpu: string;
}

/** A GPU that is there but could not be used. */
export interface OpenFailure extends HardwareGpu {
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

/** A GPU in hardware beats anything else, and WebGPU beats WebGL on it: the engines to try, in order. */
export function hardwareGpus(found: readonly Capability[]): readonly HardwareGpu[] {
  return (['fused', 'tfjs-webgpu', 'tfjs-webgl'] as const).flatMap((name) => {
    const capability = found.find((candidate) => candidate.name === name);
    if (capability?.missing !== null || capability.adapter === null) return [];
    const { vendor, architecture, description, software } = capability.adapter;
    if (software) return [];
    const gpu = [vendor, architecture].filter((part) => part !== '').join(' ') || description;
    return [{ name, gpu }];
  });
}

/** Opens `gpus` in order until one opens; `open` is told what failed before it. */
export async function firstToOpen<T>(
  gpus: readonly HardwareGpu[],
  open: (gpu: HardwareGpu, failures: readonly OpenFailure[]) => Promise<T>,
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

/** Why an engine on a GPU in hardware runs. */
export function hardwareReason(
  { name, gpu }: HardwareGpu,
  failures: readonly OpenFailure[],
): string {
  return [...failures.map(couldNot), `${apiOf(name)} runs on a hardware GPU here: ${gpu}.`].join(
    ' ',
  );
}

/** Why an engine without a GPU in hardware runs; `best` is the fastest measured, `null` for none. */
export function measuredReason(
  best: { readonly name: EngineName; readonly probeMs: number } | null,
  failures: readonly OpenFailure[],
): string {
  const outcome =
    best === null
      ? 'nothing faster than plain JavaScript runs here.'
      : `${best.name} was the fastest of those measured, at ${Math.round(best.probeMs)} ms for a test step.`;
  if (failures.length === 0) return `No hardware GPU here; ${outcome}`;
  return [...failures.map(couldNot), `Without it, ${outcome}`].join(' ');
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function couldNot({ name, gpu, message }: OpenFailure): string {
  return `${apiOf(name)} on the hardware GPU (${gpu}) could not be opened: ${message}`;
}

function apiOf(name: HardwareGpu['name']): string {
  return name === 'tfjs-webgl' ? 'WebGL' : 'WebGPU';
}
