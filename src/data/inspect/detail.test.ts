import { describe, expect, it } from 'vitest';
import { normal } from '../../math/random';
import { Details } from './detail';
import { HASH_PLANE } from './perceptualHash';

const SIDE = HASH_PLANE;

function plane(shade: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
    shade(at % SIDE, Math.floor(at / SIDE)),
  );
}

const grain = (seed: number) => (x: number, y: number) => 10 * normal(seed, 913, y, x);
/** What all aligned faces share: something light in the middle. */
const oval = (x: number, y: number) =>
  120 * Math.exp(-(((x - 16) / 9) ** 2) - ((y - 16) / 12) ** 2);

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>) => {
    return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  };
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [left, right] = [a[at]! - meanA, b[at]! - meanB];
    ab += left * right;
    aa += left * left;
    bb += right * right;
  }
  return ab / Math.sqrt(aa * bb);
}

/** What is left without the mean of the 5 × 5 around each sample, the border repeated. */
function detailByTheBook(from: Float32Array): number[] {
  const clamp = (at: number) => Math.min(Math.max(at, 0), SIDE - 1);
  return Array.from(from, (value, at) => {
    let sum = 0;
    for (let dy = -2; dy <= 2; dy += 1) {
      for (let dx = -2; dx <= 2; dx += 1) {
        sum += from[clamp(Math.floor(at / SIDE) + dy) * SIDE + clamp((at % SIDE) + dx)]!;
      }
    }
    return value - sum / 25;
  });
}

function similarity(a: Float32Array, b: Float32Array): number {
  return new Details((image) => (image === 0 ? a : b)).similarity(0, 1);
}

describe('the similarity of details', () => {
  it('is the correlation of what the neighbourhood does not say', () => {
    const a = plane((x, y) => oval(x, y) + grain(1)(x, y));
    const b = plane((x, y) => oval(x, y) + grain(1)(x, y) + 0.7 * grain(2)(x, y));
    const expected = correlation(detailByTheBook(a), detailByTheBook(b));
    expect(expected).toBeGreaterThan(0.6);
    expect(expected).toBeLessThan(0.95);
    // Details are kept in 8 bits.
    expect(Math.abs(similarity(a, b) - expected)).toBeLessThan(0.01);
  });

  it('does not see what all faces share', () => {
    const a = plane((x, y) => oval(x, y) + grain(1)(x, y));
    const b = plane((x, y) => oval(x, y) + grain(2)(x, y));
    expect(correlation(a, b)).toBeGreaterThan(0.85);
    expect(Math.abs(similarity(a, b))).toBeLessThan(0.15);
  });

  it('does not see light and contrast', () => {
    const a = plane(grain(3));
    expect(
      similarity(
        a,
        a.map((value) => 50 + value / 3),
      ),
    ).toBeGreaterThan(0.995);
  });

  it('is 0 where there is no detail', () => {
    expect(
      similarity(
        plane(() => 80),
        plane(grain(3)),
      ),
    ).toBe(0);
  });

  it('works each image out once, though the plane is the same array', () => {
    const shared = new Float32Array(SIDE * SIDE);
    const asked: number[] = [];
    const details = new Details((image) => {
      asked.push(image);
      shared.set(plane(grain(image)));
      return shared;
    });
    const once = details.similarity(4, 5);
    expect(details.similarity(5, 4)).toBe(once);
    expect(details.similarity(4, 4)).toBeCloseTo(1, 6);
    expect(asked).toEqual([4, 5]);
  });
});
