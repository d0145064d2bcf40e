/** What is left when lists leave pictures out: the others keep their places among each other. */
import { expect, test } from 'vitest';
import { makeZip } from '../formats/archives.testing';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import { python2Pack } from '../formats/pickle.testing';
import { openFaces } from './readFaces';
import { GOOD, sourceOf, sourcesOf } from './reading.testing';

const LIST = 'path,identity\na.pgm,Ann\nb.pgm,Ann\nc.pgm,Bob\n';
const FILES = ['a.pgm', 'x.pgm', 'b.pgm', 'c.pgm'].map((path, n) => ({ path, bytes: greyPgm(n) }));
const LISTED = sourcesOf([...FILES, { path: 'people.csv', bytes: bytesOf(LIST) }]);

test('pairs of a pack are still of its own pictures', async () => {
  const pack = python2Pack([greyPgm(7), greyPgm(8)], [true]);
  const { entries, lists, pairs, rejected } = await openFaces(
    [...LISTED, sourceOf('pairs.bin', pack)],
    {},
  );
  expect(rejected.map(({ name }) => name)).toEqual(['x.pgm']);
  expect(entries.map(({ path }) => path)).toEqual([
    'a.pgm',
    'b.pgm',
    'c.pgm',
    'pairs.bin/000001',
    'pairs.bin/000002',
  ]);
  expect([...pairs[0]!.first, ...pairs[0]!.second]).toEqual([3, 4]);
  expect(lists[0]!.matches?.map((match) => match?.identity ?? null)).toEqual([
    'Ann',
    'Ann',
    'Bob',
    null,
    null,
  ]);
});

test('an archive that is called like a picture is still opened', async () => {
  const zip = { path: 'zip.jpg', file: await makeZip(GOOD) };
  const { entries, rejected } = await openFaces([...LISTED, zip], {});
  expect(entries.map(({ path }) => path)).toEqual(['a.pgm', 'b.pgm', 'c.pgm', 'zip.jpg']);
  expect(rejected.map(({ name }) => name)).toEqual(['x.pgm']);
});
