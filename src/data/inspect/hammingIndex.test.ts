import { describe, expect, it } from 'vitest';
import { randomU32, uniformInt } from '../../math/random';
import { MOST_DISTANCE, nearPairs } from './hammingIndex';
import { hammingDistance } from './perceptualHash';

/** Clusters of hashes, some bits flipped in each, so that there are pairs at every distance. */
function clustered(count: number, most: number): Uint32Array {
  const hashes = new Uint32Array(2 * count);
  for (let image = 0; image < count; image += 1) {
    const cluster = image % 40;
    for (let word = 0; word < 2; word += 1) {
      hashes[2 * image + word] = randomU32(5, 902, cluster, word);
    }
    const flips = uniformInt(5, 903, image, 0, most + 1);
    for (let flip = 1; flip <= flips; flip += 1) {
      const bit = uniformInt(5, 903, image, flip, 64);
      hashes[2 * image + (bit >> 5)]! ^= 1 << (bit & 31);
    }
  }
  return hashes;
}

function indexed(hashes: Uint32Array, members: Uint32Array, distance: number): string[] {
  const pairs: string[] = [];
  const work = nearPairs(hashes, members, distance, (a, b) => pairs.push(`${a} ${b}`));
  while (!work.next().done);
  return pairs.sort();
}

describe('near pairs', () => {
  it.each([0, 1, 3, 4, 7, 10, 12, MOST_DISTANCE])(
    'within %i bits are those of comparing all',
    (distance) => {
      const hashes = clustered(300, 9);
      const members = Uint32Array.from({ length: 150 }, (_, index) => 2 * index);
      const expected: string[] = [];
      for (const b of members) {
        for (const a of members) {
          if (a < b && hammingDistance(hashes, a, b) <= distance) expected.push(`${a} ${b}`);
        }
      }
      expect(indexed(hashes, members, distance)).toEqual(expected.sort());
      if (distance >= 4) expect(expected.length).toBeGreaterThan(0);
    },
  );

  it('are none of nothing', () => {
    expect(indexed(new Uint32Array(0), new Uint32Array(0), 10)).toEqual([]);
  });

  it.each([-1, 16, 2.5, Number.NaN])('of %d bits are refused', (distance) => {
    expect(() => indexed(clustered(2, 1), Uint32Array.of(0, 1), distance)).toThrow(RangeError);
  });
});
