/** The factor that shortens a gradient, against float64, with threads that share memory and without. */
import { expect, test } from 'vitest';
import { normals } from '../tfjs/testing/numbers';
import { clip } from './clip';
import { scratch } from './kernel';
import { reductionFor } from './norm';
import { describeOnGpu } from './testing/gpu';
import { given, runKernel } from './testing/run-kernel';

const LENGTH = 5000;

describeOnGpu('clipping by the global norm', (gpu) => {
  async function factorOf(
    values: Float32Array,
    clipNorm: number,
    software: boolean,
  ): Promise<number> {
    const gradient = scratch('gradient', LENGTH);
    const { dispatches, factor } = clip(clipNorm, gradient, reductionFor(software), scratch);
    const [found] = await runKernel(gpu(), {
      dispatches,
      inputs: given([gradient, Float32Array.from(values)]),
      outputs: [factor],
    });
    return found![0]!;
  }

  test.each([true, false])('for a software adapter: %s', async (software) => {
    const values = normals(LENGTH, 1);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    expect((await factorOf(values, 2, software)) / (2 / norm)).toBeCloseTo(1, 6);
    expect(await factorOf(values, 2 * norm, software)).toBe(1);
    expect(await factorOf(new Float32Array(LENGTH), 2, software)).toBe(1);
  });

  test('is no number where the gradient has one that is none', async () => {
    const values = normals(LENGTH, 1);
    values[LENGTH - 3] = Number.NaN;
    expect(await factorOf(values, 2, true)).toBeNaN();
  });
});
