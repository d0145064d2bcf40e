/**
 * Files that mean no good, or are nothing like their names: each is loaded or listed with a reason, and
 * nothing is thrown but an ImportError (`outcomeOf` passes on whatever else is).
 */
import { describe, expect, test } from 'vitest';
import {
  gzip,
  makeTar,
  makeZip,
  TAR_END,
  type TestFile,
  tarHeader,
  tarMember,
} from '../formats/archives.testing';
import { bytesOf, concat, greyPgm } from '../formats/bytes.testing';
import { python2Pack } from '../formats/pickle.testing';
import { contentOf } from '../formats/virtualBlob.testing';
import type { FaceSource } from './catalogue';
import {
  beside,
  GOOD,
  GOOD_PEOPLE,
  npz,
  outcomeOf,
  RECORDS,
  sourceOf,
  sourcesOf,
} from './reading.testing';

function repeated(block: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(count * block.length);
  for (let place = 0; place < count; place += 1) all.set(block, place * block.length);
  return all;
}

describe('names that mean no good', () => {
  const LONG = 'x'.repeat(4096);
  const RIGHT_TO_LEFT = '\u202egpj.ecilA';
  const HTML = '<img src=x onerror=alert(1)>';
  const PEOPLE: readonly (readonly [string, string])[] = [
    ['../../faces/Ann', 'Ann'],
    ['/faces/Bob', 'Bob'],
    ['faces\\Cy', 'Cy'],
    ['./faces/__proto__', '__proto__'],
    [`faces/${LONG}`, LONG],
    [`faces/${RIGHT_TO_LEFT}`, RIGHT_TO_LEFT],
    [`faces/${HTML}`, HTML],
    ["faces/'; DROP TABLE faces;--", "'; DROP TABLE faces;--"],
  ];
  const FILES: readonly TestFile[] = PEOPLE.flatMap(([folder], person) =>
    [1, 2].map((image) => ({ path: `${folder}/${image}.pgm`, bytes: greyPgm(person) })),
  );

  /** With GNU's long names, which hold any path. */
  function longTar(): Blob {
    const members = FILES.map(({ path, bytes }) => {
      const name = bytesOf(`${path}\0`);
      return concat(
        tarMember({ name: '././@LongLink', type: 'L', magic: 'gnu' }, name),
        tarMember({ name: 'cut', magic: 'gnu' }, bytes),
      );
    });
    return new Blob([...members, TAR_END]);
  }

  test.each<[string, () => Promise<readonly FaceSource[]>]>([
    ['loose files', async () => sourcesOf(FILES)],
    ['a zip', async () => [{ path: 'a.zip', file: await makeZip(FILES) }]],
    ['a tar', async () => [{ path: 'a.tar', file: longTar() }]],
    ['a tar.gz', async () => [{ path: 'a.tgz', file: await gzip(longTar()) }]],
  ])('are plain text, and every person is kept: %s', async (_, make) => {
    const { people, names, rejected } = await outcomeOf(await make());
    expect(Object.keys(people).toSorted()).toEqual(PEOPLE.map(([, name]) => name).toSorted());
    expect(Object.values(people).every((count) => count === 2)).toBe(true);
    expect(names.filter((name) => /^\/|\\|(^|\/)\.\.?\//.test(name))).toEqual([]);
    expect(names).toHaveLength(FILES.length);
    expect(rejected).toEqual([]);
  });

  test('of the archive itself do not lead anywhere either', async () => {
    const path = `../../../etc/${HTML}.zip`;
    const { people, names } = await outcomeOf([{ path, file: await makeZip(GOOD) }]);
    expect(people).toEqual(GOOD_PEOPLE);
    expect(names[0]).toBe(`etc/${HTML}.zip/faces/Ann/1.pgm`);
  });

  test('that are the same are files of their own, everywhere', async () => {
    const twice = [...GOOD, ...GOOD.slice(0, 1)];
    for (const sources of [sourcesOf(twice), [{ path: 'a.tar', file: makeTar(twice) }]]) {
      const { people, rejected } = await outcomeOf(sources);
      expect(people).toEqual({ Ann: 3, Bob: 2 });
      expect(rejected).toEqual([]);
    }
  });

  test('that are empty or nothing but dots are read all the same', async () => {
    const bytes = greyPgm(9);
    const { names, rejected } = await outcomeOf(
      sourcesOf(['', '.', '..', '/', '../..'].map((path) => ({ path, bytes }))),
    );
    expect(names.length + rejected.length).toBe(5);
  });
});

describe('a tar of a hundred thousand folders', { timeout: 60_000 }, () => {
  const file = new Blob([
    repeated(tarHeader({ name: 'faces/x/', size: 0, type: '5' }), 100_000),
    makeTar(GOOD),
  ]);

  test.each<[string, () => Promise<Blob>]>([
    ['as it is', async () => file],
    ['compressed', () => gzip(file)],
  ])('has the few pictures that are in it, and no list of the folders: %s', async (_, make) => {
    const { people, rejected } = await outcomeOf([{ path: 'a', file: await make() }]);
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toEqual([]);
  });
});

test('an archive under the name of a picture may leave out more than a call has arguments', async () => {
  const COUNT = 150_000;
  const link = tarHeader({ name: 'faces/link.pgm', size: 0, type: '2' });
  const file = new Blob([repeated(link, COUNT), makeTar(GOOD)]);
  const { people, rejected } = await outcomeOf([{ path: 'tar.jpg', file }]);
  expect(people).toEqual(GOOD_PEOPLE);
  expect(rejected).toHaveLength(COUNT);
}, 60_000);

describe('names that say something else than the bytes', () => {
  test.each<[string, () => Promise<Blob>, Readonly<Record<string, number>>]>([
    ['zip.jpg', () => makeZip(GOOD), GOOD_PEOPLE],
    ['tar.png', async () => makeTar(GOOD), GOOD_PEOPLE],
    ['tgz.webp', () => gzip(makeTar(GOOD)), GOOD_PEOPLE],
    ['zip.txt', () => makeZip(GOOD), GOOD_PEOPLE],
    ['npz.zip', npz, { 5: 2, 7: 2 }],
    ['npz.jpg', npz, { 5: 2, 7: 2 }],
    ['rec.bin', async () => RECORDS.rec, { 0: 2, 1: 2 }],
    ['rec', async () => RECORDS.rec, { 0: 2, 1: 2 }],
    [
      'pickle.rec',
      async () =>
        new Blob([
          python2Pack(
            [1, 1, 2, 2].map((level) => greyPgm(level)),
            [true, true],
          ),
        ]),
      { '000000': 2, '000001': 2 },
    ],
    ['picture.zip', async () => new Blob([greyPgm(1)]), { picture: 1 }],
    ['picture.rec', async () => new Blob([greyPgm(1)]), { picture: 1 }],
  ])('%s is read for what it is', async (path, make, expected) => {
    const { people, rejected } = await outcomeOf([{ path, file: await make() }]);
    expect(rejected).toEqual([]);
    expect(Object.values(people)).toEqual(Object.values(expected));
    if (!path.startsWith('pickle')) expect(people).toEqual(expected);
  });

  test.each(['text.zip', 'text.tar.gz', 'text.rec', 'text.npz', 'text.parquet', 'text.jpg'])(
    '%s is listed as text',
    async (path) => {
      const { people, rejected } = await outcomeOf(beside(sourceOf(path, bytesOf('hello there'))));
      expect(people).toEqual(GOOD_PEOPLE);
      expect(rejected).toEqual([
        { name: path, reason: 'It is text, not an image that can be read.' },
      ]);
    },
  );

  test('a packed set under the name of an image is listed with what to do', async () => {
    const { people, rejected } = await outcomeOf(
      beside({ path: 'faces/rec.jpg', file: RECORDS.rec }),
    );
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ name: 'faces/rec.jpg' });
  });

  test('a picture inside an archive under the name of a packed set is not lost', async () => {
    const files = [...GOOD, { path: 'faces/Ann/3.bin', bytes: greyPgm(3) }];
    const { names, rejected } = await outcomeOf([{ path: 'a.zip', file: await makeZip(files) }]);
    expect(names.length + rejected.length).toBe(files.length);
  });

  test('an archive under the name of a picture leaves what a list said of the others', async () => {
    const numbered = [1, 2].map((image) => ({ path: `all/${image}.pgm`, bytes: greyPgm(image) }));
    const list = sourceOf('all/labels.txt', bytesOf('1.pgm\tDora\n2.pgm\tDora\n'));
    const zip = { path: 'zip.jpg', file: await makeZip(GOOD) };
    const { people, rejected } = await outcomeOf([...sourcesOf(numbered), list, zip]);
    expect(rejected).toEqual([]);
    expect(people).toEqual({ ...GOOD_PEOPLE, Dora: 2 });
  });

  test('an archive under the name of a picture may have a list of its own', async () => {
    const files = [
      ...[1, 2].map((image) => ({ path: `${image}.pgm`, bytes: greyPgm(image) })),
      { path: 'labels.txt', bytes: bytesOf('1.pgm\tDora\n2.pgm\tDora\n') },
    ];
    const { people } = await outcomeOf(beside({ path: 'zip.jpg', file: await makeZip(files) }));
    expect(people).toEqual({ ...GOOD_PEOPLE, Dora: 2 });
  });
});

describe('files that are not whole', () => {
  test.each(['jpg', 'png', 'pgm', 'zip', 'tar', 'rec', 'bin', 'npz', 'parquet', 'txt', 'idx'])(
    'of 0 bytes: empty.%s',
    async (extension) => {
      const empty = { path: `faces/Ann/empty.${extension}`, bytes: new Uint8Array(0) };
      const zip = await makeZip([...GOOD, empty]);
      for (const sources of [beside(...sourcesOf([empty])), [{ path: 'a.zip', file: zip }]]) {
        const { people, rejected } = await outcomeOf(sources);
        expect(people).toEqual(GOOD_PEOPLE);
        expect(rejected).toHaveLength(1);
        expect(rejected[0]!.name).toMatch(new RegExp(`faces/Ann/empty\\.${extension}$`));
        expect(rejected[0]!.reason).toMatch(/\.$/);
      }
    },
  );

  test.each([0.1, 0.5, 0.9])('an .npz cut at %d of its length', async (part) => {
    const whole = await npz();
    const cut = whole.slice(0, Math.floor(whole.size * part));
    const { people, rejected } = await outcomeOf(beside({ path: 'cut.npz', file: cut }));
    expect(people).toMatchObject(GOOD_PEOPLE);
    expect(rejected.some(({ name }) => name.startsWith('cut.npz'))).toBe(true);
  });

  test('an archive inside an archive', async () => {
    const inner = await contentOf(await makeZip(GOOD));
    const names = ['inner.zip', 'inner.jpg', 'inner.npz', 'inner.txt', 'inner'];
    const files = [...GOOD, ...names.map((path) => ({ path, bytes: inner }))];
    for (const file of [await makeZip(files), makeTar(files), await gzip(makeTar(files))]) {
      const { people, rejected } = await outcomeOf([{ path: 'a', file }]);
      expect(people).toEqual(GOOD_PEOPLE);
      expect(rejected.map(({ name }) => name)).toEqual(names.toSorted().map((name) => `a/${name}`));
    }
  });
});
