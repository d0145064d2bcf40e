/**
 * Three kinds of test beside the source:
 *  - `*.test.ts(x)` runs in Node: pure functions, references, formats;
 *  - `*.browser.test.ts(x)` runs in a real Chromium with a WebGPU software adapter: engines, workers,
 *    decoding, components;
 *  - `*.gpu.test.ts` runs in both: in that Chromium, and in Node on Dawn, which is the same WebGPU
 *    without a browser around it.
 */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { vulkanEnvironment } from './bench/hosts/vulkan.ts';
import { chromiumArguments, findBrowser } from './scripts/browser.mjs';
import { CROSS_ORIGIN_ISOLATION } from './scripts/headers.mjs';
import { ROOT } from './scripts/lib/paths.mjs';
import { picturesByPillow } from './src/data/formats/pillow.testing.ts';
import { DETECTOR_TFJS } from './vite.config.ts';

const executablePath = await findBrowser();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,scripts,bench}/**/*.test.{ts,tsx,mjs}'],
          exclude: ['**/*.browser.test.{ts,tsx}', '**/*.gpu.test.ts'],
          environment: 'node',
          // Half of the time went into loading the same modules for each of two hundred files; what a test
          // changes in them it puts back.
          isolate: false,
          // Some start a program, or read a gigabyte: on a busy machine seconds are soon over.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'dawn',
          include: ['src/**/*.gpu.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A process of its own for each file, one at a time: shaders take all the cores there are.
          pool: 'forks',
          fileParallelism: false,
          setupFiles: ['./scripts/lib/dawn-setup.mjs'],
          // The loader of shared libraries looks at these when a process starts.
          env: vulkanEnvironment({
            platform: process.platform,
            env: process.env,
            browser: executablePath,
            scratch: join(ROOT, 'node_modules/.cache/vulkan'),
          }),
        },
      },
      {
        plugins: [react()],
        resolve: { dedupe: ['@tensorflow/tfjs-core'], alias: [DETECTOR_TFJS] },
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
            'idb',
            '@zip.js/zip.js',
            'modern-tar',
            'valibot',
            'papaparse',
            'fast-check',
            'hyparquet',
            'hyparquet-compressors',
            '@tanstack/react-virtual',
            '@tensorflow/tfjs',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops',
            '@vladmandic/face-api/dist/face-api.esm-nobundle.js',
          ],
        },
        server: { headers: CROSS_ORIGIN_ISOLATION, fs: { allow: ['..'] } },
        worker: { format: 'es' },
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}', 'src/**/*.gpu.test.ts'],
          // A test that takes seconds alone may take many beside another browser.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // `expect.element` waits as long as the test may; `expect.poll` would give up after a second.
          expect: { poll: { timeout: 30_000 } },
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { picturesByPillow },
            // Two browsers at once, of about the same work: in each a single thread at a time does most of it.
            instances: [
              {
                browser: 'chromium',
                name: 'browser: tfjs',
                include: ['src/engine/tfjs/**/*.browser.test.ts'],
              },
              {
                browser: 'chromium',
                name: 'browser: others',
                exclude: ['src/engine/tfjs/**'],
              },
            ],
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
