/**
 * The face finder as it is built: under the page's content security policy, from files of this origin
 * only, and with one TensorFlow.js in its bundle.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import type { AlignReply, AlignRequest } from '../src/bridge/aligner';
import { drop, openReady, someFaces, stateOf, waitReady, watch, writeFolders } from './support';

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

const PEOPLE = 4;
const IMAGES = 3;
/** VGGFace2's way of writing them. */
const HEADER = 'NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y';

test('faces are cut by the points of a list, and one that it lacks by hand', async ({
  page,
}, info) => {
  const root = info.outputPath('listed');
  const faces = await someFaces(PEOPLE, IMAGES);
  await writeFolders(join(root, 'people'), faces);
  const [first, ...others] = faces;
  const rows = others.map(({ person, file }) => {
    return `"${person}/${file.replace(/\.[^.]+$/, '')}",22,29,42,29,32,41,24,53,40,53`;
  });
  await writeFile(join(root, 'loose_landmark_train.csv'), [HEADER, ...rows, ''].join('\n'));
  await openReady(page, './?engine=tfjs-wasm');
  await drop(page, root);
  await expect
    .poll(async () => (await stateOf(page)).data?.identities, { timeout: 60_000 })
    .toBe(PEOPLE);
  await waitReady(page);

  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await panel.getByText('How files are read').click();
  await panel.getByRole('button', { name: /Choose a part/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Cropping and colours').click();
  await dialog.getByRole('combobox', { name: 'Crop' }).selectOption('points-112');
  await expect(dialog).toContainText('five points for 11 of 12 images');
  await dialog.getByRole('button', { name: 'Load these' }).click();
  await expect(panel).toContainText('Points listed for 11 of 12 images; 1 in no list is left out.');
  await waitReady(page);
  expect((await stateOf(page)).data?.images).toBe(PEOPLE * IMAGES - 1);

  await panel.getByRole('button', { name: 'look and correct' }).click();
  await page.getByRole('button', { name: `Open listed/people/${first!.person}/` }).click();
  const nose = page.getByRole('button', { name: /^nose/ });
  await nose.focus();
  const before = await nose.getAttribute('aria-label');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(nose).not.toHaveAttribute('aria-label', before!);
  await page.getByRole('button', { name: 'Use these points' }).click();
  await page.getByRole('button', { name: 'Apply and restart' }).click();
  await expect(panel).toContainText('Points listed for 11 of 12 images; 1 crop was corrected');
  await waitReady(page);
  expect((await stateOf(page)).data?.images).toBe(PEOPLE * IMAGES);

  // What was corrected stays so at another crop size.
  await page.evaluate(() =>
    window.adacos.configure({
      data: { ...window.adacos.state().config.data, cropSize: 40 } as never,
    }),
  );
  await waitReady(page);
  expect((await stateOf(page)).data).toMatchObject({ cropSize: 40, images: PEOPLE * IMAGES });
  await expect(panel).toContainText('1 crop was corrected by hand');
});
