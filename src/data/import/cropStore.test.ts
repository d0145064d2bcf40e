import { expect, test } from 'vitest';
import { permutation, STREAM } from '../../math/random';
import { CropStore } from './cropStore';

const SIZE = 2;
const BYTES = SIZE * SIZE * 3;

function crop(value: number): Uint8Array {
  return new Uint8Array(BYTES).fill(value);
}

function filled(count: number, expected: number): CropStore {
  const store = new CropStore(SIZE, expected);
  for (let index = 0; index < count; index += 1) expect(store.add(crop(index))).toBe(index);
  return store;
}

/** The value of each crop, after checking that a crop is all of one value. */
function values(pixels: Uint8Array): number[] {
  return Array.from({ length: pixels.length / BYTES }, (_, index) => {
    const own = pixels.subarray(index * BYTES, (index + 1) * BYTES);
    expect(new Set(own).size).toBe(1);
    return own[0]!;
  });
}

test.each([
  ['known', 100, 100],
  ['unknown', 100, 1],
  ['zero', 100, 0],
  ['too many', 100, 300],
])('puts crops into any order when the expected number is %s', (_, count, expected) => {
  for (const seed of [1, 2, 3]) {
    const order = permutation(seed, STREAM.split, 0, count);
    expect(values(filled(count, expected).take(order))).toEqual([...order]);
  }
});

test('orders with fixed points, swaps and one long cycle', () => {
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 2, 3, 0],
    [0, 2, 1, 3],
  ]) {
    expect(values(filled(4, 4).take(Uint32Array.from(order)))).toEqual(order);
  }
});

test('does not hand out much more room than it filled', () => {
  const pixels = filled(3, 1000).take(Uint32Array.from([0, 1, 2]));
  expect(pixels.buffer.byteLength).toBe(3 * BYTES);
});

test('refuses a crop of another size', () => {
  expect(() => new CropStore(SIZE, 1).add(new Uint8Array(BYTES + 1))).toThrow(/12 bytes, not 13/);
});

test('says so when there is not that much memory', () => {
  expect(() => new CropStore(112, 2 ** 40)).toThrow(RangeError);
});
