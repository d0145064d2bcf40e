/**
 * Starts what TensorFlow.js computes with in an alignment worker: WebAssembly, or plain JavaScript
 * where that does not start. One thread a worker, for there are several workers, and the threads of
 * the WebAssembly backend gain nothing on networks this small.
 */

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { WASM_FILES } from '../engine/tfjs/wasm-files';
import type { AlignBackend } from './aligner';

const START_LIMIT_MS = 20_000;

async function startsInTime(backend: AlignBackend): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), START_LIMIT_MS);
  });
  const start = tf.setBackend(backend).catch(() => false);
  return await Promise.race([start, limit]).finally(() => clearTimeout(timer));
}

/** @param allowed for tests and measurements */
export async function startBackend(
  allowed: readonly AlignBackend[] = ['wasm', 'cpu'],
): Promise<AlignBackend> {
  tf.enableProdMode();
  if (allowed.includes('wasm') && typeof WebAssembly !== 'undefined') {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths(WASM_FILES);
    if (await startsInTime('wasm')) return 'wasm';
    // What starts after all must not become the backend behind the other's back.
    tf.removeBackend('wasm');
  }
  await import('@tensorflow/tfjs-backend-cpu');
  if (allowed.includes('cpu') && (await startsInTime('cpu'))) return 'cpu';
  throw new Error('The face finder does not start in this browser.');
}
