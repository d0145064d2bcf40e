import { afterAll, describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile } from './archives.testing';
import { bytesOf, greyPgm } from './bytes.testing';
import { hasPython, Workshop } from './programs.testing';
import { splitOfShard } from './splitName';
import { indexTar } from './tar';
import { indexTarGz } from './targz';
import { groupWebDataset, WebDatasetMember } from './webdataset';
import { indexZip } from './zip';

function files(...given: readonly (readonly [string, string?])[]): TestFile[] {
  return given.map(([path, text]) => {
    return { path, bytes: text === undefined ? greyPgm(path.length) : bytesOf(text) };
  });
}

/** Two people, who have `people[i]` in the label of the i-th picture. */
function labelled(ending: string, label: (place: number) => string, folder = ''): TestFile[] {
  return Array.from({ length: 8 }, (_, place) => place).flatMap((place) =>
    files([`${folder}${place}.pgm`], [`${folder}${place}.${ending}`, label(place)]),
  );
}

async function group(given: readonly TestFile[], name = 'a.tar') {
  return groupWebDataset(await indexTar(makeTar(given)), name);
}

async function identities(given: readonly TestFile[]) {
  return (await group(given))?.members.map(({ identity }) => identity) ?? null;
}

const SAME = ['0', '1', '0', '1', '0', '1', '0', '1'];

describe('what names the person', () => {
  test.each<[string, TestFile[]]>([
    ['.cls', labelled('cls', (place) => `${place % 2}\n`)],
    ['.cls with zeros before it', labelled('cls', (place) => `00${place % 2}`)],
    ['.json with a label', labelled('json', (place) => `{"url": "x", "label": ${place % 2}}`)],
    [
      '.json with an identity',
      labelled('json', (place) => `{"Identity": "${place % 2}", "label": 9}`),
    ],
    ['.json that is a number', labelled('json', (place) => `${place % 2}`)],
    ['.txt', labelled('txt', (place) => `${place % 2}\n`)],
    ['folders in the key', labelled('cls', (place) => `${place % 2}`, 'shard/0/')],
    ['a name in .json', labelled('json', (place) => `{"name": "${place % 2}"}`)],
  ])('%s', async (_, given) => {
    expect(await identities(given)).toEqual(SAME);
  });

  test('names are kept as they are, and the first dot ends the key', async () => {
    const given = files(
      ['1.face.png'],
      ['1.mask.png'],
      ['1.json', '{"identity": "<b>Zoë</b>"}'],
      ['dir.v2/2.jpeg'],
      ['dir.v2/2.json', '{"identity": "王菲"}'],
    );
    const found = await group(given);
    expect(found?.members.map(({ path, identity }) => [path, identity])).toEqual([
      ['1.face.png', '<b>Zoë</b>'],
      ['dir.v2/2.jpeg', '王菲'],
    ]);
    expect(found?.skipped).toEqual([
      { path: '1.mask.png', reason: 'It stands beside another picture of the same sample.' },
    ]);
  });

  test('what belongs to no picture is told of, with the reason', async () => {
    const given = files(
      ['1.png'],
      ['1.cls', '0'],
      ['1.embedding.npy', '…'],
      ['2.cls', '1'],
      ['3.png'],
      ['3.cls', '1'],
      ['readme.md', 'how it was made'],
    );
    const found = await group(given);
    expect(found?.members.map(({ path, identity }) => [path, identity])).toEqual([
      ['1.png', '0'],
      ['3.png', '1'],
    ]);
    expect(found?.skipped).toEqual([
      { path: '1.embedding.npy', reason: 'It is neither a picture nor a label of one.' },
      { path: 'readme.md', reason: 'It is neither a picture nor a label of one.' },
      { path: '2.cls', reason: 'It is a label without a picture beside it.' },
    ]);
  });

  test('.cls is believed before .json, .json before .txt', async () => {
    const given = Array.from({ length: 4 }, (_, place) => place).flatMap((place) =>
      files(
        [`${place}.txt`, 'caption'],
        [`${place}.pgm`],
        [`${place}.json`, '{"label": 5}'],
        [`${place}.cls`, '7'],
      ),
    );
    expect(await identities(given)).toEqual(['7', '7', '7', '7']);
    expect(await identities(given.filter(({ path }) => !path.endsWith('cls')))).toEqual(
      Array(4).fill('5'),
    );
  });

  test('a picture without a label, or with one that is damaged, has no person', async () => {
    const given = [
      ...labelled('json', (place) => (place === 3 ? '{"label"' : '{"label": 1}')),
      ...files(['9.pgm']),
    ];
    expect(await identities(given)).toEqual(['1', '1', '1', null, '1', '1', '1', '1', null]);
  });

  test('files of one sample need not follow each other; a key that comes again is another sample', async () => {
    const given = files(
      ['a.pgm'],
      ['b.pgm'],
      ['b.cls', '2'],
      ['a.cls', '1'],
      ['a.pgm'],
      ['a.cls', '3'],
    );
    expect(await identities(given)).toEqual(['1', '2', '3']);
  });
});

describe('what is no WebDataset', () => {
  const folders = Array.from({ length: 9 }, (_, place) => `p${place % 3}/${place}.jpg`);
  const captions = 'abcdefghi'.split('').map((letter) => `a photo of ${letter.repeat(5)}`);
  test.each<[string, TestFile[]]>([
    ['folders of faces', files(...folders.map((path) => [path] as const))],
    ['nothing', []],
    ['texts alone', labelled('cls', () => '1').filter(({ path }) => path.endsWith('cls'))],
    [
      'a few texts among the pictures',
      files(
        ...folders.map((path) => [path] as const),
        ['p0/0.txt', '1'],
        ['p1/1.txt', '1'],
        ['README.txt', 'x'],
      ),
    ],
    [
      'landmarks beside each picture',
      folders.flatMap((path, place) =>
        files([path], [path.replace('jpg', 'txt'), `${place}.5 51.6`]),
      ),
    ],
    [
      'a text beside each picture of folders that name the people',
      folders.flatMap((path) => files([path], [path.replace('jpg', 'txt'), 'female'])),
    ],
    [
      'captions',
      captions.flatMap((text, place) => files([`${place}.jpg`], [`${place}.txt`, text])),
    ],
    [
      'descriptions without a label',
      folders.flatMap((path) => files([path], [path.replace('jpg', 'json'), '{"width": 4}'])),
    ],
    [
      'a file name for each picture',
      folders.flatMap((path, place) =>
        files([`${place}.jpg`], [`${place}.json`, `{"name": "${path}"}`]),
      ),
    ],
  ])('%s', async (_, given) => {
    expect(await group(given)).toBeNull();
  });
});

test('a picture is read as the archive reads it', async () => {
  const found = await group(labelled('cls', () => '1'));
  const [first] = found?.members ?? [];
  if (!(first instanceof WebDatasetMember)) throw new Error('a sample was expected');
  expect(first.image.path).toBe('0.pgm');
  expect(await first.read()).toEqual(greyPgm('0.pgm'.length));
});

test('the same set as a tar, a tar.gz and a zip', async () => {
  const given = labelled('cls', (place) => `${place % 2}`);
  const long = `{"label": 4, "more": "${'x'.repeat(20_000)}"}`;
  // Too long to be kept while it is listed: they are read in another pass.
  const heavy = labelled('json', () => long).toReversed();
  for (const [set, expected] of [
    [given, SAME],
    [heavy, Array(8).fill('4')],
  ] as const) {
    const tar = makeTar(set);
    const indexes = [
      await indexTar(tar),
      await indexTarGz(await gzip(tar)),
      await indexZip(await makeZip(set)),
    ];
    for (const index of indexes) {
      const found = await groupWebDataset(index, 'x');
      expect(found?.members.map(({ identity }) => identity)).toEqual(expected);
    }
  }
});

test('large pictures are not read for their labels', async () => {
  let read = 0;
  class CountingBlob extends Blob {
    override slice(start?: number, end?: number, type?: string): Blob {
      const part = super.slice(start, end, type);
      read += part.size;
      return part;
    }
  }
  const picture = new Uint8Array(500_000);
  const given = Array.from({ length: 20 }, (_, place) => [
    { path: `${place}.jpg`, bytes: picture },
    { path: `${place}.cls`, bytes: bytesOf(String(place % 3)) },
  ]).flat();
  const blob = new CountingBlob([await makeTar(given).arrayBuffer()]);
  const found = await groupWebDataset(await indexTar(blob), 'x');
  expect(found?.members).toHaveLength(20);
  expect(read).toBeLessThan(2_000_000);
});

describe('a shard’s name says the part of the set', () => {
  test.each([
    ['train-00000-of-00005.parquet', 'train'],
    ['data/train-00000-of-00001-a1b2c3d4e5f60718.parquet', 'train'],
    ['default/test/0000.parquet', 'test'],
    ['lfw-validation-000001.tar', 'validation'],
    ['imagenet_Val_000001.tar', 'val'],
    ['gallery-00000-of-00002.parquet', 'gallery'],
    ['aligned-00000-of-00002.parquet', 'aligned'],
    ['train.tar', 'train'],
    ['train0.tar', 'train'],
    ['trainees.tar', null],
    ['contest.parquet', null],
    ['faces.tar', null],
    ['0000.parquet', null],
  ])('%s', (name, split) => {
    expect(splitOfShard(name)).toBe(split);
  });

  test('and the members have it', async () => {
    const found = await group(
      labelled('cls', () => '1'),
      'faces/train-000003.tar',
    );
    expect(new Set(found?.members.map(({ split }) => split))).toEqual(new Set(['train']));
  });
});

describe.skipIf(!hasPython())('shards written by python3', () => {
  const shop = new Workshop();
  afterAll(() => shop.remove());

  test('two shards give the same names to the same people', async () => {
    shop.python(String.raw`
import io, json, tarfile
for shard in range(2):
    with tarfile.open(f'train-{shard:06d}.tar', 'w', format=tarfile.USTAR_FORMAT) as t:
        for i in range(30):
            n = shard * 30 + i
            for ending, data in [('cls', b'%d' % (n % 7)), ('jpg', b'\xff\xd8' + bytes(1000 + n)), ('json', json.dumps({'id': n}).encode())]:
                info = tarfile.TarInfo(f'sample_{n:06d}.{ending}'); info.size = len(data)
                t.addfile(info, io.BytesIO(data))
`);
    const names = ['train-000000.tar', 'train-000001.tar'];
    const found = await Promise.all(
      names.map(async (name) => groupWebDataset(await indexTar(shop.blob(name)), name)),
    );
    const members = found.flatMap((index) => index?.members ?? []);
    expect(members.map(({ identity }) => identity)).toEqual(
      Array.from({ length: 60 }, (_, place) => String(place % 7)),
    );
    expect(members.map(({ size }) => size)).toEqual(
      Array.from({ length: 60 }, (_, place) => 1002 + place),
    );
    expect(members[31]!.path).toBe('sample_000031.jpg');
  });
});
