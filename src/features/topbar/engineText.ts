/** The engine in words for the badge and its panel: what runs, on which adapter, how sure that is. */
import type { EngineCandidate, EngineName, EngineReport } from '../../engine/engine';

export const ENGINE_LABELS: Readonly<Record<EngineName, string>> = {
  'tfjs-webgpu': 'WebGPU',
  'tfjs-webgl': 'WebGL',
  'tfjs-wasm': 'WASM',
  'tfjs-cpu': 'JavaScript',
};

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
  const parts = [time, candidate.note].filter((part) => part !== null && part !== '');
  if (parts.length > 0) return parts.join(' · ');
  return candidate.available ? 'available, not measured' : 'not available';
}

function capitalise(word: string): string {
  return word === '' ? '' : word[0]!.toUpperCase() + word.slice(1);
}
