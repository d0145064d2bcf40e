/** A headless Chromium with one page, which starts a worker for every arm; Vite serves the sources. */
import { join } from 'node:path';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumArguments, findBrowser } from '../../scripts/browser.mjs';
import { CROSS_ORIGIN_ISOLATION } from '../../scripts/headers.mjs';
import { Complaint } from '../../scripts/lib/complaint.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import type { BenchPage } from '../page/page';
import type { Platform } from './platform';

/** What the arms import, bundled before the first one asks: a find in mid-run would reload the page. */
const DEPENDENCIES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-wasm',
  '@jax-js/jax',
  'valibot',
];

/** The page's global, as `page.ts` leaves it; functions given to `evaluate` run there. */
interface Holder {
  readonly bench: BenchPage;
}

/** Chromium's flags; a step may take long, and must not be taken for a hung GPU. */
function flags(hardware: boolean): string[] {
  const all = [...chromiumArguments({ webgpu: true }), '--disable-gpu-watchdog'];
  if (!hardware) return all;
  const own = all.filter((flag) => !flag.startsWith('--use-webgpu-adapter'));
  return process.platform === 'linux'
    ? [...own, '--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface']
    : own;
}

export async function openBrowser({ hardware }: { hardware: boolean }): Promise<Platform> {
  const executablePath = await findBrowser();
  if (executablePath === null) {
    throw new Complaint(
      'There is no Chromium, Chrome or Edge to measure in: install one, or set CHROMIUM to its path.',
    );
  }
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(ROOT, 'node_modules/.vite/bench'),
    resolve: { dedupe: ['@tensorflow/tfjs-core'] },
    optimizeDeps: { include: DEPENDENCIES, entries: [] },
    worker: { format: 'es' },
    // A source saved in mid-run must not reload the page.
    server: { port: 0, headers: CROSS_ORIGIN_ISOLATION, hmr: false, watch: null },
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  const browser = await chromium.launch({ executablePath, args: flags(hardware) });
  const page = await browser.newPage();
  page.on('console', (message) => {
    // An icon nobody made is no error of an arm.
    if (message.type() === 'error' && !message.location().url.endsWith('.ico'))
      console.error(`  page: ${message.text()}`);
  });
  page.on('crash', () => console.error('  the page crashed'));
  await page.goto(`${address}bench/page/index.html`);
  await page.waitForFunction(() => 'bench' in globalThis);

  let opened = 0;
  return {
    versions: { Chromium: browser.version() },
    async open() {
      opened += 1;
      const id = opened;
      await page.evaluate((at) => (globalThis as unknown as Holder).bench.open(at), id);
      return {
        ask: (question) =>
          page.evaluate(([at, asked]) => (globalThis as unknown as Holder).bench.ask(at, asked), [
            id,
            question,
          ] as const),
        close: () => page.evaluate((at) => (globalThis as unknown as Holder).bench.close(at), id),
      };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
