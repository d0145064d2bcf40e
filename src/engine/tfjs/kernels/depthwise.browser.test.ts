/** Depthwise convolution and its gradients, stock or composed, against the definition on every backend. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenBackend } from '../backend';
import { describeBackends } from '../testing/backends';
import { DEPTHWISE_CASES, depthwiseOutput, depthwiseReference } from '../testing/depthwise';
import { normals, relativeError } from '../testing/numbers';

const TOLERANCE = 1e-5;

describeBackends('depthwise convolution', (_name, open) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each(DEPTHWISE_CASES)('and its gradients equal the definition: %o', async (shape) => {
    const { batch, size, channels, stride } = shape;
    const out = depthwiseOutput(shape);
    const x = normals(batch * size * size * channels, 1);
    const weights = normals(9 * channels, 2);
    const dy = normals(batch * out * out * channels, 3);
    const expected = depthwiseReference(shape, x, weights, dy);
    const results = tf.tidy(() => {
      const forward = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 1);
      const xs = tf.tensor4d(x, [batch, size, size, channels]);
      const ws = tf.tensor4d(weights, [3, 3, channels, 1]);
      const given = tf.tensor4d(dy, [batch, out, out, channels]);
      return [forward(xs, ws), ...tf.grads(forward)([xs, ws], given)];
    });
    const [y, dx, dFilter] = await Promise.all(results.map((tensor) => tensor.data()));
    tf.dispose(results);
    expect(tf.getBackend()).toBe(backend.backend);
    expect(relativeError(y!, expected.y)).toBeLessThan(TOLERANCE);
    expect(relativeError(dx!, expected.dx)).toBeLessThan(TOLERANCE);
    expect(relativeError(dFilter!, expected.dFilter)).toBeLessThan(TOLERANCE);
  });
});
