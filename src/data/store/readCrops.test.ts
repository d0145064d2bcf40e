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

test('reads neighbours together and leaves out the others', async () => {
  const file = numbered();
  const images = Uint32Array.of(3, 4, 5, 9, 20, 21);
  expect(imagesOf(await readCrops(file, index, images, {}))).toEqual([3, 4, 5, 9, 20, 21]);
  expect(file.reads).toEqual([3, 1, 2]);
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
