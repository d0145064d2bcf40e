import { describe, expect, test } from 'vitest';
import { cropAndResize, middleSquare, type Pixels, resample } from './resize';

/** An RGB image whose channels are functions of the pixel. */
function picture(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(at(x, y), (y * width + x) * 3);
  }
  return { width, height, channels: 3, data };
}

const pattern = (x: number, y: number) =>
  [(x * 37 + y * 11) % 256, (x * y) % 256, (x * 5 + 90) % 256] as const;

/** The mean over a rectangle of a picture that is constant on each pixel, in float64. */
function meanOver(image: Pixels, channel: number, box: readonly [number, number, number, number]) {
  const [left, top, right, bottom] = box;
  let sum = 0;
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const wide = Math.max(0, Math.min(x + 1, right) - Math.max(x, left));
      const high = Math.max(0, Math.min(y + 1, bottom) - Math.max(y, top));
      sum += wide * high * image.data[(y * image.width + x) * image.channels + channel]!;
    }
  }
  return sum / ((right - left) * (bottom - top));
}

test('the same size is the same picture', () => {
  const image = picture(8, 8, pattern);
  expect([...cropAndResize(image, 8)]).toEqual([...image.data]);
});

test('only the middle square is used', () => {
  const wide = picture(10, 4, (x) => (x >= 3 && x < 7 ? [200, 100, 50] : [0, 0, 255]));
  expect(new Set(cropAndResize(wide, 2).filter((_, index) => index % 3 === 0))).toEqual(
    new Set([200]),
  );
  const tall = picture(4, 9, (_, y) => (y >= 2 && y < 6 ? [200, 100, 50] : [0, 0, 255]));
  expect([...cropAndResize(tall, 1)]).toEqual([200, 100, 50]);
});

describe('shrinking is the mean over the area of each target pixel', () => {
  test.each([
    [112, 32],
    [250, 112],
    [7, 5],
    [33, 32],
    [64, 1],
  ])('%i to %i', (side, size) => {
    const image = picture(side, side, pattern);
    const crop = cropAndResize(image, size);
    const scale = side / size;
    for (const [x, y] of [
      [0, 0],
      [size - 1, size - 1],
      [Math.floor(size / 2), Math.floor(size / 3)],
      [size - 1, 0],
    ] as const) {
      for (const channel of [0, 1, 2]) {
        const box = [x * scale, y * scale, (x + 1) * scale, (y + 1) * scale] as const;
        const difference = crop[(y * size + x) * 3 + channel]! - meanOver(image, channel, box);
        expect(Math.abs(difference)).toBeLessThan(0.501);
      }
    }
  });
});

test('a plain colour stays as it is, at every ratio', () => {
  for (const side of [1, 2, 15, 31, 33, 100, 257]) {
    const crop = cropAndResize(
      picture(side, side, () => [255, 128, 1]),
      32,
    );
    for (let pixel = 0; pixel < 32 * 32; pixel += 1) {
      expect([...crop.subarray(pixel * 3, pixel * 3 + 3)]).toEqual([255, 128, 1]);
    }
  }
});

test('enlarging is linear between the pixel centres and flat beyond the outermost', () => {
  // Two columns, 0 and 200: centres at target x = 1 and 5 of 8, that is 0.5 and 1.5 of 2.
  const crop = cropAndResize(
    picture(2, 2, (x) => [x * 200, 0, 0]),
    8,
  );
  const row = Array.from({ length: 8 }, (_, x) => crop[x * 3]);
  const expected = Array.from({ length: 8 }, (_, x) => {
    return Math.round(200 * Math.min(Math.max((x + 0.5) / 4 - 0.5, 0), 1));
  });
  expect(row).toEqual(expected);
});

test('the fourth channel is left alone', () => {
  const data = Uint8ClampedArray.from([10, 20, 30, 255, 50, 60, 70, 255]);
  const crop = cropAndResize({ width: 1, height: 2, channels: 4, data }, 1);
  // The middle square of a 1×2 picture is its first pixel.
  expect([...crop]).toEqual([10, 20, 30]);
});

test('the middle of LFW pictures: 114 of 250 pixels', () => {
  const square = middleSquare({ width: 250, height: 250 }, 114 / 250);
  expect(square).toEqual({ left: 68, top: 68, width: 114, height: 114 });
  expect(middleSquare({ width: 9, height: 4 })).toEqual({ left: 2, top: 0, width: 4, height: 4 });
  expect(middleSquare({ width: 1, height: 1 }, 0.1)).toEqual({
    left: 0,
    top: 0,
    width: 1,
    height: 1,
  });
});

test('a square elsewhere', () => {
  const image = picture(6, 5, pattern);
  const crop = cropAndResize(image, 2, { left: 3, top: 1, width: 2, height: 2 });
  expect([...crop]).toEqual([
    ...pattern(3, 1),
    ...pattern(4, 1),
    ...pattern(3, 2),
    ...pattern(4, 2),
  ]);
});

test('a rectangle keeps its proportions: each side by its own ratio', () => {
  const image = picture(20, 9, pattern);
  const part = { left: 2, top: 1, width: 18, height: 8 };
  const small = resample(image, part, { width: 6, height: 4 });
  for (let y = 0; y < 4; y += 1) {
    for (let x = 0; x < 6; x += 1) {
      for (const channel of [0, 1, 2]) {
        const box = [2 + x * 3, 1 + y * 2, 5 + x * 3, 3 + y * 2] as const;
        const difference = small[(y * 6 + x) * 3 + channel]! - meanOver(image, channel, box);
        expect(Math.abs(difference)).toBeLessThan(0.501);
      }
    }
  }
});
