// @ts-check
/** Serves dist/ until Ctrl+C and says where. `npm start` puts install, build and browser around it. */
import { networkInterfaces } from 'node:os';
import { hasDisplay } from './display.mjs';
import { DIST } from './paths.mjs';
import { parseServeArguments, SERVE_HELP } from './serve-options.mjs';
import { createHandler, listen } from './server.mjs';

/** @param {string} line */
const say = (line) => console.log(line);

/** @param {string} host */
const isEveryAddress = (host) => host === '0.0.0.0' || host === '::';

/** @returns {string[]} the addresses by which other computers can reach this one */
function ownAddresses() {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
}

/** @param {string} url */
async function openBrowser(url) {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    // No browser to open is no failure: the address is on the screen.
    child.on('error', () => {});
  } catch {}
}

/** @returns {Promise<void>} resolves at Ctrl+C or when asked to end */
function untilStopped() {
  return new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.once(signal, () => resolve());
    }
  });
}

/**
 * @param {import('./serve-options.mjs').ServeOptions} options
 * @returns {Promise<number>} the exit code, when it has been stopped
 */
export async function serve(options) {
  const server = await listen(createHandler(DIST), options);
  const stopped = untilStopped();
  const { host } = options;
  const everywhere = host !== null && isEveryAddress(host);
  const name = host === null || everywhere ? 'localhost' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${server.port}`;
  if (options.port !== 0 && server.port !== options.port) {
    say(`Port ${options.port} is taken, so this is port ${server.port}.`);
  }
  say(`AdaCos Playground is at ${url}`);
  if (everywhere) {
    for (const address of ownAddresses()) say(`  and at http://${address}:${server.port}`);
  }
  if (host !== null) {
    say(
      '  Browsers give WebGPU and threads to https and localhost only: elsewhere it runs slower.',
    );
  }
  say('Ctrl+C stops it.');
  if (options.open && hasDisplay(process.env, process.platform)) await openBrowser(url);
  await stopped;
  await server.close();
  say('Stopped.');
  return 0;
}

/** @param {string[]} args */
export async function main(args) {
  const request = parseServeArguments(args);
  if (request.kind === 'help') {
    say(`npm run preview: serves the build in dist/ and opens no browser.\n\n${SERVE_HELP}`);
    return 0;
  }
  if (request.kind === 'mistake') {
    console.error(request.sentence);
    return 1;
  }
  return serve({ ...request.options, open: false });
}
