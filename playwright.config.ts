/**
 * End-to-end tests on the built page, served with the real headers, in a real Chromium: once with a
 * WebGPU software adapter and, for `*.no-webgpu.spec.ts`, once without WebGPU.
 */
import { defineConfig } from '@playwright/test';
import { chromiumArguments, findBrowser } from './scripts/browser.mjs';

const executablePath = await findBrowser();
const port = process.env.E2E_PORT ?? '4173';

const launchOptions = ({ webgpu }: { webgpu: boolean }) => ({
  ...(executablePath === null ? {} : { executablePath }),
  args: chromiumArguments({ webgpu }),
});

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // Two at a time, whatever the machine: most of a page's life is one thread's work, and where kernels
  // compile on every core there is, two pages wait no longer together than one after the other.
  workers: 2,
  retries: 0,
  timeout: 120_000,
  // A page that never gets ready ends with a report, and before the command that runs this gives up.
  globalTimeout: 25 * 60_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { baseURL: `http://localhost:${port}`, trace: 'retain-on-failure' },
  projects: [
    {
      name: 'webgpu',
      testIgnore: '**/*.no-webgpu.spec.ts',
      use: { launchOptions: launchOptions({ webgpu: true }) },
    },
    {
      name: 'no-webgpu',
      testMatch: '**/*.no-webgpu.spec.ts',
      use: { launchOptions: launchOptions({ webgpu: false }) },
    },
  ],
  webServer: {
    command: `node scripts/serve.mjs --port ${port} --strict-port`,
    url: `http://localhost:${port}`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
