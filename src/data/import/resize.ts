/**
 * From a decoded picture to a face crop: a square, mostly in the middle, resized. Shrinking averages every
 * source pixel by the area it covers, so that nothing aliases; enlarging is bilinear. The arithmetic
 * is ours rather than a canvas's, so that every browser gives the same bytes from the same pixels.
 */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 (RGB) or 4 (RGBA, alpha ignored: it is opaque by then). */
  readonly channels: 3 | 4;
  /** `[height, width, channels]`, 0–255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Which source samples make one target sample, and with what weight; the weights add up to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float32Array;
}

function areaTaps(target: number, scale: number, side: number): Taps {
  const from = target * scale;
  const to = from + scale;
  const first = Math.floor(from);
  // A border that rounding puts a hair past a pixel must not bring in that pixel.
  const end = Math.min(Math.ceil(to - 1e-9), side);
  const weights = new Float32Array(end - first);
  for (let index = first; index < end; index += 1) {
    weights[index - first] = (Math.min(index + 1, to) - Math.max(index, from)) / scale;
  }
  return { first, weights };
}

function bilinearTaps(target: number, scale: number, side: number): Taps {
  const centre = (target + 0.5) * scale - 0.5;
  const first = Math.min(Math.max(Math.floor(centre), 0), side - 1);
  const share = Math.min(Math.max(centre - first, 0), 1);
  const weights = first + 1 < side ? [1 - share, share] : [1];
  return { first, weights: Float32Array.from(weights) };
}

function tapsOf(side: number, size: number): Taps[] {
  const scale = side / size;
  const make = scale >= 1 ? areaTaps : bilinearTaps;
  return Array.from({ length: size }, (_, target) => make(target, scale, side));
}

/** A part of a picture, whole pixels, inside it. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @param share the side of the square in the middle, as a share (0–1] of the shorter side */
export function middleSquare(
  { width, height }: { readonly width: number; readonly height: number },
  share = 1,
): Part {
  const shorter = Math.min(width, height);
  const side = Math.min(Math.max(Math.round(shorter * share), 1), shorter);
  return {
    left: Math.floor((width - side) / 2),
    top: Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
}

/**
 * A part of a picture at another size.
 * @returns `[height, width, 3]`, RGB, 0–255
 */
export function resample(
  image: Pixels,
  part: Part,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array<ArrayBuffer> {
  const { channels, data } = image;
  const across = tapsOf(part.width, width);
  const down =
    part.height === part.width && height === width ? across : tapsOf(part.height, height);
  // Rows of the target one after the other: columns are summed down first, then along the row.
  const column = new Float32Array(part.width * 3);
  const target = new Uint8Array(width * height * 3);
  for (const [y, vertical] of down.entries()) {
    column.fill(0);
    for (const [step, weight] of vertical.weights.entries()) {
      let source = ((part.top + vertical.first + step) * image.width + part.left) * channels;
      for (let x = 0; x < part.width * 3; x += 3) {
        column[x]! += weight * data[source]!;
        column[x + 1]! += weight * data[source + 1]!;
        column[x + 2]! += weight * data[source + 2]!;
        source += channels;
      }
    }
    for (const [x, horizontal] of across.entries()) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let step = 0; step < horizontal.weights.length; step += 1) {
          sum += horizontal.weights[step]! * column[(horizontal.first + step) * 3 + channel]!;
        }
        target[(y * width + x) * 3 + channel] = Math.min(255, Math.round(sum));
      }
    }
  }
  return target;
}

/**
 * @param size width and height of the crop, pixels
 * @param square what the crop shows; the largest square in the middle where absent
 * @returns `[size, size, 3]`, RGB, 0–255
 */
export function cropAndResize(
  image: Pixels,
  size: number,
  square: Part = middleSquare(image),
): Uint8Array<ArrayBuffer> {
  return resample(image, square, { width: size, height: size });
}
