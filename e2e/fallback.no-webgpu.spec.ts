/** The same page in a browser without WebGPU: it trains on what there is, and says so. */
import { expect, test } from '@playwright/test';
import { curvesOf, sharedPage, stateOf } from './support';

const open = sharedPage('./');

test('falls back without WebGPU, and says so', async () => {
  const page = open();
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBe(
    null,
  );
  const { engine } = await stateOf(page);
  expect(['webgl', 'wasm', 'cpu']).toContain(engine?.backend);
  expect(engine?.name).toBe(`tfjs-${engine?.backend}`);
  const webgpu = engine?.considered.filter(({ name }) => /fused|webgpu/.test(name)) ?? [];
  expect(webgpu.map(({ available }) => available)).toEqual([false, false]);
  for (const { note } of webgpu) expect(note).toMatch(/WebGPU|adapter/i);
  // In words, not in the code's own names.
  expect(engine?.reason).toMatch(/TensorFlow\.js|JavaScript/);
  expect(engine?.reason).not.toMatch(/fused|tfjs/);
  await page.evaluate(() => window.adacos.step(2));
  expect((await curvesOf(page)).arms.map(({ step }) => step)).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('an engine that cannot run here is refused in a sentence and nothing is lost', async () => {
  const page = open();
  await page.evaluate(() => window.adacos.reset());
  await page.evaluate(() => window.adacos.step(2));
  const before = await stateOf(page);
  const message = await page.evaluate(() =>
    window.adacos.configure({ engine: 'fused' }).then(
      () => 'no error',
      (error: Error) => error.message,
    ),
  );
  expect(message).toMatch(/^WebGPU cannot run here: /);
  const after = await stateOf(page);
  expect(after.config.engine).toBe(before.config.engine);
  // The run that was there goes on.
  await page.evaluate(() => window.adacos.step(1));
  expect((await curvesOf(page)).arms[0]?.step).toEqual([1, 2, 3]);
});
