/** Looking into one's own faces and correcting them; names that are made to do harm are only names. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeTar } from './archives';
import { drop, sharedPage, someFaces, stateOf, waitReady, writeFolders } from './support';

test.describe.configure({ timeout: 120_000 });

const openPage = sharedPage('./?engine=tfjs-wasm');

const dataPanel = (page: Page) => page.getByRole('region', { name: 'Data', exact: true });

async function openInspector(page: Page) {
  await dataPanel(page).getByRole('button', { name: 'inspect', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Faces: / });
  await expect(dialog.getByRole('tab', { name: 'People' })).toBeVisible();
  return dialog;
}

test('two people are merged, a copy goes, one correction is undone, the rest is applied', async () => {
  const [page, info] = [openPage(), test.info()];
  const faces = await someFaces(6, 4);
  const names = [...new Set(faces.map(({ person }) => person))].sort();
  const [first, second, third] = [names[0]!, names[1]!, names[2]!];
  const root = info.outputPath('corrected');
  await writeFolders(root, faces);
  const { file } = faces.find(({ person }) => person === third)!;
  await copyFile(join(root, third, file), join(root, third, `copy_${file}`));
  await drop(page, root);
  await expect.poll(async () => (await stateOf(page)).data?.images).toBe(25);
  await waitReady(page);
  await page.evaluate(() => window.adacos.step(1));

  const dialog = await openInspector(page);
  const newest = dialog.getByRole('status').filter({ hasText: /correction|Merged|Excluded/ });
  const pick = (name: string) => dialog.getByRole('checkbox', { name, exact: true }).check();
  await pick(first);
  await pick(second);
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await dialog.getByRole('combobox', { name: 'Merge into' }).fill('Both of them');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('5 of 5 identities')).toBeVisible();
  await dialog.getByRole('tab', { name: 'Duplicates' }).click();
  await expect(dialog.getByText(/^1 group of images that repeat/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep one of each group' }).click();
  await dialog.getByRole('tab', { name: 'People' }).click();
  await pick(third);
  await dialog.getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(newest).toContainText('3 corrections');
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(newest).toContainText('2 corrections');
  // Nothing reaches training before Apply.
  expect(await stateOf(page)).toMatchObject({ step: 1, data: { images: 25, identities: 6 } });

  await dialog.getByRole('button', { name: 'Apply and restart' }).click();
  await expect(dialog).toBeHidden();
  await waitReady(page);
  expect(await stateOf(page)).toMatchObject({ step: 0, data: { images: 24, identities: 5 } });
  expect((await stateOf(page)).experiment?.classes).toBe(5);
  await expect(dataPanel(page)).toContainText('5 identities · 24 crops');
  await page.evaluate(() => window.adacos.step(1));
  expect((await stateOf(page)).step).toBe(1);

  // Opened again, the corrections are there to be undone.
  const again = await openInspector(page);
  await expect(again.getByText('5 of 5 identities')).toBeVisible();
  await expect(again.getByRole('button', { name: 'Undo', exact: true })).toBeEnabled();
  await page.keyboard.press('Escape');
});

const MARKUP = '<img src=x onerror="window.harmed = true">';
const TURNED = 'gnp.\u202Egpj.exe';
const LONG = 'Anna'.repeat(1024);

test('names with markup, reversed text or 4 kB are shown as they are, at 360 pixels too', async () => {
  const [page, info] = [openPage(), test.info()];
  const crops = (await someFaces(1, 4)).map(({ bytes }) => bytes);
  const people = [MARKUP, TURNED, LONG, 'Bo'];
  const path = info.outputPath('names.tar');
  await writeTar(path, [
    ...people.flatMap((person) =>
      crops.map((bytes, image) => ({ path: `set/${person}/${MARKUP}${image}.jpg`, bytes })),
    ),
    ...people.map((person) => ({
      path: `set/Bo/${person}.png`,
      bytes: Buffer.from('this is a text file'),
    })),
  ]);
  await drop(page, path);
  await expect.poll(async () => (await stateOf(page)).data?.label).toMatch(/names/);
  await waitReady(page);
  expect(await stateOf(page)).toMatchObject({ data: { identities: 4, images: 16 } });
  expect((await stateOf(page)).data?.rejected).toHaveLength(4);

  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 360, height: 740 });
  /** No script ran, no element came of a name, and nothing is wider than the window. */
  const expectInert = async (where: string) => {
    const found = await page.evaluate(() => ({
      harmed: 'harmed' in window,
      images: document.querySelectorAll('img[src="x"]').length,
      wide: document.documentElement.scrollWidth,
      dialog: Math.max(
        0,
        ...Array.from(document.querySelectorAll('dialog'), (one) => one.scrollWidth),
      ),
    }));
    expect(found, where).toMatchObject({ harmed: false, images: 0 });
    expect(found.wide, where).toBeLessThanOrEqual(360);
    expect(found.dialog, where).toBeLessThanOrEqual(360);
  };
  await dataPanel(page).getByText('4 files could not be read').click();
  await expect(dataPanel(page).getByText(`${MARKUP}.png`).first()).toBeVisible();
  await expectInert('the data panel');

  const dialog = await openInspector(page);
  await expect(dialog.getByText(MARKUP, { exact: true }).first()).toBeVisible();
  // Text that runs the other way stays inside its own element.
  const turned = dialog.getByText(TURNED, { exact: true }).first();
  expect(await turned.evaluate((element) => element.closest('bdi') !== null)).toBe(true);
  await expectInert('people');
  await dialog.getByRole('button', { name: `Images of ${MARKUP}` }).click();
  await expectInert('the images of one');
  await dialog.getByRole('tab', { name: 'Counts and files' }).click();
  await expect(dialog.getByText(`${MARKUP}.png`).first()).toBeVisible();
  await expectInert('counts and files');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.evaluate(() => window.adacos.step(1));
  await expectInert('after a step');
  await page.setViewportSize(size);
});
