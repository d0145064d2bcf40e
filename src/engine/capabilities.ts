/** Which engines could run here, and on what, found without starting any of them. */

import { type AdapterFacts, findAdapter, findRenderer } from './adapter';
import { ENGINE_NAMES, type EngineName } from './engine';

export interface Capability {
  readonly name: EngineName;
  /** Why it cannot run, to follow a colon; `null` where it can. */
  readonly missing: string | null;
  /** What it would draw or compute with; `null` for those without a GPU. */
  readonly adapter: AdapterFacts | null;
}

/** One entry per engine, in the order of `ENGINE_NAMES`. `gpu`: where WebGPU is asked for. */
export async function capabilities(gpu: GPU | null): Promise<readonly Capability[]> {
  return Promise.all(ENGINE_NAMES.map((name) => capability(name, gpu)));
}

async function capability(name: EngineName, gpu: GPU | null): Promise<Capability> {
  switch (name) {
    case 'fused':
    case 'tfjs-webgpu': {
      const found = await findAdapter(gpu);
      const why = gpu === null ? 'the browser has no WebGPU' : 'WebGPU offers no adapter';
      return { name, missing: found === null ? why : null, adapter: found?.facts ?? null };
    }
    case 'tfjs-webgl': {
      const adapter = findRenderer();
      return { name, missing: adapter === null ? 'there is no WebGL 2' : null, adapter };
    }
    case 'tfjs-wasm': {
      const missing = typeof WebAssembly === 'undefined' ? 'there is no WebAssembly' : null;
      return { name, missing, adapter: null };
    }
    case 'tfjs-cpu':
      return { name, missing: null, adapter: null };
  }
}
