/** Members of archives are what their bytes say, as loose files are: packed sets, lists, pictures and others. */
import { describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile, tarHeader } from '../formats/archives.testing';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import { MOST_LOOKED_AT } from '../formats/imageName';
import { makeNpy } from '../formats/npy.testing';
import { python2Pack } from '../formats/pickle.testing';
import { makeLargeRecordIO } from '../formats/recordio.large.testing';
import { contentOf, VirtualBlob } from '../formats/virtualBlob.testing';
import { openFaces } from './readFaces';
import { GOOD, GOOD_PEOPLE, outcomeOf, RECORDS } from './reading.testing';

const PACKERS: readonly (readonly [string, (files: readonly TestFile[]) => Promise<Blob>])[] = [
  ['a zip that stores', (files) => makeZip(files, { level: 0 })],
  ['a zip that packs', (files) => makeZip(files, { level: 6 })],
  ['a tar', async (files) => makeTar(files)],
  ['a tar.gz', (files) => gzip(makeTar(files))],
];

const REC = await contentOf(RECORDS.rec);
const IDX = await contentOf(RECORDS.idx);
const PAIRS = python2Pack(
  [1, 1, 2, 2].map((level) => greyPgm(level)),
  [true, true],
);
const NUMBERED = [1, 2].map((n) => ({ path: `all/${n}.pgm`, bytes: greyPgm(n) }));

describe.each(PACKERS)('%s', (_, pack) => {
  const read = async (files: readonly TestFile[]) => {
    return outcomeOf([{ path: 'a', file: await pack(files) }]);
  };

  test.each<[string, readonly TestFile[], Readonly<Record<string, number>>]>([
    ['records without an extension', [{ path: 'set/faces', bytes: REC }], { 0: 2, 1: 2 }],
    [
      'records and their index under one name',
      [
        { path: 'set/train.data', bytes: REC },
        { path: 'set/train.idx', bytes: IDX },
      ],
      { 0: 2, 1: 2 },
    ],
    [
      'a verification pack',
      [{ path: 'lfw.dat', bytes: PAIRS }],
      { 'person 0001': 2, 'person 0002': 2 },
    ],
    [
      'arrays',
      [
        { path: 'images', bytes: makeNpy('|u1', [2, 8, 8], new Uint8Array(128)) },
        { path: 'labels', bytes: makeNpy('|u1', [2], Uint8Array.of(6, 6)) },
      ],
      { 6: 2 },
    ],
    [
      'a list without an extension',
      [...NUMBERED, { path: 'all/labels', bytes: bytesOf('1.pgm\tDora\n2.pgm\tDora\n') }],
      { Dora: 2 },
    ],
    [
      'pictures with the ending of a packed set, and of a list',
      ['Ann/1.bin', 'Ann/2.idx', 'Bob/3.txt'].map((path) => ({ path, bytes: greyPgm(4) })),
      { Ann: 2, Bob: 1 },
    ],
  ])('%s', async (_, files, expected) => {
    const { people, rejected } = await read(files);
    expect(people).toEqual(expected);
    expect(rejected).toEqual([]);
  });

  test('what is recognised but not read is listed with the way to convert it', async () => {
    const tiff = { path: 'faces/Ann/3.tif', bytes: Uint8Array.of(73, 73, 42, 0, 8, 0, 0, 0) };
    const { people, rejected } = await read([...GOOD, tiff]);
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toEqual([
      {
        name: 'a/faces/Ann/3.tif',
        reason: expect.stringMatching(/^It is a TIFF image, .*magick mogrify/),
      },
    ]);
  });

  test('nothing but junk is no silence', async () => {
    const { error, rejected } = await read([{ path: '.DS_Store', bytes: bytesOf('x') }]);
    expect(error?.code).toBe('data/nothing-readable');
    expect(rejected).toEqual([{ name: 'a', reason: 'There is no picture in the archive.' }]);
  });
});

test('of very many members without an ending the first thousands are looked at', async () => {
  const files = Array.from({ length: MOST_LOOKED_AT + 2 }, (_, n) => {
    return { path: `faces/person/${String(n).padStart(5, '0')}`, bytes: greyPgm(n & 255) };
  });
  for (const [place, bytes] of [REC, REC].entries()) {
    files[place === 0 ? 7 : MOST_LOOKED_AT + 1] = { path: `faces/person/rec${place}`, bytes };
  }
  for (const file of [makeTar(files), await gzip(makeTar(files))]) {
    const { people, rejected } = await outcomeOf([{ path: 'a', file }]);
    expect(people).toMatchObject({ person: MOST_LOOKED_AT, 0: 2, 1: 2 });
    expect(rejected).toEqual([
      { name: 'a/faces/person/rec1', reason: expect.stringMatching(/^It is a packed data set/) },
    ]);
  }
});

test('a packed set of gigabytes in a tar is read by ranges', async () => {
  const image = new Uint8Array(100_000).fill(7);
  image.set(bytesOf('P5 300 333 255\n'));
  const choices = { people: 100, imagesEach: 300, image, convention: 'table' } as const;
  const { rec, idx, stride } = makeLargeRecordIO(choices);
  const table = await contentOf(idx);
  const header = tarHeader({ name: 'set/train.rec', size: rec.size });
  const before = concatBefore(table, header);
  const padding = (512 - (rec.size % 512)) % 512;
  const tar = new VirtualBlob(before.length + rec.size + padding + 1024, (start, bytes) => {
    bytes.fill(0);
    const ahead = before.subarray(Math.min(start, before.length), start + bytes.length);
    bytes.set(ahead);
    const from = Math.max(0, start - before.length);
    const to = Math.min(rec.size, start + bytes.length - before.length);
    if (to > from) bytes.set(rec.readRange(from, to), from + before.length - start);
  });
  expect(rec.size).toBeGreaterThan(2 ** 31);
  const { entries, rejected } = await openFaces([{ path: 'a.tar', file: tar }], {});
  expect(rejected).toEqual([]);
  expect(entries).toHaveLength(30_000);
  // Two megabytes where headers are looked for, the index, the table of identities and some heads.
  expect(tar.bytesRead).toBeLessThan(2 ** 22 + table.length * 2);
  tar.bytesRead = 0;
  expect((await entries[23_456]!.read()).length).toBe(image.length);
  // The first 64 kB, and then all of it: the image is longer than most.
  expect(tar.bytesRead).toBeLessThan(2 * stride);
});

/** The index as a member, and the header of the records behind it. */
function concatBefore(index: Uint8Array, header: Uint8Array): Uint8Array {
  const padded = Math.ceil(index.length / 512) * 512;
  const all = new Uint8Array(512 + padded + 512);
  all.set(tarHeader({ name: 'set/train.idx', size: index.length }));
  all.set(index, 512);
  all.set(header, 512 + padded);
  return all;
}
