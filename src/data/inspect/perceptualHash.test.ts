import { describe, expect, it } from 'vitest';
import { uniform } from '../../math/random';
import { HASH_PLANE, hammingDistance, hashPlane, popcount } from './perceptualHash';

function noise(seed: number): Float32Array {
  return Float32Array.from(
    { length: HASH_PLANE ** 2 },
    (_, index) => 255 * uniform(seed, 901, 0, index),
  );
}

function hashOf(plane: Float32Array): Uint32Array {
  const hash = new Uint32Array(2);
  hashPlane(plane, hash, 0);
  return hash;
}

function distance(a: Float32Array, b: Float32Array): number {
  return hammingDistance(Uint32Array.of(...hashOf(a), ...hashOf(b)), 0, 1);
}

describe('the hash', () => {
  it('is the cosine transform in float64, compared with its median', () => {
    const plane = noise(1);
    const coefficients: number[] = [];
    for (let v = 1; v <= 8; v += 1) {
      for (let u = 1; u <= 8; u += 1) {
        let sum = 0;
        for (let y = 0; y < 32; y += 1) {
          for (let x = 0; x < 32; x += 1) {
            const wave =
              Math.cos((Math.PI * v * (y + 0.5)) / 32) * Math.cos((Math.PI * u * (x + 0.5)) / 32);
            sum += plane[y * 32 + x]! * wave;
          }
        }
        coefficients.push(sum);
      }
    }
    const median = coefficients.toSorted((a, b) => a - b)[31]!;
    const [low, high] = hashOf(plane);
    const bits = Array.from(
      { length: 64 },
      (_, bit) => ((bit < 32 ? low! : high!) >>> (bit % 32)) & 1,
    );
    expect(bits).toEqual(coefficients.map((value) => (value > median ? 1 : 0)));
  });

  it('does not see light and contrast', () => {
    const plane = noise(2);
    expect(
      distance(
        plane,
        plane.map((value) => 40 + value / 2),
      ),
    ).toBe(0);
  });

  it('does not see a gradient of light from one side', () => {
    const plane = noise(3);
    const lit = plane.map((value, index) => value + 8 * (index % HASH_PLANE));
    expect(distance(plane, lit)).toBe(0);
  });

  it('of pictures that have nothing in common differs in half of its bits', () => {
    const distances = Array.from({ length: 200 }, (_, k) =>
      distance(noise(2 * k), noise(2 * k + 1)),
    );
    const mean = distances.reduce((sum, value) => sum + value) / distances.length;
    expect(mean).toBeGreaterThan(30);
    expect(mean).toBeLessThan(34);
  });
});

describe('popcount', () => {
  it.each([
    [0, 0],
    [1, 1],
    [0x80000000 | 0, 1],
    [-1, 32],
    [0xf0f0f0f0, 16],
    [0x12345678, 13],
  ])('of %i is %i', (bits, ones) => {
    expect(popcount(bits)).toBe(ones);
  });
});
