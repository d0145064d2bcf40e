import { describe, expect, test } from 'vitest';
import { cropAndResize, type Pixels } from '../import/resize';
import { CropSource } from './alignCrop';
import { estimateSimilarity, type FivePoints, mapPoints } from './similarity';
import { placeTemplate } from './templates';
import { blacken, warp } from './warp';

/** Smooth, and different everywhere. */
function picture(side: number): Pixels {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      data.set(
        [(255 * x) / side, (255 * y) / side, 90 + (60 * (x + y)) / side],
        (y * side + x) * 3,
      );
    }
  }
  return { width: side, height: side, channels: 3, data };
}

function largestDifference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
}

/** Template points in a square of `side`. */
const pointsIn = (side: number): FivePoints => placeTemplate('112x112', side).points;

describe('a crop by points', () => {
  const size = 28;

  test('is the one that the workers cut', () => {
    const pixels = picture(60);
    const points = mapPoints(pointsIn(50), ({ x, y }) => ({ x: x + 4, y: y + 3 }));
    const placed = placeTemplate('96x112', size);
    const expected = warp(pixels, estimateSimilarity(points, placed.points), size);
    blacken(expected, size, placed.blackColumns);
    expect(new CropSource(pixels, 60).aligned(points, '96x112', size)).toEqual(expected);
  });

  test('of a reduced picture has its points in pixels of the picture as it is', () => {
    const points = pointsIn(60);
    const whole = new CropSource(picture(60), 60).aligned(points, '112x112', size);
    const times10 = mapPoints(points, ({ x, y }) => ({ x: 10 * x, y: 10 * y }));
    expect(new CropSource(picture(60), 600).aligned(times10, '112x112', size)).toEqual(whole);
  });

  test('of a picture many times as large is about the same, averaged beforehand', () => {
    const pixels = picture(400);
    const points = pointsIn(400);
    const placed = placeTemplate('112x112', 16);
    const expected = warp(pixels, estimateSimilarity(points, placed.points), 16);
    const crop = new CropSource(pixels, 400).aligned(points, '112x112', 16);
    // At the picture's border reduced pixels fade into black over a wider rim.
    const inner = (rgb: Uint8Array) => rgb.filter((_, at) => isInside(Math.floor(at / 3), 16));
    expect(largestDifference(inner(crop), inner(expected))).toBeLessThanOrEqual(2);
  });
});

function isInside(pixel: number, side: number): boolean {
  const [x, y] = [pixel % side, Math.floor(pixel / side)];
  return x > 0 && y > 0 && x < side - 1 && y < side - 1;
}

test('the middle is the square in it', () => {
  const pixels = picture(40);
  expect(new CropSource(pixels, 40).middle(8)).toEqual(cropAndResize(pixels, 8));
});
