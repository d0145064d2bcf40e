/** What is told of faces that were kept: as many as opening gives, and that their files are not at hand. */
import { expect, test } from 'vitest';
import { FACES, MapDirectory } from '../data/store/directory.testing';
import { FaceStore } from '../data/store/keptSets';
import { FaceLoader } from './faceLoader';
import { countKept } from './keptFaces';
import type { WorkerEvent } from './protocol';

const READY = Promise.resolve();
const CONFIG = { kind: 'files', cropSize: 2, minImagesPerIdentity: 1 };
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
