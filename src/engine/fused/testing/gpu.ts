/**
 * For tests: the GPU of this world, Chromium's or Dawn's in Node. Where there is none, tests are skipped
 * under a name that says why.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { type FoundAdapter, findAdapter, globalGpu, openDevice } from '../../adapter';
import { Gpu } from '../gpu';

const found = await findAdapter(globalGpu());

/** Why nothing can run here, to follow a colon; `null` where it can. */
export const MISSING: string | null =
  found !== null
    ? null
    : globalGpu() === null
      ? 'there is no WebGPU (in Node: the package webgpu is not installed)'
      : 'WebGPU offers no adapter';

/** Whether the adapter stores halves of its own (`shader-f16`). */
export const NATIVE_HALVES: boolean = found?.adapter.features.has('shader-f16') ?? false;

/** The adapter as a person knows it: `google swiftshader (SwiftShader Device …)`. */
export const ADAPTER: string =
  found === null
    ? 'none'
    : `${found.facts.vendor} ${found.facts.architecture} (${found.facts.description})`;

/**
 * The adapter, asked for anew: each gives one device.
 * @throws Error where `MISSING` says why
 */
export async function testAdapter(): Promise<FoundAdapter> {
  const adapter = await findAdapter(globalGpu());
  if (adapter === null) throw new Error(MISSING ?? 'the adapter is gone');
  return adapter;
}

/** A suite that needs a GPU; skipped, and named so, where there is none. */
export function describeWithGpu(title: string, suite: () => void): void {
  const label = MISSING === null ? title : `${title}: ${MISSING}`;
  describe.skipIf(MISSING !== null)(label, suite);
}

/**
 * The same with one device for all tests of the suite; what they leave on it is compiled kernels. An
 * error nobody caught fails the suite.
 */
export function describeOnGpu(title: string, suite: (gpu: () => Gpu) => void): void {
  describeWithGpu(title, () => {
    let gpu: Gpu | null = null;
    let failure: Error | null = null;
    beforeAll(async () => {
      gpu = await openGpu((error) => {
        failure ??= error;
      });
    });
    afterAll(async () => {
      await gpu?.idle();
      gpu?.device.destroy();
      if (failure !== null) throw failure;
    });
    suite(() => gpu!);
  });
}

/** A device of its own; the test destroys it. */
export async function openGpu(onFailure: (error: Error) => void): Promise<Gpu> {
  const adapter = await testAdapter();
  return new Gpu(await openDevice(adapter, onFailure), adapter.facts);
}

/**
 * What candidates may be asked to suit, as far as this device can run it: hardware, and software with
 * and without lanes that show each other their loads. Kernels for one run on the other, only slower.
 */
export function suitedTo({ quads, facts }: Gpu): readonly Pick<Gpu, 'quads' | 'facts'>[] {
  const software = { ...facts, software: true };
  return [
    { quads: false, facts: software },
    ...(quads ? [{ quads, facts: software }] : []),
    { quads, facts: { ...facts, software: false } },
  ];
}
