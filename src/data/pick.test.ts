import { expect, test } from 'vitest';
import { pickImages } from './pick';
import type { FaceSet } from './types';

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'test' },
  cropSize: 1,
  pixels: Uint8Array.from({ length: 12 }, (_, at) => at),
  labels: Int32Array.from([0, 0, 1, 1]),
  names: ['a/1', 'a/2', 'b/1', 'b/2'],
  identities: [
    { name: 'a', count: 2 },
    { name: 'b', count: 2 },
  ],
  rejected: [],
  sourceSizes: Uint32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  formats: ['jpeg', 'png', 'gif', 'bmp'],
  splits: ['train', null, 'test', 'val'],
  placements: ['one', 'none', null, 'several'],
  facePoints: Float32Array.from({ length: 40 }, (_, at) => at),
};

test('everything that is known of an image goes with it', () => {
  const picked = pickImages(FACES, Uint32Array.from([3, 0, 1]));
  expect([...picked.pixels]).toEqual([9, 10, 11, 0, 1, 2, 3, 4, 5]);
  expect([...picked.labels]).toEqual([1, 0, 0]);
  expect(picked.names).toEqual(['b/2', 'a/1', 'a/2']);
  expect([...picked.sourceSizes!]).toEqual([7, 8, 1, 2, 3, 4]);
  expect(picked.formats).toEqual(['bmp', 'jpeg', 'png']);
  expect(picked.splits).toEqual(['val', 'train', null]);
  expect(picked.placements).toEqual(['several', 'one', 'none']);
  expect([...picked.facePoints!].map((value) => Math.floor(value / 10))).toEqual(
    [3, 0, 1].flatMap((image) => new Array<number>(10).fill(image)),
  );
});

test('what is not known stays unknown', () => {
  const { sourceSizes: _, formats: __, splits: ___, ...rest } = FACES;
  const { placements: ____, facePoints: _____, ...plain } = rest;
  const picked = pickImages(plain, Uint32Array.from([2]));
  expect(Object.keys(picked).sort()).toEqual(Object.keys(plain).sort());
});
