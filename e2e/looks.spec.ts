/** What a person meets besides the numbers: keyboard, narrow screens, themes, shared addresses. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { decodeExperiment } from '../src/state/url';
import { openReady, sharedPage, stateOf, waitReady } from './support';

test.describe.configure({ timeout: 120_000 });
const ADDRESS = './?engine=tfjs-wasm';

test.describe('on an open page', () => {
  // Opened in the dark, and turned light while it is open.
  const open = sharedPage(ADDRESS, (page) => page.emulateMedia({ colorScheme: 'dark' }));

  for (const colorScheme of ['dark', 'light'] as const) {
    test(`no accessibility violations, ${colorScheme}`, async () => {
      const page = open();
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      await page.evaluate(() => window.adacos.step(3));
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      );
      expect(found).toEqual([]);
    });
  }

  test('the keyboard trains: Space, S, E, R and the list of keys', async () => {
    const page = open();
    await page.evaluate(() => window.adacos.reset());
    const step = async () => (await stateOf(page)).step;
    await page.keyboard.press('s');
    await expect.poll(step).toBe(1);
    // The numbers come before the word that training stands still; until then Space pauses it.
    await expect.poll(async () => (await stateOf(page)).status).toBe('paused');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await stateOf(page)).status).toBe('running');
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(2);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await stateOf(page)).status, { timeout: 30_000 }).toBe('paused');
    const paused = await step();
    await page.waitForTimeout(1500);
    expect(await step()).toBe(paused);
    await page.keyboard.press('r');
    await expect.poll(step).toBe(0);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toContainText(/one batch|1 batch/i);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });

  test('curves leave as CSV', async () => {
    const page = open();
    await page.evaluate(() => window.adacos.reset());
    await page.evaluate(() => window.adacos.step(4));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /CSV/i }).click(),
    ]);
    const text = await (await import('node:fs/promises')).readFile(await download.path(), 'utf8');
    const lines = text.trim().split(/\r?\n/);
    // A header, then four steps of two arms.
    expect(lines.filter((line) => /^(A|B),|,(A|B),/.test(line)).length).toBeGreaterThanOrEqual(8);
  });

  test('training leaves the page responsive (measured, reported)', async () => {
    const page = open();
    await page.evaluate(() => window.adacos.reset());
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(window, { tasks });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) tasks.push(entry.duration);
      }).observe({ type: 'longtask' });
    });
    await page.evaluate(() => window.adacos.play());
    await page.waitForTimeout(6000);
    await page.evaluate(() => window.adacos.pause());
    const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
    const { step } = await stateOf(page);
    expect(step).toBeGreaterThan(0);
    test.info().annotations.push({
      type: 'measured',
      description: `${tasks.length} main-thread tasks over 50 ms in 6 s and ${step} steps: ${tasks.map(Math.round).join(', ') || 'none'} ms`,
    });
  });

  test('nothing is cut off at 360 px', async () => {
    const page = open();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => window.adacos.step(2));
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    await expect.poll(overflow).toBe(0);
  });
});

test('the address carries the experiment', async ({ page, context }) => {
  await openReady(page, ADDRESS);
  await page.evaluate(() => window.adacos.configure({ seed: 1234, batchSize: 16 }));
  const carried = () => decodeExperiment(new URL(page.url()).hash).catch(() => null);
  await expect.poll(carried).toEqual((await stateOf(page)).config);
  expect(new URL(page.url()).hash).toMatch(/^#v1\./);
  const address = page.url();
  const other = await context.newPage();
  await other.goto(address);
  await waitReady(other);
  const { config } = await stateOf(other);
  expect(config).toEqual((await stateOf(page)).config);
  expect(config).toMatchObject({ seed: 1234, batchSize: 16, engine: 'tfjs-wasm' });
});

test('an address that cannot be read opens the default experiment and says so', async ({
  page,
}) => {
  await openReady(page, `${ADDRESS}#v1.not-a-configuration`);
  expect((await stateOf(page)).config.batchSize).toBe(32);
  expect((await stateOf(page)).notices.map(({ tone }) => tone)).toContain('warning');
});
