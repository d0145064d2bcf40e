/** Which pixels of a kept set are read, and when. */
import { describe, expect, test } from 'vitest';
import { FACES, MapDirectory } from '../data/store/directory.testing';
import { FaceStore } from '../data/store/keptSets';
import type { FaceSet } from '../data/types';
import { FaceBase } from './faceBase';
import { openKeptFaces } from './keptFaces';

/** `a` and `c` with two images each, `b` with one between them and `d` with one after them. */
const SET: FaceSet = {
  origin: FACES.origin,
  cropSize: 2,
  rejected: [],
  pixels: Uint8Array.from({ length: 72 }, (_, at) => at),
  labels: Int32Array.from([0, 0, 1, 2, 2, 3]),
  names: ['a/1', 'a/2', 'b/1', 'c/1', 'c/2', 'd/1'],
  identities: [
    { name: 'a', count: 2 },
    { name: 'b', count: 1 },
    { name: 'c', count: 2 },
    { name: 'd', count: 1 },
  ],
  sourceSizes: Uint32Array.from([9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4]),
  formats: ['jpeg', 'jpeg', 'png', 'gif', 'gif', 'gif'],
  splits: [null, null, null, null, null, null],
};

/** @param config how the set was read and corrected, as `keep` writes it */
async function kept(config: unknown) {
  const directory = new MapDirectory();
  await new FaceStore(directory).keep('x', SET, { name: 'mine', savedAt: 1, config });
  const read: number[] = [];
  const open = directory.open.bind(directory);
  directory.open = async (name) => {
    const file = await open(name);
    return {
      ...file,
      read: (into, at) => {
        read.push(into.length / 12);
        return file.read(into, at);
      },
    };
  };
  return { set: await new FaceStore(directory).open('x'), read, directory };
}

const config = (minImagesPerIdentity: number) => ({
  config: { kind: 'files', cropSize: 2, minImagesPerIdentity },
  edits: [],
});

describe('the faces of a kept set', () => {
  test('that train are read without the others', async () => {
    const { set, read } = await kept(config(2));
    const base = FaceBase.ofKept(set);
    const { faces, droppedIdentities, droppedImages } = await base.use([], 2);
    const whole = await new FaceBase(SET).use([], 2);
    expect(faces).toEqual(whole.faces);
    expect([droppedIdentities, droppedImages]).toEqual([2, 2]);
    // `b` is read along: it lies between two that train.
    expect(read).toEqual([5]);
    expect(base.keptId).toBe('x');
  });

  test('are read whole for a correction, and once', async () => {
    const { set, read, directory } = await kept(config(2));
    const base = FaceBase.ofKept(set);
    await base.use([], 2);
    const edits = [{ kind: 'exclude', identities: ['c'] }] as const;
    const { faces } = await base.use(edits, 1);
    expect(faces).toEqual((await new FaceBase(SET).use(edits, 1)).faces);
    expect(read).toEqual([5, 6]);
    expect(base.keptId).toBeNull();
    directory.files.clear();
    expect((await base.use([], 1)).faces.pixels).toEqual(SET.pixels);
  });

  test('are read once where two ask at the same time', async () => {
    const { set, read } = await kept(config(2));
    const base = FaceBase.ofKept(set);
    const [one, other] = await Promise.all([base.whole(), base.whole()]);
    expect(one.all).toBe(other.all);
    expect(one.all).toEqual(SET);
    expect(read).toEqual([6]);
  });

  test('that are gone fail, and may be asked for again', async () => {
    const { set, directory } = await kept(config(2));
    const base = FaceBase.ofKept(set);
    const pixels = directory.files.get('x.rgb')!;
    directory.files.delete('x.rgb');
    await expect(base.use([], 2)).rejects.toMatchObject({ code: 'data/storage' });
    directory.files.set('x.rgb', pixels);
    expect((await base.whole()).all).toEqual(SET);
  });

  test('are told of before they are read, with a few of them', async () => {
    const { set, read } = await kept(config(2));
    const { opening, base, label } = await openKeptFaces(set, 'kept', performance.now());
    expect(label).toBe('mine');
    expect(opening.data).toMatchObject({
      label: 'mine',
      images: 4,
      identities: [
        { name: 'a', count: 2 },
        { name: 'c', count: 2 },
      ],
      droppedIdentities: 2,
      droppedImages: 2,
    });
    expect([...opening.data.firstImage]).toEqual([0, 2]);
    // The first bytes of images 0 and 3 of the set, which are 0 and 2 of those that train.
    expect([...opening.thumbnails!.indices]).toEqual([0, 2]);
    expect([...opening.thumbnails!.rgba.subarray(0, 4)]).toEqual([0, 1, 2, 255]);
    expect([...opening.thumbnails!.rgba.subarray(16, 20)]).toEqual([36, 37, 38, 255]);
    expect(read).toEqual([4]);
    expect(base.all.pixels).toHaveLength(0);
  });

  test('are told of with their corrections', async () => {
    const edits = [{ kind: 'exclude', identities: ['a'] }];
    const { set, read } = await kept({ ...config(1), edits });
    const { opening } = await openKeptFaces(set, 'kept', performance.now());
    expect(opening.data.identities.map(({ name }) => name)).toEqual(['b', 'c', 'd']);
    expect(opening.data).toMatchObject({ images: 4, edits: 1 });
    expect(opening.thumbnails).toBeNull();
    expect(read).toEqual([]);
  });
});
