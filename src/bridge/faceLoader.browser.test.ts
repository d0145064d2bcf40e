/** Faces from files that are read again at another size: with crops of a camera among them, after others failed. */
import { expect, test } from 'vitest';
import { MapDirectory } from '../data/store/directory.testing';
import { FaceStore } from '../data/store/keptSets';
import { FaceLoader } from './faceLoader';
import { countKept } from './keptFaces';
import type { DroppedFile } from './protocol';

const READY = Promise.resolve();

async function png(path: string): Promise<DroppedFile> {
  const canvas = new OffscreenCanvas(40, 40);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#0c0';
  context.fillRect(0, 0, 40, 40);
  return { path, file: new File([await canvas.convertToBlob()], path) };
}

const filesOf = (people: readonly string[]): Promise<DroppedFile[]> =>
  Promise.all(people.flatMap((name) => [png(`set/${name}/1.png`), png(`set/${name}/2.png`)]));

const request = (files: readonly DroppedFile[] | null, cropSize: number, minimum = 2) =>
  ({
    kind: 'load-files',
    files,
    label: 'set',
    config: { kind: 'files', cropSize, minImagesPerIdentity: minimum },
    anySize: true,
  }) as const;

test('they outlive another size and another minimum, once each, and go with other files', async () => {
  const loader = new FaceLoader(() => undefined);
  await loader.loadFiles(request(await filesOf(['Ann', 'Zoë']), 16), READY);
  const pixels = new Uint8Array(3 * 48 * 48 * 3).fill(77);
  const added = await loader.addIdentity({ name: 'me', size: 48, pixels }, READY);
  const people = [
    { name: 'Ann', count: 2 },
    { name: 'Zoë', count: 2 },
    { name: 'me', count: 3 },
  ];
  expect(added).toMatchObject({ label: 'set + me', cropSize: 16, identities: people });

  const lower = await loader.loadFiles(request(null, 16, 1), READY);
  expect(lower).toMatchObject({ label: 'set + me', identities: people });

  const larger = await loader.loadFiles(request(null, 24), READY);
  expect(larger).toMatchObject({ label: 'set + me', cropSize: 24, identities: people });
  expect(new Set([added, lower, larger].map(({ facesId }) => facesId)).size).toBe(1);
  const mine = loader.faces!.pixels.subarray(4 * 24 * 24 * 3);
  expect(mine).toHaveLength(3 * 24 * 24 * 3);
  expect(mine.every((value) => value === 77)).toBe(true);

  const others = await loader.loadFiles(request(await filesOf(['Bo', 'Cy']), 16), READY);
  expect(others).toMatchObject({ label: 'set', images: 4 });
  expect(others.facesId).not.toBe(added.facesId);
});

test('after files without a picture, the faces in use are what another size is asked of', async () => {
  const loader = new FaceLoader(() => undefined);
  await loader.loadFiles(request(await filesOf(['Ann', 'Zoë']), 16), READY);
  const text = { path: 'notes.txt', file: new File(['no picture'], 'notes.txt') };
  await expect(loader.loadFiles(request([text], 16), READY)).rejects.toMatchObject({
    code: 'data/nothing-readable',
  });
  const larger = await loader.loadFiles(request(null, 24), READY);
  expect(larger).toMatchObject({ label: 'set', cropSize: 24, images: 4 });
});

test('nor are files of which none has points in a list, where only those take part', async () => {
  const loader = new FaceLoader(() => undefined);
  await loader.loadFiles(request(await filesOf(['Ann', 'Zoë']), 16), READY);
  const others = request(await filesOf(['Bo', 'Cy']), 16);
  const config = { ...others.config, crop: 'points-112' } as const;
  await expect(loader.loadFiles({ ...others, config }, READY)).rejects.toMatchObject({
    code: 'data/nothing-readable',
  });
  const larger = await loader.loadFiles(request(null, 24), READY);
  expect(larger.identities.map(({ name }) => name)).toEqual(['Ann', 'Zoë']);
});

test('corrections of faces that were kept a moment ago are kept, too', async () => {
  const store = new FaceStore(new MapDirectory(), countKept);
  const loader = new FaceLoader(() => undefined, store);
  await loader.loadFiles(request(await filesOf(['Ann', 'Bo', 'Cy']), 16), READY);
  const { id } = await loader.keep('mine');
  const edits = [{ kind: 'exclude', identities: ['Bo'] }] as const;
  expect(await loader.edit(edits, READY)).not.toHaveProperty('keptBehind');
  expect((await store.list()).sets).toMatchObject([{ id, images: 4, identities: 2 }]);

  // Their files are at hand, the copy's are not: it stays as it is.
  expect(await loader.loadFiles(request(null, 24), READY)).toMatchObject({
    keptBehind: { name: 'mine', why: expect.stringMatching(/^They were read another way/) },
  });
  const again = await new FaceLoader(() => undefined, store).openKept(id, READY);
  expect(again).toMatchObject({ cropSize: 16, edits: 1, images: 4 });
  expect(
    await loader.loadFiles(request(await filesOf(['Ann', 'Bo']), 16), READY),
  ).not.toHaveProperty('keptBehind');
});
