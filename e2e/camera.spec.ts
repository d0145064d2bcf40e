/** An identity from the camera, with the moving test picture that Chromium has for one. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { curvesOf, openReady, stateOf, waitReady } from './support';

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), '--use-fake-device-for-media-stream'];
    await use({ ...launchOptions, args });
  },
});

const CROPS = 4;

/** What the page got from the camera, kept where the test can look at it. */
async function keepStreams(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    const streams: MediaStream[] = [];
    devices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      streams.push(stream);
      return stream;
    };
    Object.assign(window, { streams });
  });
}

/** The state of every track there ever was: `live` is a camera that is on. */
const tracksOf = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { streams: MediaStream[] }).streams.flatMap((stream) =>
      stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`),
    ),
  );

async function openDialog(page: Page) {
  await openReady(page, './?engine=tfjs-wasm');
  await page.getByRole('button', { name: 'Add from camera…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a person from the camera' });
  await expect(dialog.getByText('The camera is off.')).toBeVisible();
  return dialog;
}

test('somebody in front of the camera becomes an identity that trains', async ({
  context,
  page,
}) => {
  await context.grantPermissions(['camera']);
  await keepStreams(context);
  const dialog = await openDialog(page);
  const before = (await stateOf(page)).data!;
  expect(await tracksOf(page)).toEqual([]);

  await dialog.getByRole('button', { name: 'Start camera' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Zoë in front');
  await dialog.getByRole('spinbutton', { name: 'Crops' }).fill(String(CROPS));
  await dialog.getByRole('button', { name: 'Take crops' }).click();
  await expect(dialog.getByRole('timer')).toHaveText(/^[123]$/);
  expect(await tracksOf(page)).toEqual(['video live']);
  const crops = dialog.getByRole('list', { name: 'Crops taken' });
  await expect(crops.getByRole('listitem')).toHaveCount(CROPS);
  await dialog.getByRole('button', { name: 'Add to the faces' }).click();
  await expect(dialog).toBeHidden();
  expect(await tracksOf(page)).toEqual(['video ended']);

  await waitReady(page);
  const { data, experiment } = await stateOf(page);
  expect(data).toMatchObject({
    identities: before.identities + 1,
    images: before.images + CROPS,
    label: `${before.label} + Zoë in front`,
  });
  expect(experiment?.classes).toBe(before.identities + 1);

  await page.getByRole('button', { name: 'inspect', exact: true }).click();
  const inspector = page.getByRole('dialog', { name: /^Faces: / });
  await inspector.getByRole('searchbox', { name: 'Search identities' }).fill('zoe in');
  await expect(inspector.getByRole('status').first()).toHaveText(/^1 of /);
  await expect(inspector.getByRole('listitem')).toContainText(`${CROPS} crops`);
  await page.keyboard.press('Escape');

  await page.evaluate(() => window.adacos.step(2));
  for (const arm of (await curvesOf(page)).arms) expect(arm.step).toEqual([1, 2]);
});

test('the camera goes off with the dialog, whatever was taken', async ({ context, page }) => {
  await context.grantPermissions(['camera']);
  await keepStreams(context);
  const dialog = await openDialog(page);
  await dialog.getByRole('button', { name: 'Start camera' }).click();
  await expect(dialog.getByRole('button', { name: 'Take crops' })).toBeEnabled();
  expect(await tracksOf(page)).toEqual(['video live']);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  // Escape hides the dialog before the page hears of it.
  await expect.poll(() => tracksOf(page)).toEqual(['video ended']);
});

test('a camera that is not allowed is a sentence', async ({ context, page }) => {
  // All that is not named is refused.
  await context.grantPermissions([]);
  const dialog = await openDialog(page);
  await dialog.getByRole('button', { name: 'Start camera' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(
    'The camera was not allowed. Allow it for this page in the address bar or the browser’s settings, then start it again.',
  );
  await expect(dialog.getByRole('button', { name: 'Start camera' })).toBeEnabled();
  await expect(dialog.getByRole('button', { name: 'Add to the faces' })).toBeDisabled();
});
