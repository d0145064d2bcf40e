import { describe, expect, test } from 'vitest';
import {
  ALIGNMENT,
  dispatch,
  linear,
  MAX_WORKGROUPS,
  padded,
  part,
  read,
  rootOf,
  scratch,
  write,
} from './kernel';

describe('a part of a tensor', () => {
  const whole = scratch('whole', 10 * ALIGNMENT);

  test('starts at a binding’s alignment and lies inside', () => {
    expect(part(whole, 'p', ALIGNMENT, 5)).toMatchObject({
      length: 5,
      view: { offset: ALIGNMENT },
    });
    expect(part(whole, 'p', 9 * ALIGNMENT, ALIGNMENT).length).toBe(ALIGNMENT);
    expect(() => part(whole, 'crooked', ALIGNMENT + 1, 5)).toThrow('crooked: 5 numbers at 65');
    expect(() => part(whole, 'long', 9 * ALIGNMENT, ALIGNMENT + 1)).toThrow('do not fit whole');
  });

  test('of a part has the root of both, and both offsets', () => {
    const inner = part(part(whole, 'p', 2 * ALIGNMENT, 5 * ALIGNMENT), 'q', 3 * ALIGNMENT, 4);
    expect(rootOf(inner)).toEqual({ root: whole, offset: 5 * ALIGNMENT });
    expect(rootOf(whole)).toEqual({ root: whole, offset: 0 });
  });
});

describe('workgroups for so many threads', () => {
  test('are enough, and no more than one row too many', () => {
    for (const threads of [1, 63, 64, 65, 64 * MAX_WORKGROUPS, 64 * MAX_WORKGROUPS + 1, 1e8]) {
      const [x, y, z] = linear(threads, 64);
      expect(z).toBe(1);
      expect(x).toBeLessThanOrEqual(MAX_WORKGROUPS);
      expect(x * y * 64).toBeGreaterThanOrEqual(threads);
      expect(x * (y - 1) * 64).toBeLessThan(threads);
    }
  });

  test('spill over into y only where x is full: kernels count on rows of that length', () => {
    expect(linear(64 * MAX_WORKGROUPS, 64)).toEqual([MAX_WORKGROUPS, 1, 1]);
    expect(linear(64 * MAX_WORKGROUPS + 1, 64)).toEqual([MAX_WORKGROUPS, 2, 1]);
  });
});

describe('a dispatch', () => {
  const spec = {
    kernel: 'k',
    label: 'l',
    values: { N: 2 },
    bindings: [read(scratch('a', 3)), write(scratch('b', 5))],
    workgroups: [1, 1, 1],
  } as const;

  test('moves every bound tensor once unless told otherwise, and reckons nothing', () => {
    expect(dispatch({ ...spec, source: '$N' })).toMatchObject({
      code: '2',
      bytes: 32,
      flops: 0,
      group: 'none',
    });
    expect(dispatch({ ...spec, source: '', bytes: 7, flops: 9 })).toMatchObject({
      bytes: 7,
      flops: 9,
    });
  });

  test('asks for subgroups exactly where it uses them', () => {
    const source = '#if Q\nquadBroadcast(x, 0u);\n#end';
    expect(dispatch({ ...spec, source, values: { Q: true } }).code).toMatch(/^enable subgroups;\n/);
    expect(dispatch({ ...spec, source, values: { Q: false } }).code).not.toContain('subgroups');
  });
});

test('channels are padded to whole vec4s', () => {
  expect([1, 3, 4, 5, 8, 9].map(padded)).toEqual([4, 4, 4, 8, 8, 12]);
});
