import { describe, expect, it } from 'vitest';
import type { EngineReport } from '../../engine/engine';
import { candidateText, engineBadge, onHardware, reasonText, unmeasuredText } from './engineText';

function report(change: Partial<EngineReport>): EngineReport {
  return {
    name: 'fused',
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

describe('reasonText', () => {
  it('is the engine’s own where nobody asked for one', () => {
    expect(reasonText(report({ reason: 'The fastest here.' }), 'auto')).toBe('The fastest here.');
  });

  it('does not say settings where the address may have asked', () => {
    const forced = report({ reason: 'Chosen in the settings: TensorFlow.js on WebGL.' });
    expect(reasonText(forced, 'tfjs-webgl')).toBe('Asked for: TensorFlow.js on WebGL.');
  });
});

describe('unmeasuredText', () => {
  const considered = [
    { name: 'fused', available: true, probeMs: null, note: 'not measured' },
    { name: 'tfjs-webgl', available: false, probeMs: null, note: 'No WebGL 2 here.' },
  ] as const;

  it('says once why there is no time', () => {
    expect(unmeasuredText(report({ considered }), 'tfjs-webgpu')).toContain('asked for');
    expect(unmeasuredText(report({ considered }), 'auto')).toContain('wherever it opens');
    const webgl = report({ name: 'tfjs-webgl', considered, adapter: ADAPTER });
    expect(unmeasuredText(webgl, 'auto')).toContain('hardware');
  });

  it('is silent where everything that runs was measured', () => {
    const measured = considered.map((one) => (one.available ? { ...one, probeMs: 4 } : one));
    const wasm = report({ name: 'tfjs-wasm', considered: measured });
    expect(unmeasuredText(wasm, 'auto')).toBeNull();
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
    [{ available: true, probeMs: null, note: null }, null],
    [{ available: true, probeMs: null, note: 'not measured' }, null],
    [{ available: false, probeMs: null, note: null }, 'not available'],
  ])('%o', (candidate, text) => {
    expect(candidateText({ name: 'tfjs-webgl', ...candidate })).toBe(text);
  });
});
