import { describe, expect, test } from 'vitest';
import { drawPairs, pairAccuracy } from './pairs';

/** Ten people with eight images each. */
const LABELS = Int32Array.from({ length: 80 }, (_, image) => Math.floor(image / 8));

/** Unit vectors in the plane at the given angles. */
function atAngles(angles: readonly number[]): Float32Array {
  return Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
}

describe('pairs', () => {
  test('alternate between one person and two, as many of each, without a pair of one image', () => {
    const { first, second } = drawPairs(LABELS, 100, 3)!;
    expect(first).toHaveLength(200);
    for (const [at, a] of first.entries()) {
      const b = second[at]!;
      expect(a).not.toBe(b);
      expect(LABELS[a] === LABELS[b]).toBe(at % 2 === 0);
    }
  });

  test('of one person do not repeat, and there are no more than there are', () => {
    const { first, second } = drawPairs(LABELS, 10_000, 3)!;
    expect(first).toHaveLength(2 * 10 * 28);
    const genuine = Array.from(first, (a, at) => `${a} ${second[at]}`).filter(
      (_, at) => at % 2 === 0,
    );
    expect(new Set(genuine).size).toBe(280);
  });

  test('are the same for a seed, others for another', () => {
    expect(drawPairs(LABELS, 50, 3)).toEqual(drawPairs(LABELS, 50, 3));
    expect(drawPairs(LABELS, 50, 3)).not.toEqual(drawPairs(LABELS, 50, 4));
  });

  test('there are none without two people, or without two images of anybody', () => {
    expect(drawPairs([0, 0, 0], 10, 1)).toBeNull();
    expect(drawPairs([0, 1, 2], 10, 1)).toBeNull();
  });
});

describe('accuracy', () => {
  test('is 1 where people are far apart, with the median angle between images of one', () => {
    const angles = Array.from(LABELS, (person, image) => person * 0.5 + 0.01 * (image % 2));
    const pairs = drawPairs(LABELS, 200, 1)!;
    const result = pairAccuracy(atAngles(angles), 2, pairs);
    expect(result.accuracy).toBe(1);
    expect(result.pairs).toBe(400);
    expect(result.medianGenuineRad).toBeCloseTo(0.01, 3);
  });

  test('is near one half where embeddings say nothing', () => {
    const angles = Array.from(LABELS, (_, image) => (image * 2.399963) % 6.283185);
    const { accuracy } = pairAccuracy(atAngles(angles), 2, drawPairs(LABELS, 280, 1)!);
    expect(accuracy).toBeGreaterThan(0.4);
    expect(accuracy).toBeLessThan(0.6);
  });

  test('a threshold is not fitted to the pairs it is tested on', () => {
    // Four pairs: within each half the two kinds can be told apart, but not by the other half's threshold.
    const pairs = {
      first: Uint32Array.from([0, 0, 0, 0]),
      second: Uint32Array.from([1, 2, 3, 4]),
    };
    const embeddings = atAngles([0, 0.1, 0.2, 1.0, 1.1]);
    expect(pairAccuracy(embeddings, 2, pairs).accuracy).toBe(0.5);
  });

  test('NaN is an error, not a number', () => {
    const pairs = drawPairs([0, 0, 1], 10, 1)!;
    const embeddings = atAngles([0, Number.NaN, 1]);
    expect(() => pairAccuracy(embeddings, 2, pairs)).toThrow(/not a finite number/);
  });
});
