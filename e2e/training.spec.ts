/**
 * The main job in a real browser on WebGPU: the built-in faces train, the numbers on the page obey the
 * formula, the same seed gives the same curve.
 */
import { expect, test } from '@playwright/test';
import { curvesOf, openReady, smallOn, stateOf, watch } from './support';

const QUARTER_PI = Math.PI / 4;

test('WebGPU trains the built-in faces until the dynamic arm is below 45°', async ({ page }) => {
  test.setTimeout(600_000);
  const { problems } = watch(page);
  await openReady(page);

  // Nobody asked for it: WebGPU is what the page takes where there is an adapter, and says so.
  const start = await stateOf(page);
  expect(start.config.engine).toBe('auto');
  expect(start.engine).toMatchObject({
    name: 'fused',
    backend: 'webgpu',
    adapter: { software: true },
  });
  expect(start.engine?.reason).toMatch(/^WebGPU runs here on a software adapter/);
  expect(start.data).toMatchObject({ images: 960, identities: 40, cropSize: 32 });
  await expect(
    page.getByRole('button', { name: 'Engine: WebGPU · software adapter' }),
  ).toBeVisible();

  const medianOfB = async () => {
    const arm = (await curvesOf(page)).arms.find(({ loss }) => loss === 'dynamic-adacos');
    // Half of the last five batches: one lucky batch is not enough.
    const last = arm?.medianAngleRad.slice(-5).map((angle) => angle ?? Math.PI) ?? [];
    return last.sort((a, b) => a - b)[2] ?? Math.PI;
  };
  await page.keyboard.press('Space');
  await expect.poll(medianOfB, { timeout: 540_000, intervals: [1000] }).toBeLessThan(QUARTER_PI);
  await page.keyboard.press('Space');
  await page.evaluate(() => window.adacos.pause());

  const { arms } = await curvesOf(page);
  const [fixed, dynamic] = arms;
  expect(fixed?.loss).toBe('fixed-adacos');
  expect(dynamic?.loss).toBe('dynamic-adacos');
  expect(fixed?.step).toEqual(dynamic?.step);

  const fixedScale = Math.SQRT2 * Math.log(39);
  for (const scale of fixed?.scale ?? []) expect(scale).toBeCloseTo(fixedScale, 4);
  // The paper's first iteration keeps √2·ln(C−1); from then on the rule decides.
  expect(dynamic?.scale[0]).toBeCloseTo(fixedScale, 4);
  dynamic?.step.forEach((step, row) => {
    if (row === 0) return;
    const bAvg = dynamic.bAvg[row]!;
    const angle = dynamic.medianAngleRad[row]!;
    const expected = Math.log(bAvg) / Math.cos(Math.min(QUARTER_PI, angle));
    const relative = Math.abs(dynamic.unguardedScale[row]! / expected - 1);
    expect(relative, `the rule at step ${step}`).toBeLessThan(1e-5);
    const held = Math.min(4 * fixedScale, Math.max(fixedScale / 4, expected));
    expect(Math.abs(dynamic.scale[row]! / held - 1), `s at step ${step}`).toBeLessThan(1e-5);
  });
  expect(problems).toEqual([]);
});

test('the same seed gives the same curve twice, another seed another', async ({ page }) => {
  test.setTimeout(240_000);
  await openReady(page, await smallOn('tfjs-wasm', { batchSize: 8 }));
  const run = async () => {
    await page.evaluate(() => window.adacos.step(5));
    return (await curvesOf(page)).arms.map(({ scale, ownLoss, medianAngleRad }) => ({
      scale,
      ownLoss,
      medianAngleRad,
    }));
  };
  const first = await run();
  expect(first[0]?.ownLoss).toHaveLength(5);
  await page.evaluate(() => window.adacos.reset());
  expect((await curvesOf(page)).arms[0]?.step).toEqual([]);
  expect(await run()).toEqual(first);

  await page.reload();
  await openReady(page, await smallOn('tfjs-wasm', { batchSize: 8 }));
  expect(await run()).toEqual(first);

  // In pieces, with pauses between them.
  await page.evaluate(() => window.adacos.reset());
  for (const count of [1, 1, 3]) await page.evaluate((n) => window.adacos.step(n), count);
  expect((await curvesOf(page)).arms[1]?.ownLoss).toEqual(first[1]?.ownLoss);

  // Alone: an arm does not notice the other.
  const { config } = await stateOf(page);
  await page.evaluate((arms) => window.adacos.configure({ arms }), config.arms.slice(1));
  expect(await run()).toEqual(first.slice(1));

  await page.evaluate(() => window.adacos.configure({ seed: 8 }));
  expect(await run()).not.toEqual(first.slice(1));
});

test('memory stays flat over 20 steps and over building experiments again', async ({ page }) => {
  test.setTimeout(240_000);
  await openReady(page, await smallOn('tfjs-wasm', { batchSize: 8 }));
  const memory = async () => (await stateOf(page)).memory;
  await page.evaluate(() => window.adacos.step(2));
  const before = await memory();
  await page.evaluate(() => window.adacos.step(20));
  expect((await memory())?.tensors).toBe(before?.tensors);
  expect((await memory())?.bytes).toBe(before?.bytes);
  for (const batchSize of [4, 8, 4, 8]) {
    await page.evaluate((size) => window.adacos.configure({ batchSize: size }), batchSize);
    await page.evaluate(() => window.adacos.step(2));
  }
  expect((await memory())?.tensors).toBe(before?.tensors);
  expect((await memory())?.bytes).toBe(before?.bytes);
});
