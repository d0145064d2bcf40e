// @ts-check
/**
 * Gives a Node process of the `dawn` tests what a page has: `navigator.gpu` and the GPU globals, from
 * Dawn (the package `webgpu`). Where the package is not installed, or has no build for this system,
 * there is no `navigator.gpu`, and the tests are skipped with names that say so.
 */
import { afterAll } from 'vitest';

/** @type {typeof import('webgpu') | null} */
const dawn = await import('webgpu').catch(() => null);

if (dawn !== null) {
  Object.assign(globalThis, dawn.globals);
  /** @type {GPU | undefined} */
  let gpu = dawn.create([]);
  // Node has a navigator of its own from version 21 on.
  if (globalThis.navigator === undefined) {
    const userAgent = `Node.js/${process.versions.node}`;
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent }, configurable: true });
  }
  Object.defineProperty(globalThis.navigator, 'gpu', { get: () => gpu, configurable: true });
  // Dawn keeps the process alive for as long as anybody holds what it made.
  afterAll(() => {
    gpu = undefined;
  });
}
