import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveIndex } from '../archive';
import { bytesOf } from '../bytes.testing';
import { hasPython, Workshop } from '../programs.testing';
import { indexParquet, isParquet } from './parquet';

const PYARROW = hasPython('pyarrow');

/**
 * Pictures are bytes whose content tells the row, of lengths from 300 to 1300; every file is written
 * by pyarrow, and `expected.json` says what is in it by pyarrow's own reading.
 */
const SCRIPT = `
import json, os, random
import pyarrow as pa, pyarrow.parquet as pq

NAMES = ['Ann', 'Zoë', '王菲', 'Bob <b>']
IMAGE = pa.struct([('bytes', pa.binary()), ('path', pa.string())])

def picture(row, length=None):
    return b'\\xff\\xd8' + random.Random(row).randbytes(length or 300 + row % 1000)

def table(rows, first=0, label=None, image_type=IMAGE, image=None, **columns):
    rows = range(first, first + rows)
    data = {'image': pa.array(image or [{'bytes': picture(i), 'path': f'{i:05d}.jpg'} for i in rows], image_type)}
    data['label'] = pa.array(label or [i // 7 % 4 for i in rows], pa.int64())
    return pa.table({**data, **columns})

HF = {'info': {'features': {'image': {'_type': 'Image'}, 'label': {'names': NAMES, '_type': 'ClassLabel'}}}}

def write(name, t, hf=HF, **options):
    if hf: t = t.replace_schema_metadata({'huggingface': json.dumps(hf)})
    pq.write_table(t, name, **options)

for codec in ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4']:
    write(f'{codec}.parquet', table(150), compression=codec, row_group_size=40, data_page_size=4000, write_batch_size=4)
write('v2.parquet', table(150), compression='zstd', data_page_version='2.0', row_group_size=64, use_dictionary=False)
write('v2-plain.parquet', table(150), compression='none', data_page_version='2.0', data_page_size=4000, write_batch_size=4)
write('index.parquet', table(150), compression='snappy', write_page_index=True, row_group_size=75, data_page_size=4000, write_batch_size=4, use_dictionary=False)
write('delta.parquet', table(150), compression='zstd', version='2.6', use_dictionary=False,
  column_encoding={'label': 'DELTA_BINARY_PACKED', 'image.bytes': 'DELTA_LENGTH_BYTE_ARRAY', 'image.path': 'DELTA_BYTE_ARRAY'})
write('train-00000-of-00002.parquet', table(60), row_group_size=25)
write('train-00001-of-00002.parquet', table(50, first=60), row_group_size=25)
write('test-00000-of-00001.parquet', table(10, first=500, label=[-1] * 10))
write('repeated.parquet', table(60, image=[{'bytes': picture(i % 3), 'path': None} for i in range(60)]), row_group_size=30)

some = [None if i % 5 == 0 else {'bytes': None if i % 5 == 1 else picture(i), 'path': f'{i}.jpg'} for i in range(30)]
write('nulls.parquet', table(30, image=some), row_group_size=10, compression='snappy')
write('unlabelled.parquet', table(10).drop_columns(['label']))
nothing = [{'bytes': None, 'path': f'faces/{i}.jpg'} for i in range(5)]
write('names-only.parquet', table(5, image=nothing))
rows = range(40)
strings = pa.table({'face_id': pa.array([f'x{i}' for i in rows]), 'image_bytes': pa.array([picture(i) for i in rows], pa.binary()),
  'identity': pa.array([None if i == 3 else NAMES[i % 4] for i in rows]), 'file_name': pa.array([f'n{i%4}/{i}.jpg' for i in rows])})
write('strings.parquet', strings, hf=None)
big = pa.table({'jpg': pa.array([picture(i) for i in rows], pa.large_binary()), 'person_id': pa.array([2**60 + i % 3 for i in rows], pa.int64())})
write('big-numbers.parquet', big, hf=None)
write('unique.parquet', pa.table({'image': table(20)['image'], 'id': pa.array(list(range(20)))}), hf=None)
write('lists.parquet', pa.table({'image': table(20)['image'], 'label': pa.array([[i, i] for i in range(20)])}), hf=None)
write('dictionary.parquet', pa.table({'image': table(20)['image'], 'label': pa.array([NAMES[i % 4] for i in range(20)]).dictionary_encode()}), hf=None)
write('flags.parquet', pa.table({'image': table(20)['image'], 'label': pa.array([i % 2 == 0 for i in range(20)])}), hf=None)
write('no-images.parquet', pa.table({'text': ['a', 'b'], 'label': [1, 2]}), hf=None)
write('image-lists.parquet', pa.table({'images': pa.array([[{'bytes': b'x', 'path': 'y'}]] * 3, pa.list_(IMAGE))}), hf=None)
write('empty.parquet', table(0))
write('large.parquet', table(60, image=[{'bytes': picture(i, 40000), 'path': None} for i in range(60)]), compression='none', row_group_size=20, write_batch_size=2, data_page_size=100000, use_dictionary=False)

expected = {}
for name in sorted(os.listdir('.')):
    t = pq.read_table(name)
    column = next(c for c in ['image', 'image_bytes', 'jpg', 'text', 'images'] if c in t.column_names)
    expected[name] = [(v['bytes'] if isinstance(v, dict) else v) for v in t[column].to_pylist()] if column not in ('text', 'images') else []
    expected[name] = [None if v is None else v.hex() for v in expected[name]]
json.dump(expected, open('expected.json', 'w'))
`;

const NAMES = ['Ann', 'Zoë', '王菲', 'Bob <b>'];

/** Counts how many bytes are really read from a file. */
class CountingBlob extends Blob {
  bytesRead = 0;

  override slice(start?: number, end?: number, type?: string): Blob {
    const part = super.slice(start, end, type);
    this.bytesRead += part.size;
    return part;
  }
}

test('a Parquet file is known by its first four bytes', () => {
  expect(isParquet(bytesOf('PAR1\x15\x04'))).toBe(true);
  expect(isParquet(bytesOf('PAR'))).toBe(false);
  expect(isParquet(bytesOf('PK\x03\x04'))).toBe(false);
});

describe.skipIf(!PYARROW)(
  'files written by pyarrow (python3 with pyarrow)',
  { timeout: 60_000 },
  () => {
    const shop = new Workshop();
    let expected: Record<string, readonly (string | null)[]> = {};

    beforeAll(() => {
      shop.python(SCRIPT);
      expected = JSON.parse(new TextDecoder().decode(shop.bytes('expected.json')));
    }, 60_000);
    afterAll(() => shop.remove());

    const open = (...names: readonly string[]): Promise<ArchiveIndex> =>
      indexParquet(names.map((name) => ({ name, blob: shop.blob(name) })));

    async function images({ members }: ArchiveIndex): Promise<string[]> {
      const read = await Promise.all(members.map((member) => member.read()));
      return read.map((bytes) => Buffer.from(bytes).toString('hex'));
    }

    const labels = ({ members }: ArchiveIndex) => members.map(({ identity }) => identity);

    test.each([
      'none',
      'snappy',
      'zstd',
      'gzip',
      'brotli',
      'lz4',
      'v2',
      'v2-plain',
      'index',
      'delta',
    ])('%s: every picture, label and path', async (kind) => {
      const index = await open(`${kind}.parquet`);
      expect([index.problem, index.skipped]).toEqual([null, []]);
      expect(labels(index)).toEqual(
        Array.from({ length: 150 }, (_, row) => NAMES[Math.floor(row / 7) % 4]),
      );
      expect(index.members.map(({ path }) => path)).toEqual(
        Array.from({ length: 150 }, (_, row) => `${String(row).padStart(5, '0')}.jpg`),
      );
      expect(await images(index)).toEqual(expected[`${kind}.parquet`]);
    });

    test('one picture is read by itself, in any order, and is the caller’s own', async () => {
      const { members } = await open('zstd.parquet');
      const wanted = expected['zstd.parquet']!;
      for (const row of [149, 0, 77, 41, 40, 39, 77]) {
        const bytes = await members[row]!.read();
        expect(Buffer.from(bytes).toString('hex')).toBe(wanted[row]);
        bytes.fill(0);
      }
    });

    test('shards are in the order of their names, and their names say the split', async () => {
      const index = await open(
        'train-00001-of-00002.parquet',
        'test-00000-of-00001.parquet',
        'train-00000-of-00002.parquet',
      );
      expect(index.problem).toBeNull();
      expect(await images(index)).toEqual([
        ...expected['test-00000-of-00001.parquet']!,
        ...expected['train-00000-of-00002.parquet']!,
        ...expected['train-00001-of-00002.parquet']!,
      ]);
      const splits = index.members.map(({ split }) => split);
      expect(splits).toEqual([...Array(10).fill('test'), ...Array(110).fill('train')]);
      // -1 is the hub's word for a label that is kept secret.
      expect(labels(index).slice(0, 11)).toEqual([...Array(10).fill(null), 'Ann']);
    });

    test('pictures that repeat are kept in a dictionary and read all the same', async () => {
      const index = await open('repeated.parquet');
      expect(await images(index)).toEqual(expected['repeated.parquet']);
      expect(index.members[31]!.path).toBe('repeated.parquet#31');
    });

    test('rows without a picture are skipped with the reason', async () => {
      const { members, skipped, problem } = await open('nulls.parquet');
      expect([members.length, skipped.length, problem]).toEqual([18, 12, null]);
      expect(skipped.slice(0, 2)).toEqual([
        { path: 'nulls.parquet#0', reason: 'Its row holds no picture.' },
        {
          path: '1.jpg',
          reason: 'Its row names the file 1.jpg but does not hold the picture.',
        },
      ]);
      expect(members.map(({ path }) => path).slice(0, 4)).toEqual([
        '2.jpg',
        '3.jpg',
        '4.jpg',
        '7.jpg',
      ]);
      expect(await images({ members, skipped, problem })).toEqual(
        expected['nulls.parquet']!.filter((image) => image !== null),
      );
    });

    test('a set that only names its files', async () => {
      const { members, skipped } = await open('names-only.parquet');
      expect(members).toEqual([]);
      expect(skipped.map(({ path }) => path)).toContain('faces/4.jpg');
      expect(skipped).toHaveLength(5);
    });

    test('plain binary columns, labels as text, and a column with the path', async () => {
      const index = await open('strings.parquet');
      expect(labels(index).slice(0, 5)).toEqual(['Ann', 'Zoë', '王菲', null, 'Ann']);
      expect(index.members[5]!.path).toBe('n1/5.jpg');
      expect(await images(index)).toEqual(expected['strings.parquet']);
    });

    test.each([
      ['big-numbers', ['1152921504606846976', '1152921504606846977']],
      ['unlabelled', [null, null]],
      // A number of its own for each row is no person, and a list is no label.
      ['unique', [null, null]],
      ['lists', [null, null]],
      ['dictionary', ['Ann', 'Zoë']],
      ['flags', ['true', 'false']],
    ])('labels: %s', async (kind, first) => {
      const index = await open(`${kind}.parquet`);
      expect(index.problem).toBeNull();
      expect(labels(index).slice(0, 2)).toEqual(first);
      expect(await images(index)).toEqual(expected[`${kind}.parquet`]);
    });

    test.each(['no-images', 'image-lists'])(
      '%s: said with the names of the columns',
      async (kind) => {
        const { members, problem } = await open(`${kind}.parquet`);
        expect(members).toEqual([]);
        expect(problem).toMatchObject({
          code: 'archive/unsupported',
          message: expect.stringMatching(
            /no column of images, one a row \(its columns: (text, label|images)\)/,
          ),
        });
      },
    );

    test('an empty set', async () => {
      expect(await open('empty.parquet')).toEqual({ members: [], skipped: [], problem: null });
    });

    test('a shard that cannot be read leaves the others', async () => {
      const whole = { name: 'b.parquet', blob: shop.blob('zstd.parquet') };
      const cut = { name: 'a.parquet', blob: shop.blob('zstd.parquet').slice(0, 5000) };
      const { members, problem } = await indexParquet([cut, whole]);
      expect(members).toHaveLength(150);
      expect(problem).toMatchObject({
        code: 'archive/truncated',
        message: expect.stringMatching(/^a\.parquet cannot be read: .*end/),
      });
    });

    test('damage in one row group loses its rows alone', async () => {
      const bytes = shop.bytes('large.parquet');
      // The second row group is between a third and two thirds: its labels lie before the third's pictures.
      const { members } = await indexParquet([{ name: 'l', blob: new Blob([bytes]) }]);
      expect(members).toHaveLength(60);
      bytes.fill(0xff, Math.floor(bytes.length * 0.34), Math.floor(bytes.length * 0.665));
      const damaged = await indexParquet([{ name: 'l', blob: new Blob([bytes]) }]);
      const results = await Promise.allSettled(damaged.members.map((member) => member.read()));
      const rows = results.flatMap(({ status }, row) => (status === 'fulfilled' ? [row] : []));
      expect(rows).toContain(19);
      expect(rows).toContain(59);
      expect(rows).not.toContain(30);
      const failed = results.find(({ status }) => status === 'rejected');
      expect(failed).toMatchObject({ reason: { name: 'FormatError' } });
    });

    test('a damaged column of labels loses its row group alone, which is listed', async () => {
      const bytes = shop.bytes('large.parquet');
      const { members } = await indexParquet([{ name: 'l', blob: new Blob([bytes]) }]);
      const last = await members[19]!.read();
      // The labels of the first row group follow its last picture.
      const at = Buffer.from(bytes).indexOf(Buffer.from(last)) + last.length;
      bytes.fill(0xff, at, at + 60);
      const damaged = await indexParquet([{ name: 'l', blob: new Blob([bytes]) }]);
      expect(damaged.problem).toBeNull();
      expect(damaged.members).toHaveLength(40);
      expect(damaged.skipped).toEqual([
        { path: 'l#0–19', reason: expect.stringMatching(/^These 20 rows cannot be read: /) },
      ]);
    });

    test('indexing reads no pictures, and reading one reads its page', async () => {
      const blob = new CountingBlob([shop.bytes('large.parquet')]);
      expect(blob.size).toBeGreaterThan(2_400_000);
      const { members } = await indexParquet([{ name: 'large.parquet', blob }]);
      expect(members).toHaveLength(60);
      expect(blob.bytesRead).toBeLessThan(100_000);
      blob.bytesRead = 0;
      await members[33]!.read();
      const once = blob.bytesRead;
      // A page of this file has four pictures, a row group twenty.
      expect(once).toBeLessThan(300_000);
      await members[33]!.read();
      expect(blob.bytesRead).toBe(once);
    });

    test('stops when it is told to, and tells how far it is', async () => {
      const file = { name: 'a.parquet', blob: shop.blob('zstd.parquet') };
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(indexParquet([file], { signal })).rejects.toThrow('enough');
      const told: number[] = [];
      await indexParquet([file], { onProgress: (done, total) => told.push(done / total) });
      expect(told.at(-1)).toBe(1);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
    });
  },
);

test.each([
  ['nothing', new Uint8Array(0), 'archive/truncated'],
  ['only its beginning', bytesOf('PAR1 and then some text'), 'archive/truncated'],
  ['a footer that is encrypted', bytesOf('PAR1....\x04\0\0\0PARE'), 'archive/unsupported'],
  ['a footer longer than the file', bytesOf('PAR1....\xff\xff\xff\x7fPAR1'), 'archive/corrupt'],
  ['a footer of zeros', bytesOf('PAR1\0\0\0\0\x04\0\0\0PAR1'), 'archive/unsupported'],
])('%s is said and no crash', async (_, bytes, code) => {
  const { members, problem } = await indexParquet([{ name: 'x', blob: new Blob([bytes]) }]);
  expect(members).toEqual([]);
  expect(problem).toMatchObject({ name: 'FormatError', code });
});
