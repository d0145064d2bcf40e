import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenBackend } from '../backend';
import { describeBackends } from '../testing/backends';
import { normals, relativeError } from '../testing/numbers';
import { POOL_CASES, poolReference, tiedValues } from '../testing/pool';
import { pool2x2 } from './pool';

describeBackends('pooling', (_name, open) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each(POOL_CASES)('$pool of $size×$size×$channels and its gradient', async (shape) => {
    const { batch, size, channels, pool } = shape;
    const half = Math.floor(size / 2);
    const x = tiedValues(shape);
    const dy = normals(batch * half * half * channels, 3);
    const expected = poolReference(shape, x, dy);
    const results = tf.tidy(() => {
      const xs = tf.tensor4d(x, [batch, size, size, channels]);
      const forward = (a: tf.Tensor4D): tf.Tensor => pool2x2(a, pool);
      const gradient = tf.grad((a) => forward(a as tf.Tensor4D));
      return [forward(xs), gradient(xs, tf.tensor4d(dy, [batch, half, half, channels]))];
    });
    const [y, dx] = await Promise.all(results.map((tensor) => tensor.data()));
    tf.dispose(results);
    expect(relativeError(y!, expected.y)).toBeLessThan(1e-6);
    expect(relativeError(dx!, expected.dx)).toBeLessThan(1e-6);
  });
});
