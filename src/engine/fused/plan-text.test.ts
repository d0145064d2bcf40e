import { describe, expect, it } from 'vitest';
import { planText } from './plan-text';

describe('planText', () => {
  const text = planText([
    {
      phase: 'forward',
      kernel: 'conv-forward',
      label: 'stage1/conv',
      shape: '4×4×4 → 4×4×8, 3×3',
      bytes: 2 ** 20,
      flops: 3e6,
    },
    {
      phase: 'update',
      kernel: 'optimiser',
      label: 'sgd',
      shape: '64 parameters',
      bytes: 2 ** 19,
      flops: 0,
    },
  ]);

  it('gives every kernel a line with what it works on and what it costs', () => {
    const [first, second] = text.split('\n');
    expect(first).toMatch(
      /^forward +conv-forward +stage1\/conv +4×4×4 → 4×4×8, 3×3 +1\.00 MiB +3\.0 MFLOP$/,
    );
    expect(second).toMatch(/^update +optimiser +sgd +64 parameters +0\.50 MiB$/);
  });

  it('sums up', () => {
    expect(text.split('\n').at(-1)).toBe('2 kernels, 0.003 GFLOP, 1.5 MiB read and written');
  });
});
