/** npm run layering: imports point down, never sideways, never in a circle. */
import { checkLayering } from './lib/layering.mjs';
import { SOURCE } from './lib/paths.mjs';

const { files, imports, violations } = checkLayering(SOURCE);
for (const { file, sentence } of violations) console.error(`src/${file} ${sentence}`);
console.log(
  `${files} files, ${imports} imports, ${violations.length} against the order of the floors`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
