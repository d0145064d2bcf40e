/** The engine in words for the badge and its panel: what runs, on which adapter, how sure that is. */
import {
  ENGINE_NAMES,
  type EngineCandidate,
  type EngineChoice,
  type EngineName,
  type EngineReport,
} from '../../engine/engine';

export const ENGINE_LABELS: Readonly<Record<EngineName, string>> = {
  fused: 'WebGPU',
  'tfjs-webgpu': 'TensorFlow.js WebGPU',
  'tfjs-webgl': 'WebGL',
  'tfjs-wasm': 'WASM',
  'tfjs-cpu': 'JavaScript',
};

/** In full, where there is room to say what the short word stands for. */
export const ENGINE_NAMES_IN_FULL: Readonly<Record<EngineName, string>> = {
  ...ENGINE_LABELS,
  'tfjs-wasm': 'WebAssembly (WASM)',
};

/** What each one is, in a few words. */
export const ENGINE_KINDS: Readonly<Record<EngineName, string>> = {
  fused: 'GPU, own kernels',
  'tfjs-webgpu': 'GPU, TensorFlow.js',
  'tfjs-webgl': 'GPU, older interface',
  'tfjs-wasm': 'CPU, compiled code',
  'tfjs-cpu': 'CPU, slowest',
};

/** Why this engine runs, without internal names. */
export function reasonText(report: EngineReport, asked: EngineChoice): string {
  if (asked !== 'auto') return `Asked for: ${spelled(asked)}.`;
  return report.reason.replace(/tfjs-[a-z]+/g, (name) => {
    const known = ENGINE_NAMES.find((candidate) => candidate === name);
    return known === undefined ? name : spelled(known);
  });
}

function spelled(name: EngineName): string {
  return name === 'tfjs-wasm' ? 'WebAssembly' : ENGINE_LABELS[name];
}

/** Why some have no time; `null` where all that can run were measured. */
export function unmeasuredText(report: EngineReport, asked: EngineChoice): string | null {
  const without = report.considered.filter(isUnmeasured);
  if (without.length === 0) return null;
  if (asked !== 'auto') return 'None was measured, because one was asked for.';
  if (onHardware(report)) return 'None was measured: a GPU in hardware is taken at once.';
  return without.every(({ name }) => name === 'tfjs-cpu')
    ? 'Plain JavaScript is not measured; it only runs where nothing else does.'
    : 'Those without a time were not measured.';
}

function isUnmeasured({ available, probeMs, note }: EngineCandidate): boolean {
  return available && probeMs === null && (note === null || note === UNMEASURED);
}

/** The engine's own word for it; said once under the list instead of in every line. */
const UNMEASURED = 'not measured';

/** How vendors write themselves; browsers give them in lower case. */
const VENDORS: Readonly<Record<string, string>> = {
  amd: 'AMD',
  apple: 'Apple',
  arm: 'Arm',
  google: 'Google',
  intel: 'Intel',
  mesa: 'Mesa',
  microsoft: 'Microsoft',
  nvidia: 'NVIDIA',
  qualcomm: 'Qualcomm',
};

/** `WebGPU · NVIDIA Ampere`, `WebGPU · software adapter`, `WASM · 2 threads`. */
export function engineBadge(report: EngineReport): string {
  const label = ENGINE_LABELS[report.name];
  const { adapter, threads } = report;
  if (adapter !== null) {
    return `${label} · ${adapter.software ? 'software adapter' : adapterName(adapter)}`;
  }
  if (threads !== null) return `${label} · ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return label;
}

/** Vendor and architecture as far as the browser tells them. */
export function adapterName(adapter: NonNullable<EngineReport['adapter']>): string {
  const vendor = VENDORS[adapter.vendor.toLowerCase()] ?? adapter.vendor;
  const words = [vendor, capitalise(adapter.architecture)].filter((word) => word !== '');
  if (words.length > 0) return words.join(' ');
  return adapter.description === '' ? 'unnamed adapter' : adapter.description;
}

/** True where a real GPU does the work. */
export function onHardware(report: EngineReport): boolean {
  return report.adapter !== null && !report.adapter.software;
}

/** One line of the list of considered engines. */
export function candidateText(candidate: EngineCandidate): string {
  const time =
    candidate.probeMs === null
      ? null
      : `${candidate.probeMs < 10 ? candidate.probeMs.toFixed(1) : candidate.probeMs.toFixed(0)} ms a step`;
  const note = isUnmeasured(candidate) ? null : candidate.note;
  const parts = [time, note].filter((part) => part !== null && part !== '');
  if (parts.length > 0) return parts.join(' · ');
  return candidate.available ? 'available' : 'not available';
}

function capitalise(word: string): string {
  return word === '' ? '' : word[0]!.toUpperCase() + word.slice(1);
}
