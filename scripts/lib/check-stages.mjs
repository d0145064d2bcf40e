// @ts-check
/** The four checks that run nothing of the product: types, lint, layering, unused code. */
import { join } from 'node:path';
import { PROGRAMS, ROOT } from './paths.mjs';
import { reasonFor, runNode, succeeded } from './run.mjs';

const LIMIT_MS = 5 * 60_000;

/**
 * @param {string} name
 * @param {string} title
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {import('./stages.mjs').Stage}
 */
function checkStage(name, title, script, args) {
  return {
    name,
    title,
    run: async () => {
      const outcome = await runNode(script, args, { limitMs: LIMIT_MS });
      return { failure: succeeded(outcome) ? null : reasonFor(outcome), counts: null };
    },
  };
}

export const CHECK_STAGES = [
  checkStage('types', 'types', PROGRAMS.tsc, ['-p', '.']),
  checkStage('lint', 'lint', PROGRAMS.biome, ['check', '--diagnostic-level=error', '.']),
  checkStage('layering', 'layering', join(ROOT, 'scripts', 'layering.mjs'), []),
  checkStage('unused', 'unused code', PROGRAMS.knip, []),
];
