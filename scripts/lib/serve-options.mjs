// @ts-check
/** The command line of `npm start` and `npm run preview`, read into plain data. */

/**
 * @typedef {object} ServeOptions
 * @property {number} port
 * @property {boolean} strictPort give up when the port is taken, rather than take another
 * @property {string | null} host null is loopback only
 * @property {boolean} open
 *
 * @typedef {{ kind: 'serve', options: ServeOptions } | { kind: 'help' }
 *   | { kind: 'mistake', sentence: string }} ServeRequest
 */

export const SERVE_HELP = `Options (after \`--\` when npm runs the command):
  --port N          the port to serve on, 5173 unless told; another free one if it is taken
  --strict-port     stop when the port is taken
  --host [address]  let other computers in, on this address or on all
  --no-open         do not open a browser
  --help            show this`;

const EVERY_ADDRESS = '0.0.0.0';

/** @param {string} text @returns {number | null} */
function parsePort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port >= 0 && port <= 65_535 ? port : null;
}

/**
 * @param {readonly string[]} args
 * @returns {ServeRequest}
 */
export function parseServeArguments(args) {
  /** @type {ServeOptions} */
  const options = { port: 5173, strictPort: false, host: null, open: true };
  // `--port=1` and `--port 1` are the same; an address may also follow `--host`.
  const words = args.flatMap((arg) => {
    const [, name, value] = /^(--[a-z-]+)=(.*)$/.exec(arg) ?? [];
    return name === undefined || value === undefined ? [arg] : [name, value];
  });
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const next = words[i + 1];
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word === '--no-open') options.open = false;
    else if (word === '--strict-port') options.strictPort = true;
    else if (word === '--host') {
      const named = next !== undefined && !next.startsWith('-') && next !== '';
      options.host = named ? next : EVERY_ADDRESS;
      if (named) i++;
    } else if (word === '--port') {
      const port = parsePort(next ?? '');
      if (port === null) {
        return {
          kind: 'mistake',
          sentence: `--port takes a number from 0 to 65535, not "${next ?? ''}": try --port 8080.`,
        };
      }
      options.port = port;
      i++;
    } else {
      return {
        kind: 'mistake',
        sentence: `There is no option "${word}": --help lists the ones there are.`,
      };
    }
  }
  return { kind: 'serve', options };
}
