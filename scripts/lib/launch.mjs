/**
 * How every command begins: the Node.js version is checked before anything newer than this file is
 * even parsed, and a failure the person can act on is one sentence, not a stack trace. Old syntax
 * only, for the same reason.
 */
import { nodeComplaint } from './node-version.mjs';

/**
 * @param {() => Promise<{ main: (args: string[]) => Promise<number> }>} load imports the command;
 *   its `main` answers the exit code
 */
export function launch(load) {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint !== null) {
    console.error(complaint);
    process.exitCode = 1;
    return;
  }
  load()
    .then((command) => command.main(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error) => {
      console.error(error instanceof Error && error.name === 'Complaint' ? error.message : error);
      process.exitCode = 1;
    });
}
