/**
 * Counter-based random numbers: a draw is a pure function of (seed, stream, step, index), so the same
 * seed gives the same numbers in a page, a worker, Node and WGSL, whatever was drawn before.
 *
 * The mixer is PCG4D (Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 2020): 32-bit
 * integer arithmetic only, which WGSL's u32 reproduces bit for bit.
 */

/** Independent sequences of one seed. A stream is never reused for a second purpose. */
export const STREAM = {
  initialWeights: 1,
  epochOrder: 2,
  augmentation: 3,
  split: 4,
  dropout: 5,
  identity: 6,
  nuisance: 7,
  labelNoise: 8,
  pixelNoise: 9,
  texture: 10,
  validationSample: 11,
  erase: 12,
  imbalance: 13,
  pairs: 14,
} as const;

const TO_UNIT = 2 ** -32;

/** Scratch of the last `pcg4d` call; read at once, so that hot loops allocate nothing. */
const lanes = new Uint32Array(4);

function pcg4d(x: number, y: number, z: number, w: number): void {
  let a = (Math.imul(x, 1664525) + 1013904223) | 0;
  let b = (Math.imul(y, 1664525) + 1013904223) | 0;
  let c = (Math.imul(z, 1664525) + 1013904223) | 0;
  let d = (Math.imul(w, 1664525) + 1013904223) | 0;
  a = (a + Math.imul(b, d)) | 0;
  b = (b + Math.imul(c, a)) | 0;
  c = (c + Math.imul(a, b)) | 0;
  d = (d + Math.imul(b, c)) | 0;
  a ^= a >>> 16;
  b ^= b >>> 16;
  c ^= c >>> 16;
  d ^= d >>> 16;
  a = (a + Math.imul(b, d)) | 0;
  b = (b + Math.imul(c, a)) | 0;
  c = (c + Math.imul(a, b)) | 0;
  d = (d + Math.imul(b, c)) | 0;
  lanes[0] = a;
  lanes[1] = b;
  lanes[2] = c;
  lanes[3] = d;
}

/** An unsigned 32-bit integer. All four counters are taken modulo 2³². */
export function randomU32(seed: number, stream: number, step: number, index: number): number {
  pcg4d(seed, stream, step, index);
  return lanes[0]!;
}

/** Uniform in [0, 1), 32 bits of resolution. */
export function uniform(seed: number, stream: number, step: number, index: number): number {
  return randomU32(seed, stream, step, index) * TO_UNIT;
}

/** A whole number in [0, bound); `bound` up to 2³². */
export function uniformInt(
  seed: number,
  stream: number,
  step: number,
  index: number,
  bound: number,
): number {
  return Math.floor(uniform(seed, stream, step, index) * bound);
}

/** Standard normal by Box–Muller from two lanes of one hash. */
export function normal(seed: number, stream: number, step: number, index: number): number {
  pcg4d(seed, stream, step, index);
  const radius = Math.sqrt(-2 * Math.log((lanes[0]! + 0.5) * TO_UNIT));
  return radius * Math.cos(2 * Math.PI * lanes[1]! * TO_UNIT);
}

/** Bits for an index beside a 32-bit key: together they are the 53 bits that a double keeps exactly. */
const INDEX_RANGE = 2 ** 21;

/**
 * A permutation of 0 … count − 1: indices sorted by their random key, ties (about count²/2³³ of them)
 * by index. Depends on nothing but its arguments.
 * @throws RangeError for more than 2²¹ (2,097,152) indices
 */
export function permutation(
  seed: number,
  stream: number,
  step: number,
  count: number,
): Uint32Array {
  if (count > INDEX_RANGE) {
    throw new RangeError(`a permutation of ${count} is longer than ${INDEX_RANGE}`);
  }
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    // The key in the high bits, the index in the low ones: one typed-array sort, no comparator.
    keys[index] = randomU32(seed, stream, step, index) * INDEX_RANGE + index;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % INDEX_RANGE);
}
