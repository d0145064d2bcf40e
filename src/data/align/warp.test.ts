import { describe, expect, test } from 'vitest';
import { cropAndResize, type Pixels } from '../import/resize';
import { apply, invert, type Similarity } from './similarity';
import { blacken, shownBy, warp } from './warp';

function picture(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly [number, number, number],
  channels: 3 | 4 = 3,
): Pixels {
  const data = new Uint8Array(width * height * channels).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(at(x, y), (y * width + x) * channels);
  }
  return { width, height, channels, data };
}

const pattern = (x: number, y: number) =>
  [(x * 37 + y * 11) % 256, (x * y) % 256, (x * 5 + 90) % 256] as const;

/** The value between pixel centres, 0 beyond the picture, in float64 and written without a loop. */
function bilinear(
  { width, height, channels, data }: Pixels,
  x: number,
  y: number,
  channel: number,
) {
  const value = (px: number, py: number) =>
    px < 0 || py < 0 || px >= width || py >= height
      ? 0
      : data[(py * width + px) * channels + channel]!;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  return (
    value(left, top) * (1 - u) * (1 - v) +
    value(left + 1, top) * u * (1 - v) +
    value(left, top + 1) * (1 - u) * v +
    value(left + 1, top + 1) * u * v
  );
}

const turned = (angleRad: number, scale: number, tx: number, ty: number): Similarity => ({
  a: scale * Math.cos(angleRad),
  b: scale * Math.sin(angleRad),
  tx,
  ty,
});

test('nothing moved is the same picture, from three channels and from four', () => {
  for (const channels of [3, 4] as const) {
    const image = picture(9, 9, pattern, channels);
    const same = picture(9, 9, pattern).data;
    expect([...warp(image, { a: 1, b: 0, tx: 0, ty: 0 }, 9)]).toEqual([...same]);
  }
});

test('a quarter turn moves every pixel whole', () => {
  const image = picture(8, 8, pattern);
  // (x, y) goes to (8 − y, x).
  const crop = warp(image, { a: 0, b: 1, tx: 8, ty: 0 }, 8);
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 8; x += 1) {
      const at = (x * 8 + (7 - y)) * 3;
      expect([...crop.subarray(at, at + 3)]).toEqual([...pattern(x, y)]);
    }
  }
});

describe('enlarging is bilinear between pixel centres, 0 beyond', () => {
  test.each([
    [0, 1, 0.5, 0.25],
    [0.3, 1.7, 4, -6],
    [-2, 3.2, 20, 31],
  ])('turned %f, scaled %f', (angleRad, scale, tx, ty) => {
    const image = picture(13, 11, pattern);
    const toCrop = turned(angleRad, scale, tx, ty);
    const crop = warp(image, toCrop, 24);
    const back = invert(toCrop);
    for (let at = 0; at < 24 * 24; at += 1) {
      const { x, y } = apply(back, { x: (at % 24) + 0.5, y: Math.floor(at / 24) + 0.5 });
      for (const channel of [0, 1, 2]) {
        const expected = bilinear(image, x - 0.5, y - 0.5, channel);
        expect(Math.abs(crop[at * 3 + channel]! - expected)).toBeLessThan(0.5001);
      }
    }
  });
});

describe('shrinking', () => {
  /** The mean over the preimage of a crop's pixel, by far more samples than `warp` takes. */
  function meanOver(image: Pixels, toCrop: Similarity, x: number, y: number, channel: number) {
    const back = invert(toCrop);
    const steps = 64;
    let sum = 0;
    for (let v = 0; v < steps; v += 1) {
      for (let u = 0; u < steps; u += 1) {
        const place = apply(back, { x: x + (u + 0.5) / steps, y: y + (v + 0.5) / steps });
        sum += bilinear(image, place.x - 0.5, place.y - 0.5, channel);
      }
    }
    return sum / steps ** 2;
  }

  test.each([
    [0, 1 / 4],
    [0.5, 1 / 5.3],
    [-1, 0.62],
  ])('is the mean over the area (turned %f, scaled %f)', (angleRad, scale) => {
    const smooth = picture(120, 120, (x, y) => [x * 2, 255 - y * 2, Math.abs(x - y)]);
    // The middle of the picture stays in the middle: no border is in the pixels that are looked at.
    const { x: mx, y: my } = apply(turned(angleRad, scale, 0, 0), { x: 60, y: 60 });
    const toCrop = turned(angleRad, scale, 8 - mx, 8 - my);
    const crop = warp(smooth, toCrop, 16);
    for (const [x, y] of [
      [3, 4],
      [8, 8],
      [12, 5],
    ] as const) {
      for (const channel of [0, 1, 2]) {
        const expected = meanOver(smooth, toCrop, x, y, channel);
        expect(Math.abs(crop[(y * 16 + x) * 3 + channel]! - expected)).toBeLessThan(1.5);
      }
    }
  });

  test('does not alias: the finest checks become grey, however they are turned', () => {
    const checks = picture(200, 200, (x, y) => {
      const value = (x + y) % 2 === 0 ? 255 : 0;
      return [value, value, value];
    });
    for (const angleRad of [0, 0.2, Math.PI / 4]) {
      // From the middle of the picture, so that no border is in it.
      const back = turned(-angleRad, 4, 0, 0);
      const middle = apply(back, { x: 8, y: 8 });
      const toCrop = invert({ ...back, tx: 100 - middle.x, ty: 100 - middle.y });
      for (const value of warp(checks, toCrop, 16)) {
        expect(Math.abs(value - 127.5)).toBeLessThan(14);
      }
    }
  });

  test('by a whole number is what resizing does', () => {
    const image = picture(96, 96, (x, y) => [x * 2, y * 2, (x + y) % 200]);
    const warped = warp(image, { a: 1 / 3, b: 0, tx: 0, ty: 0 }, 32);
    const resized = cropAndResize(image, 32);
    // Both take each pixel of a 3×3 block once; at the rim nothing is lost either.
    expect([...warped]).toEqual([...resized]);
  });
});

test('beyond the picture is black', () => {
  const white = picture(4, 4, () => [255, 255, 255]);
  const crop = warp(white, { a: 1, b: 0, tx: 6, ty: 6 }, 16);
  for (let y = 0; y < 16; y += 1) {
    for (let x = 0; x < 16; x += 1) {
      const inside = x >= 6 && x < 10 && y >= 6 && y < 10;
      expect(crop[(y * 16 + x) * 3]).toBe(inside ? 255 : 0);
    }
  }
});

test('a scale of nothing is refused', () => {
  const image = picture(2, 2, pattern);
  expect(() => warp(image, { a: 0, b: 0, tx: 0, ty: 0 }, 4)).toThrow(RangeError);
  expect(() => warp(image, { a: Number.NaN, b: 0, tx: 0, ty: 0 }, 4)).toThrow(RangeError);
});

test('what a crop shows of the picture', () => {
  const shown = shownBy(turned(Math.PI / 4, 1, 0, 0), 10);
  const diagonal = 10 * Math.SQRT1_2;
  expect(shown.left).toBeCloseTo(0, 12);
  expect(shown.right).toBeCloseTo(2 * diagonal, 12);
  expect(shown.top).toBeCloseTo(-diagonal, 12);
  expect(shown.bottom).toBeCloseTo(diagonal, 12);
});

test('black columns at both sides', () => {
  const crop = new Uint8Array(4 * 4 * 3).fill(9);
  blacken(crop, 4, 1);
  const row = [0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0, 0];
  expect([...crop]).toEqual([...row, ...row, ...row, ...row]);
  blacken(crop, 4, 0);
  expect([...crop.subarray(0, 12)]).toEqual(row);
});
