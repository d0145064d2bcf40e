/**
 * The brightness of a face crop without its colours: the plane that the perceptual hash, the check
 * of near duplicates and the quality scores all look at.
 */

/** The pixels of a `FaceSet`. */
export interface Crops {
  readonly cropSize: number;
  /** `[count, cropSize, cropSize, 3]`, RGB, 0–255. */
  readonly pixels: Uint8Array;
}

export function countOf({ cropSize, pixels }: Crops): number {
  return Math.floor(pixels.length / (cropSize * cropSize * 3));
}

/** Rec. 601 weights of red, green and blue. */
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/**
 * @param pixels `[count, cropSize, cropSize, 3]`, RGB, 0–255
 * @param out `[cropSize, cropSize]`, receives 0–255
 */
export function lumaOf(
  pixels: Uint8Array,
  image: number,
  cropSize: number,
  out: Float32Array,
): void {
  const area = cropSize * cropSize;
  let at = image * area * 3;
  for (let pixel = 0; pixel < area; pixel += 1) {
    out[pixel] = RED * pixels[at]! + GREEN * pixels[at + 1]! + BLUE * pixels[at + 2]!;
    at += 3;
  }
}

export function meanOf(plane: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < plane.length; index += 1) sum += plane[index]!;
  return sum / plane.length;
}

/** Standard deviation, ≥ 0. */
export function spreadOf(plane: Float32Array): number {
  const mean = meanOf(plane);
  let squares = 0;
  for (let index = 0; index < plane.length; index += 1) squares += (plane[index]! - mean) ** 2;
  return Math.sqrt(squares / plane.length);
}

/** Which samples of a line make one target sample. */
interface Taps {
  readonly first: number;
  readonly weights: Float32Array;
}

function areaTaps(side: number, size: number): Taps[] {
  const scale = side / size;
  return Array.from({ length: size }, (_, target) => {
    const from = target * scale;
    const to = from + scale;
    const first = Math.floor(from);
    // A border that rounding puts a hair past a sample must not bring in that sample.
    const end = Math.min(Math.max(Math.ceil(to - 1e-9), first + 1), side);
    const weights = new Float32Array(end - first);
    for (let index = first; index < end; index += 1) {
      weights[index - first] = (Math.min(index + 1, to) - Math.max(index, from)) / scale;
    }
    return { first, weights };
  });
}

/** Resizes square planes by averaging areas; made once for a crop size, allocates nothing per image. */
export class AreaResize {
  readonly #side: number;
  readonly #size: number;
  readonly #taps: readonly Taps[];
  /** `[size, side]`: lines averaged downwards, not yet along. */
  readonly #rows: Float32Array;

  constructor(side: number, size: number) {
    this.#side = side;
    this.#size = size;
    this.#taps = areaTaps(side, size);
    this.#rows = new Float32Array(size * side);
  }

  /** @param plane `[side, side]` @param out `[size, size]` */
  apply(plane: Float32Array, out: Float32Array): void {
    if (this.#side === this.#size) out.set(plane);
    else {
      this.#down(plane);
      this.#along(out);
    }
  }

  #down(plane: Float32Array): void {
    // Fields are read once: within a loop each read of one costs as much as the arithmetic.
    const side = this.#side;
    const rows = this.#rows;
    for (const [y, { first, weights }] of this.#taps.entries()) {
      const row = y * side;
      rows.fill(0, row, row + side);
      for (let step = 0; step < weights.length; step += 1) {
        const weight = weights[step]!;
        const source = (first + step) * side;
        for (let x = 0; x < side; x += 1) rows[row + x]! += weight * plane[source + x]!;
      }
    }
  }

  #along(out: Float32Array): void {
    const side = this.#side;
    const size = this.#size;
    const rows = this.#rows;
    for (const [x, { first, weights }] of this.#taps.entries()) {
      for (let y = 0; y < size; y += 1) {
        let sum = 0;
        for (let step = 0; step < weights.length; step += 1) {
          sum += weights[step]! * rows[y * side + first + step]!;
        }
        out[y * size + x] = sum;
      }
    }
  }
}
