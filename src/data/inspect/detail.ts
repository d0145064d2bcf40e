/**
 * How alike two face crops are in their details. Aligned faces are all alike in the large, so that
 * a perceptual hash alone takes different people for the same picture; what is left of the brightness
 * when its 5 × 5 neighbourhood is taken away tells them apart.
 */
import { HASH_PLANE } from './perceptualHash';

const SIDE = HASH_PLANE;
const AREA = SIDE * SIDE;
/** Pixels on either side of the middle of the neighbourhood. */
const REACH = 2;

/** `[SIDE, 2 · REACH + 1]`, the samples of a neighbourhood; beyond the ends the last one repeats. */
const NEIGHBOURS = Int32Array.from({ length: SIDE * (2 * REACH + 1) }, (_, index) => {
  const middle = Math.floor(index / (2 * REACH + 1));
  const offset = (index % (2 * REACH + 1)) - REACH;
  return Math.min(Math.max(middle + offset, 0), SIDE - 1);
});

/** Sums over neighbourhoods of all lines, which begin `line` apart and go on in steps of `step`. */
function boxSums(from: Float32Array, to: Float32Array, line: number, step: number): void {
  for (let start = 0; start < SIDE * line; start += line) {
    let neighbour = 0;
    for (let index = 0; index < SIDE; index += 1) {
      let sum = 0;
      for (let count = -REACH; count <= REACH; count += 1) {
        sum += from[start + NEIGHBOURS[neighbour]! * step]!;
        neighbour += 1;
      }
      to[start + index * step] = sum;
    }
  }
}

const along = new Float32Array(AREA);
const smooth = new Float32Array(AREA);
const rest = new Float32Array(AREA);

/** The plane without its neighbourhood averages, mean 0, scaled to −127 … 127. */
function detailOf(plane: Float32Array): Int8Array {
  boxSums(plane, along, SIDE, 1);
  boxSums(along, smooth, 1, SIDE);
  const share = 1 / (2 * REACH + 1) ** 2;
  let sum = 0;
  for (let index = 0; index < AREA; index += 1) {
    rest[index] = plane[index]! - smooth[index]! * share;
    sum += rest[index]!;
  }
  const mean = sum / AREA;
  let largest = 0;
  for (let index = 0; index < AREA; index += 1) {
    rest[index]! -= mean;
    largest = Math.max(largest, Math.abs(rest[index]!));
  }
  const scale = largest > 0 ? 127 / largest : 0;
  const detail = new Int8Array(AREA);
  for (let index = 0; index < AREA; index += 1) detail[index] = Math.round(rest[index]! * scale);
  return detail;
}

/** The details of the images that were asked about, 1 KiB each, worked out when first needed. */
export class Details {
  readonly #plane: (image: number) => Float32Array;
  readonly #kept = new Map<number, { readonly detail: Int8Array; readonly norm: number }>();

  /** @param plane the brightness of an image, `[HASH_PLANE, HASH_PLANE]`; may be reused by the next call */
  constructor(plane: (image: number) => Float32Array) {
    this.#plane = plane;
  }

  /** Correlation of two images' details, −1 … 1; 0 where one has none. */
  similarity(a: number, b: number): number {
    const [left, right] = [this.#of(a), this.#of(b)];
    if (left.norm === 0 || right.norm === 0) return 0;
    return dot(left.detail, right.detail) / (left.norm * right.norm);
  }

  #of(image: number) {
    const known = this.#kept.get(image);
    if (known !== undefined) return known;
    const detail = detailOf(this.#plane(image));
    const made = { detail, norm: Math.sqrt(dot(detail, detail)) };
    this.#kept.set(image, made);
    return made;
  }
}

function dot(a: Int8Array, b: Int8Array): number {
  let sum = 0;
  for (let index = 0; index < AREA; index += 1) sum += a[index]! * b[index]!;
  return sum;
}
