// @ts-check
/** `npm start`: from a fresh checkout to a page in the browser, doing only what is still missing. */
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { parseServeArguments, SERVE_HELP } from './serve-options.mjs';

/** @param {string} line */
const say = (line) => console.log(line);

/** @param {string[]} args */
export async function main(args) {
  const request = parseServeArguments(args);
  if (request.kind === 'help') {
    say(`npm start: installs what is missing, builds, serves, opens the browser.\n\n${SERVE_HELP}`);
    return 0;
  }
  if (request.kind === 'mistake') {
    console.error(request.sentence);
    return 1;
  }
  await ensureInstalled(say);
  await ensureBuilt(say);
  // Only now are the server's own packages sure to be there.
  const { serve } = await import('./serve-command.mjs');
  return serve(request.options);
}
