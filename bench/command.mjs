// @ts-check
/** Loads the driver, which is TypeScript, and lets it drive. */
import { load } from './load.mjs';

/** @param {string[]} args @returns {Promise<number>} */
export async function main(args) {
  const { module, close } = await load(new URL('./driver.ts', import.meta.url));
  const { drive } = /** @type {typeof import('./driver')} */ (module);
  try {
    return await drive(args);
  } finally {
    await close();
  }
}
