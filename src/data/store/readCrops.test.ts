import { expect, test } from 'vitest';
import { readCrops, type StoredFile } from './readCrops';

/** More crops than are read without a pause. */
const cropSize = 64;
const perCrop = cropSize * cropSize * 3;
const names = Array.from({ length: 1500 }, (_, image) => `${image}`);
const index = { names, cropSize };

/** Every byte is the number of its image, modulo 251. */
function numbered(): StoredFile & { readonly reads: number[] } {
  const reads: number[] = [];
  return {
    reads,
    size: names.length * perCrop,
    read: (into, at) => {
      reads.push(into.length / perCrop);
      for (let byte = 0; byte < into.length; byte += perCrop) {
        into.fill(((at + byte) / perCrop) % 251, byte, byte + perCrop);
      }
    },
    close: () => undefined,
  };
}

const imagesOf = (pixels: Uint8Array) =>
  Array.from({ length: pixels.length / perCrop }, (_, at) => pixels[at * perCrop]);

test('reads in pieces, tells how far it is and gives others their turn', async () => {
  const file = numbered();
  const told: (readonly [number, number])[] = [];
  let pauses = 0;
  const pixels = await readCrops(file, index, null, {
    onProgress: (done, total) => told.push([done, total]),
    pause: async () => {
      pauses += 1;
    },
  });
  expect(imagesOf(pixels)).toEqual(names.map((_, image) => image % 251));
  expect(file.reads).toEqual([682, 682, 136]);
  expect(told).toEqual([
    [682, 1500],
    [1364, 1500],
    [1500, 1500],
  ]);
  expect(pauses).toBe(3);
});

test('reads neighbours together, with few others between them, and leaves out the rest', async () => {
  const file = numbered();
  const images = [3, 4, 5, 9, 20, 21, 32, 31, 500, 1200];
  const pixels = await readCrops(file, index, Uint32Array.from(images), {});
  expect(imagesOf(pixels)).toEqual(images.map((image) => image % 251));
  // 21 and 32 have as many between them as are read along; 31 comes after 32.
  expect(file.reads).toEqual([30, 1, 1, 1]);
});

test('what is read along adds to no piece', async () => {
  const file = numbered();
  const images = Uint32Array.from({ length: 750 }, (_, at) => 2 * at);
  expect(imagesOf(await readCrops(file, index, images, {}))).toEqual(
    Array.from(images, (image) => image % 251),
  );
  expect(file.reads).toEqual([681, 681, 135]);
});

test('stops where it is called off', async () => {
  const file = numbered();
  const stop = new AbortController();
  const reading = readCrops(file, index, null, {
    signal: stop.signal,
    pause: async () => stop.abort(new Error('called off')),
  });
  await expect(reading).rejects.toThrow('called off');
  expect(file.reads).toEqual([682]);
});
