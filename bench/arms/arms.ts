/** From an arm's name to something that takes steps. Each is loaded only where it is asked for. */
import type { ScriptArm } from '../names';
import type { Workload } from '../workloads';
import type { ArmRunner } from './runner';

/** @throws Error with the reason where the arm cannot run here */
export async function openArm(name: ScriptArm, work: Workload): Promise<ArmRunner> {
  switch (name) {
    case 'fused': {
      const { openFused } = await import('./fused');
      return openFused(work);
    }
    case 'fused-one': {
      const { openFusedOne } = await import('./fused');
      return openFusedOne(work);
    }
    case 'fused-products': {
      const { openFusedProducts } = await import('./fused');
      return openFusedProducts(work);
    }
    case 'tfjs-webgpu': {
      const { openStock } = await import('./tfjs-stock');
      return openStock(work);
    }
    case 'tfjs-webgpu-tuned': {
      const { openProduct } = await import('./tfjs-product');
      return openProduct('tfjs-webgpu', work);
    }
    case 'tfjs-webgl':
    case 'tfjs-wasm': {
      const { openProduct } = await import('./tfjs-product');
      return openProduct(name, work);
    }
    case 'jax-js-webgpu': {
      const { openJax } = await import('./jax');
      return openJax(work);
    }
  }
}
