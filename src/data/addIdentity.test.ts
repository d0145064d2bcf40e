/** Where the crops of one more person go, and that everything known of an image stays beside it. */
import { describe, expect, test } from 'vitest';
import { addIdentity } from './addIdentity';
import type { FaceSet } from './types';

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'test' },
  cropSize: 1,
  pixels: Uint8Array.from({ length: 12 }, (_, at) => at),
  labels: Int32Array.of(0, 0, 1, 2),
  names: ['b/1', 'b/2', 'd/1', 'f/1'],
  identities: [
    { name: 'b', count: 2 },
    { name: 'd', count: 1 },
    { name: 'f', count: 1 },
  ],
  rejected: [],
  sourceSizes: Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  formats: ['jpeg', 'png', 'gif', 'bmp'],
  splits: ['train', null, 'test', 'val'],
};

/** Two crops of a pixel. */
const two = (name: string) => ({ name, size: 1, pixels: Uint8Array.of(91, 92, 93, 94, 95, 96) });

const countsOf = ({ identities }: FaceSet) =>
  identities.map(({ name, count }) => `${name} ${count}`).join(', ');

describe('addIdentity', () => {
  test.each([
    ['a', 'a 2, b 2, d 1, f 1', [0, 0, 1, 1, 2, 3], 0],
    ['c', 'b 2, c 2, d 1, f 1', [0, 0, 1, 1, 2, 3], 2],
    ['z', 'b 2, d 1, f 1, z 2', [0, 0, 1, 2, 3, 3], 4],
  ])('a new person %s takes the place of the name', (name, counts, labels, at) => {
    const more = addIdentity(FACES, two(name), 'camera');
    expect(countsOf(more)).toBe(counts);
    expect([...more.labels]).toEqual(labels);
    expect(more.names.slice(at, at + 2)).toEqual([`camera/${name}/0001`, `camera/${name}/0002`]);
    expect([...more.pixels.subarray(3 * at, 3 * at + 6)]).toEqual([91, 92, 93, 94, 95, 96]);
    expect(more.names.toSpliced(at, 2)).toEqual(FACES.names);
    expect([...more.pixels].toSpliced(3 * at, 6)).toEqual([...FACES.pixels]);
  });

  test('somebody who is there gets the images behind their own', () => {
    const more = addIdentity(FACES, two('d'), 'camera');
    expect(countsOf(more)).toBe('b 2, d 3, f 1');
    expect([...more.labels]).toEqual([0, 0, 1, 1, 1, 2]);
    expect(more.names).toEqual(['b/1', 'b/2', 'd/1', 'camera/d/0001', 'camera/d/0002', 'f/1']);
    expect([...more.sourceSizes!]).toEqual([1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 7, 8]);
    expect(more.formats).toEqual(['jpeg', 'png', 'gif', 'camera', 'camera', 'bmp']);
    expect(more.splits).toEqual(['train', null, 'test', null, null, 'val']);
  });

  test('names go on where the ones before ended, and pass over those a file has', () => {
    const taken = { ...FACES, names: ['camera/d/0002', 'b/2', 'd/1', 'f/1'] };
    const once = addIdentity(taken, two('d'), 'camera');
    const twice = addIdentity(once, two('d'), 'camera');
    expect(twice.names.filter((name) => name.startsWith('camera/d/')).toSorted()).toEqual(
      [1, 2, 3, 4, 5].map((number) => `camera/d/000${number}`),
    );
  });

  test('what was not known of the others stays unknown', () => {
    const { sourceSizes: _, formats: __, splits: ___, ...plain } = FACES;
    const more = addIdentity(plain, two('c'), 'camera');
    expect([...more.sourceSizes!]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(more.formats).toEqual(['', '', 'camera', 'camera', '', '']);
    expect(more.splits).toBeUndefined();
  });

  test('crops of another size are averaged to the size of the set', () => {
    const pixels = Uint8Array.from([0, 100, 200, 100].flatMap((grey) => [grey, grey, 7]));
    const more = addIdentity(FACES, { name: 'a', size: 2, pixels }, 'camera');
    expect([...more.pixels.subarray(0, 3)]).toEqual([100, 100, 7]);
    expect([...more.sourceSizes!.subarray(0, 2)]).toEqual([2, 2]);
  });

  test('the set that was given stays as it was', () => {
    const before = structuredClone(FACES);
    addIdentity(FACES, two('a'), 'camera');
    expect(FACES).toEqual(before);
  });

  test.each([
    [1, 0],
    [2, 13],
    [0, 12],
    [1.5, 27],
  ])('refuses crops of size %s in %s bytes', (size, bytes) => {
    const crops = { name: 'a', size, pixels: new Uint8Array(bytes) };
    expect(() => addIdentity(FACES, crops, 'camera')).toThrow(RangeError);
  });
});
