/**
 * One page, one trainer worker, one decode worker. TensorFlow.js is only ever imported by the trainer
 * worker, so the page's own bundle carries neither tfjs nor WebGPU code.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { CROSS_ORIGIN_ISOLATION } from './scripts/headers.mjs';

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  // A second copy of tfjs-core would register every kernel twice.
  resolve: { dedupe: ['@tensorflow/tfjs-core'] },
  build: { target: 'es2023', sourcemap: true, chunkSizeWarningLimit: 2500 },
  server: { port: 5173, headers: CROSS_ORIGIN_ISOLATION },
  preview: { port: 5173, headers: CROSS_ORIGIN_ISOLATION },
});
