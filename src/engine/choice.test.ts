import { describe, expect, it } from 'vitest';
import type { AdapterFacts } from './adapter';
import {
  firstToOpen,
  type HardwareGpu,
  hardwareGpus,
  hardwareReason,
  measuredReason,
  notMeasured,
  type OpenFailure,
  withFailures,
} from './choice';
import type { Capability } from './tfjs/capabilities';

const HARDWARE: AdapterFacts = {
  vendor: 'nvidia',
  architecture: 'hopper',
  description: '',
  software: false,
};
const RENDERER: AdapterFacts = {
  vendor: 'Google Inc. (NVIDIA)',
  architecture: '',
  description: 'ANGLE (NVIDIA)',
  software: false,
};
const SOFTWARE: AdapterFacts = { ...HARDWARE, vendor: 'google', software: true };

/** What a browser has, by what its two GPU interfaces draw with; `null` where one is missing. */
function browser(webgpu: AdapterFacts | null, webgl: AdapterFacts | null): readonly Capability[] {
  const missing = (adapter: AdapterFacts | null): string | null =>
    adapter === null ? 'it is not there' : null;
  return [
    { name: 'tfjs-webgpu', missing: missing(webgpu), adapter: webgpu },
    { name: 'tfjs-webgl', missing: missing(webgl), adapter: webgl },
    { name: 'tfjs-wasm', missing: null, adapter: null },
    { name: 'tfjs-cpu', missing: null, adapter: null },
  ];
}

const WEBGPU: HardwareGpu = { name: 'tfjs-webgpu', gpu: 'nvidia hopper' };
const WEBGL: HardwareGpu = { name: 'tfjs-webgl', gpu: 'Google Inc. (NVIDIA)' };
const FAILURE: OpenFailure = { ...WEBGPU, message: 'The GPU (nvidia) gave no device: busy.' };

describe('hardwareGpus', () => {
  it.each([
    ['both in hardware', HARDWARE, RENDERER, [WEBGPU, WEBGL]],
    ['WebGPU in software', SOFTWARE, RENDERER, [WEBGL]],
    ['no WebGPU', null, RENDERER, [WEBGL]],
    ['WebGL in software', HARDWARE, SOFTWARE, [WEBGPU]],
    ['both in software', SOFTWARE, SOFTWARE, []],
    ['neither', null, null, []],
  ] as const)('%s', (_, webgpu, webgl, expected) => {
    expect(hardwareGpus(browser(webgpu, webgl))).toEqual(expected);
  });

  it('names a GPU without vendor and architecture by its description', () => {
    const adapter = { vendor: '', architecture: '', description: 'A card', software: false };
    expect(hardwareGpus(browser(adapter, null))).toEqual([{ name: 'tfjs-webgpu', gpu: 'A card' }]);
  });
});

describe('firstToOpen', () => {
  it('takes the first and tries no other', async () => {
    const tried: string[] = [];
    const { opened, failures } = await firstToOpen([WEBGPU, WEBGL], async ({ name }) => {
      tried.push(name);
      return name;
    });
    expect([opened, failures, tried]).toEqual(['tfjs-webgpu', [], ['tfjs-webgpu']]);
  });

  it('takes WebGL in hardware where WebGPU fails, and tells it why', async () => {
    const told: (readonly OpenFailure[])[] = [];
    const { opened } = await firstToOpen([WEBGPU, WEBGL], async ({ name }, failures) => {
      told.push(failures);
      if (name === 'tfjs-webgpu') throw new Error(FAILURE.message);
      return name;
    });
    expect(opened).toBe('tfjs-webgl');
    expect(told).toEqual([[], [FAILURE]]);
  });

  it('gives every failure where none opens', async () => {
    const { opened, failures } = await firstToOpen([WEBGPU, WEBGL], ({ name }) =>
      Promise.reject(new Error(`${name} is out of memory`)),
    );
    expect(opened).toBeNull();
    expect(failures.map(({ message }) => message)).toEqual([
      'tfjs-webgpu is out of memory',
      'tfjs-webgl is out of memory',
    ]);
  });
});

describe('what the report says', () => {
  const candidates = notMeasured(browser(HARDWARE, null));

  it('keeps why a GPU did not open as the note of that engine, and leaves the others alone', () => {
    const after = withFailures(candidates, [FAILURE]);
    expect(after[0]).toEqual({
      name: 'tfjs-webgpu',
      available: false,
      probeMs: null,
      note: 'The GPU (nvidia) gave no device: busy.',
    });
    expect(after.slice(1)).toEqual(candidates.slice(1));
  });

  it('says that there is no hardware GPU only where there is none', () => {
    const best = { name: 'tfjs-wasm', probeMs: 12.6 } as const;
    expect(measuredReason(best, [])).toBe(
      'No hardware GPU here; tfjs-wasm was the fastest of those measured, at 13 ms for a test step.',
    );
    expect(measuredReason(best, [FAILURE])).toBe(
      'WebGPU on the hardware GPU (nvidia hopper) could not be opened: ' +
        'The GPU (nvidia) gave no device: busy. ' +
        'Without it, tfjs-wasm was the fastest of those measured, at 13 ms for a test step.',
    );
    expect(measuredReason(null, [FAILURE])).toContain('could not be opened');
  });

  it('says why WebGL runs on a GPU that has WebGPU too', () => {
    expect(hardwareReason(WEBGPU, [])).toBe('WebGPU runs on a hardware GPU here: nvidia hopper.');
    expect(hardwareReason(WEBGL, [FAILURE])).toBe(
      'WebGPU on the hardware GPU (nvidia hopper) could not be opened: ' +
        'The GPU (nvidia) gave no device: busy. ' +
        'WebGL runs on a hardware GPU here: Google Inc. (NVIDIA).',
    );
  });
});
