import { describe, expect, it } from 'vitest';
import type { BenchReport } from './report';
import { digits, placeTable, renderReport } from './table';

const NOTHING = { jsMs: null, dispatches: null, peakGpuBytes: null };
const REPORT: BenchReport = {
  adapter: { vendor: 'acme', architecture: 'rocket', description: '', software: false },
  versions: { tfjs: '4.22.0', torch: '1.13.0' },
  ceilingGflops: 10,
  workloads: [
    {
      name: 'head-1k',
      flops: 2e9,
      arms: [
        {
          name: 'fused',
          stepMs: 400,
          stepMsMin: 390,
          stepMsMax: 410,
          jsMs: 0.25,
          dispatches: 12,
          peakGpuBytes: 2 ** 21,
        },
        { name: 'pytorch-cpu', stepMs: 800, stepMsMin: 800, stepMsMax: 800, ...NOTHING },
      ],
      unavailable: [{ name: 'pytorch-cuda', reason: 'torch finds no CUDA device' }],
    },
  ],
};

describe('renderReport', () => {
  const table = renderReport(REPORT);

  it('names the adapter, the ceiling and the versions', () => {
    expect(table).toContain('Adapter: acme rocket.');
    expect(table).toContain('Ceiling: 10.0 GFLOP/s');
    expect(table).toContain('tfjs 4.22.0, torch 1.13.0.');
  });

  it('gives the share of the ceiling and compares with the own arm', () => {
    expect(table).toContain('| `fused` | 400 | 390 – 410 | 1.00 | 50.0 % | 0.250 | 12.0 | 2.00 |');
    expect(table).toContain('| `pytorch-cpu` | 800 | 800 – 800 | 2.00 | 25.0 % |  |  |  |');
  });

  it('counts half the operations for one learner beside two', () => {
    const one = { name: 'fused-one', stepMs: 200, stepMsMin: 200, stepMsMax: 200, ...NOTHING };
    const [work] = REPORT.workloads;
    const both = renderReport({
      ...REPORT,
      workloads: [{ ...work!, name: 'six-layer-32-x2', arms: [...work!.arms, one] }],
    });
    expect(both).toContain('| `fused-one` | 200 | 200 – 200 | 0.500 | 50.0 % |  |  |  |');
  });

  it('lists what could not run', () => {
    expect(table).toContain('- `pytorch-cuda`: torch finds no CUDA device');
  });
});

describe('digits', () => {
  it.each([
    [1234.5, '1235'],
    [12.345, '12.3'],
    [1.2345, '1.23'],
    [0.012345, '0.0123'],
    [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(digits(value)).toBe(text);
  });
});

describe('placeTable', () => {
  const readme = '# Benchmark\n\n<!-- end of results -->\n\nafter\n';

  it('adds a table, replaces it, and leaves others alone', () => {
    const first = placeTable(placeTable(readme, 'a', 'one\n'), 'b', 'two\n');
    const second = placeTable(first, 'a', 'three\n');
    expect(second).toContain('### a\n\nthree\n');
    expect(second).toContain('### b\n\ntwo\n');
    expect(second).not.toContain('one');
    expect(second.indexOf('### a')).toBeLessThan(second.indexOf('### b'));
    expect(second.endsWith('<!-- end of results -->\n\nafter\n')).toBe(true);
    expect(placeTable(second, 'a', 'three\n')).toBe(second);
  });

  it('refuses a README without a place', () => {
    expect(() => placeTable('# Benchmark\n', 'a', 'one\n')).toThrow('no line');
  });
});
