import { describe, expect, it } from 'vitest';
import {
  type BenchReport,
  bestProduct,
  formatReport,
  median,
  parseReport,
  summarise,
} from './report';

const REPORT: BenchReport = {
  adapter: { vendor: 'google', architecture: 'swiftshader', description: '', software: true },
  versions: { tfjs: '4.22.0' },
  ceilingGflops: 6,
  workloads: [
    {
      name: 'six-layer-32',
      flops: 1e9,
      arms: [
        {
          name: 'fused',
          stepMs: 2,
          stepMsMin: 1,
          stepMsMax: 3,
          jsMs: 0.5,
          dispatches: 40,
          peakGpuBytes: 1024,
        },
      ],
      unavailable: [{ name: 'pytorch-cuda', reason: 'torch finds no CUDA device' }],
    },
  ],
};

describe('a report', () => {
  it('survives being written and read', () => {
    expect(parseReport(formatReport(REPORT))).toEqual(REPORT);
  });

  it('is refused with a field missing or one too many', () => {
    const { ceilingGflops, ...missing } = REPORT;
    expect(() => parseReport(JSON.stringify(missing))).toThrow();
    expect(() => parseReport(JSON.stringify({ ...REPORT, ceiling: ceilingGflops }))).toThrow();
  });
});

describe('bestProduct', () => {
  const [work] = REPORT.workloads;
  const head = { ...work!, arms: [{ ...work!.arms[0]!, name: 'fused-products', stepMs: 125 }] };

  it('is the best that was tried, or the products of a head where they were faster', () => {
    expect(bestProduct([5, 6], REPORT.workloads)).toBe(6);
    expect(bestProduct([5, 6], [head])).toBe(8);
    expect(bestProduct([9], [head])).toBe(9);
  });

  it('is nothing where nothing was tried', () => {
    expect(bestProduct([], [head])).toBeNull();
  });
});

describe('summarise', () => {
  const round = { stepMs: 1, jsMs: null, dispatches: null, peakGpuBytes: null };

  it('takes the median step with its spread, and the highest peak', () => {
    const rounds = [
      { stepMs: 5, jsMs: 1, dispatches: 10, peakGpuBytes: 100 },
      { stepMs: 2, jsMs: 3, dispatches: 10, peakGpuBytes: 300 },
      { stepMs: 4, jsMs: 2, dispatches: 10, peakGpuBytes: 200 },
    ];
    expect(summarise('a', rounds)).toEqual({
      name: 'a',
      stepMs: 4,
      stepMsMin: 2,
      stepMsMax: 5,
      jsMs: 2,
      dispatches: 10,
      peakGpuBytes: 300,
    });
  });

  it('leaves null what was never told', () => {
    expect(summarise('a', [round, round])).toMatchObject({ jsMs: null, peakGpuBytes: null });
  });

  it('refuses no rounds', () => {
    expect(() => summarise('a', [])).toThrow('nothing has no median');
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two there', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
