/** Nothing leaves the page: after loading, training and exporting make no request at all. */
import { expect, test } from '@playwright/test';
import { openReady, watch } from './support';

test('no request leaves after load', async ({ page }) => {
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
  expect(requests.filter((url) => !/^(blob|data):/.test(url))).toEqual([]);
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
