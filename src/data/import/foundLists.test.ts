/** Lists that came without the pictures they are about. */
import { expect, test } from 'vitest';
import { onlyLists, readLists } from './foundLists';

const listsIn = (files: Record<string, string>) =>
  readLists(
    Object.entries(files).map(([name, text]) => {
      const blob = new Blob([text]);
      return { name, size: blob.size, blob: async () => blob };
    }),
    [],
    undefined,
  );

const PAIRS = '1\t2\nAnn\t1\t2\nBob\t1\t2\nAnn\t1\tBob\t1\nAnn\t2\tBob\t2\n';

test('one is called what it is, with where it is of use', async () => {
  const { lists } = await listsIn({ 'pairs.txt': PAIRS });
  expect(onlyLists(lists)).toMatchObject({
    code: 'data/nothing-readable',
    message: 'pairs.txt is a list without pictures: 4 pairs.',
    remedy:
      'Drop it together with the faces named there, or use “check for leaks” to compare them with the faces in use.',
  });
});

test('several are named', async () => {
  const { lists } = await listsIn({ 'pairs.txt': PAIRS, 'pairs2.txt': PAIRS });
  expect(onlyLists(lists).message).toBe('pairs.txt, pairs2.txt are lists without pictures.');
});

test('text that is no list is of no use, and no damage', async () => {
  const { rejected } = await listsIn({ README: 'These are faces.' });
  expect(rejected).toEqual([
    { name: 'README', reason: 'It is text, not an image that can be read.', unused: true },
  ]);
});
