import { describe, expect, test } from 'vitest';
import type { IdentityList } from './faceList';
import { matchList } from './match';
import { sidePath } from './pairs';
import { AMBIGUOUS, matchPaths, UNLISTED } from './pathMatching';

/** A list of `path=identity`. */
function listOf(...lines: readonly string[]): IdentityList {
  const cells = lines.map((line) => line.split('='));
  return {
    kind: 'identities',
    paths: cells.map(([path]) => path!),
    identities: cells.map(([, identity]) => identity!),
    splits: null,
    column: null,
    problems: [],
    problemCount: 0,
  };
}

function people(list: IdentityList, paths: readonly string[], listPath?: string) {
  return matchList(list, paths, listPath).matches.map((match) => match?.identity ?? null);
}

describe('which line speaks of which picture', () => {
  test.each([
    ['the same path', 'Ann/1.jpg', 'Ann/1.jpg'],
    ['folders around the pictures', 'Ann/1.jpg', 'data/lfw.zip/lfw/Ann/1.jpg'],
    ['folders around the list’s paths', '/home/x/data/lfw/Ann/1.jpg', 'Ann/1.jpg'],
    ['other folders around both', 'C:\\data\\Ann\\1.jpg', 'faces/Ann/1.jpg'],
    ['slashes and dots', './Ann//1.jpg', 'x\\Ann\\1.jpg'],
    ['the file name alone', '1.jpg', 'img_align_celeba/1.jpg'],
    ['no extension', 'n000002/0001_01', 'test/n000002/0001_01.jpg'],
    ['another extension', 'Ann/1.jpg', 'Ann/1.png'],
    ['an extension in other letters', 'Ann/1.JPG', 'Ann/1.jpg'],
    ['accents in two ways', 'Zo\u00eb/1.jpg', 'Zoe\u0308/1.jpg'],
  ])('%s', (_, listed, path) => {
    expect(people(listOf(`${listed}=7`, 'Else/9.jpg=8'), [path, 'No/5.jpg'])).toEqual(['7', null]);
  });

  test('file names that everyone has are told apart by folders', () => {
    const list = listOf('Ann/1.jpg=0', 'Bob/1.jpg=1', 'Bob/2.jpg=1');
    const paths = ['x/Bob/1.jpg', 'x/Ann/1.jpg', 'x/Cy/1.jpg', 'x/Bob/2.jpg'];
    expect(matchList(list, paths)).toEqual({
      matches: ['1', '0', null, '1'].map((identity) => identity && { identity, split: null }),
      several: new Map(),
      matched: 3,
      ambiguous: 0,
      unlisted: 1,
      missing: 0,
    });
  });

  test('the longest common end decides', () => {
    const list = listOf('train/n1/1.jpg=a', 'test/n1/1.jpg=b');
    expect(people(list, ['d/test/n1/1.jpg', 'd/train/n1/1.jpg'])).toEqual(['b', 'a']);
  });

  test('lines that disagree leave the picture open; lines that agree do not', () => {
    const paths = ['n1/1.jpg'];
    expect(matchList(listOf('train/n1/1.jpg=a', 'test/n1/1.jpg=b'), paths).ambiguous).toBe(1);
    expect(people(listOf('train/n1/1.jpg=a', 'test/n1/1.jpg=a'), paths)).toEqual(['a']);
    expect(matchList(listOf('n1/1.jpg=a', 'n1/1.jpg=b'), paths)).toMatchObject({
      ambiguous: 1,
      several: new Map([[0, ['a', 'b']]]),
      missing: 0,
    });
  });

  test('a whole path goes before one that only ends alike', () => {
    const list = listOf('Ann/1.jpg=5', 'x/Ann/1.jpg=6');
    expect(people(list, ['Ann/1.jpg', 'x/Ann/1.jpg'])).toEqual(['5', '6']);
    expect(people(listOf('1.jpg=5', 'Ann/1.jpg=6'), ['1.jpg', 'Bob/1.jpg'])).toEqual(['5', null]);
  });

  test('a file name alone says nothing where several pictures have it', () => {
    const { matched, unlisted } = matchList(listOf('1.jpg=5'), ['a/1.jpg', 'b/1.jpg']);
    expect([matched, unlisted]).toEqual([0, 2]);
  });

  test('a line that has its picture does not speak of another one with the same name', () => {
    expect(people(listOf('a/1.jpg=5'), ['a/1.jpg', 'b/1.jpg'])).toEqual(['5', null]);
    expect(people(listOf('x/a/1.jpg=5'), ['x/a/1.jpg', 'y/a/1.jpg'])).toEqual(['5', null]);
  });

  test('two copies of a picture are both the person’s', () => {
    expect(people(listOf('Ann/1.jpg=5'), ['raw/Ann/1.jpg', 'crops/Ann/1.jpg'])).toEqual(['5', '5']);
  });

  test('a list begins in the folder it lies in', () => {
    const paths = ['d/train/1.jpg', 'd/test/1.jpg'];
    expect(people(listOf('1.jpg=5'), paths, 'd/train/metadata.csv')).toEqual(['5', null]);
    expect(people(listOf('../test/1.jpg=6'), paths, 'd/lists/all.csv')).toEqual([null, '6']);
    expect(people(listOf('test/1.jpg=6'), paths, 'meta/all.csv')).toEqual([null, '6']);
  });

  test('counts lines without a picture, repeated ones once they have it as none', () => {
    const list = listOf('a/1.jpg=5', 'a/1.jpg=5', 'a/2.jpg=5', 'a/3.jpg=6');
    expect(matchList(list, ['a/1.jpg'])).toMatchObject({ matched: 1, missing: 2 });
  });

  test('parts of the set', () => {
    const list = {
      kind: 'partition',
      paths: ['1.jpg', '2.jpg'],
      splits: ['train', 'test'],
      problems: [],
      problemCount: 0,
    } as const;
    expect(matchList(list, ['x/2.jpg', 'x/1.jpg']).matches).toEqual([
      { identity: null, split: 'test' },
      { identity: null, split: 'train' },
    ]);
  });

  test('sides of pairs are paths without an extension', () => {
    const side = { kind: 'numbered', identity: 'Ann_Lee', image: 12 } as const;
    const paths = ['lfw/Ann_Lee/Ann_Lee_0002.jpg', 'lfw/Ann_Lee/Ann_Lee_0012.jpg'];
    expect([...matchPaths([sidePath(side)], paths)]).toEqual([UNLISTED, 0]);
  });

  test('places of lines, unlisted and ambiguous pictures', () => {
    const listed = ['a/x/1.jpg', 'b/x/1.jpg', 'c/2.jpg'];
    expect([...matchPaths(listed, ['x/1.jpg', 'c/2.jpg', 'c/3.jpg'])]).toEqual([
      AMBIGUOUS,
      2,
      UNLISTED,
    ]);
  });

  test('nothing', () => {
    expect(matchList(listOf(), ['a.jpg']).unlisted).toBe(1);
    expect(matchList(listOf('a.jpg=1'), []).missing).toBe(1);
  });
});

test('paths of any depth are compared without going through every level of every line', () => {
  const deep = 'a/'.repeat(50_000);
  expect(people(listOf(`${deep}Ann/1.jpg=5`), [`${deep}Ann/1.jpg`])).toEqual(['5']);
});

test('every one of many pictures finds its line among many with the same names', () => {
  const people = 2000;
  const pictures = 20;
  const paths: string[] = [];
  for (let person = 0; person < people; person += 1) {
    for (let picture = 0; picture < pictures; picture += 1) paths.push(`p${person}/${picture}.jpg`);
  }
  const listed = paths.map((path) => `/data/ms1m/${path}`).reverse();
  const found = matchPaths(
    listed,
    paths.map((path) => `set.zip/${path}`),
  );
  expect(found.every((line, image) => line === paths.length - 1 - image)).toBe(true);
});
