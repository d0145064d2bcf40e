/** What is kept of kernel measurements, with several tabs at once: each has a store of its own. */
import { afterEach, expect, test } from 'vitest';
import type { TuningRecord } from '../engine/fused/tuner';
import { tuningStore } from './tuningStore';

const KEY = 'vendor|architecture|description|kernels';

const decided = (shape: string, chosen = 'registers 2×4×8'): TuningRecord => ({
  [shape]: { chosen, measured: [{ name: chosen, ms: 1.5 }] },
});

afterEach(async () => {
  const store = tuningStore();
  await store.clear(KEY);
  await store.clear('other');
});

test('a record comes back as it was, and there is none of what nobody measured', async () => {
  const store = tuningStore();
  expect(await store.load(KEY)).toBeNull();
  await store.add(KEY, decided('a'));
  expect(await tuningStore().load(KEY)).toEqual(decided('a'));
  expect(await store.load('other')).toBeNull();
});

test('two tabs keep what both found, however their writes fall', async () => {
  const tabs = [tuningStore(), tuningStore()];
  const shapes = Array.from({ length: 20 }, (_, index) => `shape ${index}`);
  await Promise.all(shapes.map((shape, at) => tabs[at % 2]!.add(KEY, decided(shape))));
  const kept = await tuningStore().load(KEY);
  expect(Object.keys(kept!).sort()).toEqual([...shapes].sort());
});

test('what was decided anew takes the place of what was kept', async () => {
  const [one, two] = [tuningStore(), tuningStore()];
  await one.add(KEY, { ...decided('a'), ...decided('b') });
  await two.add(KEY, decided('a', 'workgroup 64×64×16'));
  expect(await one.load(KEY)).toEqual({ ...decided('a', 'workgroup 64×64×16'), ...decided('b') });
});

test('what one tab forgets is gone for the other, and only for that adapter', async () => {
  const [one, two] = [tuningStore(), tuningStore()];
  await one.add(KEY, decided('a'));
  await one.add('other', decided('c'));
  await two.clear(KEY);
  await one.add(KEY, decided('b'));
  expect(await two.load(KEY)).toEqual(decided('b'));
  expect(await two.load('other')).toEqual(decided('c'));
});
