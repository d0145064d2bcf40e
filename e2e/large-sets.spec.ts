/** Sets that take a while: called off in the middle, and loaded whole beside a page that stays awake. */
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { PRESETS, withInputSize } from '../src/models/presets';
import type { ModelSpec } from '../src/models/spec';
import { writeTar } from './archives';
import { watchMemory } from './memory';
import {
  curvesOf,
  drop,
  HAS_LFW,
  LFW_TAR,
  sharedPage,
  someFaces,
  stateOf,
  waitReady,
  writeFolders,
} from './support';

test.describe.configure({ timeout: 240_000 });

const openPage = sharedPage('./?engine=tfjs-wasm');

/** An archive that takes seconds: all of LFW, else the same faces many times over. */
async function largeArchive(path: string): Promise<string> {
  if (HAS_LFW) return LFW_TAR;
  const faces = await someFaces(6, 4);
  const copies = Array.from({ length: 400 }, (_, copy) =>
    faces.map(({ person, file, bytes }) => ({ path: `faces/${person}/${copy}_${file}`, bytes })),
  );
  await writeTar(path, copies.flat());
  return path;
}

/** Drops the archive and calls it off when a part of its images is decoded; milliseconds until idle. */
async function callOff(page: Page, archive: string): Promise<number> {
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await drop(page, archive);
  await expect(panel.getByText(/^[1-9][\d,]* of [\d,]+ /)).toBeVisible();
  await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
  const pressed = performance.now();
  await expect.poll(async () => (await stateOf(page)).busy, { intervals: [50] }).toBe(null);
  return performance.now() - pressed;
}

test('cancel in the middle leaves the previous set, its curves and its training intact', async () => {
  const [page, info] = [openPage(), test.info()];
  const archive = await largeArchive(info.outputPath('large.tar'));
  const root = info.outputPath('before');
  await writeFolders(join(root, 'people'), await someFaces(6, 4));
  await drop(page, root);
  await expect.poll(async () => (await stateOf(page)).data?.label).toMatch(/before/);
  await waitReady(page);
  await page.evaluate(() => window.adacos.step(5));
  const [before, curves] = [await stateOf(page), await curvesOf(page)];
  expect(before).toMatchObject({ step: 5, data: { identities: 6, images: 24 } });

  const ms = await callOff(page, archive);
  info.annotations.push({ type: 'measured', description: `idle ${ms.toFixed(0)} ms after Cancel` });
  expect(ms).toBeLessThan(5_000);
  const after = await stateOf(page);
  for (const key of ['data', 'config', 'experiment', 'step', 'epoch', 'status', 'notices'] as const)
    expect(after[key], key).toEqual(before[key]);
  expect(await curvesOf(page)).toEqual(curves);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await expect(panel).toContainText('6 identities · 24 crops');
  await expect(panel.getByRole('progressbar')).toHaveCount(0);

  // It goes on from there, with the rows of before in front.
  await page.evaluate(() => window.adacos.step(2));
  for (const [arm, grown] of (await curvesOf(page)).arms.entries()) {
    expect(grown.step).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(grown.ownLoss.slice(0, 5)).toEqual(curves.arms[arm]!.ownLoss);
    expect(grown.ownLoss.every((loss) => loss !== null)).toBe(true);
  }

  // What trained when the archive was dropped trains on, from the same step.
  await page.evaluate(() => window.adacos.play());
  await callOff(page, archive);
  await expect.poll(async () => (await stateOf(page)).status).toBe('running');
  const { step } = await stateOf(page);
  expect(step).toBeGreaterThanOrEqual(7);
  await expect.poll(async () => (await stateOf(page)).step).toBeGreaterThan(step);
  await page.evaluate(() => window.adacos.pause());
  expect((await stateOf(page)).data).toEqual(before.data);
  const [arm] = (await curvesOf(page)).arms;
  expect(arm!.step).toEqual(Array.from(arm!.step, (_, row) => row + 1));
});

/** Reads 64×64 and is quick to build: this is about the faces. */
const MODEL: ModelSpec = {
  ...withInputSize(PRESETS.small, 64),
  stages: PRESETS.small.stages.slice(0, 2),
  pooling: 'average',
};

/** Tasks of the page's thread above 50 ms from now on, as the browser tells them. */
async function watchTasks(page: Page) {
  const tasks = await page.evaluateHandle(() => {
    const found: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) found.push(Math.round(duration));
    });
    observer.observe({ type: 'longtask' });
    return { found, observer };
  });
  return () =>
    tasks.evaluate(({ found, observer }) => {
      for (const { duration } of observer.takeRecords()) found.push(Math.round(duration));
      observer.disconnect();
      return found;
    });
}

/** Entries of the archive, and those of people who have two at least. */
const LFW_IMAGES = 13_233;
const MEGABYTE = 1e6;

test('all of LFW at 64×64 loads without the page stalling', async ({ browser }) => {
  const page = openPage();
  test.skip(!HAS_LFW, 'the real faces (../shared/faces/lfw-112.tar) are not here');
  test.setTimeout(420_000);
  await page.evaluate((model) => window.adacos.configure({ model }), MODEL);
  await waitReady(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const [memory, tasks] = [await watchMemory(browser), await watchTasks(page)];
  const dropped = performance.now();
  await drop(page, LFW_TAR);
  await expect
    .poll(async () => (await stateOf(page)).data?.label ?? '', { timeout: 300_000 })
    .toMatch(/lfw-112/);
  const loading = await tasks();
  await waitReady(page);
  const ready = (performance.now() - dropped) / 1000;
  const [resident, { data, experiment }] = [await memory.stop(), await stateOf(page)];
  // 1,680 people have two images or more; they have 9,164 of the 13,233 images between them.
  expect(data).toMatchObject({ cropSize: 64, identities: 1680, images: 9164 });
  expect(data).toMatchObject({ droppedIdentities: 4069, rejected: [] });
  expect(experiment?.classes).toBe(1680);

  const seconds = (data?.loadMs ?? 0) / 1000;
  const measured = [
    `LFW at 64×64 in ${seconds.toFixed(1)} s, ${Math.round(LFW_IMAGES / seconds)} images/s; ready to train after ${ready.toFixed(1)} s`,
    `tasks of the page above 50 ms: ${loading.length}, the longest ${Math.max(0, ...loading)} ms`,
  ];
  if (resident !== null) {
    const { idle, peak } = resident;
    const above = (part: 'renderers' | 'all') =>
      `${Math.round((peak[part] - idle[part]) / MEGABYTE)} MB above ${Math.round(idle[part] / MEGABYTE)} MB`;
    measured.push(
      `resident memory of the page and its workers: ${above('renderers')}`,
      `of all processes of the browser: ${above('all')}`,
    );
  }
  test.info().annotations.push({ type: 'measured', description: measured.join('; ') });
  // The goal is 50 ms, which two busy cores do not keep: the count above it is noted.
  // Times of the wall: a shared machine may take the core away during a few tasks, not during all.
  expect(loading.toSorted((a, b) => b - a)[4] ?? 0).toBeLessThan(200);
  expect(Math.max(0, ...loading)).toBeLessThan(2_000);
  if (resident !== null) {
    expect(resident.peak.renderers - resident.idle.renderers).toBeLessThan(600 * MEGABYTE);
  }
  await page.evaluate(() => window.adacos.step(1));
  expect((await stateOf(page)).step).toBe(1);
});
