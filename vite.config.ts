/**
 * One page, one trainer worker, decode workers and, where faces have to be found, alignment workers.
 * TensorFlow.js is only ever imported by workers, so the page's own bundle carries neither tfjs nor
 * WebGPU code. Vite bundles each worker by itself: what two of them import is in both bundles.
 */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { CROSS_ORIGIN_ISOLATION } from './scripts/headers.mjs';

/**
 * TensorFlow.js starts its WebAssembly threads from the source text of a function that refers to a
 * variable outside it, `_scriptDir`, behind a `typeof` that a minifier may rightly simplify away. As a
 * property of the global object it is `undefined` in a thread instead of a ReferenceError.
 */
function wasmThreads(): Plugin {
  return {
    name: 'wasm-threads',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('tfjs-backend-wasm-threaded-simd.js')) return null;
      return {
        code: code.replaceAll(/(?<!var )\b_scriptDir\b/g, 'globalThis._scriptDir'),
        map: null,
      };
    },
  };
}

/**
 * The face detector's library imports TensorFlow.js whole, with its backends; it gets the core, which
 * our own imports share with it. Only that library names these files.
 */
export const DETECTOR_TFJS = {
  find: /^@tensorflow\/tfjs(-backend-(webgl|wasm))?\/dist\/index\.js$/,
  replacement: '@tensorflow/tfjs-core',
};

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es', plugins: () => [wasmThreads()] },
  // A second copy of tfjs-core would register every kernel twice.
  resolve: { dedupe: ['@tensorflow/tfjs-core'], alias: [DETECTOR_TFJS] },
  build: { target: 'es2023', sourcemap: true, chunkSizeWarningLimit: 2500 },
  server: { port: 5173, headers: CROSS_ORIGIN_ISOLATION },
  preview: { port: 5173, headers: CROSS_ORIGIN_ISOLATION },
});
