/**
 * The face finder as it is built: under the page's content security policy, from files of this origin
 * only, and with one TensorFlow.js in its bundle.
 */
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import type { AlignReply, AlignRequest } from '../src/bridge/aligner';
import { openReady, watch } from './support';

const ASSETS = resolve('dist/assets');

async function builtAs(pattern: RegExp): Promise<readonly string[]> {
  return (await readdir(ASSETS)).filter((name) => pattern.test(name));
}

test('starts, loads its networks and answers, without asking anyone else', async ({ page }) => {
  const [script, ...others] = await builtAs(/^align\.worker-.*\.js$/);
  expect(others).toEqual([]);
  const { problems, requests } = watch(page);
  await openReady(page, './?engine=tfjs-cpu');
  const origin = new URL(page.url()).origin;
  const reply = await page.evaluate(async (name) => {
    const canvas = new OffscreenCanvas(320, 240);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = '#69c';
    context.fillRect(0, 0, 320, 240);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const rule = { kind: 'detect', template: '112x112', margin: 0, fallback: 'leave-out' } as const;
    const request: AlignRequest = {
      id: 1,
      tasks: [{ bytes, size: 112, rule, swapRedBlue: false }],
    };
    const worker = new Worker(`./assets/${name}`, { type: 'module' });
    return await new Promise<AlignReply>((settle, fail) => {
      worker.onmessage = ({ data }) => settle(data);
      worker.onerror = ({ message }) => fail(new Error(message));
      worker.postMessage(request);
    });
  }, script);
  const about = { width: 320, height: 240, format: 'jpeg' };
  expect(reply).toEqual({
    id: 1,
    answers: [
      {
        kind: 'done',
        result: { aligned: { kind: 'no-face', ...about, rgb: null }, backend: 'wasm' },
      },
    ],
  });
  const outside = requests.filter((url) => !/^(blob|data):/.test(url) && !url.startsWith(origin));
  expect(outside).toEqual([]);
  expect(problems).toEqual([]);
});

test('its bundle has one TensorFlow.js, and nothing that is not needed', async () => {
  const [script = ''] = await builtAs(/^align\.worker-.*\.js$/);
  const map = JSON.parse(await readFile(resolve(ASSETS, `${script}.map`), 'utf8'));
  const sources: readonly string[] = map.sources;
  // The engine of tfjs-core registers kernels globally: there must be one.
  expect(sources.filter((source) => /tfjs-core\/dist\/engine\.js$/.test(source))).toHaveLength(1);
  const packages = new Set(
    sources.map((source) => /node_modules\/(@tensorflow\/[^/]+)/.exec(source)?.[1]),
  );
  for (const needless of ['tfjs-layers', 'tfjs-data', 'tfjs-converter', 'tfjs-backend-webgl']) {
    expect(packages).not.toContain(`@tensorflow/${needless}`);
  }
  expect((await builtAs(/\.bin$/)).map((name) => name.replace(/-[^-]+\.bin$/, ''))).toEqual([
    'face_landmark_68_tiny_model',
    'tiny_face_detector_model',
  ]);
});
