// @ts-check
/**
 * Lets TensorFlow.js's WebAssembly threads survive minification. Its backend sends the text of its
 * module function to the threads (`factory.toString()`); the function reads `_scriptDir` of the scope
 * around it behind a `typeof`, which a minifier renames, and then every thread dies with
 * `ReferenceError`. Reading it as a property of the global object means the same and has no free name.
 */
const MODULE = /tfjs-backend-wasm-threaded-simd\.js$/;

/** @returns {import('vite').Plugin} for `plugins` and for `worker.plugins` */
export function tfjsThreads() {
  return {
    name: 'tfjs-threads',
    transform: {
      filter: { id: MODULE },
      handler(code) {
        const start = code.indexOf('function(WasmBackendModuleThreadedSimd)');
        if (start < 0) throw new Error('tfjs-backend-wasm has changed: its factory was not found');
        const factory = code.slice(start).replaceAll('_scriptDir', 'globalThis._scriptDir');
        return { code: code.slice(0, start) + factory, map: null };
      },
    },
  };
}
