/**
 * What the end-to-end tests share: opening the page ready to train, reading it through
 * `window.adacos`, dropping real files as a mouse would, and small sets of real faces.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { AdacosConsole } from '../src/app/console';
import { renderFace } from '../src/data/synthetic/generate';
import { DEFAULT_SYNTHETIC } from '../src/data/synthetic/settings';
import { encodeExperiment } from '../src/state/url';
import type { ExperimentConfig } from '../src/training/config';
import { DEFAULT_EXPERIMENT } from '../src/training/defaults';

export const LFW_TAR = resolve('../shared/faces/lfw-112.tar');
export const HAS_LFW = existsSync(LFW_TAR);

/**
 * The built-in experiment with two layers of its network: on a software adapter a kernel takes half a
 * second to compile, and most tests are not about many.
 */
const SMALL: ExperimentConfig = {
  ...DEFAULT_EXPERIMENT,
  model: { ...DEFAULT_EXPERIMENT.model, stages: DEFAULT_EXPERIMENT.model.stages.slice(0, 2) },
  evaluateEvery: 0,
};

/** The address of the small experiment on `engine`. */
export async function smallOn(
  engine: ExperimentConfig['engine'],
  change: Partial<ExperimentConfig> = {},
): Promise<string> {
  return `./${await encodeExperiment({ ...SMALL, ...change, engine })}`;
}

/**
 * One page for all tests of a file, which run one after the other: opening one takes longer than most of
 * them. Each of them says itself what it starts from. `prepare` comes before the page is opened.
 */
export function sharedPage(
  address: string | Promise<string>,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): () => Page {
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    // A context of its own, which the accessibility checker opens pages in.
    const context = await browser.newContext();
    page = await context.newPage();
    await prepare(page);
    await openReady(page, await address);
  });
  test.afterAll(() => page.context().close());
  return () => page;
}

/** Opens the page and waits until an experiment is built. */
export async function openReady(page: Page, address = './'): Promise<void> {
  await page.goto(address);
  await waitReady(page);
}

export async function waitReady(page: Page, timeout = 120_000): Promise<void> {
  await page.waitForFunction(
    () => {
      const adacos = (window as { adacos?: AdacosConsole }).adacos;
      const state = adacos?.state();
      const ready = state !== undefined && state.busy === null && state.experiment !== null;
      // The console is there before the page is drawn.
      return ready && document.querySelector('main') !== null;
    },
    undefined,
    { timeout },
  );
}

export const stateOf = (page: Page) => page.evaluate(() => window.adacos.state());
export const curvesOf = (page: Page) => page.evaluate(() => window.adacos.curves());

/**
 * Drops files or folders from disk on the middle of the window through the browser's own drag and
 * drop, so that the page gets real directory entries.
 */
export async function drop(page: Page, ...paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  const place = { x: size.width / 2, y: size.height / 2, data };
  await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...place });
  await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...place });
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...place });
  await session.detach();
}

/** Drops a folder of a few people on a page that is ready, and waits until they are ready to train. */
export async function dropPeople(
  page: Page,
  root: string,
  people: number,
  images: number,
): Promise<void> {
  await writeFolders(join(root, 'people'), await someFaces(people, images));
  await drop(page, root);
  await expect
    .poll(async () => (await stateOf(page)).data?.identities, { timeout: 60_000 })
    .toBe(people);
  await waitReady(page);
}

/** Collects what must not happen: console errors, page errors and requests to anywhere else. */
export function watch(page: Page): { readonly problems: string[]; readonly requests: string[] } {
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  page.on('request', (request) => requests.push(request.url()));
  return { problems, requests };
}

interface Face {
  readonly person: string;
  readonly file: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

/**
 * Faces to drop: real ones where they are at hand, else generated ones as PPM images. Either way
 * `people` persons with `images` crops each.
 */
export async function someFaces(people: number, images: number): Promise<readonly Face[]> {
  if (HAS_LFW) return realFaces(people, images);
  const settings = {
    ...DEFAULT_SYNTHETIC,
    identities: people,
    imagesPerIdentity: images,
    cropSize: 64,
  };
  return Array.from({ length: people * images }, (_, index) => {
    const [person, image] = [Math.floor(index / images), index % images];
    const header = Buffer.from(`P6 ${settings.cropSize} ${settings.cropSize} 255\n`);
    const bytes = Buffer.concat([header, renderFace(settings, person, image)]);
    return { person: `person_${person}`, file: `person_${person}_000${image}.ppm`, bytes };
  });
}

/** The first `images` crops of the first `people` persons who have that many, in archive order. */
async function realFaces(people: number, images: number): Promise<readonly Face[]> {
  const handle = await open(LFW_TAR);
  try {
    const byPerson = new Map<string, Face[]>();
    const header = Buffer.alloc(BLOCK);
    for (let position = 0; ; ) {
      const { bytesRead } = await handle.read(header, 0, BLOCK, position);
      if (bytesRead < BLOCK || header[0] === 0) break;
      const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
      const size = Number.parseInt(header.toString('ascii', 124, 136), 8);
      const [, person, file] = name.split('/');
      if (person && file?.endsWith('.jpg')) {
        const faces = byPerson.get(person) ?? [];
        if (faces.length < images) {
          const bytes = Buffer.alloc(size);
          await handle.read(bytes, 0, size, position + BLOCK);
          faces.push({ person, file, bytes });
          byPerson.set(person, faces);
        }
      }
      const full = [...byPerson.values()].filter((faces) => faces.length === images);
      if (full.length === people) return full.flat();
      position += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    throw new Error(`the archive has fewer than ${people} people with ${images} images`);
  } finally {
    await handle.close();
  }
}

/** Writes the faces as one folder per person below `root`. */
export async function writeFolders(root: string, faces: readonly Face[]): Promise<void> {
  for (const { person, file, bytes } of faces) {
    const path = join(root, person, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

/** Waits until the page tells the outcome of a load in its own words. */
export async function expectNotice(page: Page, text: RegExp): Promise<void> {
  await expect
    .poll(
      async () => (await stateOf(page)).notices.map((n) => `${n.title} ${n.detail}`).join('\n'),
      {
        timeout: 60_000,
      },
    )
    .toMatch(text);
}
