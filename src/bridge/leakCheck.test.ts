import { expect, test } from 'vitest';
import { bytesOf } from '../data/formats/bytes.testing';
import type { FoundList } from '../data/import/catalogue';
import { recognise } from '../data/lists/recognise';
import type { FaceStore } from '../data/store/keptSets';
import { LeakCheck } from './leakCheck';
import type { WorkerEvent } from './protocol';

const store = {
  people: async (id: string) => ({ name: `set ${id}`, people: ['Ann', 'Bob'] }),
} as unknown as FaceStore;

function listed(name: string, text: string): FoundList {
  const list = recognise(text, name);
  if (list === null) throw new Error(`${name} is no list`);
  return { name, list, matches: null };
}

function checkOf(lists: readonly FoundList[] = []) {
  const events: WorkerEvent[] = [];
  const check = new LeakCheck({ lists, store }, (event) => events.push(event));
  return { check, events };
}

const dropped = (path: string, text: string) => ({ path, file: new File([bytesOf(text)], path) });

test('against the lists that came with the faces', async () => {
  const { check } = checkOf([listed('peopleDevTest.txt', '2\nAnn\t2\nCy\t3\n')]);
  expect(await check.check({ kind: 'own-lists' }, ['ann', 'bob'])).toMatchObject({
    training: 2,
    sets: [{ name: 'peopleDevTest.txt', evaluation: 2, people: [{ name: 'Ann' }] }],
  });
});

test('says so where faces came without such lists', async () => {
  const { check } = checkOf([listed('peopleDevTrain.txt', '2\nAnn\t2\nCy\t3\n')]);
  expect(await check.check({ kind: 'own-lists' }, ['ann'])).toBeNull();
});

test('against a kept set', async () => {
  const { check } = checkOf();
  const report = await check.check({ kind: 'kept', id: '1' }, ['Bob', 'Cy']);
  expect(report?.sets).toMatchObject([{ name: 'set 1', evaluation: 2, people: [{ name: 'Bob' }] }]);
});

test('against files, and tells how far it is', async () => {
  const { check, events } = checkOf();
  const files = [dropped('gallery/Ann/1.jpg', 'x'), dropped('gallery/Bob/1.jpg', 'x')];
  const report = await check.check({ kind: 'files', files, label: 'gallery' }, ['Bob']);
  expect(report?.sets).toMatchObject([{ name: 'gallery', evaluation: 2 }]);
  expect(events.at(-1)).toMatchObject({ kind: 'progress', task: 'list', done: 2, total: 2 });
});

test('a check takes the place of the one before, and can be called off', async () => {
  const { check } = checkOf();
  const files = [dropped('people.txt', '2\nAnn\t2\nCy\t3\n')];
  const ask = () => check.check({ kind: 'files', files, label: 'people.txt' }, ['Ann']);
  const both = Promise.allSettled([ask(), ask()]);
  check.cancel();
  const code = 'data/cancelled';
  expect(await both).toMatchObject([{ reason: { code } }, { reason: { code } }]);
  expect((await ask())?.sets).toHaveLength(1);
});
