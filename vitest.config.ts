/**
 * Two kinds of test beside the source:
 *  - `*.test.ts(x)` runs in Node: pure functions, references, formats;
 *  - `*.browser.test.ts(x)` runs in a real Chromium with a WebGPU software adapter: engines, workers,
 *    decoding, components.
 */
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findBrowser } from './scripts/browser.mjs';
import { CROSS_ORIGIN_ISOLATION } from './scripts/headers.mjs';

const executablePath = await findBrowser();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,scripts}/**/*.test.{ts,tsx,mjs}'],
          exclude: ['**/*.browser.test.{ts,tsx}'],
          environment: 'node',
        },
      },
      {
        plugins: [react()],
        resolve: { dedupe: ['@tensorflow/tfjs-core'] },
        // Named here so that Vite bundles each once, before the first test: a dependency found while
        // tests run would be loaded twice.
        optimizeDeps: {
          include: [
            'react',
            'react-dom',
            'react-dom/client',
            'react/jsx-dev-runtime',
            'recharts',
            'zustand',
            'zustand/react/shallow',
            'zustand/vanilla',
            '@zip.js/zip.js',
            '@zip.js/zip.js/lib/zip-core-native.js',
            'modern-tar',
            'valibot',
            '@tensorflow/tfjs',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
          ],
        },
        server: { headers: CROSS_ORIGIN_ISOLATION, fs: { allow: ['..'] } },
        worker: { format: 'es' },
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}'],
          testTimeout: 60_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: {
                ...(executablePath === null ? {} : { executablePath }),
                args: chromiumArguments({ webgpu: true }),
              },
            }),
          },
        },
      },
    ],
  },
});
