// @ts-check
/** Where things are, so that every command works from any current folder. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const DIST = join(ROOT, 'dist');
export const SOURCE = join(ROOT, 'src');
export const REPORTS = join(ROOT, 'test-results');

/** A package's own command-line program, run with this Node.js: the same on every system. */
export const PROGRAMS = {
  biome: join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
  knip: join(ROOT, 'node_modules/knip/bin/knip.js'),
  playwright: join(ROOT, 'node_modules/playwright/cli.js'),
  playwrightTest: join(ROOT, 'node_modules/@playwright/test/cli.js'),
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  vite: join(ROOT, 'node_modules/vite/bin/vite.js'),
  vitest: join(ROOT, 'node_modules/vitest/vitest.mjs'),
};
