/** Pictures that Pillow wrote, as far as they are read without a browser; `bridge/` has the others. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { middleSquare, resample } from '../import/resize';
import { imageSize } from './imageSize';
import { decodeNetpbm } from './netpbm';
import { fromBase64, PICTURES, type WrittenPicture, writtenPictures } from './pictures.testing';
import { picturesByPillow } from './pillow.testing';
import { sniff } from './sniff';

const FOLDER = new URL(`./${PICTURES.folder}/`, import.meta.url);
const readText = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');
const committed = await writtenPictures(readText(PICTURES.expected), (name) =>
  readFileSync(new URL(name, FOLDER), 'base64'),
);

const files = picturesByPillow();
const now =
  files === null
    ? null
    : await writtenPictures(
        new TextDecoder().decode(fromBase64(files[PICTURES.expected] ?? '')),
        (name) => files[name] ?? '',
      );

/** EXIF turns these by a quarter; the header has the size before that. */
const LAID_DOWN = /^turned-[5678]\./;

function expectKnown({ name, bytes, width, height, format, rgb, tolerance }: WrittenPicture): void {
  expect(sniff(bytes), name).toEqual({ kind: 'image', image: format });
  if (format !== 'netpbm') {
    const stored = LAID_DOWN.test(name) ? { width: height, height: width } : { width, height };
    expect(imageSize(bytes), name).toEqual(stored);
    return;
  }
  const picture = decodeNetpbm(bytes);
  expect(picture, name).toMatchObject({ width, height });
  const square = middleSquare(picture);
  const pixels = { width, height, channels: 3, data: picture.rgb } as const;
  expect(tolerance).toBe(0);
  expect(resample(pixels, square, square), name).toEqual(rgb);
}

test('the committed ones: format, size, and the pixels of PGM and PPM', () => {
  expect(committed.length).toBeGreaterThan(20);
  for (const picture of committed) expectKnown(picture);
});

describe.skipIf(now === null)('written by python3 with Pillow just now', () => {
  test('format, size, and the pixels of PGM and PPM', () => {
    expect(now!.length).toBeGreaterThan(committed.length);
    for (const picture of now!) expectKnown(picture);
  });
});
