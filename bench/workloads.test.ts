import { describe, expect, it } from 'vitest';
import { stepFlops, WORKLOAD_NAMES, workload } from './workloads';

describe('workloads', () => {
  it('every name names a workload', () => {
    expect(WORKLOAD_NAMES.map((name) => workload(name).name)).toEqual([...WORKLOAD_NAMES]);
  });

  it('six-layer-32 counts every product three times, the first layer twice', () => {
    // Output area × 9 × channels in × channels out, by hand.
    const first = 16 * 16 * 9 * 3 * 16;
    const others =
      16 * 16 * 9 * 16 * 16 +
      8 * 8 * 9 * 16 * 32 +
      8 * 8 * 9 * 32 * 32 +
      4 * 4 * 9 * 32 * 64 +
      4 * 4 * 9 * 64 * 64 +
      1024 * 128 +
      128 * 40;
    expect(stepFlops(workload('six-layer-32'))).toBe(32 * 2 * (2 * first + 3 * others));
  });

  it('two learners do twice the work', () => {
    expect(stepFlops(workload('res-112-x2'))).toBe(2 * stepFlops(workload('res-112')));
  });

  it('a head is three matrix products', () => {
    expect(stepFlops(workload('head-1k'))).toBe(3 * 2 * 64 * 512 * 1000);
  });
});
