import { describe, expect, it } from 'vitest';
import type { AdapterFacts } from './adapter';
import type { Capability } from './capabilities';
import {
  firstToOpen,
  type GpuCandidate,
  gpuReason,
  gpusToTry,
  measuredReason,
  notMeasured,
  type OpenFailure,
  withFailures,
} from './choice';

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
const SOFTWARE: AdapterFacts = {
  ...HARDWARE,
  vendor: 'google',
  architecture: 'swiftshader',
  software: true,
};

/** What a browser has, by what its two GPU interfaces draw with; `null` where one is missing. */
function browser(webgpu: AdapterFacts | null, webgl: AdapterFacts | null): readonly Capability[] {
  const missing = (adapter: AdapterFacts | null): string | null =>
    adapter === null ? 'it is not there' : null;
  return [
    { name: 'fused', missing: missing(webgpu), adapter: webgpu },
    { name: 'tfjs-webgpu', missing: missing(webgpu), adapter: webgpu },
    { name: 'tfjs-webgl', missing: missing(webgl), adapter: webgl },
    { name: 'tfjs-wasm', missing: null, adapter: null },
    { name: 'tfjs-cpu', missing: null, adapter: null },
  ];
}

const FUSED: GpuCandidate = { name: 'fused', gpu: 'nvidia hopper', software: false };
const IN_SOFTWARE: GpuCandidate = { name: 'fused', gpu: 'google swiftshader', software: true };
const WEBGPU: GpuCandidate = { ...FUSED, name: 'tfjs-webgpu' };
const WEBGL: GpuCandidate = { name: 'tfjs-webgl', gpu: 'Google Inc. (NVIDIA)', software: false };
const FAILURE: OpenFailure = { ...FUSED, message: 'The GPU (nvidia) gave no device: busy.' };

/** Names that are the code's own, and nobody's words. */
const INTERNAL = /fused|tfjs/;

describe('gpusToTry', () => {
  it.each([
    ['both in hardware', HARDWARE, RENDERER, [FUSED, WEBGPU, WEBGL]],
    ['WebGPU in software', SOFTWARE, RENDERER, [IN_SOFTWARE, WEBGL]],
    ['no WebGPU', null, RENDERER, [WEBGL]],
    ['WebGL in software', HARDWARE, SOFTWARE, [FUSED, WEBGPU]],
    ['both in software', SOFTWARE, SOFTWARE, [IN_SOFTWARE]],
    ['neither', null, null, []],
  ] as const)('%s', (_, webgpu, webgl, expected) => {
    expect(gpusToTry(browser(webgpu, webgl))).toEqual(expected);
  });

  it('names a GPU without vendor and architecture by its description', () => {
    const adapter = { vendor: '', architecture: '', description: 'A card', software: false };
    expect(gpusToTry(browser(adapter, null)).map(({ gpu }) => gpu)).toEqual(['A card', 'A card']);
  });
});

describe('firstToOpen', () => {
  it('takes the first and tries no other', async () => {
    const tried: string[] = [];
    const { opened, failures } = await firstToOpen([FUSED, WEBGPU, WEBGL], async ({ name }) => {
      tried.push(name);
      return name;
    });
    expect([opened, failures, tried]).toEqual(['fused', [], ['fused']]);
  });

  it('takes the next where the first fails, and tells it why', async () => {
    const seen: (readonly OpenFailure[])[] = [];
    const { opened } = await firstToOpen([FUSED, WEBGL], async ({ name }, failures) => {
      seen.push(failures);
      if (name === 'fused') throw new Error(FAILURE.message);
      return name;
    });
    expect(opened).toBe('tfjs-webgl');
    expect(seen).toEqual([[], [FAILURE]]);
  });

  it('gives every failure where none opens', async () => {
    const { opened, failures } = await firstToOpen([FUSED, WEBGL], ({ name }) =>
      Promise.reject(new Error(`${name} is out of memory`)),
    );
    expect(opened).toBeNull();
    expect(failures.map(({ message }) => message)).toEqual([
      'fused is out of memory',
      'tfjs-webgl is out of memory',
    ]);
  });
});

describe('what the report says', () => {
  const candidates = notMeasured(browser(HARDWARE, null));

  it('keeps why a GPU did not open as the note of that engine, and leaves the others alone', () => {
    const after = withFailures(candidates, [FAILURE]);
    expect(after[0]).toEqual({
      name: 'fused',
      available: false,
      probeMs: null,
      note: 'The GPU (nvidia) gave no device: busy.',
    });
    expect(after.slice(1)).toEqual(candidates.slice(1));
  });

  it('names the GPU in hardware, and a software adapter as what it is', () => {
    expect(gpuReason(FUSED, [])).toBe('WebGPU runs on a hardware GPU here: nvidia hopper.');
    expect(gpuReason(IN_SOFTWARE, [])).toBe(
      'WebGPU runs here on a software adapter (google swiftshader): the CPU does the work of a GPU. ' +
        'WebAssembly may be tried in the settings.',
    );
  });

  it('says why WebGL runs on a GPU that has WebGPU too', () => {
    expect(gpuReason(WEBGL, [FAILURE])).toBe(
      'WebGPU on the hardware GPU (nvidia hopper) could not be opened: ' +
        'The GPU (nvidia) gave no device: busy. ' +
        'TensorFlow.js on WebGL runs on a hardware GPU here: Google Inc. (NVIDIA).',
    );
  });

  it('says once what kept two engines from the same GPU', () => {
    const both = [FAILURE, { ...FAILURE, name: 'tfjs-webgpu' } as const];
    expect(gpuReason(WEBGL, both)).toBe(gpuReason(WEBGL, [FAILURE]));
    const other = { ...WEBGPU, message: 'It failed to start.' };
    expect(gpuReason(WEBGL, [FAILURE, other])).toContain(
      'TensorFlow.js on WebGPU on the hardware GPU (nvidia hopper) could not be opened: It failed',
    );
  });

  it('says that there is no GPU only where there is none', () => {
    const best = { name: 'tfjs-wasm', probeMs: 12.6 } as const;
    expect(measuredReason(best, [])).toBe(
      'No WebGPU and no hardware GPU here; TensorFlow.js on WebAssembly was the fastest of those ' +
        'measured, at 13 ms for a test step.',
    );
    expect(measuredReason(best, [FAILURE])).toBe(
      'WebGPU on the hardware GPU (nvidia hopper) could not be opened: ' +
        'The GPU (nvidia) gave no device: busy. ' +
        'Without it, TensorFlow.js on WebAssembly was the fastest of those measured, at 13 ms for a test step.',
    );
    expect(measuredReason(null, [{ ...FAILURE, ...IN_SOFTWARE }])).toContain(
      'WebGPU on the software adapter (google swiftshader) could not be opened',
    );
  });

  it('never uses a name that is the code’s own', () => {
    const sentences = [FUSED, IN_SOFTWARE, WEBGPU, WEBGL].flatMap((gpu) => [
      gpuReason(gpu, [FAILURE, { ...WEBGPU, message: 'Broken.' }]),
      measuredReason({ name: gpu.name, probeMs: 3 }, [FAILURE]),
    ]);
    for (const sentence of sentences) expect(sentence).not.toMatch(INTERNAL);
  });
});
