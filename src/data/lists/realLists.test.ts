import { spawnSync } from 'node:child_process';
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { indexTar } from '../formats/tar';
import { leakBetween, leakInPairs } from '../leak';
import type { FaceList } from './faceList';
import { matchList } from './match';
import { sidePath } from './pairs';
import { matchPaths } from './pathMatching';
import { recognise } from './recognise';

const SHARED = new URL('../../../../shared/', import.meta.url);
const PROTOCOL = new URL('faces/lfw-protocol/', SHARED);
const LFW = new URL('faces/lfw-112.tar', SHARED);
const LABELLED = new URL('samples/insightface_small_dataset.tar', SHARED);

function protocol<K extends FaceList['kind']>(name: string, kind: K) {
  const list = recognise(readFileSync(new URL(name, PROTOCOL)), name);
  if (list?.kind !== kind) throw new Error(`${name} is ${list?.kind ?? 'no list'}`);
  expect(list.problems).toEqual([]);
  // The kind was just compared.
  return list as Extract<FaceList, { readonly kind: K }>;
}

function namesIn(file: string): string[] {
  return protocol(file, 'people').folds.flatMap((fold) => fold.map(({ name }) => name));
}

describe.skipIf(!existsSync(PROTOCOL))('LFW’s own lists (shared/faces)', () => {
  test('pairs.txt: ten folds of 300 and 300', () => {
    const { folds, pairs } = protocol('pairs.txt', 'pairs');
    expect([folds, pairs.length]).toEqual([10, 6000]);
    for (let fold = 0; fold < 10; fold += 1) {
      const own = pairs.filter((pair) => pair.fold === fold);
      expect([own.length, own.filter(({ same }) => same).length]).toEqual([600, 300]);
    }
    const images = new Set(
      pairs.flatMap(({ first, second }) => [sidePath(first), sidePath(second)]),
    );
    expect(images.size).toBe(7701);
  });

  test.each([
    ['pairsDevTrain.txt', 1100],
    ['pairsDevTest.txt', 500],
  ])('%s: one fold of %i and as many', (name, each) => {
    const { folds, pairs } = protocol(name, 'pairs');
    expect(folds).toBe(1);
    expect([pairs.length, pairs.filter(({ same }) => same).length]).toEqual([2 * each, each]);
  });

  test('people.txt: ten folds that share nobody, with all images', () => {
    const { folds, role } = protocol('people.txt', 'people');
    expect(role).toBeNull();
    expect(folds.map((fold) => fold.length)).toEqual([
      601, 555, 552, 560, 567, 527, 597, 601, 580, 609,
    ]);
    const all = folds.flat();
    expect(new Set(all.map(({ name }) => name)).size).toBe(5749);
    expect(all.reduce((sum, { images }) => sum + (images ?? 0), 0)).toBe(13_233);
  });

  test('peopleDevTrain.txt and peopleDevTest.txt share nobody', () => {
    expect(protocol('peopleDevTrain.txt', 'people').role).toBe('train');
    expect(protocol('peopleDevTest.txt', 'people').role).toBe('test');
    const [train, held] = [namesIn('peopleDevTrain.txt'), namesIn('peopleDevTest.txt')];
    expect([train.length, held.length]).toEqual([4038, 1711]);
    expect(leakBetween(train, held).people).toEqual([]);
  });

  test('lfw-names.txt: everyone; the README is no list', () => {
    expect(namesIn('lfw-names.txt')).toHaveLength(5749);
    expect(recognise(readFileSync(new URL('README.txt', PROTOCOL)), 'README.txt')).toBeNull();
  });

  test('whoever trains on the development people has no View 2 pairs of them left', () => {
    const train = namesIn('peopleDevTrain.txt');
    const pairs = protocol('pairs.txt', 'pairs');
    const leak = leakInPairs(train, pairs);
    const trained = new Set(train);
    const clean = pairs.pairs.filter(({ first, second }) => {
      return [first, second].every(
        (side) => side.kind === 'numbered' && !trained.has(side.identity),
      );
    });
    expect(leak.kept.length).toBe(clean.length);
    expect(leak.leaked + leak.kept.length).toBe(6000);
    expect(leak.kept.length).toBeGreaterThan(0);
    const counted = leak.folds.reduce((sum, { same, different }) => sum + same + different, 0);
    expect(counted).toBe(clean.length);
    // View 1 is made for it.
    expect(leakInPairs(train, protocol('pairsDevTest.txt', 'pairs')).leaked).toBe(0);
  });

  test.skipIf(!existsSync(LFW))(
    'every picture of the pairs is found in the tar',
    async () => {
      const { members } = await indexTar(await openAsBlob(LFW));
      const paths = members.map(({ path }) => `lfw-112.tar/${path}`);
      const { pairs } = protocol('pairs.txt', 'pairs');
      const wanted = [
        ...new Set(pairs.flatMap(({ first, second }) => [sidePath(first), sidePath(second)])),
      ];
      const found = matchPaths(wanted, paths);
      const matched = Array.from(found.entries()).filter(([, line]) => line >= 0);
      expect(matched).toHaveLength(7701);
      expect(
        matched.every(
          ([image, line]) => paths[image] === `lfw-112.tar/lfw-112/${wanted[line]!}.jpg`,
        ),
      ).toBe(true);
    },
    30_000,
  );
});

describe.skipIf(!existsSync(LABELLED))('a label file beside pictures (shared/samples)', () => {
  test('every picture is in it', async () => {
    const { members } = await indexTar(await openAsBlob(LABELLED));
    const label = members.find(({ path }) => path.endsWith('label.txt'));
    const list = recognise(await label!.read(), label!.path);
    if (list?.kind !== 'identities') throw new Error('a list of identities was expected');
    const paths = members.map(({ path }) => path).filter((path) => path.endsWith('.jpg'));
    const { matches, matched, missing, unlisted } = matchList(list, paths, label!.path);
    expect([matched, missing, unlisted]).toEqual([10, 0, 0]);
    const at = paths.findIndex((path) => path.endsWith('00000228.jpg'));
    expect(matches[at]).toEqual({ identity: '4', split: null });
  });
});

const PYTHON = 'python3';
const hasPython = spawnSync(PYTHON, ['--version']).status === 0;

/** Names and paths that a program has to quote, and those that it may. */
const ROWS: readonly (readonly [string, string, string])[] = [
  ['a/1.jpg', 'Lee, Ann', 'train'],
  ['b c/2 "x".jpg', 'Bob "B" Ray', 'val'],
  ['d;e/3.jpg', 'Zoë; 王菲', 'test'],
  ["f/4'.jpg", "O'Neil\tJr", 'train'],
  ['g|h/5.jpg', 'two\nlines', 'test'],
];

type Settings = Readonly<Record<string, string | number>>;

const TABLES: readonly (readonly [string, Settings])[] = [
  ['as it comes', { encoding: 'utf-8' }],
  ['for Excel', { encoding: 'utf-8-sig', delimiter: ';' }],
  ['in UTF-16', { encoding: 'utf-16', delimiter: '\t' }],
  ['everything quoted', { encoding: 'utf-8', quoting: 1 }],
  ['Unix lines, bars', { encoding: 'utf-8', delimiter: '|', lineterminator: '\n' }],
];

/** Writes every table and one file of JSON lines, in one run: starting Python takes longest. */
const SCRIPT = `
import base64, csv, io, json, sys
rows, tables = json.loads(sys.argv[1]), json.loads(sys.argv[2])
written = []
for name, settings in tables:
    encoding = settings.pop('encoding')
    text = io.StringIO(newline='')
    writer = csv.writer(text, **settings)
    writer.writerow(['file_name', 'identity', 'split'])
    writer.writerows(rows)
    written.append(text.getvalue().encode(encoding))
lines = [json.dumps(dict(file_name=row[0], label=row[1])) for row in rows]
written.append('\\n'.join(lines).encode())
print(json.dumps([base64.b64encode(data).decode() for data in written]))
`;

function written(): readonly Buffer[] {
  const given = [JSON.stringify(ROWS), JSON.stringify(TABLES)];
  const { stdout, status, stderr } = spawnSync(PYTHON, ['-c', SCRIPT, ...given]);
  if (status !== 0) throw new Error(String(stderr));
  // The script prints a list of strings.
  const files = JSON.parse(String(stdout)) as string[];
  return files.map((data) => Buffer.from(data, 'base64'));
}

describe.skipIf(!hasPython)('files written by Python', () => {
  const files = hasPython ? written() : [];

  function read(bytes: Buffer, name: string) {
    const list = recognise(bytes, name);
    if (list?.kind !== 'identities') throw new Error('a list of identities was expected');
    expect(list.paths).toEqual(ROWS.map(([path]) => path));
    expect(list.identities).toEqual(ROWS.map(([, identity]) => identity));
    expect(list.problemCount).toBe(0);
    return list;
  }

  test.each(TABLES.map(([name], at) => [name, at] as const))('csv, %s', (_, at) => {
    const { splits } = read(files[at]!, 'metadata.csv');
    expect(splits).toEqual(ROWS.map(([, , split]) => split));
  });

  test('json, one object per line', () => {
    expect(read(files.at(-1)!, 'metadata.jsonl').splits).toBeNull();
  });
});
