/** The tuner: what it decides, what it keeps, and that it decides only once. */
import { describe, expect, it } from 'vitest';
import type { GemmTile } from './gemm';
import { type Dispatch, dispatch, scratch, write } from './kernel';
import { ScratchPool } from './scratch';
import { describeOnGpu, openGpu } from './testing/gpu';
import { MemoryStore } from './testing/memory-store';
import { makeRefusing } from './testing/refusing';
import { type Candidate, Tuner, type TuningRequest, type TuningStore } from './tuner';
import { kernelsVersion } from './version';

const REQUEST: TuningRequest = {
  kind: 'gemm',
  shape: { mode: 'nn', m: 8, n: 8, k: 8 },
  parts: 1,
};
const OTHER: TuningRequest = { ...REQUEST, parts: 2 };

/** A kernel that goes round so often: what it computes does not matter. */
function spinning(rounds: number): readonly Dispatch[] {
  return [
    dispatch({
      kernel: 'spinning',
      label: `${rounds}`,
      source: `
@group(0) @binding(0) var<storage, read_write> y : array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  var x = y[id.x];
  for (var round = 0u; round < ${rounds}u; round++) { x = x * 1.0001 + 0.5; }
  y[id.x] = x;
}`,
      values: {},
      bindings: [write(scratch('y', 1 << 12))],
      workgroups: [64, 1, 1],
    }),
  ];
}

const TILE: GemmTile = { rows: 4, groups: 1, quads: false, workgroup: 4 };

function candidate(name: string, rounds: number): Candidate {
  return { name, tile: { ...TILE, rows: rounds }, dispatches: () => spinning(rounds) };
}

/** Slow first, so that taking the first would be noticed; two orders of magnitude, whatever the machine. */
const CANDIDATES = [candidate('slow', 1000), candidate('fast', 4)];

function tunerWith(
  store: TuningStore | null,
  budgetMs = 60_000,
): { tuner: Tuner; asked(): number } {
  let asked = 0;
  const tuner = new Tuner({
    key: 'adapter',
    store,
    budgetMs,
    now: () => performance.now(),
    candidates: () =>
      CANDIDATES.map((one) => ({
        ...one,
        dispatches: () => {
          asked += 1;
          return one.dispatches();
        },
      })),
  });
  return { tuner, asked: () => asked };
}

describeOnGpu('Tuner', (gpu) => {
  const tune = (tuner: Tuner, requests: readonly TuningRequest[]): Promise<void> =>
    tuner.tune(gpu(), new ScratchPool(gpu()), requests);

  it('takes the fastest of what it ran, and tells what each took', async () => {
    const { tuner } = tunerWith(null);
    expect(tuner.tile(REQUEST)).toBeNull();
    await tune(tuner, [REQUEST]);
    expect(tuner.tile(REQUEST)).toMatchObject({ rows: 4 });
    const decision = tuner.record['gemm nn 8×8×8 in 1'];
    expect(decision?.chosen).toBe('fast');
    const times = new Map(decision?.measured.map(({ name, ms }) => [name, ms]));
    expect(times.get('slow')).toBeGreaterThan(times.get('fast')!);
    expect(tuner.tile(OTHER)).toBeNull();
  });

  it('decides a shape once, and keeps it for the next visit', async () => {
    const store = new MemoryStore();
    const first = tunerWith(store);
    await tune(first.tuner, [REQUEST, REQUEST]);
    expect(first.asked()).toBe(2);
    await tune(first.tuner, [REQUEST]);
    expect(first.asked()).toBe(2);

    const second = tunerWith(store);
    await tune(second.tuner, [REQUEST]);
    expect(second.asked()).toBe(0);
    expect(second.tuner.tile(REQUEST)).toMatchObject({ rows: 4 });
  });

  it('leaves what others decided meanwhile beside it, and forgets nothing for them', async () => {
    const store = new MemoryStore();
    const [one, two] = [tunerWith(store), tunerWith(store)];
    await tune(one.tuner, []);
    await tune(two.tuner, [REQUEST]);
    await tune(one.tuner, [OTHER]);
    expect(Object.keys(store.records.get('adapter')!)).toEqual([
      'gemm nn 8×8×8 in 1',
      'gemm nn 8×8×8 in 2',
    ]);
    // What was reset elsewhere is not brought back by somebody who still knows it.
    await two.tuner.reset();
    await tune(one.tuner, [{ ...REQUEST, parts: 3 }]);
    expect(Object.keys(store.records.get('adapter')!)).toEqual(['gemm nn 8×8×8 in 3']);
  });

  it('takes the first where the time is up, and sticks to it', async () => {
    const store = new MemoryStore();
    const { tuner, asked } = tunerWith(store, 0);
    await tune(tuner, [REQUEST]);
    expect(asked()).toBe(0);
    expect(tuner.record['gemm nn 8×8×8 in 1']).toEqual({ chosen: 'slow', measured: [] });
    const later = tunerWith(store);
    await tune(later.tuner, [REQUEST]);
    expect(later.tuner.tile(REQUEST)).toMatchObject({ rows: 1000 });
  });

  it('measures again once everything was forgotten', async () => {
    const store = new MemoryStore();
    const { tuner, asked } = tunerWith(store);
    await tune(tuner, [REQUEST]);
    await tuner.reset();
    expect(store.records.size).toBe(0);
    expect(tuner.tile(REQUEST)).toBeNull();
    await tune(tuner, [REQUEST]);
    expect(asked()).toBe(4);
  });

  it('works without a store that works', async () => {
    const broken: TuningStore = {
      load: () => Promise.reject(new Error('no storage')),
      add: () => Promise.reject(new Error('disk full')),
      clear: () => Promise.resolve(),
    };
    const { tuner } = tunerWith(broken);
    await tune(tuner, [REQUEST]);
    expect(tuner.record['gemm nn 8×8×8 in 1']?.chosen).toBe('fast');
  });

  it('never takes one that the driver refuses, measured or not', async () => {
    const own = await openGpu((error) => expect.unreachable(error.message));
    const refuse = new Set<string>();
    makeRefusing(own.device, (label) => refuse.has(label));
    const tuneOwn = async (): Promise<Tuner> => {
      const { tuner } = tunerWith(null);
      await tuner.tune(own, new ScratchPool(own), [REQUEST]);
      return tuner;
    };
    refuse.add('spinning 1000');
    // It comes first, and of the others one alone is left.
    expect((await tuneOwn()).record['gemm nn 8×8×8 in 1']).toMatchObject({ chosen: 'fast' });
    own.device.destroy();
  });

  it('decides nothing where all are refused', async () => {
    const own = await openGpu((error) => expect.unreachable(error.message));
    makeRefusing(own.device, () => true);
    const { tuner } = tunerWith(null);
    await tuner.tune(own, new ScratchPool(own), [REQUEST]);
    expect(tuner.record).toEqual({});
    expect(own.bytes).toBe(0);
    own.device.destroy();
  });

  it('leaves nothing on the device', async () => {
    const before = gpu().bytes;
    await tune(tunerWith(null).tuner, [REQUEST]);
    expect(gpu().bytes).toBe(before);
  });
});

describe('kernelsVersion', () => {
  it('changes with any kernel and its name, and not with their order', () => {
    const version = kernelsVersion({ a: 'x', b: 'y' });
    expect(kernelsVersion({ b: 'y', a: 'x' })).toBe(version);
    expect(kernelsVersion({ a: 'x', b: 'z' })).not.toBe(version);
    expect(kernelsVersion({ a: 'x', c: 'y' })).not.toBe(version);
    expect(kernelsVersion()).toMatch(/^[0-9a-f]{8}$/);
  });
});
