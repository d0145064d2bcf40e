/** Who is who where lists and folders tell it differently, or a list tells it of a part of the pictures. */
import { describe, expect, test } from 'vitest';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import { peopleIn } from './people';
import { openFaces } from './readFaces';
import { sourcesOf } from './reading.testing';

const PEOPLE = ['Ann', 'Bob', 'Cy', 'Dee', 'Eve'];

/** Six pictures of each of five people, in their folders. */
const IN_FOLDERS = PEOPLE.flatMap((name) => [0, 1, 2, 3, 4, 5].map((n) => `${name}/${n}.pgm`));
/** The same in one folder. */
const FLAT = IN_FOLDERS.map((_, n) => `IMG_${String(n).padStart(4, '0')}.pgm`);
const personOf = (picture: number) => PEOPLE[Math.floor(picture / 6)]!;

/** `path,value` of some pictures, under a header. */
function csv(column: string, paths: readonly string[], value: (picture: number) => string | null) {
  const lines = paths.flatMap((path, picture) => {
    const said = value(picture);
    return said === null ? [] : [`${path},${said}`];
  });
  return [`path,${column}`, ...lines].join('\n');
}

/** Pictures of each person, with the part they are in; what is said, and what is left out. */
async function opened(paths: readonly string[], lists: Readonly<Record<string, string>>) {
  const pictures = paths.map((path, n) => ({ path: `set/${path}`, bytes: greyPgm(n) }));
  const texts = Object.entries(lists).map(([name, text]) => {
    return { path: `set/${name}`, bytes: bytesOf(text) };
  });
  const catalogue = await openFaces(sourcesOf([...pictures, ...texts]), {});
  const people: Record<string, number> = {};
  for (const { identity, split } of peopleIn(catalogue.entries, catalogue.lists)) {
    const key = split === null ? identity : `${identity}@${split}`;
    people[key] = (people[key] ?? 0) + 1;
  }
  const { notes, whoNotes: said, rejected } = catalogue;
  return { people, notes, said, rejected };
}

const SIX_EACH = { Ann: 6, Bob: 6, Cy: 6, Dee: 6, Eve: 6 };

describe('a list of a part of the pictures in person folders', () => {
  const number = (picture: number) => String(Math.floor(picture / 6));

  test('cuts nobody in two, and says who is held out', async () => {
    const some = csv('label', IN_FOLDERS, (n) => (n % 6 < 4 ? null : number(n)));
    const { people, notes, said, rejected } = await opened(IN_FOLDERS, { 'val.csv': some });
    expect(people).toEqual(
      Object.fromEntries(
        PEOPLE.flatMap((name) => [
          [`${name}@train`, 4],
          [`${name}@val`, 2],
        ]),
      ),
    );
    expect(said).toEqual(['set/val.csv names 10 of 30 pictures; who is who is told by folder.']);
    expect(notes).toEqual(said);
    expect(rejected).toEqual([]);
  });

  test('decides together with another one of the others', async () => {
    const lists = {
      'a.csv': csv('label', IN_FOLDERS, (n) => (n % 6 < 4 ? null : number(n))),
      'b.csv': csv('label', IN_FOLDERS, (n) => (n % 6 < 4 ? number(n) : null)),
    };
    const { people, said } = await opened(IN_FOLDERS, lists);
    expect(people).toEqual({ 0: 6, 1: 6, 2: 6, 3: 6, 4: 6 });
    expect(said).toEqual([]);
  });

  test('decides where the folders are no people’s', async () => {
    const shards = FLAT.map((path, n) => `part ${n % 2}/${path}`);
    const { people, rejected } = await opened(shards, {
      'who.csv': csv('label', shards, (n) => (n % 6 < 4 ? personOf(n) : null)),
    });
    expect(people).toEqual({ Ann: 4, Bob: 4, Cy: 4, Dee: 4, Eve: 4 });
    expect(rejected).toHaveLength(10);
  });
});

describe('pictures in no folder that a list does not name', () => {
  test('are left out with that reason', async () => {
    const some = csv('identity', FLAT, (n) => (n < 20 ? personOf(n) : null));
    const { people, said, rejected } = await opened(FLAT, { 'people.csv': some });
    expect(people).toEqual({ Ann: 6, Bob: 6, Cy: 6, Dee: 2 });
    expect(said).toEqual(['10 pictures that set/people.csv does not name are left out.']);
    expect(rejected).toHaveLength(10);
    expect(rejected[0]).toEqual({
      name: 'set/IMG_0020.pgm',
      reason: 'set/people.csv does not name it.',
      unused: true,
    });
  });

  test('stay where other people’s folders lie beside', async () => {
    const beside = ['mine/Fay/1.pgm', 'mine/Fay/2.pgm', 'mine/Gus/1.pgm'];
    const listed = FLAT.map((path) => `celebs/${path}`);
    const { people, said, rejected } = await opened([...listed, ...beside], {
      'people.csv': csv('identity', listed, (n) => (n < 20 ? personOf(n) : null)),
    });
    expect(people).toEqual({ Ann: 6, Bob: 6, Cy: 6, Dee: 2, Fay: 2, Gus: 1 });
    expect(said).toEqual([
      '10 pictures that set/people.csv does not name are left out.',
      '3 pictures that set/people.csv does not name lie in folders of their own; who is on them is told by folder.',
    ]);
    expect(rejected).toHaveLength(10);
  });

  test('stay where a list of anything names a few', async () => {
    const some = csv('label', FLAT, (n) => (n < 3 ? String(n) : null));
    const { people, said } = await opened(FLAT, { 'best.csv': some });
    expect(people).toEqual({ IMG: 30 });
    expect(said).toEqual(['set/best.csv names 3 of 30 pictures; who is who is told by file name.']);
  });
});

describe('labels that cut across person folders', () => {
  const quality = (n: number) => (n % 2 === 0 ? 'bad' : 'good');

  test('leave the people to the folders, and the way to the list is told', async () => {
    const { people, said } = await opened(IN_FOLDERS, {
      'notes.csv': csv('label', IN_FOLDERS, quality),
    });
    expect(people).toEqual(SIX_EACH);
    expect(said).toEqual([
      'set/notes.csv has 2 labels that cut across the 5 folders; who is who is told by folder. To go by the list, call its column “identity”.',
    ]);
  });

  test('do so without a header, and as numbers', async () => {
    const plain = csv('class', IN_FOLDERS, (n) => String(n % 6)).replace('path,class\n', '');
    const { people, said } = await opened(IN_FOLDERS, { 'quality.csv': plain });
    expect(people).toEqual(SIX_EACH);
    expect(said[0]).toMatch(/6 labels .* call it people\.txt\.$/);
  });

  test('decide where column or file say that they are people', async () => {
    for (const [name, column] of [
      ['notes.csv', 'identity'],
      ['people.csv', 'label'],
    ] as const) {
      const { people } = await opened(IN_FOLDERS, { [name]: csv(column, IN_FOLDERS, quality) });
      expect(people).toEqual({ good: 15, bad: 15 });
    }
  });

  test('decide where the folders only count the pictures', async () => {
    const shards = FLAT.map((path, n) => `batch_${n % 3}/${path}`);
    const { people, said } = await opened(shards, { 'labels.csv': csv('label', shards, personOf) });
    expect(people).toEqual(SIX_EACH);
    expect(said).toEqual([]);
  });

  test('do not go before a list of people', async () => {
    const { people } = await opened(FLAT, {
      'people.csv': csv('identity', FLAT, personOf),
      'quality.csv': csv('label', FLAT, quality),
    });
    expect(people).toEqual(SIX_EACH);
  });
});

test('a few corrections do not make a list of people one of something else', async () => {
  const corrected = (n: number) => String(n === 7 ? 0 : Math.floor(n / 6));
  const { people } = await opened(IN_FOLDERS, { 'c.csv': csv('label', IN_FOLDERS, corrected) });
  expect(people).toEqual({ 0: 7, 1: 5, 2: 6, 3: 6, 4: 6 });
});

test('a picture of two people is left out, with their names', async () => {
  const list = `${csv('label', FLAT, personOf)}\n${FLAT[0]},Bob`;
  const { people, said, rejected } = await opened(FLAT, { 'labels.csv': list });
  expect(people).toEqual({ ...SIX_EACH, Ann: 5 });
  expect(said).toEqual(['1 picture that set/labels.csv gives more than one person is left out.']);
  expect(rejected).toEqual([
    {
      name: 'set/IMG_0000.pgm',
      reason: 'set/labels.csv gives it 2 people: Ann, Bob.',
      unused: true,
    },
  ]);
});

test('a picture in two parts is still of the one person that all lines name', async () => {
  const list = `path,identity,split\n${FLAT.map((path, n) => `${path},${personOf(n)},train`).join('\n')}`;
  const { people } = await opened(FLAT, { 'labels.csv': `${list}\n${FLAT[0]},Ann,test` });
  expect(people).toMatchObject({ Ann: 1, 'Ann@train': 5 });
});

test('pictures a list names that are not here are told', async () => {
  const some = FLAT.slice(0, 24);
  const list = csv('identity', FLAT, personOf);
  const { said } = await opened(some, { 'identity.csv': list });
  expect(said).toEqual(['6 of the 30 pictures that set/identity.csv names are not here.']);
});

test('a list without folders, of names that every folder has, is told what it needs', async () => {
  const alone = IN_FOLDERS.map((path) => path.slice(path.indexOf('/') + 1));
  const { people, rejected } = await opened(IN_FOLDERS, {
    'labels.csv': csv('label', alone, personOf),
  });
  expect(people).toEqual(SIX_EACH);
  expect(rejected[0]?.reason).toBe(
    'It tells who is on 30 images, 5 identities; but it calls pictures by their file name alone, and 5 here are called 0.pgm. Write the folder in front, such as Ann/0.pgm.',
  );
});

test('lists named for parts of the set say which part their pictures are in', async () => {
  const part = (isTrain: boolean) =>
    csv('label', FLAT, (n) => (n < 18 === isTrain ? personOf(n) : null));
  const { people } = await opened(FLAT, { 'train.csv': part(true), 'test.csv': part(false) });
  expect(people).toEqual({
    ...{ 'Ann@train': 6, 'Bob@train': 6, 'Cy@train': 6 },
    ...{ 'Dee@test': 6, 'Eve@test': 6 },
  });
});

describe('folders that are not people’s do not go before labels', () => {
  const label = (paths: readonly string[], people: number) =>
    csv('label', paths, (n) => `id_${n % people}`);

  test.each([
    ['two ways of taking pictures', (n: number) => (n % 2 === 0 ? 'masked' : 'unmasked'), 10],
    [
      'the first digits of a hash',
      (n: number) => (n * 37).toString(16).padStart(2, '0').slice(-2),
      5,
    ],
    ['batches', (n: number) => `batch_${n % 20}`, 5],
    ['days', (n: number) => `2019-03-${String(1 + (n % 20)).padStart(2, '0')}`, 5],
  ])('%s', async (_, folder, count) => {
    const paths = Array.from({ length: 60 }, (_none, n) => `${folder(n)}/${n}.pgm`);
    const { people, said } = await opened(paths, { 'labels.csv': label(paths, count) });
    expect(Object.keys(people)).toHaveLength(count);
    expect(said).toEqual([]);
  });
});

describe('a list of the pictures to train with', () => {
  const train = Array.from({ length: 20 }, (_, n) => `train/${n}.pgm`);
  const labels = csv('label', train, (n) => (n < 10 ? 'Ann' : 'Bob'));

  test('decides, however many there are to be judged', async () => {
    const test = Array.from({ length: 300 }, (_, n) => `test/t${n}.pgm`);
    const { people } = await opened([...train, ...test], { 'train.csv': labels });
    expect(people).toMatchObject({ 'Ann@train': 10, 'Bob@train': 10 });
  });

  test('means those in its own folder where others have the same names', async () => {
    const test = Array.from({ length: 8 }, (_, n) => `test/${n}.pgm`);
    const names = labels.replaceAll('train/', '');
    const { people, notes, rejected } = await opened([...train, ...test], { 'train.csv': names });
    expect(people).toMatchObject({ 'Ann@train': 10, 'Bob@train': 10 });
    expect(rejected.map(({ name }) => name).filter((name) => name.includes('train/'))).toEqual([]);
    expect(notes.join()).not.toContain('not here');
  });
});

test('a list of people decides for all but a picture that it does not name', async () => {
  const list = csv('identity', IN_FOLDERS, (n) =>
    n === 29 ? null : n === 0 ? 'Zed' : personOf(n),
  );
  const { people } = await opened(IN_FOLDERS, { 'identity.csv': list });
  expect(people).toMatchObject({ Zed: 1, Ann: 5, Bob: 6 });
});

test('a list of people decides for most frames of clips, and goes by its folders with a few', async () => {
  const clips = Array.from({ length: 60 }, (_, n) => `clip_${Math.floor(n / 3)}/${n}.pgm`);
  const who = (count: number) =>
    csv('identity', clips, (n) => (n < count ? PEOPLE[Math.floor(n / 12)]! : null));
  const most = await opened(clips, { 'people.csv': who(48) });
  expect(Object.keys(most.people).sort()).toEqual(expect.arrayContaining(PEOPLE.slice(0, 4)));
  expect(most.people.Ann).toBe(12);
  const few = await opened(clips, { 'people.csv': who(24) });
  expect(few.people.Ann).toBeUndefined();
  expect(few.said).toEqual([
    'set/people.csv names 24 of 60 pictures; who is who is told by folder.',
  ]);
});

test('a picture that lines of a list give one person twice is one that the list knows', async () => {
  const folds = ['train', 'val'].flatMap((part) =>
    FLAT.map((path, n) => `${path},${personOf(n)},${part}`),
  );
  const list = ['file,identity,split', ...folds].join('\n');
  const { people, notes, rejected } = await opened(FLAT, { 'folds.csv': list });
  expect(people).toEqual(SIX_EACH);
  expect(rejected).toEqual([]);
  expect(notes.join()).not.toContain('not here');
});
