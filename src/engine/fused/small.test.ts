import { describe, expect, test } from 'vitest';
import { uniformInt } from '../../math/random';
import { type SplitSum, sumTable } from './small';

/** What sum-parts does with its table, number by number. */
function follow(table: Uint32Array, parts: Float64Array, length: number): Float64Array {
  const gradient = new Float64Array(length).fill(Number.NaN);
  for (let at = 0; at < table.length; at += 8) {
    const [from, size, count, to, block] = table.subarray(at, at + 5) as unknown as number[];
    expect(block).toBeGreaterThan(0);
    expect(block).toBeLessThanOrEqual(64);
    for (let place = 0; place < 4 * block!; place += 1) {
      let sum = 0;
      for (let part = 0; part < count!; part += 1)
        sum += parts[4 * (from! + part * size!) + place]!;
      // No number is written twice.
      expect(gradient[4 * to! + place]).toBeNaN();
      gradient[4 * to! + place] = sum;
    }
  }
  return gradient;
}

describe('the table of split sums', () => {
  test.each([
    ['one short sum', [{ from: 0, length: 4, parts: 1, to: 0 }]],
    ['exactly one block', [{ from: 64, length: 256, parts: 3, to: 128 }]],
    ['one vec4 more than a block', [{ from: 0, length: 260, parts: 2, to: 0 }]],
    [
      'several of different lengths',
      [
        { from: 0, length: 108, parts: 5, to: 640 },
        { from: 576, length: 576, parts: 1, to: 64 },
        { from: 1152, length: 64, parts: 7, to: 0 },
      ],
    ],
  ] as readonly (readonly [string, readonly SplitSum[]])[])(
    'adds every part of %s once',
    (_, sums) => {
      const end = Math.max(...sums.map(({ from, length, parts }) => from + length * parts));
      const parts = Float64Array.from({ length: end }, (_value, at) =>
        uniformInt(1, 1, 1, at, 1000),
      );
      const gradient = follow(sumTable(sums), parts, 1000);
      const covered = new Set<number>();
      for (const { from, length, parts: count, to } of sums) {
        for (let at = 0; at < length; at += 1) {
          let expected = 0;
          for (let part = 0; part < count; part += 1) expected += parts[from + part * length + at]!;
          expect(gradient[to + at]).toBe(expected);
          covered.add(to + at);
        }
      }
      // Nothing beside them is touched.
      gradient.forEach((value, at) => {
        if (!covered.has(at)) expect(value).toBeNaN();
      });
    },
  );

  test('no sums, no workgroups', () => {
    expect(sumTable([])).toHaveLength(0);
  });
});
