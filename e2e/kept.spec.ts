/** Faces kept in the browser: there again after a reload without being dropped, until deleted. */
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { drop, openReady, someFaces, stateOf, waitReady, writeFolders } from './support';

test.describe.configure({ timeout: 240_000 });

const PEOPLE = 5;
const IMAGES = 4;

test('kept faces are open again after a reload, and gone once deleted', async ({ page }, info) => {
  const root = info.outputPath('dropped');
  await writeFolders(join(root, 'people'), await someFaces(PEOPLE, IMAGES));
  await openReady(page, './?engine=tfjs-wasm');
  await drop(page, root);
  await expect
    .poll(async () => (await stateOf(page)).data?.identities, { timeout: 60_000 })
    .toBe(PEOPLE);
  await waitReady(page);
  const before = (await stateOf(page)).data;

  const panel = page.getByRole('region', { name: 'Data', exact: true });
  const fold = panel.getByText('Kept in this browser', { exact: true });
  await fold.click();
  await panel.getByRole('textbox', { name: 'Name of the kept faces' }).fill('My <b>faces</b>');
  await panel.getByRole('button', { name: 'Keep these faces' }).click();
  const open = panel.getByRole('button', { name: 'Open My <b>faces</b>', exact: true });
  await expect(open).toBeVisible();
  await expect(panel).toContainText(`${PEOPLE * IMAGES} crops of ${PEOPLE} people`);
  await expect(panel.getByRole('alert')).toHaveCount(0);

  await page.reload();
  await waitReady(page);
  await expect
    .poll(async () => (await stateOf(page)).data?.identities, { timeout: 60_000 })
    .toBe(PEOPLE);
  const { data, config } = await stateOf(page);
  expect(config.data.kind).toBe('files');
  expect(data).toMatchObject({ images: before!.images, cropSize: before!.cropSize });
  await expect(panel).toContainText(`${PEOPLE} identities · ${PEOPLE * IMAGES} crops`);
  await page.evaluate(() => window.adacos.step(1));
  expect((await stateOf(page)).step).toBe(1);

  await fold.click();
  await panel.getByRole('button', { name: 'Delete My <b>faces</b>', exact: true }).click();
  await expect(open).toHaveCount(0);
  // The faces in use stay; the next visit begins with the built-in ones.
  expect((await stateOf(page)).data?.identities).toBe(PEOPLE);
  await page.reload();
  await waitReady(page);
  await expect.poll(async () => (await stateOf(page)).config.data.kind).toBe('synthetic');
  await expect(panel.getByText('Kept in this browser', { exact: true })).toHaveCount(0);
});
