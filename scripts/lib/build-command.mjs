// @ts-check
/** `npm run build`: always builds. */
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';

export async function main() {
  /** @param {string} line */
  const say = (line) => console.log(line);
  await ensureInstalled(say);
  await build(say);
  return 0;
}
