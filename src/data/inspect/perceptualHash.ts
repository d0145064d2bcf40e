/**
 * A 64-bit perceptual hash of a face crop: the signs of the 8 × 8 lowest frequencies of its
 * brightness, compared with their median. Small changes of size, compression and light flip few bits.
 * Frequencies that are constant along a row or a column are left out: they say how a face is lit, in
 * which all faces are alike.
 */

/** Width and height of the plane that is hashed. */
export const HASH_PLANE = 32;
/** Lowest frequencies 1 … 8 in each direction. */
const FREQUENCIES = 8;
const BITS = FREQUENCIES * FREQUENCIES;

/** `[FREQUENCIES, HASH_PLANE]`, rows of the discrete cosine transform (DCT-II), without its scale. */
const WAVES = Float32Array.from({ length: FREQUENCIES * HASH_PLANE }, (_, index) => {
  const frequency = Math.floor(index / HASH_PLANE) + 1;
  const sample = index % HASH_PLANE;
  return Math.cos((Math.PI * frequency * (2 * sample + 1)) / (2 * HASH_PLANE));
});

/** Scratch, so that hashing allocates nothing. */
const rows = new Float32Array(FREQUENCIES * HASH_PLANE);
const coefficients = new Float32Array(BITS);
const sorted = new Float32Array(BITS);

function transform(plane: Float32Array): void {
  rows.fill(0);
  for (let frequency = 0; frequency < FREQUENCIES; frequency += 1) {
    const row = frequency * HASH_PLANE;
    for (let y = 0; y < HASH_PLANE; y += 1) {
      const wave = WAVES[row + y]!;
      const source = y * HASH_PLANE;
      for (let x = 0; x < HASH_PLANE; x += 1) rows[row + x]! += wave * plane[source + x]!;
    }
  }
  for (let bit = 0; bit < BITS; bit += 1) {
    const row = Math.floor(bit / FREQUENCIES) * HASH_PLANE;
    const wave = (bit % FREQUENCIES) * HASH_PLANE;
    let sum = 0;
    for (let x = 0; x < HASH_PLANE; x += 1) sum += rows[row + x]! * WAVES[wave + x]!;
    coefficients[bit] = sum;
  }
}

/**
 * @param plane `[HASH_PLANE, HASH_PLANE]`, brightness
 * @param hashes `[count, 2]`, receives the hash of `image`: its low and its high 32 bits
 */
export function hashPlane(plane: Float32Array, hashes: Uint32Array, image: number): void {
  transform(plane);
  sorted.set(coefficients);
  sorted.sort();
  const median = sorted[BITS / 2 - 1]!;
  for (let word = 0; word < 2; word += 1) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      if (coefficients[word * 32 + bit]! > median) bits |= 1 << bit;
    }
    hashes[2 * image + word] = bits;
  }
}

/** Number of ones among 32 bits. */
export function popcount(bits: number): number {
  let sums = bits - ((bits >>> 1) & 0x55555555);
  sums = (sums & 0x33333333) + ((sums >>> 2) & 0x33333333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Bits in which two hashes differ, 0–64. */
export function hammingDistance(hashes: Uint32Array, a: number, b: number): number {
  return (
    popcount(hashes[2 * a]! ^ hashes[2 * b]!) + popcount(hashes[2 * a + 1]! ^ hashes[2 * b + 1]!)
  );
}
