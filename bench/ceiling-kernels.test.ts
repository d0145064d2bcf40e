import { describe, expect, it } from 'vitest';
import { productKernels } from './ceiling-kernels';

const LIMITS = {
  size: 512,
  subgroups: true,
  workgroupBytes: 32_768,
  workgroupThreads: 256,
  shared: true,
} as const;

describe('productKernels', () => {
  it('sums in named variables, never in an array with a running index', () => {
    for (const { code } of productKernels(LIMITS)) {
      expect(code).toContain('var s0_0 = vec4f();');
      expect(code).not.toMatch(/var \w+: array/);
    }
  });

  it('covers the product with whole workgroups', () => {
    for (const { code, workgroups } of productKernels(LIMITS)) {
      expect(workgroups.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
      const [, x = '', y = '1'] = /@workgroup_size\((\d+)(?:, (\d+))?\)/.exec(code) ?? [];
      const sums = code.match(/var s\d+_\d+ =/g)!.length * 4;
      expect(Number(x) * Number(y) * sums * workgroups[0] * workgroups[1]).toBe(512 * 512);
    }
  });

  it('asks for subgroups and workgroup memory only where they may be had', () => {
    const plain = productKernels({ ...LIMITS, subgroups: false, shared: false });
    expect(plain.some(({ needsSubgroups }) => needsSubgroups)).toBe(false);
    expect(plain.some(({ code }) => code.includes('var<workgroup>'))).toBe(false);
    const small = productKernels({ ...LIMITS, workgroupBytes: 1024 });
    expect(small.some(({ code }) => code.includes('var<workgroup>'))).toBe(false);
  });
});
