import { expect, test } from 'vitest';
import { makeZip } from '../formats/archives.testing';
import { makeNpy } from '../formats/npy.testing';
import { openFaces } from './readFaces';

test('images without fitting labels are told of beside the people of the set', async () => {
  const images = (count: number) => makeNpy('|u1', [count, 8, 8], new Uint8Array(count * 64));
  const labels = (...values: readonly number[]) =>
    makeNpy('|u1', [values.length], Uint8Array.from(values));
  const arrays = {
    x_train: images(4),
    y_train: labels(1, 1, 2, 2),
    x_test: images(3),
    y_test: labels(1, 2),
  };
  const files = Object.entries(arrays).map(([name, bytes]) => ({ path: `${name}.npy`, bytes }));
  const catalogue = await openFaces([{ path: 'set.npz', file: await makeZip(files) }], {});
  expect(catalogue.entries.map(({ identity }) => identity)).toEqual(['1', '1', '2', '2']);
  expect(catalogue.whoNotes).toEqual([
    'The array y_test has 2 labels for the 3 images of x_test. These images are left out.',
  ]);
});
