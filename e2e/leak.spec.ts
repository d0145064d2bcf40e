/** Whether people to be tested are trained on: with the set's own lists, and with a folder given for this only. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { drop, openReady, someFaces, stateOf, waitReady, writeFolders } from './support';

test.describe.configure({ timeout: 240_000 });

const PEOPLE = 5;
const IMAGES = 4;

test('people of an evaluation set are found among those that train, and excluded', async ({
  page,
}, info) => {
  const faces = await someFaces(PEOPLE, IMAGES);
  const people = [...new Set(faces.map(({ person }) => person))];
  const [first, second] = [people[0]!, people[1]!];
  const root = info.outputPath('dropped');
  await writeFolders(join(root, 'people'), faces);
  await writeFile(
    join(root, 'pairs.txt'),
    `1\t1\n${first}\t1\t2\n${second}\t1\tSomebody_Else\t1\n`,
  );
  const gallery = info.outputPath('gallery');
  const spelled = first.replaceAll('_', ' ').toUpperCase();
  await writeFolders(gallery, [
    { ...faces[0]!, person: spelled },
    { ...faces[1]!, person: 'Nobody_Here' },
  ]);

  await openReady(page, './?engine=tfjs-wasm');
  await drop(page, root);
  await expect
    .poll(async () => (await stateOf(page)).data?.identities, { timeout: 60_000 })
    .toBe(PEOPLE);
  await waitReady(page);

  await page.getByRole('button', { name: 'check for leaks' }).click();
  const dialog = page.getByRole('dialog', { name: 'Check for leaks' });
  const training = `${PEOPLE} training identities`;
  await expect(dialog).toContainText(`${training} · 3 in pairs.txt · 2 shared by name`);
  await expect(dialog).toContainText('0 of its 2 pairs show nobody who trains.');

  await drop(page, gallery);
  await expect(dialog).toContainText(`${training} · 2 in gallery · 1 shared by name`);
  await expect(dialog.getByRole('cell', { name: spelled, exact: true })).toBeVisible();
  // It was read for this only.
  expect((await stateOf(page)).data).toMatchObject({ label: 'dropped', identities: PEOPLE });

  await dialog.getByRole('button', { name: 'Exclude these from training' }).click();
  await expect(dialog).toContainText(`${PEOPLE - 1} training identities · 2 in gallery`);
  await expect(dialog).toContainText('None of its identities trains, by name');
  expect((await stateOf(page)).experiment?.classes).toBe(PEOPLE - 1);

  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toContainText(`${training} · 2 in gallery · 1 shared by name`);
  expect((await stateOf(page)).experiment?.classes).toBe(PEOPLE);
});
