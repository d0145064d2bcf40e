import { describe, expect, it } from 'vitest';
import { normal, permutation, randomU32, STREAM, uniform, uniformInt } from './random';

const WORD = 2n ** 32n;

/** PCG4D straight from the paper, in arbitrary-precision integers: the first lane and the second. */
function pcg4dByTheBook(seed: number, stream: number, step: number, index: number): bigint[] {
  const v = [seed, stream, step, index].map(
    (counter) => (BigInt.asUintN(32, BigInt(counter)) * 1664525n + 1013904223n) % WORD,
  );
  const mix = (): void => {
    for (const [to, left, right] of [
      [0, 1, 3],
      [1, 2, 0],
      [2, 0, 1],
      [3, 1, 2],
    ] as const) {
      v[to] = (v[to]! + v[left]! * v[right]!) % WORD;
    }
  };
  mix();
  for (let lane = 0; lane < 4; lane += 1) v[lane] = v[lane]! ^ (v[lane]! >> 16n);
  mix();
  return v;
}

function draws(count: number, draw: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => draw(index));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
  const deviation = (values: readonly number[], centre: number): number =>
    Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return covariance / (deviation(a, meanA) * deviation(b, meanB));
}

describe('randomU32', () => {
  it.each([
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [7, STREAM.epochOrder, 12, 959],
    [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 31, 1, 2 ** 31 - 1, 123456789],
    [3141592653, STREAM.dropout, 1, 2 ** 24],
  ])('equals PCG4D in big integers at (%i, %i, %i, %i)', (seed, stream, step, index) => {
    expect(BigInt(randomU32(seed, stream, step, index))).toBe(
      pcg4dByTheBook(seed, stream, step, index)[0],
    );
  });

  it('equals PCG4D in big integers along each counter', () => {
    for (let k = 0; k < 200; k += 1) {
      const far = k * 21474836;
      for (const [a, b, c, d] of [
        [far, 1, 2, 3],
        [1, far, 2, 3],
        [1, 2, far, 3],
        [1, 2, 3, far],
      ] as const) {
        expect(BigInt(randomU32(a, b, c, d))).toBe(pcg4dByTheBook(a, b, c, d)[0]);
      }
    }
  });

  it('depends on its arguments only, not on what was drawn before', () => {
    const first = randomU32(7, 1, 2, 3);
    randomU32(8, 9, 10, 11);
    normal(1, 1, 1, 1);
    expect(randomU32(7, 1, 2, 3)).toBe(first);
  });

  it('takes its counters modulo 2³²', () => {
    expect(randomU32(2 ** 32 + 5, 1, 2, 3)).toBe(randomU32(5, 1, 2, 3));
    expect(randomU32(-1, 1, 2, 3)).toBe(randomU32(2 ** 32 - 1, 1, 2, 3));
  });
});

describe('STREAM', () => {
  it('has no number twice', () => {
    const numbers = Object.values(STREAM);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each([
    ['streams', (index: number) => uniform(7, STREAM.augmentation, 0, index)],
    ['steps', (index: number) => uniform(7, STREAM.dropout, 1, index)],
    ['seeds', (index: number) => uniform(8, STREAM.dropout, 0, index)],
  ] as const)('draws of two %s are uncorrelated', (_, other) => {
    const here = draws(10_000, (index) => uniform(7, STREAM.dropout, 0, index));
    // Five standard errors of the correlation of 10,000 independent pairs.
    expect(Math.abs(correlation(here, draws(10_000, other)))).toBeLessThan(0.05);
  });
});

describe('uniform', () => {
  it('fills sixteen bins evenly', () => {
    const bins = new Array<number>(16).fill(0);
    const count = 64_000;
    let outside = 0;
    for (let index = 0; index < count; index += 1) {
      const value = uniform(3, STREAM.augmentation, 5, index);
      if (!(value >= 0 && value < 1)) outside += 1;
      else bins[Math.floor(value * 16)]! += 1;
    }
    expect(outside).toBe(0);
    const expected = count / 16;
    const chiSquared = bins.reduce((total, n) => total + (n - expected) ** 2 / expected, 0);
    // 15 degrees of freedom: beyond 44.3 once in 10,000.
    expect(chiSquared).toBeLessThan(44.3);
  });
});

describe('uniformInt', () => {
  it('gives every value below the bound and none other', () => {
    const seen = new Set(draws(500, (index) => uniformInt(1, STREAM.split, 0, index, 7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('normal', () => {
  it('is Box–Muller of the first two lanes', () => {
    for (let index = 0; index < 50; index += 1) {
      const [first, second] = pcg4dByTheBook(7, STREAM.initialWeights, 4, index);
      const radius = Math.sqrt(-2 * Math.log((Number(first) + 0.5) / 2 ** 32));
      const expected = radius * Math.cos((2 * Math.PI * Number(second)) / 2 ** 32);
      expect(normal(7, STREAM.initialWeights, 4, index)).toBeCloseTo(expected, 12);
    }
  });

  it('has the moments of a standard normal', () => {
    const count = 100_000;
    const values = draws(count, (index) => normal(11, STREAM.initialWeights, 0, index));
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    // Four standard errors each: variances of the powers are 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
  });
});

describe('permutation', () => {
  it.each([0, 1, 2, 7, 13_233])('of %i has every index once', (count) => {
    const order = permutation(7, STREAM.epochOrder, 1, count);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(draws(count, (index) => index));
  });

  it('sorts the indices by their draw', () => {
    const order = permutation(7, STREAM.epochOrder, 3, 500);
    const keys = Array.from(order, (index) => randomU32(7, STREAM.epochOrder, 3, index));
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
  });

  it('is what it always was: by draw, then by index', () => {
    const count = 5000;
    const keys = draws(count, (index) => randomU32(9, STREAM.split, 2, index));
    const byTheBook = draws(count, (index) => index).sort((a, b) => keys[a]! - keys[b]! || a - b);
    expect(Array.from(permutation(9, STREAM.split, 2, count))).toEqual(byTheBook);
    // Written down, so that a saved experiment deals its batches as it did.
    expect(Array.from(permutation(7, STREAM.epochOrder, 1, 10))).toEqual([
      4, 9, 6, 1, 3, 0, 8, 2, 7, 5,
    ]);
  });

  it.each([2 ** 20 + 5, 2 ** 21])(
    'of %i has every index once, by draw and then by index',
    (count) => {
      const order = permutation(7, STREAM.epochOrder, 1, count);
      const seen = new Uint8Array(count);
      let [inOrder, ties, previous, previousKey] = [true, 0, -1, -1];
      for (const index of order) {
        seen[index] = 1;
        const key = randomU32(7, STREAM.epochOrder, 1, index);
        if (key === previousKey) ties += 1;
        inOrder &&= key > previousKey || (key === previousKey && index > previous);
        [previous, previousKey] = [index, key];
      }
      expect(order.length).toBe(count);
      expect(seen.indexOf(0)).toBe(-1);
      expect(inOrder).toBe(true);
      // About count²/2³³ of them, so their order is really tested.
      expect(ties).toBeGreaterThan(0);
    },
  );

  it('refuses more than it can keep apart, by number', () => {
    expect(() => permutation(7, STREAM.epochOrder, 1, 2_097_153)).toThrow(RangeError);
    expect(() => permutation(7, STREAM.epochOrder, 1, 2_097_153)).toThrow('2097153');
  });

  it('differs between epochs and repeats for equal arguments', () => {
    const first = permutation(7, STREAM.epochOrder, 1, 100);
    expect(permutation(7, STREAM.epochOrder, 1, 100)).toEqual(first);
    expect(permutation(7, STREAM.epochOrder, 2, 100)).not.toEqual(first);
  });

  it('puts each index everywhere about equally often', () => {
    const places = new Array<number>(8).fill(0);
    const trials = 8000;
    for (let step = 0; step < trials; step += 1) {
      places[permutation(5, STREAM.epochOrder, step, 8).indexOf(0)]! += 1;
    }
    const expected = trials / 8;
    const chiSquared = places.reduce((total, n) => total + (n - expected) ** 2 / expected, 0);
    // 7 degrees of freedom: beyond 29.9 once in 10,000.
    expect(chiSquared).toBeLessThan(29.9);
  });
});
