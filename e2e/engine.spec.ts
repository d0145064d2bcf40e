/**
 * The engine under a run: it changes, its device is lost, it is asked for more than it can hold. The run
 * goes on, or stays as it was, and the page says what happened.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { curvesOf, openReady, sharedPage, smallOn, stateOf, waitReady, watch } from './support';

test.describe.configure({ timeout: 300_000 });

const stepOf = async (page: Page) => (await stateOf(page)).step;

/** Every step from 1 on, once, in every arm. */
async function expectNoGap(page: Page): Promise<void> {
  for (const { step } of (await curvesOf(page)).arms) {
    expect(step).toEqual(step.map((_, index) => index + 1));
  }
}

/**
 * Keeps hold of the device that the worker trains on, and destroys it when asked: as a driver that is
 * reset would, without the page's help.
 */
async function holdDevice(page: Page): Promise<{ destroy(): Promise<void> }> {
  const worker = page.workers().find((candidate) => candidate.url().includes('trainer.worker'));
  if (worker === undefined) throw new Error('there is no trainer worker');
  await worker.evaluate(() => {
    const { prototype } = GPUDevice;
    const { createCommandEncoder } = prototype;
    prototype.createCommandEncoder = function (this: GPUDevice, ...args) {
      Object.assign(globalThis, { held: this });
      return createCommandEncoder.apply(this, args);
    };
  });
  return {
    destroy: () =>
      worker.evaluate(() => (globalThis as unknown as { held: GPUDevice }).held.destroy()),
  };
}

test.describe('on an open page', () => {
  const open = sharedPage(smallOn('auto'));

  test('the plan of a step is shown, measured and copied', async () => {
    const page = open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => window.adacos.step(1));
    await page.getByRole('button', { name: /^Engine: / }).click();
    await page.getByRole('button', { name: 'What runs on the GPU' }).click();
    const dialog = page.getByRole('dialog', { name: 'What runs on the GPU' });
    await expect(dialog.getByRole('row', { name: /^Whole step/ })).toBeVisible();
    await dialog.getByRole('button', { name: 'Measure' }).click();
    await expect(dialog.getByRole('button', { name: 'Measure again' })).toBeVisible({
      timeout: 120_000,
    });
    const total = await dialog
      .getByRole('row', { name: /^Whole step/ })
      .getByRole('cell')
      .all();
    const texts = await Promise.all(total.map((cell) => cell.textContent()));
    const ms = texts.filter((text) => /^[\d.,]+$/.test(text ?? '')).at(-1) ?? '';
    expect(Number(ms.replaceAll(',', ''))).toBeGreaterThan(0);
    const { violations } = await new AxeBuilder({ page }).include('dialog[open]').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    const overflow = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBe(0);
    await dialog.getByRole('button', { name: 'Copy as text' }).click();
    await expect(dialog.getByText('Copied.')).toBeVisible();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toMatch(/^Training step of arm A\n/);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: /^Engine: / })).toBeFocused();
    // Measuring left the run as it was.
    await page.evaluate(() => window.adacos.step(1));
    await expectNoGap(page);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  test('a lost device is replaced, the run goes on and the person is told', async () => {
    const page = open();
    const { problems } = watch(page);
    await page.evaluate(() => window.adacos.reset());
    expect((await stateOf(page)).engine?.name).toBe('fused');
    const device = await holdDevice(page);
    await page.evaluate(() => window.adacos.play());
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
    await device.destroy();
    const lostAt = await stepOf(page);
    await expect.poll(() => stepOf(page), { timeout: 120_000 }).toBeGreaterThan(lostAt + 3);
    await page.evaluate(() => window.adacos.pause());
    await expectNoGap(page);

    const message = page.getByRole('status').filter({ hasText: 'The GPU device was replaced' });
    await expect(message).toContainText('nothing was lost');
    await message.getByRole('button', { name: 'Dismiss' }).click();
    await expect(message).toBeHidden();
    // It is still the same engine, and nothing that went wrong was left unsaid.
    expect((await stateOf(page)).engine?.name).toBe('fused');
    expect((await stateOf(page)).notices.filter(({ tone }) => tone === 'error')).toEqual([]);
    expect(problems).toEqual([]);

    // The same numbers as without the loss.
    const { arms } = await curvesOf(page);
    const steps = arms[1]!.step.length;
    await page.evaluate(() => window.adacos.reset());
    await page.evaluate((count) => window.adacos.step(count), steps);
    expect((await curvesOf(page)).arms[1]!.ownLoss).toEqual(arms[1]!.ownLoss);
  });

  test('what the GPU cannot hold is a sentence, and the run stays', async () => {
    const page = open();
    const { problems } = watch(page);
    await page.evaluate(() => window.adacos.reset());
    await page.evaluate(() => window.adacos.step(2));
    const before = await stateOf(page);
    const code = await page.evaluate(() => {
      const { model } = window.adacos.state().config;
      const stage = { kind: 'conv', channels: 512, stride: 1 } as const;
      // Two layers of 512 crops of 32×32 in 512 channels: a gigabyte each.
      return window.adacos
        .configure({
          batchSize: 512,
          model: { ...model, pooling: 'average', stages: [stage, stage, stage, stage] },
        })
        .then(
          () => 'no error',
          (error: Error & { code: string }) => error.code,
        );
    });
    expect(code).toBe('engine/out-of-memory');
    await expect(page.getByRole('alert')).toContainText(/The GPU (cannot hold|has no memory left)/);
    await waitReady(page);
    const after = await stateOf(page);
    expect(after.config).toEqual(before.config);
    expect(after.step).toBe(2);
    await page.evaluate(() => window.adacos.step(1));
    await expectNoGap(page);
    expect(await stepOf(page)).toBe(3);
    expect(problems).toEqual([]);
  });
});

test('another engine takes the run over where it is, and leaves a mark', async ({ page }) => {
  await openReady(page, await smallOn('tfjs-wasm'));
  await page.evaluate(() => window.adacos.play());
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
  await page.evaluate(() => window.adacos.configure({ engine: 'fused' }));
  const moved = await stateOf(page);
  expect(moved.engine).toMatchObject({ name: 'fused', backend: 'webgpu' });
  expect(moved.step).toBeGreaterThanOrEqual(3);
  // It trained before, and trains on.
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(moved.step + 2);
  await page.evaluate(() => window.adacos.pause());
  await expectNoGap(page);
  const { arms, marks } = await curvesOf(page);
  expect(marks.map(({ arm, label }) => [arm, label])).toEqual([[null, 'engine → WebGPU']]);
  const place = marks[0]!.step;

  // The steps after the mark are those that the first engine would have taken.
  const after = arms[1]!.ownLoss.slice(0, place + 2);
  await page.evaluate(() => window.adacos.configure({ engine: 'tfjs-wasm' }));
  await page.evaluate(() => window.adacos.reset());
  await page.evaluate((count) => window.adacos.step(count), after.length);
  const still = (await curvesOf(page)).arms[1]!.ownLoss;
  after.forEach((loss, row) => {
    expect(Math.abs(loss! / still[row]! - 1), `loss at step ${row + 1}`).toBeLessThan(0.01);
  });
});
