/** The engine in words for the badge and its panel: what runs, on which adapter, how sure that is. */
import {
  ENGINE_WORDS,
  type EngineCandidate,
  type EngineChoice,
  type EngineName,
  type EngineReport,
} from '../../engine/engine';

/** Short, for the badge. */
const LABELS: Readonly<Record<EngineName, string>> = {
  fused: 'WebGPU',
  'tfjs-webgpu': 'TensorFlow.js WebGPU',
  'tfjs-webgl': 'WebGL',
  'tfjs-wasm': 'WASM',
  'tfjs-cpu': 'JavaScript',
};

/** What each one is, in a few words. */
export const ENGINE_KINDS: Readonly<Record<EngineName, string>> = {
  fused: 'GPU, own kernels',
  'tfjs-webgpu': 'GPU, general kernels',
  'tfjs-webgl': 'GPU, older interface',
  'tfjs-wasm': 'CPU, compiled code',
  'tfjs-cpu': 'CPU, slowest',
};

/** Why this engine runs. */
export function reasonText(report: EngineReport, asked: EngineChoice): string {
  // The address may have asked as well as the settings.
  return asked === 'auto' ? report.reason : `Asked for: ${ENGINE_WORDS[asked]}.`;
}

/** Why some have no time; `null` where all that can run were measured. */
export function unmeasuredText(report: EngineReport, asked: EngineChoice): string | null {
  const without = report.considered.filter(isUnmeasured);
  if (without.length === 0) return null;
  if (asked !== 'auto') return 'None was measured, because one was asked for.';
  if (report.name === 'fused') return 'None was measured: WebGPU is taken wherever it opens.';
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
  const label = LABELS[report.name];
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

/** What was found out of an engine; `null` where that is only that it is there. */
export function candidateText(candidate: EngineCandidate): string | null {
  const time =
    candidate.probeMs === null
      ? null
      : `${candidate.probeMs < 10 ? candidate.probeMs.toFixed(1) : candidate.probeMs.toFixed(0)} ms a step`;
  const note = isUnmeasured(candidate) ? null : candidate.note;
  const parts = [time, note].filter((part) => part !== null && part !== '');
  if (parts.length > 0) return parts.join(' · ');
  return candidate.available ? null : 'not available';
}

function capitalise(word: string): string {
  return word === '' ? '' : word[0]!.toUpperCase() + word.slice(1);
}
