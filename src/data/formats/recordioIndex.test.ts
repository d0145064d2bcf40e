import { expect, test } from 'vitest';
import { RowsByKey, readIndex } from './recordioIndex';
import { SkippedRecords } from './skippedRecords';

async function read(text: string, fileSize = 1000) {
  const skipped = new SkippedRecords();
  const { rows, beyond } = await readIndex(new Blob([text]), fileSize, skipped, () => undefined);
  const columns = { keys: [...rows.keys], offsets: [...rows.offsets], extents: [...rows.extents] };
  return { ...columns, beyond, skipped: skipped.toList() };
}

test('rows come in the order of the file, each up to the next', async () => {
  expect(await read('5\t400\n0\t900\n7\t0\n')).toEqual({
    keys: [7, 5, 0],
    offsets: [0, 400, 900],
    extents: [400, 500, 100],
    beyond: 0,
    skipped: [],
  });
});

test('two keys for one record reach equally far', async () => {
  expect(await read('1\t0\n2\t0\n3\t600\n')).toMatchObject({ extents: [600, 600, 400] });
});

test('of a key that comes again the last line counts, wherever it leads', async () => {
  const { keys, offsets, skipped } = await read('1\t400\n2\t500\n1\t100\n');
  expect([keys, offsets]).toEqual([
    [1, 2],
    [100, 500],
  ]);
  expect(skipped).toEqual([{ path: '0000001', reason: 'Its key is in the index more than once.' }]);
});

test('a record needs room for its head', async () => {
  expect(await read('1\t992\n2\t993\n')).toMatchObject({ keys: [1], beyond: 1 });
});

test.each([
  ['close together', [3, 0, 4, 3]],
  ['far apart', [2 ** 40, 0, 2 ** 52, 2 ** 40]],
])('rows are found by keys that lie %s', (_, keys) => {
  const rows = new RowsByKey(Float64Array.from(keys));
  expect(keys.map((key) => rows.rowOf(key))).toEqual([3, 1, 2, 3]);
  for (const absent of [1, 5, -1, 0.5, 2 ** 41, 2 ** 53 - 1]) expect(rows.rowOf(absent)).toBe(-1);
});

test('no keys at all', () => {
  expect(new RowsByKey(new Float64Array(0)).rowOf(0)).toBe(-1);
});
