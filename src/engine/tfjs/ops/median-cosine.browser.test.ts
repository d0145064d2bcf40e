/** The median on every backend against the float64 one, of angles rather than cosines. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lowerMedian } from '../../../math/statistics';
import type { OpenBackend } from '../backend';
import { Constants } from '../constants';
import { describeBackends } from '../testing/backends';
import { normals } from '../testing/numbers';
import { medianCosine } from './median-cosine';

const COUNTS = [1, 2, 3, 4, 31, 32, 33, 512, 1024] as const;

/** `kinds` different cosines from −1 to 1, drawn in no order; with few kinds most of them tie. */
function cosines(count: number, kinds: number): Float32Array {
  return normals(count, count).map((x) => Math.round((Math.tanh(x) * kinds) / 2) / (kinds / 2));
}

const INPUTS: readonly (readonly [name: string, make: (count: number) => Float32Array])[] = [
  ['all different', (count) => normals(count, count + 1).map((x) => Math.tanh(x))],
  ['many ties', (count) => cosines(count, 6)],
  ['two values', (count) => cosines(count, 6).map((x) => (x > 0 ? 0.7 : -0.7))],
  ['all equal', (count) => new Float32Array(count).fill(-0.25)],
  ['ascending', (count) => Float32Array.from({ length: count }, (_, at) => at / count)],
  ['descending', (count) => Float32Array.from({ length: count }, (_, at) => -at / count)],
];

/** The lower median angle is that of the lower median of −cosθ, as −cosθ ascends with θ. */
function expected(values: Float32Array): number {
  return -lowerMedian(Float64Array.from(values, (cosine) => -cosine));
}

describeBackends('median', (_name, open) => {
  let backend: OpenBackend;
  let constants: Constants;
  beforeAll(async () => {
    backend = await open();
    constants = new Constants();
  });
  afterAll(() => {
    constants.dispose();
    backend.close();
  });

  async function medianOf(values: Float32Array): Promise<number> {
    const median = tf.tidy(() => {
      // Through an operation, so that it is computed where the cosines of a step are.
      const batch = tf.tensor1d(values);
      return medianCosine(tf.mul<tf.Tensor1D>(batch, tf.ones([values.length])), constants);
    });
    expect(median.shape).toEqual([]);
    const [value] = await median.data();
    median.dispose();
    return value!;
  }

  test.each(INPUTS)('is the lower one by angle: %s', async (_, make) => {
    for (const count of COUNTS) {
      const values = make(count);
      // + 0, since of a tie between 0 and −0 either will do.
      expect((await medianOf(values)) + 0, `of ${count}`).toBe(expected(values) + 0);
    }
  });

  test('leaves no tensor behind but constants', async () => {
    await medianOf(cosines(32, 6));
    const before = tf.memory().numTensors;
    await medianOf(cosines(32, 8));
    expect(tf.memory().numTensors).toBe(before);
  });
});
