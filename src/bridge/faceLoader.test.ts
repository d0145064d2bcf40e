/**
 * Crops of a camera among the faces in use: where they go, and what they outlive. And files that wait for a
 * choice, looked at once more.
 */
import { describe, expect, test, vi } from 'vitest';
import { makeLargeRecordIO } from '../data/formats/recordio.large.testing';
import { FaceLoader } from './faceLoader';
import { OpenedFiles } from './openedFiles';

const READY = Promise.resolve();

const generated = (change: { cropSize?: number; seed?: number } = {}) =>
  ({
    kind: 'synthetic',
    settings: {
      seed: 1,
      identities: 3,
      imagesPerIdentity: 2,
      cropSize: 32,
      difficulty: 0.2,
      labelNoise: 0,
      ...change,
    },
  }) as const;

/** `count` grey crops. */
const crops = (name: string, count: number, grey = 120) => ({
  name,
  size: 48,
  pixels: new Uint8Array(count * 48 * 48 * 3).fill(grey),
});

async function loaded() {
  const loader = new FaceLoader(() => undefined);
  const before = await loader.loadSynthetic(generated(), READY);
  return { loader, before };
}

const imagesOf = ({ faces }: FaceLoader, name: string) =>
  faces!.names.filter((_, image) => faces!.identities[faces!.labels[image]!]!.name === name);

describe('crops of a camera', () => {
  test('become an identity of the faces in use, and the label says so', async () => {
    const { loader, before } = await loaded();
    const after = await loader.addIdentity(crops(' me ', 3), READY);
    expect(after.label).toBe('generated, seed 1 + me');
    expect(loader.label).toBe(after.label);
    expect(after.config).toEqual(before.config);
    expect(after.images).toBe(before.images + 3);
    expect(after.identities).toContainEqual({ name: 'me', count: 3 });
    expect(imagesOf(loader, 'me')).toEqual(['camera/me/0001', 'camera/me/0002', 'camera/me/0003']);
  });

  test('add up under one name', async () => {
    const { loader } = await loaded();
    await loader.addIdentity(crops('me', 3), READY);
    const after = await loader.addIdentity(crops('me', 2), READY);
    expect(after.label).toBe('generated, seed 1 + me');
    expect(imagesOf(loader, 'me')).toHaveLength(5);
  });

  test('and corrections leave them the faces they were; generated anew, they are others', async () => {
    const { loader, before } = await loaded();
    const { facesId } = before;
    expect((await loader.addIdentity(crops('me', 2), READY)).facesId).toBe(facesId);
    const identity = before.identities[0]!.name;
    const edited = await loader.edit([{ kind: 'exclude', identities: [identity] }], READY);
    expect(edited.facesId).toBe(facesId);
    expect(loader.named).toEqual({ facesId, label: 'generated, seed 1 + me' });
    const other = await loader.loadSynthetic(generated({ seed: 2 }), READY);
    expect(other.facesId).not.toBe(facesId);
  });

  test('leave corrections in force', async () => {
    const { loader, before } = await loaded();
    const identity = before.identities[0]!.name;
    await loader.edit([{ kind: 'exclude', identities: [identity] }], READY);
    const after = await loader.addIdentity(crops('me', 2), READY);
    expect(after.edits).toBe(1);
    expect(after.identities.map(({ name }) => name)).not.toContain(identity);
    expect(after.identities).toContainEqual({ name: 'me', count: 2 });
  });

  test('are taken again at another crop size, and go with the generated faces', async () => {
    const { loader } = await loaded();
    await loader.addIdentity(crops('me', 2, 201), READY);
    const after = await loader.loadSynthetic(generated({ cropSize: 64, seed: 2 }), READY);
    expect(after.label).toBe('generated, seed 2 + me');
    const first = loader.faces!.names.indexOf('camera/me/0001');
    const bytes = 64 * 64 * 3;
    const pixels = loader.faces!.pixels.subarray(first * bytes, (first + 2) * bytes);
    expect(pixels.every((value) => value === 201)).toBe(true);
    expect(loader.faces!.pixels).toHaveLength(after.images * bytes);
  });

  test('are refused without a name, and nothing has changed', async () => {
    const { loader } = await loaded();
    const { faces } = loader;
    await expect(loader.addIdentity(crops('  ', 2), READY)).rejects.toMatchObject({
      code: 'edit/empty-name',
    });
    expect(loader.faces).toBe(faces);
    expect(loader.label).toBe('generated, seed 1');
  });

  test('need faces to be added to', async () => {
    const loader = new FaceLoader(() => undefined);
    await expect(loader.addIdentity(crops('me', 2), READY)).rejects.toMatchObject({
      code: 'state/no-data',
    });
  });
});

describe('a large file of which a part was looked at', () => {
  const again = {
    kind: 'load-files',
    files: null,
    label: '',
    config: { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 },
    anySize: false,
    heads: 'all',
  } as const;

  /** More images than are loaded unasked. */
  async function dropped(loader: FaceLoader) {
    const choices = { people: 1200, imagesEach: 50, convention: 'plain' } as const;
    const { rec } = makeLargeRecordIO({ ...choices, image: new Uint8Array(4) });
    const files = [{ path: 'train.rec', file: new File([await rec.arrayBuffer()], 'train.rec') }];
    const { heads: _, ...first } = again;
    const loading = loader.loadFiles({ ...first, files, label: 'train.rec' }, READY);
    await expect(loading).rejects.toMatchObject({ code: 'data/choose-part' });
    return loader.opened()!;
  }

  test('is opened with all of it where asked to, and a part can be chosen of that', async () => {
    const { loader, before } = await loaded();
    const part = await dropped(loader);
    const whole = new OpenedFiles(part.catalogue, 'all of it');
    const open = vi.spyOn(part, 'withAllHeads').mockResolvedValue(whole);
    await expect(loader.loadFiles(again, READY)).rejects.toMatchObject({
      code: 'data/choose-part',
    });
    expect(open).toHaveBeenCalledTimes(1);
    expect(loader.opened()).toBe(whole);
    expect(loader.label).toBe(before.label);
  });

  test('is still there to choose a part of where that is cancelled, beside the faces in use', async () => {
    const { loader, before } = await loaded();
    const { faces } = loader;
    const part = await dropped(loader);
    vi.spyOn(part, 'withAllHeads').mockImplementation(async ({ signal }) => {
      loader.cancel();
      signal?.throwIfAborted();
      throw new Error('it was not cancelled');
    });
    await expect(loader.loadFiles(again, READY)).rejects.toMatchObject({ code: 'data/cancelled' });
    expect(loader.faces).toBe(faces);
    expect(loader.opened()).toBe(part);
    expect(loader.label).toBe(before.label);
    loader.cancel();
    expect(loader.opened()).toBeNull();
  });

  test('is passed over for other files, also where nothing comes of those', async () => {
    const { loader } = await loaded();
    await dropped(loader);
    const { heads: _, ...first } = again;
    const files = [{ path: 'a.png', file: new File([], 'a.png') }];
    await expect(loader.loadFiles({ ...first, files, label: 'a.png' }, READY)).rejects.toThrow();
    expect(loader.opened()).toBeNull();
  });
});
