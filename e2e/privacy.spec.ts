/** Nothing leaves the page: training, exporting and reading own faces ask no other host for anything. */
import { expect, test } from '@playwright/test';
import { drop, openReady, someFaces, stateOf, waitReady, watch, writeFolders } from './support';

test('no request leaves after load', async ({ page }, info) => {
  const dropped = info.outputPath('dropped');
  await writeFolders(dropped, await someFaces(3, 3));
  const { problems, requests } = watch(page);
  await openReady(page, './?engine=tfjs-wasm');
  const origin = new URL(page.url()).origin;
  for (const url of requests) {
    expect(url.startsWith(origin) || url.startsWith('blob:') || url.startsWith('data:')).toBe(true);
  }
  requests.length = 0;
  await page.evaluate(() => window.adacos.step(3));
  await page.evaluate(() => window.adacos.reset());
  await page.evaluate(() => window.adacos.step(1));
  await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /CSV/i }).click(),
  ]);
  const outside = () => requests.filter((url) => !/^(blob|data):/.test(url));
  expect(outside()).toEqual([]);
  await drop(page, dropped);
  await expect.poll(async () => (await stateOf(page)).data?.identities).toBe(3);
  await waitReady(page);
  await page.evaluate(() => window.adacos.step(1));
  // The worker that decodes dropped images is part of the page, loaded when it is first needed.
  const others = outside().filter((url) => !/\/assets\/decode\.worker-[^/]+\.js$/.test(url));
  expect(others).toEqual([]);
  expect(outside().every((url) => url.startsWith(origin))).toBe(true);
  expect(problems).toEqual([]);
});

test('the page cannot reach another host even if it tried', async ({ page }) => {
  await openReady(page, './?engine=tfjs-wasm');
  const outcome = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'reached',
      () => 'refused',
    ),
  );
  expect(outcome).toBe('refused');
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          resolve(event.effectiveDirective),
        );
        new Image().src = 'https://example.com/pixel.png';
      }),
  );
  expect(blocked).toBe('img-src');
});
