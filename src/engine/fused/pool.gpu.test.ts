/** Pooling against the definition in float64, on values with many equal maxima. */
import { expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { POOL_CASES, poolReference, tiedValues } from '../tfjs/testing/pool';
import { padded, scratch } from './kernel';
import { poolForward, poolGradient } from './pool';
import { cutRows, padRows } from './testing/channels';
import { describeOnGpu } from './testing/gpu';
import { given, runKernel } from './testing/run-kernel';

describeOnGpu('pooling', (gpu) => {
  test.each(POOL_CASES)('$pool of $size×$size×$channels and its gradient', async (shape) => {
    const { batch, size, channels, pool } = shape;
    const half = Math.floor(size / 2);
    const width = padded(channels);
    const x = tiedValues(shape);
    const dy = normals(batch * half * half * channels, 3);
    const expected = poolReference(shape, x, dy);
    const inside = { batch, inSize: size, channels: width, pool };
    const tensors = {
      x: scratch('x', batch * size * size * width),
      y: scratch('y', batch * half * half * width),
      dy: scratch('dy', batch * half * half * width),
      dx: scratch('dx', batch * size * size * width),
    };
    const [y, dx] = await runKernel(gpu(), {
      dispatches: [poolForward('pool', inside, tensors), poolGradient('pool', inside, tensors)],
      // What dx held before must not show at an odd border.
      inputs: given(
        [tensors.x, padRows(x, channels)],
        [tensors.dy, padRows(dy, channels)],
        [tensors.dx, new Float32Array(tensors.dx.length).fill(7)],
      ),
      outputs: [tensors.y, tensors.dx],
    });
    expect(relativeError(cutRows(y!, channels), expected.y)).toBeLessThan(1e-7);
    expect(relativeError(cutRows(dx!, channels), expected.dx)).toBeLessThan(1e-7);
  });
});
