import { describe, expect, it } from 'vitest';
import { MEASURED, PLAN } from './plan.testing';
import {
  barsOf,
  candidatesText,
  groupsOf,
  megaflopsText,
  msText,
  planText,
  summaryOf,
  sumsOf,
} from './planRows';

describe('groupsOf', () => {
  it('keeps the order of a step and adds up each phase', () => {
    const groups = groupsOf(MEASURED);
    expect(groups.map(({ phase, rows }) => [phase, rows.length])).toEqual([
      ['batch', 1],
      ['forward', 2],
      ['head', 1],
      ['backward', 1],
      ['update', 1],
    ]);
    expect(groups[1]!.sums.bytes).toBe(2_000_000);
    expect(groups[1]!.sums.ms).toBeCloseTo(0.5);
    const rows = groups.flatMap((group) => group.rows);
    expect(rows).toEqual(MEASURED.dispatches);
  });

  it('leaves out a phase that has nothing to run', () => {
    const [first] = PLAN.dispatches;
    expect(groupsOf({ ...PLAN, dispatches: [first!] }).map(({ phase }) => phase)).toEqual([
      'batch',
    ]);
  });
});

describe('sumsOf', () => {
  it('adds up what was measured, which may be nothing', () => {
    const [first, ...rest] = MEASURED.dispatches;
    expect(sumsOf(MEASURED.dispatches).ms).toBeCloseTo(2.1);
    expect(sumsOf([{ ...first!, ms: null }, ...rest]).ms).toBeCloseTo(2);
    expect(sumsOf(PLAN.dispatches).ms).toBeNull();
  });
});

describe('barsOf', () => {
  it('is the share of the longest', () => {
    const share = barsOf(MEASURED);
    expect(share(MEASURED.dispatches[5]!)).toBe(1);
    expect(share(MEASURED.dispatches[2]!)).toBeCloseTo(0.5);
    expect(barsOf(PLAN)(PLAN.dispatches[0]!)).toBe(0);
  });
});

describe('words', () => {
  it.each([
    [null, '–'],
    [0.0123, '0.012'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
  ])('%s ms is %s', (ms, text) => expect(msText(ms)).toBe(text));

  it('a dispatch that only moves numbers does no work', () => {
    expect(megaflopsText(0)).toBe('–');
    expect(megaflopsText(7_000_000)).toBe('7');
    expect(megaflopsText(1_000)).toBe('0.001');
  });

  it('sums up the step, the memory and how it was timed', () => {
    expect(summaryOf(PLAN)).toEqual([
      'One step on 32 crops: 6 dispatches of 5 kernels, 21 MFLOP.',
      'Intermediate results take 4.0 MB, 12.0 MB unshared; 900 kB stay from step to step.',
      'Nothing is measured yet.',
    ]);
    expect(summaryOf(MEASURED)[2]).toContain('GPU’s own');
    expect(summaryOf(MEASURED)[2]).not.toContain('Not measured');
    expect(summaryOf({ ...MEASURED, timing: 'wall' })[2]).toContain('wall clock');
  });

  it('names what was left out of the times', () => {
    const [first, ...rest] = MEASURED.dispatches;
    const partly = { ...MEASURED, dispatches: [{ ...first!, ms: null }, ...rest] };
    expect(summaryOf(partly)[2]).toContain('Not measured: batch (gather).');
  });
});

describe('planText', () => {
  it('is a table with one line a dispatch, in aligned columns', () => {
    const lines = planText(MEASURED, 'Training step of arm B').split('\n');
    expect(lines[0]).toBe('Training step of arm B');
    const head = lines.findIndex((line) => line.startsWith('kernel'));
    const rows = lines.slice(head).filter((line) => /\d\.\d{4}$/.test(line));
    expect(rows).toHaveLength(7);
    expect(new Set([lines[head]!, ...rows].map(({ length }) => length)).size).toBe(1);
    expect(rows[1]).toMatch(
      /^conv +stage1\/conv +32×32×3 → 16×16×16, 3×3 +256 +1200000 +7000000 +0\.2000$/,
    );
    expect(rows[6]).toMatch(/^total +4092400 +21047000 +2\.1000$/);
  });
});

describe('candidatesText', () => {
  const shape = { shape: 'gemm nn 8×8×8 in 1', chosen: 'b' };

  it('names what every candidate took, the fastest first', () => {
    const measured = [
      { name: 'a', ms: 0.25 },
      { name: 'b', ms: 0.125 },
    ];
    expect(candidatesText({ ...shape, measured })).toBe('b 0.125 ms · a 0.250 ms');
  });

  it('says why nothing was measured', () => {
    expect(candidatesText({ ...shape, measured: [] })).toContain('unmeasured');
  });
});
