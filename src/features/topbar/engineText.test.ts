import { describe, expect, it } from 'vitest';
import type { EngineReport } from '../../engine/engine';
import { candidateText, engineBadge, onHardware } from './engineText';

function report(change: Partial<EngineReport>): EngineReport {
  return {
    name: 'tfjs-webgpu',
    backend: 'webgpu',
    adapter: null,
    threads: null,
    reason: 'The fastest here.',
    considered: [],
    ...change,
  };
}

const ADAPTER = { vendor: 'nvidia', architecture: 'ampere', description: '', software: false };

describe('engineBadge', () => {
  it('names the vendor as it writes itself', () => {
    expect(engineBadge(report({ adapter: ADAPTER }))).toBe('WebGPU · NVIDIA Ampere');
    const bare = { ...ADAPTER, vendor: 'intel', architecture: '' };
    expect(engineBadge(report({ adapter: bare }))).toBe('WebGPU · Intel');
  });

  it('never names a software adapter after a vendor', () => {
    const software = { ...ADAPTER, vendor: 'google', architecture: 'swiftshader', software: true };
    expect(engineBadge(report({ adapter: software }))).toBe('WebGPU · software adapter');
    expect(onHardware(report({ adapter: software }))).toBe(false);
    expect(onHardware(report({ adapter: ADAPTER }))).toBe(true);
  });

  it('counts threads', () => {
    const wasm = { name: 'tfjs-wasm', backend: 'wasm' } as const;
    expect(engineBadge(report({ ...wasm, threads: 2 }))).toBe('WASM · 2 threads');
    expect(engineBadge(report({ ...wasm, threads: 1 }))).toBe('WASM · 1 thread');
  });

  it('says something where the browser tells nothing', () => {
    const hidden = { vendor: '', architecture: '', description: '', software: false };
    expect(engineBadge(report({ adapter: hidden }))).toBe('WebGPU · unnamed adapter');
  });
});

describe('candidateText', () => {
  it.each([
    [{ available: true, probeMs: 8.27, note: null }, '8.3 ms a step'],
    [
      { available: true, probeMs: 412, note: 'software adapter' },
      '412 ms a step · software adapter',
    ],
    [{ available: false, probeMs: null, note: 'No WebGL 2 here.' }, 'No WebGL 2 here.'],
    [{ available: true, probeMs: null, note: null }, 'available, not measured'],
    [{ available: false, probeMs: null, note: null }, 'not available'],
  ])('%o', (candidate, text) => {
    expect(candidateText({ name: 'tfjs-webgl', ...candidate })).toBe(text);
  });
});
