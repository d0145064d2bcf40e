/** How many compiled kernels a device keeps, and which. */
import { expect, test } from 'vitest';
import { type Dispatch, dispatch, scratch, write } from './kernel';
import { Plan } from './plan';
import { ScratchPool } from './scratch';
import { BATCH, CONFIG, openEngine, testFaces, train, withLearner } from './testing/experiment';
import { describeWithGpu, openGpu } from './testing/gpu';
import { testInNode } from './testing/long';

/** Kept for nobody. */
const IDLE = 128;
const EXPERIMENTS = 5;

/** A kernel of its own for every number. */
function kernel(number: number): Dispatch {
  return dispatch({
    kernel: 'writing',
    label: `${number}`,
    source: `
@group(0) @binding(0) var<storage, read_write> y : array<u32>;
@compute @workgroup_size(1) fn main() { y[0] = ${number}u; }`,
    values: {},
    bindings: [write(scratch('y', 64))],
    workgroups: [1, 1, 1],
  });
}

function experiment(number: number, kernels = 30): readonly Dispatch[] {
  return Array.from({ length: kernels }, (_, index) => kernel(1000 * number + index));
}

/** Counts the pipelines that `device` is asked for from now on. */
function counting(device: GPUDevice): { asked(): number } {
  let asked = 0;
  const now = device.createComputePipeline.bind(device);
  const later = device.createComputePipelineAsync.bind(device);
  device.createComputePipeline = (descriptor) => {
    asked += 1;
    return now(descriptor);
  };
  device.createComputePipelineAsync = (descriptor) => {
    asked += 1;
    return later(descriptor);
  };
  return { asked: () => asked };
}

describeWithGpu('the pipelines of a device', () => {
  test('are bounded however many experiments there were, and those of living plans stay', async () => {
    const gpu = await openGpu((error) => expect.unreachable(error.message));
    const pool = new ScratchPool(gpu);
    const counter = counting(gpu.device);
    const living = await Plan.create(gpu, pool, experiment(0));
    for (let number = 1; number <= 20; number += 1) {
      (await Plan.create(gpu, pool, experiment(number))).dispose();
      expect(gpu.pipelines).toBeLessThanOrEqual(30 + IDLE);
    }
    expect(counter.asked()).toBe(30 * 21);
    // One that lives, and the last of those that do not.
    (await Plan.create(gpu, pool, [...experiment(0), ...experiment(20)])).dispose();
    expect(counter.asked()).toBe(30 * 21);
    (await Plan.create(gpu, pool, experiment(1))).dispose();
    expect(counter.asked()).toBe(30 * 22);
    living.dispose();
    gpu.device.destroy();
  });

  test('of one plan may be more than are kept for nobody: they are compiled once', async () => {
    const gpu = await openGpu((error) => expect.unreachable(error.message));
    const counter = counting(gpu.device);
    const large = experiment(1, 200);
    const plan = await Plan.create(gpu, new ScratchPool(gpu), [...large, ...large]);
    expect([counter.asked(), gpu.pipelines]).toEqual([200, 200]);
    plan.dispose();
    expect(gpu.pipelines).toBe(IDLE);
    gpu.device.destroy();
  });

  testInNode('of many experiments of different shapes are not all kept', async () => {
    const { engine, failures } = await openEngine();
    const { asked } = counting(engine.device!);
    const experimentOf = async (batchSize: number): Promise<void> => {
      // As every experiment does: batches of sizes that nobody wants any more go with the faces.
      engine.loadFaces(testFaces());
      await withLearner(engine, { ...CONFIG, batchSize }, async (learner) => {
        await train(engine, [learner], 1, { size: batchSize });
      });
    };
    for (let batchSize = 1; batchSize <= EXPERIMENTS; batchSize += 1) await experimentOf(batchSize);
    // All of them would be more than may be kept.
    expect(asked()).toBeGreaterThan(IDLE + 1);
    expect(engine.gpu!.pipelines).toBeLessThanOrEqual(IDLE + 1);
    // The last one's are all there.
    const before = asked();
    await experimentOf(EXPERIMENTS);
    expect(asked()).toBe(before);
    engine.dispose();
    expect(failures).toEqual([]);
  });

  test('that an experiment compiled are there for its first step', async () => {
    const { engine } = await openEngine();
    const learner = await engine.createLearner({ ...CONFIG, batchSize: BATCH });
    const { asked } = counting(engine.device!);
    await train(engine, [learner], 2);
    expect(asked()).toBe(0);
    engine.dispose();
  });
});
