import { expect, test } from 'vitest';
import type { FaceSet } from '../types';
import { filterFaces, identityHistogram } from './filterFaces';
import { ImportError } from './importError';

/** One-pixel faces: every image of identity k has the value k, and a name that says so. */
function facesOf(counts: Readonly<Record<string, number>>): FaceSet {
  const identities = Object.entries(counts).map(([name, count]) => ({ name, count }));
  const images = identities.flatMap(({ name, count }, label) =>
    Array.from({ length: count }, (_, index) => ({ label, name: `${name}/${index}` })),
  );
  return {
    origin: { kind: 'files', label: 'test' },
    cropSize: 1,
    pixels: Uint8Array.from(images.flatMap(({ label }) => [label, label, label])),
    labels: Int32Array.from(images, ({ label }) => label),
    names: images.map(({ name }) => name),
    identities,
    rejected: [{ name: 'notes.txt', reason: 'It is text.' }],
  };
}

function failure(all: FaceSet, minimum: number): ImportError {
  try {
    filterFaces(all, minimum);
  } catch (error) {
    if (error instanceof ImportError) return error;
  }
  throw new Error('an ImportError was expected');
}

test('leaves out the identities with too few images and numbers the others anew', () => {
  const all = facesOf({ Ann: 3, Bob: 1, Cy: 2, Di: 1, Eve: 4 });
  const { faces, droppedIdentities, droppedImages } = filterFaces(all, 2);
  expect([droppedIdentities, droppedImages]).toEqual([2, 2]);
  expect(faces.identities).toEqual([
    { name: 'Ann', count: 3 },
    { name: 'Cy', count: 2 },
    { name: 'Eve', count: 4 },
  ]);
  expect([...faces.labels]).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 2]);
  // The pixels still have the old numbers: 0 Ann, 2 Cy, 4 Eve.
  const pixel = [0, 0, 0, 2, 2, 4, 4, 4, 4];
  expect([...faces.pixels]).toEqual(pixel.flatMap((value) => [value, value, value]));
  expect(faces.names).toEqual([
    ...['Ann/0', 'Ann/1', 'Ann/2', 'Cy/0', 'Cy/1'],
    ...['Eve/0', 'Eve/1', 'Eve/2', 'Eve/3'],
  ]);
  expect(faces.rejected).toEqual(all.rejected);
});

test('leaves everything as it is when nobody has too few', () => {
  const all = facesOf({ Ann: 2, Bob: 2 });
  expect(filterFaces(all, 2)).toEqual({ faces: all, droppedIdentities: 0, droppedImages: 0 });
  expect(filterFaces(all, 1).faces).toBe(all);
});

test('another minimum needs nothing but the whole set', () => {
  const all = facesOf({ Ann: 5, Bob: 3, Cy: 1 });
  expect(filterFaces(all, 3).faces.identities).toHaveLength(2);
  expect(filterFaces(all, 1).faces.identities).toHaveLength(3);
});

test('counts the identities with at least k images', () => {
  const { identities } = facesOf({ Ann: 4, Bob: 1, Cy: 2, Di: 1 });
  expect(identityHistogram(identities).identitiesWithAtLeast).toEqual([4, 4, 2, 1, 1]);
  expect(identityHistogram([]).identitiesWithAtLeast).toEqual([0]);
});

test('says what another minimum would give', () => {
  const error = failure(facesOf({ Ann: 9, Bob: 3, Cy: 1 }), 5);
  expect(error).toMatchObject({
    code: 'data/too-few-identities',
    message:
      'Of 13 images of 3 identities, only 1 has 5 images or more; training needs 2 such identities. 1 file was left out, notes.txt: it is text.',
    remedy: expect.stringContaining('Lower the minimum to 3 images per person'),
    histogram: { identitiesWithAtLeast: [3, 3, 2, 2, 1, 1, 1, 1, 1, 1] },
  });
  expect(error.rejected).toHaveLength(1);
});

test('says how many files are missing, and the first of them', () => {
  const rejected = ['a', 'b', 'c'].map((name) => ({ name, reason: 'It is damaged.' }));
  expect(failure({ ...facesOf({ Ann: 4 }), rejected }, 2).message).toMatch(
    / 3 files were left out, the first is a: it is damaged\.$/,
  );
  expect(failure({ ...facesOf({ Ann: 4 }), rejected: [] }, 2).message).toMatch(/at least 2\.$/);
});

test('nobody has two images: the choice is one', () => {
  expect(failure(facesOf({ Ann: 1, Bob: 1 }), 2)).toMatchObject({
    message:
      'Of 2 images of 2 identities, none has 2 images or more; training needs 2 such identities. 1 file was left out, notes.txt: it is text.',
    remedy: expect.stringContaining('Lower the minimum to 1 image per person'),
  });
});

test('one person only: no minimum helps', () => {
  expect(failure(facesOf({ Ann: 4 }), 1)).toMatchObject({
    message:
      'All 4 images are of one identity, Ann; training needs at least 2. 1 file was left out, notes.txt: it is text.',
    remedy: expect.not.stringContaining('minimum'),
  });
});

test.each([
  ['set.npz/X', /^Add an array of labels, y,/],
  ['set/X.npy/X', /^Add an array of labels, y,/],
  ['set.zip/X', /^Put each person's images in a folder/],
])('all images of %s are of one person: what tells them apart there', (path, remedy) => {
  const set = facesOf({ X: 2 });
  const named = { ...set, names: [`${path}/000001`, `${path}/000002`] };
  expect(failure(named, 1).remedy).toMatch(remedy);
});
