/** Who is in an evaluation set, whatever it comes as; no picture is ever decoded. */
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeTar, makeZip } from './formats/archives.testing';
import { bytesOf } from './formats/bytes.testing';
import { python2Pack } from './formats/pickle.testing';
import type { FaceSource } from './import/catalogue';
import { sourceOf } from './import/reading.testing';
import { evaluationIn, evaluationInLists } from './leakEvaluation';
import { recognise } from './lists/recognise';

const text = (path: string, content: string): FaceSource => sourceOf(path, bytesOf(content));
/** Named like a picture, and none: whoever decodes it fails. */
const picture = (path: string): FaceSource => text(path, 'no picture');

async function setsIn(...sources: readonly FaceSource[]) {
  const sets = await evaluationIn(sources, 'given', {});
  return sets.map(({ name, about, people, pairs }) => {
    return { name, about, people: [...new Set(people)].sort(), pairs: pairs?.pairs.length ?? null };
  });
}

const PAIRS = '2\t1\nAnn\t1\t2\nBob\t1\tCy\t1\nDi\t1\t2\nEd\t1\tAnn\t3\n';

describe('lists', () => {
  test('every list is a set of its own; those to train on are none', async () => {
    const sets = await setsIn(
      text('pairs.txt', PAIRS),
      text('peopleDevTest.txt', '2\nEd\t3\nFay\t1\n'),
      text('peopleDevTrain.txt', '2\nGus\t3\nHal\t1\n'),
      text('pairsDevTrain.txt', '1\nGus\t1\t2\nGus\t1\tHal\t1\n'),
    );
    const people = ['Ann', 'Bob', 'Cy', 'Di', 'Ed'];
    expect(sets).toEqual([
      { name: 'pairs.txt', about: '4 pairs in 2 folds', people, pairs: 4 },
      { name: 'peopleDevTest.txt', about: '2 people', people: ['Ed', 'Fay'], pairs: null },
    ]);
  });

  test('one to train on is taken where it is all that was given', async () => {
    const [set] = await setsIn(text('peopleDevTrain.txt', '2\nGus\t3\nHal\t1\n'));
    expect(set?.people).toEqual(['Gus', 'Hal']);
  });

  test('they go before pictures that lie beside them', async () => {
    const sets = await setsIn(text('lfw/pairs.txt', PAIRS), picture('lfw/Zed/Zed_0001.jpg'));
    expect(sets.map(({ name }) => name)).toEqual(['pairs.txt']);
  });

  test('keep their folders where two are called the same', async () => {
    const sets = await setsIn(text('b/pairs.txt', PAIRS), text('a/pairs.txt', PAIRS));
    expect(sets.map(({ name }) => name)).toEqual(['a/pairs.txt', 'b/pairs.txt']);
  });

  test('none of them where there are only labels', () => {
    const list = recognise('a.jpg\tAnn\nb.jpg\tBob\n', 'labels.tsv');
    expect(evaluationInLists([{ name: 'labels.tsv', list: list! }])).toEqual([]);
  });
});

describe('pictures', () => {
  test('of folders, without opening one', async () => {
    const [set] = await setsIn(picture('gallery/Ann/1.jpg'), picture('gallery/Bob_Lee/1.jpg'));
    expect(set).toEqual({
      name: 'given',
      about: '2 images',
      people: ['Ann', 'Bob_Lee'],
      pairs: null,
    });
  });

  test('of archives', async () => {
    const files = ['a/Ann/1.jpg', 'a/Bob/1.jpg'].map((path) => ({ path, bytes: bytesOf('x') }));
    for (const archive of [await makeZip(files), makeTar(files)]) {
      const [set] = await setsIn({ path: 'faces.bin', file: archive });
      expect(set?.people).toEqual(['Ann', 'Bob']);
    }
  });

  test('not those to train on, where the set has such a part', async () => {
    const [set] = await setsIn(
      picture('set/train/Ann/1.jpg'),
      picture('set/train/Bob/1.jpg'),
      picture('set/test/Cy/1.jpg'),
    );
    expect(set).toMatchObject({ about: '1 image, without those to train on', people: ['Cy'] });
  });
});

describe('tables without their pictures', () => {
  test('with a column of identities, and one of parts', async () => {
    const [set] = await setsIn(
      text('eval.csv', 'path,identity,split\na.jpg,Ann,train\nb.jpg,Bob,test\nc.jpg,Cy,val\n'),
    );
    expect(set).toMatchObject({ name: 'eval.csv', people: ['Bob', 'Cy'] });
  });

  test('with paths that say who is on them', async () => {
    const [set] = await setsIn(text('val.txt', 'Ann/1.jpg\nAnn/2.jpg\nBob/1.jpg\n'));
    expect(set?.people).toEqual(['Ann', 'Bob']);
  });

  test('with one name to a line', async () => {
    const [set] = await setsIn(text('names.txt', 'Ann Lee\nBob\n\nZoé de la Cruz\n'));
    expect(set).toMatchObject({ about: '3 lines taken for names' });
    expect(set?.people).toEqual(['Ann Lee', 'Bob', 'Zoé de la Cruz']);
  });
});

describe('tables of people that are no list of a known form', () => {
  test.each([
    ['a header that says a number', 'name,n\nAbdullah_Gul,3\nAdrien_Brody,2\n'],
    ['semicolons', 'person;count\nAbdullah_Gul;3\nAdrien_Brody;2\n'],
    ['no header', 'Abdullah_Gul,3\nAdrien_Brody,2\n'],
    ['the number first', '3\tAbdullah_Gul\n2\tAdrien_Brody\n'],
    [
      'a header of unknown words over words and numbers',
      'wer,zahl\nAbdullah_Gul,3\nAdrien_Brody,2',
    ],
    ['other words beside', 'sex,celebrity,age\nm,Abdullah_Gul,60\nm,Adrien_Brody,40\n'],
    ['a number of each person', 'nr,person,name\n1,7,Abdullah_Gul\n2,9,Adrien_Brody\n'],
    ['a remark in some rows', 'Abdullah_Gul,3\nAdrien_Brody,2,twice\n'],
    ['one column with a header', 'name\nAbdullah_Gul\nAdrien_Brody\n'],
    ['a number behind a space', 'name n\nAbdullah_Gul 3\nAdrien_Brody 2\n'],
    ['a number before each', '1. Abdullah_Gul\n2. Adrien_Brody\n'],
    ['strings of JSON', '["Abdullah_Gul", "Adrien_Brody"]'],
    ['objects of JSON', '[{"n": 3, "name": "Abdullah_Gul"}, {"n": 2, "name": "Adrien_Brody"}]'],
    ['a part to train on', 'name,split\nZed,train\nAbdullah_Gul,test\nAdrien_Brody,test\n'],
    ['paths', 'Abdullah_Gul/1.jpg\nAbdullah_Gul/2.jpg\nAdrien_Brody/1.jpg\n'],
  ])('%s', async (_, content) => {
    const [set] = await setsIn(text('exact.csv', content));
    expect(set?.people).toEqual(['Abdullah_Gul', 'Adrien_Brody']);
  });

  test.each([
    ['surnames first', 'Gul, Abdullah\nBrody, Adrien\n', ['Abdullah Gul', 'Adrien Brody']],
    ['commas in names', 'person;n\n"Gul, A";3\nBrody, B;2\n', ['Brody, B', 'Gul, A']],
  ])('%s', async (_, content, people) => {
    const [set] = await setsIn(text('exact.csv', content));
    expect(set?.people).toEqual(people);
  });

  test('say where the people were read', async () => {
    const [set] = await setsIn(text('exact.csv', 'name,n\nAnn,3\nBob,2\n'));
    expect(set?.about).toBe('2 rows, people in the column “name”');
    const [bare] = await setsIn(text('exact.csv', '3,Ann\n2,Bob\n'));
    expect(bare?.about).toBe('2 rows, people in column 2');
  });

  test('one that is unclear does not hide those that are clear', async () => {
    const clear = text('names.txt', 'Ann Lee\nBob\n');
    const sets = await setsIn(clear, text('notes.csv', 'Ann,Oslo\nBob,Rome\n'));
    expect(sets.map(({ people }) => people)).toEqual([['Ann Lee', 'Bob']]);
  });

  test('a line of little but spaces is looked at once', async () => {
    const names = Array.from({ length: 1001 }, (_, n) => `person ${n}`);
    const lines = [...names, `a${' '.repeat(300_000)}b`];
    await expect(setsIn(text('some.txt', lines.join('\n')))).resolves.toBeDefined();
  });

  test('names that only a number tells apart keep it', async () => {
    const [set] = await setsIn(text('some.txt', 'person 1\nperson 2\n'));
    expect(set?.people).toEqual(['person 1', 'person 2']);
  });

  test.each([
    [
      'Ann,Oslo\nBob,Rome\n',
      'x.csv does not say which of its columns has the people: “Ann”, “Oslo”.',
    ],
    ['5,3\n7,2\n', 'x.csv has columns of numbers only, and none is headed as people.'],
  ])('are refused where it is not clear who is meant: %j', async (content, message) => {
    await expect(setsIn(text('x.csv', content))).rejects.toMatchObject({
      code: 'data/nothing-readable',
      message,
      remedy: expect.stringContaining('“name”'),
    });
  });
});

describe('what names nobody is refused in words', () => {
  test.each([
    ['sentences', text('README', `${'This is no list at all, it is prose. '.repeat(5)}\n`)],
    [
      'data',
      sourceOf(
        'x.dat',
        Uint8Array.from({ length: 600 }, (_, at) => (at * 37) & 0xff),
      ),
    ],
  ])('%s', async (_, source) => {
    await expect(setsIn(source)).rejects.toMatchObject({
      code: 'data/nothing-readable',
      message: expect.stringContaining(`${source.path} names nobody: it is `),
    });
  });

  test('a verification pack, whose people have no names', async () => {
    const images = [1, 2, 3, 4].map((value) => Uint8Array.of(0xff, 0xd8, 0xff, value));
    const pack = sourceOf('lfw.bin', python2Pack(images, [true, false]));
    await expect(setsIn(pack)).rejects.toMatchObject({
      message: 'lfw.bin names nobody: it only says which pictures are of one person.',
    });
  });
});

test('is called off', async () => {
  const stop = new AbortController();
  stop.abort();
  const sources = [picture('a/Ann/1.jpg')];
  await expect(evaluationIn(sources, 'given', { signal: stop.signal })).rejects.toMatchObject({
    code: 'data/cancelled',
  });
});

const FACES = new URL('../../../shared/faces/', import.meta.url);

describe.skipIf(!existsSync(FACES))('LFW as it is published', () => {
  const protocol = (name: string): FaceSource =>
    sourceOf(name, new Uint8Array(readFileSync(new URL(`lfw-protocol/${name}`, FACES))));

  test('the people of the lists', async () => {
    const names = ['pairs.txt', 'pairsDevTrain.txt', 'peopleDevTest.txt', 'people.txt'];
    const sets = await setsIn(...names.map(protocol));
    expect(sets.map(({ name, people }) => [name, people.length])).toEqual([
      ['pairs.txt', 4281],
      ['people.txt', 5749],
      ['peopleDevTest.txt', 1711],
    ]);
  });

  test('the people of the whole tar', async () => {
    const file = await openAsBlob(fileURLToPath(new URL('lfw-112.tar', FACES)));
    const [set] = await setsIn({ path: 'lfw-112.tar', file });
    expect(set).toMatchObject({ about: '13,233 images', people: { length: 5749 } });
  });
});
