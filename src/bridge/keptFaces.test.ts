/** What is told of faces that were kept: as many as opening gives, and that their files are not at hand. */
import { describe, expect, test } from 'vitest';
import { FACES, MapDirectory } from '../data/store/directory.testing';
import { FaceStore } from '../data/store/keptSets';
import { FaceLoader } from './faceLoader';
import { countKept } from './keptFaces';
import type { WorkerEvent } from './protocol';

const READY = Promise.resolve();
const CONFIG = { kind: 'files', cropSize: 2, minImagesPerIdentity: 1 } as const;
const EXCLUDED = [{ kind: 'remove', images: ['a/1.jpg'] }];

async function listed(config: unknown) {
  const store = new FaceStore(new MapDirectory(), countKept);
  await store.keep('x', FACES, { name: 'mine', savedAt: 1, config });
  const [info] = (await store.list()).sets;
  return { store, info };
}

test('corrections and the minimum count, as they do when it is opened', async () => {
  const { store, info } = await listed({ config: CONFIG, edits: EXCLUDED });
  const opened = await new FaceLoader(() => undefined, store).openKept('x', READY);
  expect(info).toMatchObject({ images: opened.images, identities: opened.identities.length });
  expect(info).toMatchObject({ images: 2, identities: 2 });
  expect(opened.kept).toBe(true);
});

test('where opening leaves nobody, all that was kept is told', async () => {
  const config = { ...CONFIG, minImagesPerIdentity: 9 };
  const { info } = await listed({ config, edits: [] });
  expect(info).toMatchObject({ images: 3, identities: 2 });
});

test('what is shown while it opens is told apart as what is opened, and from another opening', async () => {
  const { store } = await listed({ config: CONFIG, edits: [] });
  const events: WorkerEvent[] = [];
  const loader = new FaceLoader((event) => events.push(event), store);
  const { facesId } = await loader.openKept('x', READY);
  const opening = events.find((event) => event.kind === 'opening');
  expect(opening?.data.facesId).toBe(facesId);
  expect((await loader.openKept('x', READY)).facesId).not.toBe(facesId);
});

test('another size cannot be had of them, another minimum can', async () => {
  const { store } = await listed({ config: CONFIG, edits: [] });
  const loader = new FaceLoader(() => undefined, store);
  await loader.openKept('x', READY);
  const again = (config: { cropSize: number; minImagesPerIdentity: number }) =>
    loader.loadFiles(
      {
        kind: 'load-files',
        files: null,
        label: '',
        config: { kind: 'files', ...config },
        anySize: true,
      },
      READY,
    );
  await expect(again({ cropSize: 112, minImagesPerIdentity: 1 })).rejects.toMatchObject({
    message: 'These faces were kept at 2×2 pixels, without the pictures they were cut from.',
    remedy: 'Drop the folder or archive again to cut it another way.',
  });
  expect(await again({ cropSize: 2, minImagesPerIdentity: 1 })).toMatchObject({ kept: true });
});

describe('corrections of faces that are open from a kept set', () => {
  const EXCLUDE = [{ kind: 'remove', images: ['a/1.jpg'] }] as const;
  const EXCLUDE_ANOTHER = [{ kind: 'remove', images: ['b/1.jpg'] }] as const;
  /** With two people of two. */
  const { splits: _, placements: __, ...plain } = FACES;
  const SET = {
    ...plain,
    pixels: new Uint8Array(48),
    labels: Int32Array.from([0, 0, 1, 1]),
    names: ['a/1.jpg', 'a/2.jpg', 'b/1.jpg', 'b/2.jpg'],
    identities: [
      { name: 'a', count: 2 },
      { name: 'b', count: 2 },
    ],
    sourceSizes: new Uint32Array(8),
    formats: ['jpeg', 'jpeg', 'jpeg', 'jpeg'],
  };

  async function opened() {
    const directory = new MapDirectory();
    const store = new FaceStore(directory, countKept);
    await store.keep('x', SET, {
      name: 'mine',
      savedAt: 1,
      config: { config: CONFIG, edits: [] },
    });
    const loader = new FaceLoader(() => undefined, store);
    await loader.openKept('x', READY);
    const another = () => new FaceLoader(() => undefined, new FaceStore(directory, countKept));
    /** Another visit. */
    const again = () => another().openKept('x', READY);
    return { directory, loader, another, again };
  }

  test('are there at the next visit, and so is the minimum', async () => {
    const { loader, again } = await opened();
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(await again()).toMatchObject({ edits: 1, images: 3 });
    await loader.edit([], READY);
    expect(await again()).toMatchObject({ edits: 0, images: 4 });
    const config = { ...CONFIG, minImagesPerIdentity: 3 };
    const request = { kind: 'load-files', files: null, label: '', config, anySize: true } as const;
    // What is refused is not kept, what is done is.
    await expect(loader.loadFiles(request, READY)).rejects.toThrow();
    expect((await again()).config).toEqual(CONFIG);
    const fewer = { ...CONFIG, minImagesPerIdentity: 2 };
    await loader.loadFiles({ ...request, config: fewer }, READY);
    expect((await again()).config).toEqual(fewer);
  });

  test('that cannot be written are in force, and it is told', async () => {
    const { directory, loader, again } = await opened();
    directory.breaksAt = 20;
    expect(await loader.edit(EXCLUDE, READY)).toMatchObject({
      images: 3,
      keptBehind: {
        name: 'mine',
        why: 'The kept copy cannot be written: The disk is full. A reload opens the copy as it is.',
      },
    });
    expect(await again()).toMatchObject({ edits: 0, images: 4 });
    directory.breaksAt = Number.POSITIVE_INFINITY;
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(await again()).toMatchObject({ edits: 1 });
  });

  test('in another tab stay, and whoever corrects beside them is told', async () => {
    const { loader, another, again } = await opened();
    const other = another();
    await other.openKept('x', READY);
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    const behind = {
      keptBehind: {
        name: 'mine',
        why: 'These kept faces were changed in another tab. A reload opens the copy as it is.',
      },
    };
    expect(await other.edit(EXCLUDE_ANOTHER, READY)).toMatchObject(behind);
    // Taken back, they are as they were opened, which is not as the copy is now.
    expect(await other.edit([], READY)).toMatchObject(behind);
    expect(await again()).toMatchObject({ edits: 1, images: 3 });
    expect(await other.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(await other.edit(EXCLUDE_ANOTHER, READY)).not.toHaveProperty('keptBehind');
    expect(await loader.edit([], READY)).toMatchObject(behind);
  });

  test('made while others are written are this page’s own, too', async () => {
    const { directory, loader, again } = await opened();
    const replace = directory.replace.bind(directory);
    let second: ReturnType<FaceLoader['edit']> | null = null;
    directory.replace = async (name, bytes) => {
      second ??= loader.edit(EXCLUDE_ANOTHER, READY);
      // Time enough to come as far as its own writing.
      await new Promise((done) => setTimeout(done));
      return replace(name, bytes);
    };
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(await second).not.toHaveProperty('keptBehind');
    expect(await again()).toMatchObject({ config: CONFIG, edits: 1 });
  });

  test('made while they are kept again are told where the new copy does not have them', async () => {
    const { directory, loader } = await opened();
    const write = directory.write.bind(directory);
    const crops = { name: 'me', size: 2, pixels: new Uint8Array(12) };
    directory.write = async (name, bytes) => {
      if (name.endsWith('.rgb')) await loader.addIdentity(crops, READY);
      return write(name, bytes);
    };
    const { id, keptBehind } = await loader.keep('again');
    expect(keptBehind).toMatchObject({
      id,
      name: 'again',
      why: expect.stringContaining('somebody was added'),
    });
    directory.write = write;
    expect(await loader.keep('whole')).not.toHaveProperty('keptBehind');
  });

  test('follow what was kept in the words of before', async () => {
    const { directory, another, again } = await opened();
    const store = new FaceStore(directory, countKept);
    const before = { config: CONFIG, edits: [] };
    const { cropSize: _, ...old } = CONFIG;
    expect(await store.rewrite('x', { config: old }, before)).toBe('written');
    const loader = another();
    await loader.openKept('x', READY);
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(await again()).toMatchObject({ edits: 1 });
  });

  test('of a set that was deleted since are not kept, and nobody is told', async () => {
    const { directory, loader } = await opened();
    await loader.deleteKept('x');
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
    expect(directory.files.size).toBe(0);
  });

  test('leave a copy behind that does not have who was added', async () => {
    const { loader } = await opened();
    const crops = { name: 'me', size: 2, pixels: new Uint8Array(12) };
    expect(await loader.addIdentity(crops, READY)).toMatchObject({
      keptBehind: { why: expect.stringContaining('somebody was added') },
    });
    const info = await loader.keep('mine');
    expect(info).toMatchObject({ identities: 3 });
    expect(await loader.edit(EXCLUDE, READY)).not.toHaveProperty('keptBehind');
  });
});
