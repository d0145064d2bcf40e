import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBackend } from '../backend';
import { describeBackends } from '../testing/backends';
import {
  type ConvolutionCase,
  convolveReference,
  outputSize,
  padding,
} from '../testing/convolution';
import { normals, relativeError } from '../testing/numbers';
import { prepareWebgpuKernels } from './webgpu/prepare';

/** Odd and even sizes, both strides, channels that do and do not come in fours, shortcuts. */
const CASES: readonly ConvolutionCase[] = [
  { batch: 2, size: 8, inChannels: 3, outChannels: 8, filter: 3, stride: 2 },
  { batch: 3, size: 8, inChannels: 8, outChannels: 4, filter: 3, stride: 1 },
  { batch: 2, size: 7, inChannels: 4, outChannels: 8, filter: 3, stride: 2 },
  { batch: 2, size: 5, inChannels: 4, outChannels: 4, filter: 3, stride: 1 },
  { batch: 2, size: 6, inChannels: 4, outChannels: 12, filter: 3, stride: 2 },
  { batch: 2, size: 6, inChannels: 5, outChannels: 6, filter: 3, stride: 1 },
  { batch: 1, size: 1, inChannels: 4, outChannels: 4, filter: 3, stride: 2 },
  { batch: 2, size: 8, inChannels: 4, outChannels: 8, filter: 1, stride: 2 },
  { batch: 2, size: 7, inChannels: 8, outChannels: 4, filter: 1, stride: 2 },
  { batch: 2, size: 4, inChannels: 4, outChannels: 8, filter: 1, stride: 1 },
];

const TOLERANCE = 1e-5;

describeBackends('convolution', (name, open) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each(CASES)('and its gradients equal the definition: %o', check);

  // Which kernels are used depends on the adapter; a hardware one gets tfjs's own for some.
  if (name === 'tfjs-webgpu') {
    describe('with the kernels of a hardware adapter', () => {
      beforeAll(() => prepareWebgpuKernels({ software: false }));
      afterAll(() => prepareWebgpuKernels(backend.adapter!));
      test.each(CASES)('and its gradients equal the definition: %o', check);
    });
  }

  async function check(shape: ConvolutionCase): Promise<void> {
    const { batch, size, inChannels, outChannels, filter, stride } = shape;
    const out = outputSize(shape);
    const x = normals(batch * size * size * inChannels, 1);
    const weights = normals(filter * filter * inChannels * outChannels, 2);
    const dy = normals(batch * out * out * outChannels, 3);
    const expected = convolveReference(shape, x, weights, dy);
    const results = tf.tidy(() => {
      const xs = tf.tensor4d(x, [batch, size, size, inChannels]);
      const ws = tf.tensor4d(weights, [filter, filter, inChannels, outChannels]);
      const forward = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, padding(shape));
      const gradients = tf.grads(forward)(
        [xs, ws],
        tf.tensor4d(dy, [batch, out, out, outChannels]),
      );
      return [forward(xs, ws), ...gradients];
    });
    const [y, dx, dFilter] = await Promise.all(results.map((tensor) => tensor.data()));
    tf.dispose(results);
    expect(tf.getBackend()).toBe(backend.backend);
    expect(relativeError(y!, expected.y)).toBeLessThan(TOLERANCE);
    expect(relativeError(dx!, expected.dx)).toBeLessThan(TOLERANCE);
    expect(relativeError(dFilter!, expected.dFilter)).toBeLessThan(TOLERANCE);
  }
});

describeBackends('matrix product', (_name, open) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test.each([
    [32, 8, 12],
    [5, 8, 12],
    [6, 7, 9],
    [4, 64, 4],
    [1, 40, 4],
  ])(
    '%i×%i · %i columns equals the definition, transposed or not',
    async (rows, inner, columns) => {
      const a = normals(rows * inner, 4);
      const b = normals(inner * columns, 5);
      const expected = Float64Array.from({ length: rows * columns }, (_, at) => {
        let sum = 0;
        for (let k = 0; k < inner; k += 1) {
          sum += a[Math.floor(at / columns) * inner + k]! * b[k * columns + (at % columns)]!;
        }
        return sum;
      });
      const results = tf.tidy(() => {
        const plainA = tf.tensor2d(a, [rows, inner]);
        const plainB = tf.tensor2d(b, [inner, columns]);
        const turned = (matrix: tf.Tensor2D): tf.Tensor2D => tf.transpose(matrix);
        return [
          tf.matMul(plainA, plainB),
          tf.matMul(turned(plainA), plainB, true),
          tf.matMul(plainA, turned(plainB), false, true),
          tf.matMul(turned(plainA), turned(plainB), true, true),
        ];
      });
      for (const result of results) {
        expect(relativeError(await result.data(), expected)).toBeLessThan(TOLERANCE);
      }
      tf.dispose(results);
    },
  );
});
