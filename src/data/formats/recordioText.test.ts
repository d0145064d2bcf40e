import { expect, test } from 'vitest';
import { greyPgm } from './bytes.testing';
import { openRecordIO } from './recordio';
import { filesOf, imagesOf, makeRecordIO, type TestChoices } from './recordio.testing';
import { contentOf, watched } from './virtualBlob.testing';

const PEOPLE = [
  [greyPgm(10), greyPgm(11, 5)],
  [greyPgm(20), greyPgm(22, 3)],
  [greyPgm(30), greyPgm(31)],
];
const TABLE: TestChoices = { convention: 'table' };
const PLAIN: TestChoices = { convention: 'plain' };

test('where the images contradict the list, the images are believed and it is said', async () => {
  const set = makeRecordIO(PEOPLE, PLAIN);
  const list = new Blob([(await set.list.text()).replaceAll('\t2.000000\t', '\t3.000000\t')]);
  const index = await openRecordIO({ ...filesOf(set, 'idx'), list });
  expect(await imagesOf(index.members)).toEqual(set.images);
  expect(index.notes).toHaveLength(1);
});

test('a list may have the label last, as CVLface writes it', async () => {
  const set = makeRecordIO(PEOPLE, PLAIN);
  const rec = watched(await contentOf(set.rec));
  const lines = set.images.map(({ identity }, place) => `${place}\tp/${place}.jpg\t${identity}`);
  const list = new Blob([lines.join('\n')]);
  const index = await openRecordIO({ ...filesOf(set, 'idx'), rec, list });
  expect(index.members.map(({ identity }) => identity)).toEqual(
    set.images.map(({ identity }) => identity),
  );
  expect(index.notes).toEqual([]);
});

test.each([
  ['has no keys', '1\ta/1.jpg\t0\n1\ta/2.jpg\t0\n', /it has the key 1 twice/],
  ['leaves some out', '0\t0\ta.jpg\n', /it leaves out records/],
  ['is something else', 'hello\n', /line 1 of it has no key and label/],
])('a list that %s is not used, and it is said', async (_, text, why) => {
  const set = makeRecordIO(PEOPLE, PLAIN);
  const index = await openRecordIO({ ...filesOf(set, 'idx'), list: new Blob([text]) });
  expect(await imagesOf(index.members)).toEqual(set.images);
  expect(index.notes).toEqual([expect.stringMatching(why)]);
});

test.each([
  ['another number of identities', '4,112,112\n', 'It states 4 identities; the records have 3.'],
  ['something else', 'three\n', 'Its first line is not: identities,height,width.'],
])('says when property has %s', async (_, text, reason) => {
  const set = makeRecordIO(PEOPLE, TABLE);
  const index = await openRecordIO({ ...filesOf(set, 'idx'), property: new Blob([text]) });
  expect(index.skipped).toEqual([{ path: 'property', reason }]);
  expect(index.members).toHaveLength(set.images.length);
});

test('property may have a second line', async () => {
  const set = makeRecordIO(PEOPLE, PLAIN);
  const property = new Blob(['3,112,112\n7\n']);
  expect((await openRecordIO({ ...filesOf(set, 'idx'), property })).skipped).toEqual([]);
});
