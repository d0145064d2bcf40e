/** Faces kept in the browser: there again after a reload without being dropped, until deleted. */
import { expect, type Page, test } from '@playwright/test';
import { dropPeople, expectNotice, openReady, someFaces, stateOf, waitReady } from './support';

test.describe.configure({ timeout: 240_000 });

const PEOPLE = 5;
const IMAGES = 4;

test('kept faces are open again after a reload, and gone once deleted', async ({ page }, info) => {
  await openReady(page, './?engine=tfjs-wasm');
  await dropPeople(page, info.outputPath('dropped'), PEOPLE, IMAGES);
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
  await expectNotice(page, /^Your faces \(My <b>faces<\/b>\) were not kept/);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('what is corrected in kept faces is corrected after a reload, too', async ({ page }, info) => {
  await openReady(page, './?engine=tfjs-wasm');
  await dropPeople(page, info.outputPath('dropped'), PEOPLE, IMAGES);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  const fold = panel.getByText('Kept in this browser', { exact: true });
  await fold.click();
  await panel.getByRole('button', { name: 'Keep these faces' }).click();
  await expect(panel.getByText(`${PEOPLE * IMAGES} crops of ${PEOPLE} people`)).toBeVisible();

  // Straight after keeping them, and once they are opened from there.
  for (const people of [PEOPLE - 1, PEOPLE - 2]) {
    await exclude(page, PEOPLE - 1 - people);
    await page.reload();
    await waitReady(page);
    await expect(panel).toContainText(`${people} identities · ${people * IMAGES} crops`);
    await fold.click();
    await expect(panel.getByText(`${people * IMAGES} crops of ${people} people`)).toBeVisible();
    expect((await stateOf(page)).notices).toEqual([]);
  }
});

test('what one tab corrects in kept faces stays where another corrects them, too', async ({
  page,
}, info) => {
  await openReady(page, './?engine=tfjs-wasm');
  await dropPeople(page, info.outputPath('dropped'), PEOPLE, IMAGES);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  const fold = panel.getByText('Kept in this browser', { exact: true });
  await fold.click();
  await panel.getByRole('textbox', { name: 'Name of the kept faces' }).fill('mine');
  await panel.getByRole('button', { name: 'Keep these faces' }).click();
  const opens = panel.getByRole('button', { name: 'Open mine', exact: true });
  await expect(opens).toHaveCount(1);

  const other = await page.context().newPage();
  await openReady(other, './?engine=tfjs-wasm');
  const beside = other.getByRole('region', { name: 'Data', exact: true });
  await beside.getByText('Kept in this browser', { exact: true }).click();
  await beside.getByRole('button', { name: 'Open mine', exact: true }).click();
  await expect(beside).toContainText(`${PEOPLE} identities · ${PEOPLE * IMAGES} crops`);
  await waitReady(other);

  await exclude(page, 0);
  await exclude(other, 1);
  await exclude(other, 0);
  const notices = async () => (await stateOf(other)).notices.map(({ title }) => title);
  expect((await stateOf(page)).notices).toEqual([]);
  expect(await notices()).toEqual(['The kept copy of mine is not as the faces in use are.']);
  // As the first tab left it, in the second's list, too.
  const left = (people: number) => `${people * IMAGES} crops of ${people} people`;
  await expect(beside.getByText(left(PEOPLE - 1))).toBeVisible();

  await other.getByRole('button', { name: 'Keep them' }).click();
  await expect(beside.getByText(left(PEOPLE - 2))).toBeVisible();
  expect(await notices()).toEqual([]);
  await expect(beside.getByText(left(PEOPLE - 1))).toBeVisible();
});

/** Excludes all images of the person at this place of the list. */
async function exclude(page: Page, person: number): Promise<void> {
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await panel.getByRole('button', { name: 'inspect', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Faces: / });
  await dialog.getByRole('checkbox').nth(person).check();
  await dialog.getByRole('button', { name: 'Exclude', exact: true }).click();
  await dialog.getByRole('button', { name: 'Apply and restart' }).click();
  await expect(dialog).toHaveCount(0);
  await waitReady(page);
}

test('of two kept sets the deleted one is no error, and the other is not opened unasked', async ({
  page,
}, info) => {
  await openReady(page, './?engine=tfjs-wasm');
  await dropPeople(page, info.outputPath('dropped'), PEOPLE, IMAGES);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await panel.getByText('Kept in this browser', { exact: true }).click();
  for (const name of ['a', 'b']) {
    await panel.getByRole('textbox', { name: 'Name of the kept faces' }).fill(name);
    await panel.getByRole('button', { name: 'Keep these faces' }).click();
    await expect(panel.getByRole('button', { name: `Open ${name}`, exact: true })).toBeVisible();
  }
  await panel.getByRole('button', { name: 'Delete b', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Open b', exact: true })).toHaveCount(0);
  await page.reload();
  await waitReady(page);
  const { config, notices } = await stateOf(page);
  expect(config.data.kind).toBe('synthetic');
  expect(notices.filter(({ tone }) => tone === 'error')).toEqual([]);
  await panel.getByText('Kept in this browser', { exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Open a', exact: true })).toBeVisible();
});

test('a folder that was chosen is remembered on request, read again, and forgotten', async ({
  page,
}) => {
  // The picker is the browser's own window; its private file system has folders of the same kind.
  await page.addInitScript(() => {
    const choose = async () =>
      (await navigator.storage.getDirectory()).getDirectoryHandle('my people');
    Object.assign(window, { showDirectoryPicker: choose });
  });
  await openReady(page, './?engine=tfjs-wasm');
  const faces = (await someFaces(PEOPLE, IMAGES)).map(({ person, file, bytes }) => ({
    person,
    file,
    bytes: [...bytes],
  }));
  await page.evaluate(async (all) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('my people', { create: true });
    for (const { person, file, bytes } of all) {
      const own = await folder.getDirectoryHandle(person, { create: true });
      const handle = await own.getFileHandle(file, { create: true });
      const writable = await handle.createWritable();
      await writable.write(Uint8Array.from(bytes));
      await writable.close();
    }
  }, faces);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  const label = () => stateOf(page).then(({ data }) => data?.label);
  await panel.getByRole('button', { name: 'Choose folder…' }).click();
  await expect.poll(label, { timeout: 60_000 }).toBe('my people');
  await waitReady(page);

  const fold = panel.getByText('Kept in this browser', { exact: true });
  await fold.click();
  const remember = panel.getByRole('button', { name: 'Remember the folder' });
  await remember.click();
  const open = panel.getByRole('button', { name: 'Open folder my people', exact: true });
  await expect(open).toBeVisible();
  await expect(remember).toHaveCount(0);

  await page.goto('about:blank');
  await openReady(page, './?engine=tfjs-wasm');
  expect(await label()).not.toBe('my people');
  await fold.click();
  await open.click();
  await expect.poll(label, { timeout: 60_000 }).toBe('my people');
  await waitReady(page);
  expect((await stateOf(page)).data).toMatchObject({
    images: PEOPLE * IMAGES,
    identities: PEOPLE,
  });

  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('my people', { recursive: true });
  });
  await open.click();
  await expect(panel.getByRole('alert')).toContainText('The folder my people is not where it was.');
  expect((await stateOf(page)).data?.images).toBe(PEOPLE * IMAGES);
  await panel.getByRole('button', { name: 'Forget folder my people', exact: true }).click();
  await expect(open).toHaveCount(0);
  await expect(panel.getByRole('alert')).toHaveCount(0);
});

test('a quota that is too small is a sentence, and training goes on', async ({ page }, info) => {
  await openReady(page, './?engine=tfjs-wasm');
  await dropPeople(page, info.outputPath('dropped'), PEOPLE, IMAGES);
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20_000 });
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await panel.getByText('Kept in this browser', { exact: true }).click();
  await panel.getByRole('button', { name: 'Keep these faces' }).click();
  await expect(panel.getByRole('alert')).toContainText('could not be kept in this browser: ');
  await expect(panel.getByRole('alert')).not.toContainText('Failed to execute');
  await expect(panel.getByRole('button', { name: /^Open / })).toHaveCount(0);
  await page.evaluate(() => window.adacos.step(1));
  expect((await stateOf(page)).step).toBe(1);
});
