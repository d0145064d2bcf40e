/** What every visit rests on: the promised headers, the right MIME types, a page that loads quietly. */
import { expect, test } from '@playwright/test';
import { PAGE_HEADERS } from '../scripts/headers.mjs';

test('the page comes with the promised headers', async ({ request }) => {
  const response = await request.get('/');
  expect(response.status()).toBe(200);
  expect(response.headers()).toMatchObject(
    Object.fromEntries(
      Object.entries(PAGE_HEADERS).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  );
  expect(response.headers()['content-type']).toBe('text/html;charset=utf-8');
});

test('the policy lets nothing leave', async ({ request }) => {
  const policy = (await request.get('/')).headers()['content-security-policy'] ?? '';
  const directives = policy.split(';').map((directive) => directive.trim());
  expect(directives).toContain("default-src 'none'");
  expect(directives).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/https?:|\*|'unsafe-inline'|'unsafe-eval'/);
});

test('errors carry the headers too, and nothing outside the build is served', async ({
  request,
}) => {
  for (const path of [
    '/nothing-here',
    '/../package.json',
    '/%2e%2e/package.json',
    '/.built-from',
  ]) {
    const response = await request.get(path);
    expect(response.status(), path).toBe(404);
    expect(response.headers()['content-security-policy']).toContain("default-src 'none'");
  }
  expect((await request.post('/')).status()).toBe(405);
});

test('the page loads isolated, without an error, from its own origin only', async ({
  page,
  baseURL,
}) => {
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && !url.startsWith(`${baseURL}/`)) foreign.push(url);
  });
  await page.goto('/', { waitUntil: 'load' });
  await expect(page).toHaveTitle(/AdaCos/);
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});
