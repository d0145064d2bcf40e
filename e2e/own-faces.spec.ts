/** Own faces, dropped on the page as folders and archives, whole and broken. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeTar, writeTarGz, writeZip } from './archives';
import {
  curvesOf,
  drop,
  expectNotice,
  sharedPage,
  someFaces,
  stateOf,
  waitReady,
  writeFolders,
} from './support';

test.describe.configure({ timeout: 240_000 });

const PEOPLE = 6;
const IMAGES = 4;

async function entries() {
  const faces = await someFaces(PEOPLE, IMAGES);
  return faces.map(({ person, file, bytes }) => ({ path: `faces/${person}/${file}`, bytes }));
}

const openPage = sharedPage('./?engine=tfjs-wasm');

/** The page holds the six people out of what is named so, and two arms train on them. */
async function expectSixPeople(page: Page, label: RegExp): Promise<void> {
  await expect
    .poll(async () => (await stateOf(page)).data?.label, { timeout: 60_000 })
    .toMatch(label);
  await waitReady(page);
  expect((await stateOf(page)).data?.identities).toBe(PEOPLE);
  const state = await stateOf(page);
  expect(state.data?.images).toBe(PEOPLE * IMAGES);
  expect(state.config.data.kind).toBe('files');
  await page.evaluate(() => window.adacos.step(2));
  const { arms } = await curvesOf(page);
  for (const arm of arms) expect(arm.step).toEqual([1, 2]);
}

test('a folder of folders', async () => {
  const [page, info] = [openPage(), test.info()];
  const root = info.outputPath('dropped');
  await writeFolders(join(root, 'people'), await someFaces(PEOPLE, IMAGES));
  await mkdir(join(root, '__MACOSX'), { recursive: true });
  await writeFile(join(root, '.DS_Store'), 'junk');
  await drop(page, root);
  await expectSixPeople(page, /dropped/);
  expect((await stateOf(page)).data?.rejected).toEqual([]);
  expect(page.url()).toContain('localhost');
});

test('a zip, dropped and given through the file input', async () => {
  const [page, info] = [openPage(), test.info()];
  const [path, other] = [info.outputPath('faces.zip'), info.outputPath('chosen.zip')];
  await writeZip(path, await entries());
  await copyFile(path, other);
  await drop(page, path);
  await expectSixPeople(page, /faces\.zip/);
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(other);
  await expectSixPeople(page, /chosen\.zip/);
});

test('a tar and a compressed tar', async () => {
  const [page, info] = [openPage(), test.info()];
  const [tar, gz] = [info.outputPath('faces.tar'), info.outputPath('faces.tar.gz')];
  await writeTar(tar, await entries());
  await writeTarGz(gz, await entries());
  await drop(page, tar);
  await expectSixPeople(page, /faces\.tar$/);
  await page.evaluate(() =>
    window.adacos.configure({
      data: {
        ...window.adacos.state().config.data,
        kind: 'files',
        cropSize: 32,
        minImagesPerIdentity: 3,
      },
    }),
  );
  await drop(page, gz);
  await expectSixPeople(page, /faces\.tar\.gz/);
});

test('unreadable files are listed with their reasons and the rest loads', async () => {
  const [page, info] = [openPage(), test.info()];
  const root = info.outputPath('damaged');
  const faces = await someFaces(PEOPLE, IMAGES);
  await writeFolders(root, faces);
  const person = faces[0]!.person;
  await writeFile(join(root, person, 'notes.jpg'), 'this is a text file\n');
  await writeFile(join(root, person, 'broken.img'), faces[0]!.bytes.slice(0, 400));
  await writeFile(join(root, person, 'empty.png'), '');
  await drop(page, root);
  await expectSixPeople(page, /damaged/);
  const rejected = (await stateOf(page)).data?.rejected ?? [];
  const reasonOf = (name: string) => rejected.find((file) => file.name.endsWith(name))?.reason;
  expect(rejected).toHaveLength(3);
  expect(reasonOf('notes.jpg')).toMatch(/text|not an image/i);
  expect(reasonOf('broken.img')).toBeTruthy();
  expect(reasonOf('empty.png')).toMatch(/empty/i);
  await expect(page.getByText(/3 .*rejected|3 files could not be read/i).first()).toBeVisible();
});

test('an empty folder, a text file and a truncated archive lose nothing', async () => {
  const [page, info] = [openPage(), test.info()];
  await page.evaluate(() => window.adacos.reset());
  await page.evaluate(() => window.adacos.step(2));
  const before = await stateOf(page);

  const expectUntouched = async () => {
    await expect.poll(async () => (await stateOf(page)).busy, { timeout: 60_000 }).toBe(null);
    const after = await stateOf(page);
    expect(after.data?.images).toBe(before.data?.images);
    expect(after.experiment?.classes).toBe(before.experiment?.classes);
  };

  const empty = info.outputPath('empty');
  await mkdir(empty, { recursive: true });
  await drop(page, empty);
  await expectNotice(page, /there is no file/i);
  await expectUntouched();

  const text = info.outputPath('faces.jpg');
  await writeFile(text, 'not a picture at all');
  await drop(page, text);
  await expectNotice(page, /faces\.jpg/);
  await expectUntouched();

  // Steps already trained are still there, and training goes on from them.
  await waitReady(page);
  await page.evaluate(() => window.adacos.step(1));
  expect((await stateOf(page)).step).toBe(before.step + 1);

  // Cut in the middle of the 14th image of 24: the 13 before it are whole.
  const whole = info.outputPath('whole.tar');
  await writeTar(whole, await entries());
  const bytes = await readFile(whole);
  const cut = info.outputPath('cut.tar');
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.55)));
  await drop(page, cut);
  await expect
    .poll(async () => (await stateOf(page)).data?.label ?? '', { timeout: 60_000 })
    .toMatch(/cut\.tar/);
  const { data } = await stateOf(page);
  expect(data!.images).toBeGreaterThan(8);
  expect(data!.images).toBeLessThan(PEOPLE * IMAGES);
  expect(data!.rejected.some(({ reason }) => /truncated|cut|ends/i.test(reason))).toBe(true);
});

test('too few images per person is a choice, not an end', async () => {
  const [page, info] = [openPage(), test.info()];
  const faces = await someFaces(PEOPLE, 1);
  const root = info.outputPath('singles');
  await writeFolders(root, faces);
  const before = await stateOf(page);
  await drop(page, root);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible({ timeout: 30_000 });
  await expect(dialog).toContainText(/image/i);
  expect((await stateOf(page)).data).toEqual(before.data);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
