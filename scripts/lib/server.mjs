// @ts-check
/**
 * The static server for dist/: only files that were there when it started, only GET and HEAD, always
 * the headers of `../headers.mjs`, and loopback only unless an address is named.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { PAGE_HEADERS } from '../headers.mjs';
import { Complaint } from './complaint.mjs';

/** How many ports after a taken one are tried before any free one will do. */
const NEIGHBOURS = 20;

/**
 * @param {string} folder
 * @returns {import('node:http').RequestListener}
 */
export function createHandler(folder) {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Complaint('There is no build to serve yet: run npm run build first.');
  }
  const files = sirv(folder, {
    etag: true,
    setHeaders: (response, path) => {
      // Vite puts a hash of the contents into the names below assets/, and only there.
      if (path.startsWith('/assets/')) {
        response.setHeader('Cache-Control', 'public,max-age=31536000,immutable');
      } else {
        response.setHeader('Cache-Control', 'no-cache');
      }
    },
  });
  return (request, response) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    // Nothing here is ever fetched in parts, and sirv takes a range's numbers as they come.
    delete request.headers.range;
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain;charset=utf-8' }).end('Not found\n');
    });
  };
}

/**
 * @param {import('node:http').RequestListener} handler
 * @param {{ address: string, port: number }} place
 * @returns {Promise<import('node:http').Server>}
 */
function bind(handler, { address, port }) {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** @param {unknown} error @returns {string} */
const codeOf = (error) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

/** @param {import('node:http').Server} server */
function portOf(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/**
 * Binds one port on IPv4's loopback and, where there is one, on IPv6's: a browser may take
 * `localhost` for either, and must not find somebody else's server on the other.
 *
 * @param {import('node:http').RequestListener} handler
 * @param {number} port
 * @param {string | null} host
 * @returns {Promise<import('node:http').Server[]>}
 */
async function bindAll(handler, port, host) {
  const first = await bind(handler, { address: host ?? '127.0.0.1', port });
  if (host !== null) return [first];
  try {
    return [first, await bind(handler, { address: '::1', port: portOf(first) })];
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error))) return [first];
    first.close();
    throw error;
  }
}

/**
 * @param {import('node:http').RequestListener} handler
 * @param {{ port: number, host: string | null, strictPort: boolean }} options
 * @returns {Promise<{ port: number, close: () => Promise<void> }>} the port it got
 */
export async function listen(handler, { port, host, strictPort }) {
  const neighbours = Array.from({ length: NEIGHBOURS }, (_, i) => port + 1 + i);
  const others = strictPort || port === 0 ? [] : [...neighbours.filter((p) => p <= 65_535), 0];
  for (const candidate of [port, ...others]) {
    try {
      const servers = await bindAll(handler, candidate, host);
      return {
        port: servers.map(portOf)[0] ?? candidate,
        close: async () => {
          for (const server of servers) server.closeAllConnections();
          await Promise.all(servers.map((s) => new Promise((done) => s.close(done))));
        },
      };
    } catch (error) {
      const code = codeOf(error);
      // EACCES: a port below 1024 without the right to it.
      if (code === 'EADDRINUSE' || code === 'EACCES') continue;
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EINVAL') {
        throw new Complaint(
          `This computer has no address "${host ?? 'localhost'}": leave the address out after --host to listen on all.`,
        );
      }
      throw error;
    }
  }
  throw new Complaint(`Port ${port} is taken: choose another with --port.`);
}
