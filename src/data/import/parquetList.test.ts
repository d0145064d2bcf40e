/** Parquet sets that name their pictures without holding them: lists of pictures that lie beside them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { greyPgm } from '../formats/bytes.testing';
import { hasPython, Workshop } from '../formats/programs.testing';
import type { FaceSource } from './catalogue';
import { openFaces } from './readFaces';
import { outcomeOf } from './reading.testing';

const SCRIPT = `
import json
import pyarrow as pa, pyarrow.parquet as pq
paths = [f'faces/{i}.pgm' for i in range(6)]
nothing = [{'bytes': None, 'path': path} for path in paths]
label = [i // 3 for i in range(6)]
# Without a type of their own, the missing bytes are numbers without a value.
pq.write_table(pa.table({'image': nothing, 'label': label}), 'untyped.parquet', row_group_size=4)
typed = pa.array(nothing, pa.struct([('bytes', pa.binary()), ('path', pa.string())]))
hub = {'info': {'features': {'image': {'_type': 'Image'}, 'label': {'names': ['Ann', 'Zoë'], '_type': 'ClassLabel'}}}}
table = pa.table({'image': typed, 'label': label})
pq.write_table(table.replace_schema_metadata({'huggingface': json.dumps(hub)}), 'typed.parquet')
for part, first in [('train', 0), ('test', 3)]:
    pq.write_table(pa.table({'file_name': paths[first:first + 3], 'person': ['Ann', 'Bob', 'Ann']}), f'{part}-0.parquet')
pq.write_table(pa.table({'image': nothing}), 'unlabelled.parquet')
pq.write_table(pa.table({'content': ['a page', 'another'], 'label': [1, 2]}), 'texts.parquet')
`;

const PICTURES = [0, 1, 2, 3, 4, 5].map(
  (n): FaceSource => ({ path: `set/faces/${n}.pgm`, file: new Blob([greyPgm(n)]) }),
);

describe.skipIf(!hasPython('pyarrow'))('written by python3 with pyarrow', () => {
  const shop = new Workshop();
  beforeAll(() => {
    shop.python(SCRIPT);
  }, 60_000);
  afterAll(() => shop.remove());

  const given = (...names: readonly string[]): FaceSource[] =>
    names.map((name) => ({ path: `set/${name}`, file: shop.blob(name) }));

  test.each([
    [['untyped.parquet'], { 0: 3, 1: 3 }],
    [['typed.parquet'], { Ann: 3, Zoë: 3 }],
    [['train-0.parquet', 'test-0.parquet'], { Ann: 4, Bob: 2 }],
  ])('%s: the pictures beside it', async (names, people) => {
    const outcome = await outcomeOf([...given(...names), ...PICTURES]);
    expect(outcome).toMatchObject({ people, rejected: [], error: null });
  });

  test('the part is the one that the name of the shard tells', async () => {
    const { lists } = await openFaces([...given('train-0.parquet'), ...PICTURES], {});
    expect(lists.map(({ list }) => list)).toEqual([
      expect.objectContaining({ kind: 'identities', splits: ['train', 'train', 'train'] }),
    ]);
  });

  test.each(['untyped.parquet', 'typed.parquet'])('%s without its pictures', async (name) => {
    const { error } = await outcomeOf(given(name));
    expect(error?.message).toBe(
      `set/${name} could not be read: its column image has only the paths of pictures, and those are not here.`,
    );
    expect(error?.remedy).toBe('Put the pictures beside it, under the names it has for them.');
  });

  test('without labels the pictures are to be given by themselves', async () => {
    const { error } = await outcomeOf(given('unlabelled.parquet'));
    expect(error?.message).toMatch(/only the paths .* and no column says who is on them\.$/);
    expect(error?.remedy).toBe('Give the pictures themselves, in one folder per person.');
  });

  test('other texts are no names of pictures', async () => {
    const { error } = await outcomeOf(given('texts.parquet'));
    expect(error?.message).toBe(
      'set/texts.parquet could not be read: the Parquet file has no column of images, one a row (its columns: content, label).',
    );
    expect(error?.remedy).toMatch(/^Give one with the bytes of an image in each row/);
  });
});
