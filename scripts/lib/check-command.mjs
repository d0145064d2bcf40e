// @ts-check
/** `npm run check`: every check, whatever the one before it said. */
import { CHECK_STAGES } from './check-stages.mjs';
import { ensureInstalled } from './install.mjs';
import { chooseStages, runStages, saySummary } from './stages.mjs';

/** @param {string} line */
const say = (line) => console.log(line);

/** @param {string[]} args */
export async function main(args) {
  const choice = chooseStages(args, CHECK_STAGES);
  if (choice.kind === 'help') {
    say(
      'npm run check: types, lint, layering, unused. `-- --only lint,layering` runs some of them.',
    );
    return 0;
  }
  if (choice.kind === 'mistake') {
    console.error(choice.sentence);
    return 1;
  }
  await ensureInstalled(say);
  const outcomes = await runStages(choice.stages);
  saySummary(outcomes);
  return outcomes.every(({ result }) => result.failure === null) ? 0 : 1;
}
