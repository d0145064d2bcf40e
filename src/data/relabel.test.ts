import { expect, test } from 'vitest';
import { withIdentitiesFirst } from './relabel';
import type { FaceSet } from './types';

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'test' },
  cropSize: 1,
  pixels: new Uint8Array(15),
  labels: Int32Array.from([0, 0, 1, 2, 3]),
  names: ['a/1', 'a/2', 'b/1', 'c/1', 'd/1'],
  identities: ['a', 'b', 'c', 'd'].map((name) => ({ name, count: name === 'a' ? 2 : 1 })),
  rejected: [],
};

test('the classes come first, the others keep their order, and everybody keeps their images', () => {
  const faces = withIdentitiesFirst(FACES, Uint32Array.from([1, 3]));
  expect(faces.identities.map(({ name }) => name)).toEqual(['b', 'd', 'a', 'c']);
  const people = Array.from(faces.labels, (label) => faces.identities[label]!.name);
  expect(people).toEqual(['a', 'a', 'b', 'c', 'd']);
  expect(faces.pixels).toBe(FACES.pixels);
});

test('nothing changes where the classes are first already', () => {
  expect(withIdentitiesFirst(FACES, Uint32Array.from([0, 1]))).toBe(FACES);
});
