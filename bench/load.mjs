// @ts-check
/**
 * Runs the project's TypeScript in Node through Vite. The server stays open for as long as the process
 * lives: what is loaded goes on importing when it needs something.
 */
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { ROOT } from '../scripts/lib/paths.mjs';

/**
 * @param {URL} url of a TypeScript file
 * @returns {Promise<{ module: Record<string, unknown>, close: () => Promise<void> }>}
 */
export async function load(url) {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  const module = await server.ssrLoadModule(fileURLToPath(url));
  return { module, close: () => server.close() };
}
