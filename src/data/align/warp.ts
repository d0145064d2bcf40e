/**
 * Carries a picture through a similarity into a square crop. Where it shrinks, every pixel of the crop
 * is the mean of samples that lie no further apart than the picture's own pixels, so that nothing
 * aliases; samples between pixels are bilinear. What lies beyond the picture is 0.
 */
import type { Pixels } from '../import/resize';
import { apply, invert, type Similarity, scaleOf } from './similarity';

/** Rounding must not turn a scale of exactly 1/n into n + 1 samples. */
const HAIR = 1e-9;

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest upright rectangle of the picture that holds everything a crop shows. */
export function shownBy(toCrop: Similarity, size: number): Rectangle {
  const back = invert(toCrop);
  const corners = [
    { x: 0, y: 0 },
    { x: size, y: 0 },
    { x: 0, y: size },
    { x: size, y: size },
  ].map((corner) => apply(back, corner));
  return {
    left: Math.min(...corners.map(({ x }) => x)),
    top: Math.min(...corners.map(({ y }) => y)),
    right: Math.max(...corners.map(({ x }) => x)),
    bottom: Math.max(...corners.map(({ y }) => y)),
  };
}

/** Adds a bilinear sample to `sum`; `x` and `y` count pixel centres, the first at 0. */
function addSample(image: Pixels, x: number, y: number, sum: Float64Array): void {
  const { width, height, channels, data } = image;
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  const right = x - left;
  const down = y - top;
  for (let row = 0; row < 2; row += 1) {
    const py = top + row;
    if (py < 0 || py >= height) continue;
    const rowWeight = row === 0 ? 1 - down : down;
    for (let column = 0; column < 2; column += 1) {
      const px = left + column;
      if (px < 0 || px >= width) continue;
      const weight = rowWeight * (column === 0 ? 1 - right : right);
      const source = (py * width + px) * channels;
      sum[0]! += weight * data[source]!;
      sum[1]! += weight * data[source + 1]!;
      sum[2]! += weight * data[source + 2]!;
    }
  }
}

/**
 * @param toCrop from coordinates of the picture to those of the crop; its scale is not 0
 * @param size width and height of the crop, pixels
 * @returns `[size, size, 3]`, RGB, 0–255
 */
export function warp(image: Pixels, toCrop: Similarity, size: number): Uint8Array<ArrayBuffer> {
  const scale = scaleOf(toCrop);
  if (!Number.isFinite(1 / scale)) throw new RangeError(`a scale of ${scale} shows nothing`);
  const { a, b, tx, ty } = invert(toCrop);
  const steps = Math.max(1, Math.ceil(1 / scale - HAIR));
  const share = 1 / (steps * steps);
  const crop = new Uint8Array(size * size * 3);
  const sum = new Float64Array(3);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      sum.fill(0);
      for (let v = 0; v < steps; v += 1) {
        const cropY = y + (v + 0.5) / steps;
        for (let u = 0; u < steps; u += 1) {
          const cropX = x + (u + 0.5) / steps;
          // Half a pixel less: from continuous coordinates to those of pixel centres.
          addSample(image, a * cropX - b * cropY + tx - 0.5, b * cropX + a * cropY + ty - 0.5, sum);
        }
      }
      const target = (y * size + x) * 3;
      crop[target] = Math.round(sum[0]! * share);
      crop[target + 1] = Math.round(sum[1]! * share);
      crop[target + 2] = Math.round(sum[2]! * share);
    }
  }
  return crop;
}

/** Makes `columns` whole columns black at the left of a crop, and as many at the right. */
export function blacken(crop: Uint8Array, size: number, columns: number): void {
  const bytes = columns * 3;
  for (let row = 0; row < crop.length; row += size * 3) {
    crop.fill(0, row, row + bytes);
    crop.fill(0, row + size * 3 - bytes, row + size * 3);
  }
}
