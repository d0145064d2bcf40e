/**
 * A driver that refuses kernels: another tile, another family or other maps take their place, and only where
 * nothing is left is it told.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { LearnerConfig, PlanDescription } from '../engine';
import type { FusedOptions } from './engine';
import {
  BATCH,
  NANO_CONFIG,
  NANO_SIZE,
  type OpenEngine,
  openEngine,
  testFaces,
  train,
} from './testing/experiment';
import { describeWithGpu, NATIVE_HALVES } from './testing/gpu';
import { testInNode } from './testing/long';
import { losableAdapter } from './testing/losable';
import { makeRefusing } from './testing/refusing';

const STEPS = 3;
const CONFIG: LearnerConfig = { ...NANO_CONFIG, batchSize: BATCH };
/** Losses near 2: kernels differ by the order of their sums. */
const ROUNDING = 1e-5;
/** What halves do to them. */
const HALVES = 2e-2;

type Refuses = (label: string, code: string) => boolean;

interface Run {
  readonly losses: readonly number[];
  readonly plan: PlanDescription;
  readonly refused: readonly string[];
}

const open: OpenEngine[] = [];

async function openRefusing(
  refuses: Refuses,
  options: Partial<FusedOptions> = {},
): Promise<OpenEngine & { readonly refused: string[]; readonly devices: readonly GPUDevice[] }> {
  const losable = losableAdapter();
  const refused: string[] = [];
  losable.onDevice = (device) =>
    makeRefusing(device, (label, code) => {
      const none = refuses(label, code);
      if (none) refused.push(label);
      return none;
    });
  const opened = await openEngine({ ...options, findAdapter: losable.findAdapter });
  open.push(opened);
  opened.engine.loadFaces(testFaces(40, NANO_SIZE));
  return { ...opened, refused, devices: losable.devices };
}

async function runOn({ engine }: OpenEngine, config = CONFIG): Promise<Omit<Run, 'refused'>> {
  const learner = await engine.createLearner(config);
  const [metrics] = await train(engine, [learner], STEPS);
  const plan = (await engine.describe(learner, { measure: false }))!;
  learner.dispose();
  return { losses: metrics!.map(({ loss }) => loss), plan };
}

async function run(refuses: Refuses, options: Partial<FusedOptions> = {}): Promise<Run> {
  const opened = await openRefusing(refuses, options);
  return { ...(await runOn(opened)), refused: opened.refused };
}

const shapesOf = ({ dispatches }: PlanDescription, kernel: RegExp): readonly string[] =>
  dispatches.filter((one) => kernel.test(one.kernel)).map(({ shape }) => shape);

function furthest(found: readonly number[], wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!)));
}

describeWithGpu('a driver that refuses', () => {
  afterEach(() => {
    for (const { engine, failures } of open.splice(0)) {
      engine.dispose();
      expect(failures).toEqual([]);
    }
  });

  const undisturbed = (): Promise<Run> => run(() => false);

  test('a family gets the other one, and the plan says so', async () => {
    const wanted = await undisturbed();
    const found = await run((label) => /^(conv|gemm)/.test(label));
    expect(furthest(found.losses, wanted.losses)).toBeLessThan(ROUNDING);
    const products = shapesOf(found.plan, /conv-forward|conv-filter|gemm/);
    expect(products.length).toBeGreaterThan(3);
    for (const shape of products) {
      expect(shape).toMatch(/; workgroup .+, since the GPU refused registers /);
    }
    expect(shapesOf(wanted.plan, /./).join()).not.toContain('refused');
    // The first tiles of a family stand for the others.
    expect(found.refused.length).toBeLessThanOrEqual(2 * products.length);
  });

  test('one tile gets the next of the same family', async () => {
    let first: string | null = null;
    const found = await run((label, code) => {
      if (!label.startsWith('gemm')) return false;
      first ??= code;
      return code === first;
    });
    expect(found.refused).toHaveLength(1);
    const remarks = shapesOf(found.plan, /gemm/).filter((shape) => shape.includes('refused'));
    expect(remarks[0]).toMatch(/; registers .+, since the GPU refused registers /);
    expect(found.losses.every(Number.isFinite)).toBe(true);
  });

  test('lanes that show each other numbers gets kernels without', async () => {
    const found = await run((_label, code) => code.includes('enable subgroups'));
    expect(shapesOf(found.plan, /conv|gemm/).join()).not.toMatch(/; [^;]+quads, since/);
    expect(found.losses.every(Number.isFinite)).toBe(true);
  });

  test('something that nothing else computes is told with a sentence, and the engine goes on', async () => {
    let refusing = true;
    const opened = await openRefusing((label) => refusing && label.startsWith('head-scale'));
    const before = opened.engine.memory();
    await expect(opened.engine.createLearner(CONFIG)).rejects.toMatchObject({
      name: 'EngineError',
      code: 'engine/failed',
      message: 'The GPU refused the kernel head-scale for head: too many registers.',
      remedy: 'Choose another engine.',
    });
    expect(opened.engine.memory().bytes).toBeLessThan(before.bytes + 2 ** 16);
    refusing = false;
    expect((await runOn(opened)).losses.every(Number.isFinite)).toBe(true);
  });

  testInNode('every kernel for something is told with what that is', async () => {
    const opened = await openRefusing((label) => /^(tiled-)?conv-forward/.test(label));
    await expect(opened.engine.createLearner(CONFIG)).rejects.toMatchObject({
      code: 'engine/failed',
      message: expect.stringMatching(
        /^The GPU refused every kernel there is for conv forward .+\. The GPU refused the kernel .+: too many registers\.$/,
      ),
    });
    expect(opened.refused.length).toBeLessThan(12);
  });

  describe('halves', () => {
    test('gets float32, whatever is refused: the batch, or all kernels of a layer', async () => {
      const wanted = await undisturbed();
      for (const kernel of [/^gather/, /^(tiled-)?conv-forward/]) {
        const found = await run(
          (label, code) => kernel.test(label) && /fromHalf|toHalf|vec4h|pack2x16float/.test(code),
          { storage: 'half' },
        );
        expect(found.losses).toEqual(wanted.losses);
        const [gather] = shapesOf(found.plan, /gather/);
        expect(gather).toMatch(/; the GPU refused (native-half and )?half$/);
        expect(shapesOf(found.plan, /conv/).join()).not.toContain('half:');
      }
    });

    test.runIf(NATIVE_HALVES)('of its own gets packed ones: the same bits', async () => {
      const wanted = await run(() => false, { storage: 'half' });
      const found = await run((_label, code) => code.includes('enable f16'), { storage: 'half' });
      expect(found.refused).not.toEqual([]);
      expect(found.losses).toEqual(wanted.losses);
      expect(shapesOf(found.plan, /conv-forward/)[0]).toContain('; half: images');
    });

    testInNode('while another arm is there: it goes on as well', async () => {
      const opened = await openRefusing(
        (label, code) => label.startsWith('dropout') && /fromHalf|vec4h/.test(code),
        { storage: 'half' },
      );
      const { engine } = opened;
      const one = await engine.createLearner(CONFIG);
      await train(engine, [one], 1);
      const state = await one.exportState();
      const model = { ...CONFIG.model, dropout: 0.5, pooling: 'flatten' } as const;
      const other = await engine.createLearner({ ...CONFIG, model });
      expect(await one.exportState()).toEqual(state);
      const [mine] = await train(engine, [one, other], 2, { first: 2 });
      const wanted = await undisturbed();
      expect(
        furthest(
          mine!.map(({ loss }) => loss),
          wanted.losses.slice(1),
        ),
      ).toBeLessThan(HALVES);
    });
  });

  testInNode(
    'a kernel that nobody waited for has its steps taken again on another device',
    async () => {
      const wanted = await undisturbed();
      // Without a batch size nothing is compiled before the first step.
      const opened = await openRefusing((label) => /^(conv|gemm)/.test(label));
      const { losses } = await runOn(opened, NANO_CONFIG);
      expect(furthest(losses, wanted.losses)).toBeLessThan(ROUNDING);
      expect(opened.recovered).toEqual([expect.stringContaining('refused a kernel')]);
      expect(opened.devices).toHaveLength(2);
    },
  );
});
