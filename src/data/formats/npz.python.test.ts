import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { netpbmParts } from './npy.testing';
import { indexNpy, indexNpz } from './npz';
import { filesFrom, pythonsWithNumpy, type WrittenFiles } from './numpy.testing';

/**
 * Olivetti as scikit-learn holds it and the usual other ways of keeping images, in every element type.
 * Pixel (n, y, x, c) is (7 n + 5 y + 3 x + 11 c) mod 256.
 */
const SCRIPT = `
import os, sys
import numpy as np
path = lambda name: os.path.join(sys.argv[1], name)
n, y, x, c = np.ogrid[0:6, 0:16, 0:12, 0:3]
colour = ((7 * n + 5 * y + 3 * x + 11 * c) % 256).astype(np.uint8)
grey = np.ascontiguousarray(colour[..., 0])
target = np.array([2, 0, 1, 1, 0, 2])
names = np.array(['Ann', 'Bob', 'Zoë 王'])
for save, kind in ((np.savez, 'stored'), (np.savez_compressed, 'deflated')):
    both = {'images': grey, 'target': target, 'target_names': names}
    save(path(kind + '-bytes.npz'), **both)
    save(path(kind + '-colour.npz'), x=colour, y=target)
    save(path(kind + '-first.npz'), x=np.ascontiguousarray(colour.transpose(0, 3, 1, 2)), y=target)
    save(path(kind + '-fortran.npz'), x=np.asfortranarray(colour), y=target.reshape(-1, 1))
    save(path(kind + '-alpha.npz'), images=np.concatenate([colour, colour[..., :1]], 3), labels=target)
    save(path(kind + '-unnamed.npz'), grey, target)
    save(path(kind + '-parts.npz'), X_train=grey[:4], y_train=target[:4], X_test=grey[4:], y_test=target[4:])
    save(path(kind + '-objects.npz'), images=np.array([grey[0], None], dtype=object), target=target[:2])
    save(path(kind + '-shapes.npz'), embeddings=np.zeros((6, 512), np.float32), target=target)
    unit = (grey / np.float32(255)).astype(np.float32)
    olivetti = np.stack([np.pad(image, ((0, 0), (2, 2))) for image in unit])
    save(path(kind + '-olivetti.npz'), data=olivetti.reshape(6, -1), images=olivetti, target=target)
    save(path(kind + '-rows.npz'), data=olivetti.reshape(6, -1), target=target)
    for code in ('u1', 'i2', '>i2', 'u2', 'i4', '>u4', 'i8', '>i8', 'u8', 'f2', 'f4', '>f4', 'f8', '>f8'):
        save(path(kind + '-type-' + code + '.npz'), images=grey.astype(code), target=target.astype(code))
    save(path(kind + '-unit.npz'), images=unit.astype(np.float64), target=target)
    save(path(kind + '-signed.npz'), images=unit * 2 - 1, target=target)
    save(path(kind + '-odd.npz'), images=unit * 1000 - 200, target=target)
    save(path(kind + '-mask.npz'), images=grey > 100, labels=np.array([b'a', b'b', b'a', b'cc', b'a', b'b']))
np.save(path('X.npy'), grey)
np.save(path('y.npy'), names[target])
with open(path('X-v2.npy'), 'wb') as file:
    np.lib.format.write_array(file, grey, version=(2, 0))
with open(path('X-v3.npy'), 'wb') as file:
    np.lib.format.write_array(file, np.asfortranarray(grey), version=(3, 0))
`;

const SHAPE = { images: 6, height: 16, width: 12 };
const TARGET = [2, 0, 1, 1, 0, 2];
const NAMES = ['Ann', 'Bob', 'Zoë 王'];

const level = (n: number, y: number, x: number, c = 0) => (7 * n + 5 * y + 3 * x + 11 * c) % 256;

function greyPixels(n: number): number[] {
  const { height, width } = SHAPE;
  return Array.from({ length: height * width }, (_, p) =>
    level(n, Math.floor(p / width), p % width),
  );
}

function colourPixels(n: number): number[] {
  const { height, width } = SHAPE;
  return Array.from({ length: height * width * 3 }, (_, index) => {
    const p = Math.floor(index / 3);
    return level(n, Math.floor(p / width), p % width, index % 3);
  });
}

const pythons = pythonsWithNumpy();

describe.each([1, 2])('arrays written by NumPy %i', (major) => {
  const python = pythons.find(({ numpy }) => numpy.startsWith(`${major}.`));
  const wanted = test.skipIf(python === undefined);
  let files: WrittenFiles;

  beforeAll(() => {
    if (python !== undefined) files = filesFrom(python, SCRIPT);
  }, 60_000);
  afterAll(() => {
    if (python !== undefined) files.remove();
  });

  const read = async (found: Awaited<ReturnType<typeof indexNpy>>) => {
    expect(found.problem).toBeNull();
    const images = await Promise.all(found.members.map((member) => member.read()));
    for (const [index, { size }] of found.members.entries())
      expect(images[index]).toHaveLength(size);
    return {
      who: found.members.map(({ identity }) => identity),
      split: found.members.map(({ split }) => split),
      headers: [...new Set(images.map((image) => netpbmParts(image).header))],
      pixels: images.map((image) => netpbmParts(image).pixels),
      notes: found.notes,
      skipped: found.skipped,
    };
  };

  describe.each(['stored', 'deflated'])('%s in an archive', (kind) => {
    const npz = async (name: string) => {
      const file = `${kind}-${name}.npz`;
      return read(await indexNpz(files.blob(file), file));
    };
    const greys = Array.from({ length: SHAPE.images }, (_, n) => greyPixels(n));
    const colours = Array.from({ length: SHAPE.images }, (_, n) => colourPixels(n));

    wanted('images, targets and their names', async () => {
      const found = await npz('bytes');
      expect(found.who).toEqual(TARGET.map((target) => NAMES[target]));
      expect(found.headers).toEqual(['P5 12 16 255']);
      expect(found.pixels).toEqual(greys);
      expect([found.notes, found.skipped]).toEqual([[], []]);
    });

    wanted.each(['colour', 'first', 'fortran', 'alpha'])('colours: %s', async (name) => {
      const found = await npz(name);
      expect(found.headers).toEqual(['P6 12 16 255']);
      expect(found.pixels).toEqual(colours);
      expect(found.who).toEqual(TARGET.map(String));
    });

    wanted('arrays without names', async () => {
      const found = await npz('unnamed');
      expect([found.who, found.pixels]).toEqual([TARGET.map(String), greys]);
    });

    wanted('parts', async () => {
      const found = await npz('parts');
      expect(found.split).toEqual(['train', 'train', 'train', 'train', 'test', 'test']);
      expect(found.pixels).toEqual(greys);
      expect(found.who).toEqual(TARGET.map(String));
    });

    wanted.each('u1 i2 >i2 u2 i4 >u4 i8 >i8 u8 f2 f4 >f4 f8 >f8'.split(' '))(
      'elements of the type %s',
      async (type) => {
        const found = await npz(`type-${type}`);
        expect(found.pixels).toEqual(greys);
        expect([found.who, found.notes]).toEqual([TARGET.map(String), []]);
      },
    );

    wanted.each(['unit', 'signed'])('floats of the range %s', async (name) => {
      const found = await npz(name);
      expect([found.pixels, found.notes]).toEqual([greys, []]);
    });

    wanted('floats of another range are stretched, with a note', async () => {
      const { pixels, notes } = await npz('odd');
      expect(notes).toHaveLength(1);
      // The greatest and the least of all levels, which the script's formula reaches: 0 and 255.
      const all = greys.flat();
      const [least, most] = [Math.min(...all), Math.max(...all)];
      const stretched = all.map((value) => Math.round(((value - least) / (most - least)) * 255));
      for (const [index, value] of pixels.flat().entries()) {
        expect(Math.abs(value - stretched[index]!)).toBeLessThanOrEqual(1);
      }
    });

    wanted('truths, with labels of bytes', async () => {
      const found = await npz('mask');
      expect(found.who).toEqual(['a', 'b', 'a', 'cc', 'a', 'b']);
      expect(found.pixels).toEqual(greys.map((image) => image.map((v) => (v > 100 ? 255 : 0))));
    });

    wanted('Olivetti: images before data, or data alone', async () => {
      const found = await npz('olivetti');
      expect(found.headers).toEqual(['P5 16 16 255']);
      expect(found.skipped).toEqual([
        {
          path: 'data.npy',
          reason:
            'It is an array of 6 × 256; the images were read from images and their labels from target.',
          unused: true,
        },
      ]);
      const rows = await npz('rows');
      expect(rows.pixels).toEqual(found.pixels);
      const middle = found.pixels[5]!.slice(16 * 3 + 2, 16 * 3 + 14);
      expect(middle).toEqual(greyPixels(5).slice(12 * 3, 12 * 4));
      expect(rows.notes).toEqual(['Each row of data was read as an image of 16 × 16.']);
    });

    wanted('objects and features are refused by a sentence', async () => {
      await expect(npz('objects')).rejects.toThrow(
        'No array in it is a list of images: target is 2.',
      );
      await expect(npz('shapes')).rejects.toThrow('embeddings is 6 × 512, target is 6.');
    });
  });

  wanted('by themselves', async () => {
    const pair = ['X.npy', 'y.npy'].map((name) => ({ name, blob: files.blob(name) }));
    const found = await read(await indexNpy(pair));
    expect(found.who).toEqual(TARGET.map((target) => NAMES[target]));
    for (const name of ['X.npy', 'X-v2.npy', 'X-v3.npy']) {
      const { pixels } = await read(await indexNpy([{ name, blob: files.blob(name) }]));
      expect(pixels.map((image) => image.join())).toEqual(
        Array.from({ length: SHAPE.images }, (_, n) => greyPixels(n).join()),
      );
    }
  });
});
