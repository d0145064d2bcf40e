import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenBackend } from '../backend';
import { Constants } from '../constants';
import { describeBackends } from '../testing/backends';
import { normals, relativeError } from '../testing/numbers';
import { trainingBatchNorm } from './batch-norm';
import { normalise } from './normalise';
import { prelu } from './prelu';

const EPSILON = 1e-5;
const TOLERANCE = 2e-5;

/** Values of a result and of its gradients for a random derivative, computed by `f` and by `reference`. */
async function compare(
  inputs: readonly tf.Tensor[],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  reference: (...inputs: tf.Tensor[]) => tf.Tensor,
): Promise<number> {
  const run = async (g: (...inputs: tf.Tensor[]) => tf.Tensor): Promise<number[][]> => {
    const tensors = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(g)(
        [...inputs],
        // The same derivative for both: only the operation differs.
        tf.tensor(normals(inputs[0]!.size, 99), inputs[0]!.shape),
      );
      return [value, ...grads];
    });
    const values = await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));
    tf.dispose(tensors);
    return values;
  };
  const [actual, expected] = [await run(f), await run(reference)];
  expect(actual.length).toBe(inputs.length + 1);
  return Math.max(...actual.map((values, index) => relativeError(values, expected[index]!)));
}

describeBackends('operation', (_name, open) => {
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

  function batchNorm(x: tf.Tensor, gamma: tf.Tensor1D | null, beta: tf.Tensor1D): tf.Tensor {
    const result = trainingBatchNorm({ x, gamma, beta }, EPSILON, constants);
    tf.dispose([result.mean, result.variance]);
    return result.y;
  }

  /** From tfjs's differentiable parts, over everything but the last axis. */
  function composed(x: tf.Tensor, gamma: tf.Tensor | null, beta: tf.Tensor): tf.Tensor {
    const rows = x.reshape([-1, x.shape.at(-1)!]);
    const mean = tf.mean(rows, 0, true);
    const centred = tf.sub(rows, mean);
    const variance = tf.mean(tf.square(centred), 0, true);
    const normalised = tf.div(centred, tf.sqrt(tf.add(variance, EPSILON)));
    const scaled = gamma === null ? normalised : tf.mul(normalised, gamma);
    return tf.add(scaled, beta).reshape(x.shape);
  }

  test.each([[[3, 5, 5, 8]], [[40, 3, 3, 4]], [[2, 3, 3, 5]]])(
    'batch norm over %o: value and gradients equal autodiff of its parts',
    async (shape) => {
      const channels = shape.at(-1)!;
      // A mean far from zero, where a sloppy variance would cancel.
      const x = tf.tidy(() => tf.tensor(normals(tf.util.sizeFromShape(shape), 1), shape).add(3));
      const gamma = tf.tensor1d(normals(channels, 2));
      const beta = tf.tensor1d(normals(channels, 3));
      const error = await compare(
        [x, gamma, beta],
        (a, g, b) => batchNorm(a!, g as tf.Tensor1D, b as tf.Tensor1D),
        (a, g, b) => composed(a!, g!, b!),
      );
      expect(error).toBeLessThan(TOLERANCE);
      tf.dispose([x, gamma, beta]);
    },
  );

  test('batch norm without scale over a matrix', async () => {
    const x = tf.tensor2d(normals(7 * 12, 4), [7, 12]);
    const beta = tf.tensor1d(normals(12, 5));
    const error = await compare(
      [x, beta],
      (a, b) => batchNorm(a!, null, b as tf.Tensor1D),
      (a, b) => composed(a!, null, b!),
    );
    expect(error).toBeLessThan(TOLERANCE);
    tf.dispose([x, beta]);
  });

  test('batch norm tells mean and population variance', async () => {
    const values = normals(6 * 4, 6);
    const x = tf.tensor2d(values, [6, 4]);
    const beta = tf.zeros<tf.Rank.R1>([4]);
    const { y, mean, variance } = trainingBatchNorm<tf.Tensor2D>(
      { x, gamma: null, beta },
      EPSILON,
      constants,
    );
    const column = (channel: number): number[] =>
      [...values].filter((_, index) => index % 4 === channel);
    const average = (numbers: number[]): number =>
      numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const means = [0, 1, 2, 3].map((channel) => average(column(channel)));
    const variances = means.map((centre, channel) =>
      average(column(channel).map((value) => (value - centre) ** 2)),
    );
    expect(relativeError(await mean.data(), means)).toBeLessThan(1e-6);
    expect(relativeError(await variance.data(), variances)).toBeLessThan(1e-6);
    tf.dispose([x, beta, y, mean, variance]);
  });

  test('PReLU: value and gradients equal autodiff of its parts', async () => {
    const x = tf.tensor4d(normals(2 * 3 * 3 * 4, 7), [2, 3, 3, 4]);
    const slope = tf.tensor1d([0.25, -0.5, 0, 1.5]);
    const error = await compare(
      [x, slope],
      (a, s) => prelu(a!, s as tf.Tensor1D, constants),
      (a, s) => tf.add(tf.relu(a!), tf.mul(s!, tf.neg(tf.relu(tf.neg(a!))))),
    );
    expect(error).toBeLessThan(TOLERANCE);
    tf.dispose([x, slope]);
  });

  test.each([0, 1] as const)('normalising along axis %i', async (axis) => {
    const x = tf.tensor2d(normals(5 * 8, 8), [5, 8]);
    const error = await compare(
      [x],
      (a) => normalise(a as tf.Tensor2D, axis, constants),
      (a) => tf.div(a!, tf.sqrt(tf.sum(tf.square(a!), axis, true))),
    );
    expect(error).toBeLessThan(TOLERANCE);
    x.dispose();
  });

  test('a zero vector has no direction and harms nothing', async () => {
    const x = tf.tensor2d([0, 0, 0, 3, 0, 4], [2, 3]);
    const y = tf.tidy(() => normalise(x, 1, constants));
    expect(relativeError(await y.data(), [0, 0, 0, 0.6, 0, 0.8])).toBeLessThan(1e-6);
    tf.dispose([x, y]);
  });
});
