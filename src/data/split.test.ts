import { expect, test } from 'vitest';
import { splitFaces } from './split';

/** Labels of identities with these numbers of images, interleaved so that order matters. */
function labelsOf(counts: readonly number[]): Int32Array {
  const labels: number[] = [];
  for (let round = 0; round < Math.max(...counts); round += 1) {
    for (const [label, count] of counts.entries()) if (round < count) labels.push(label);
  }
  return Int32Array.from(labels);
}

function countsIn(indices: Uint32Array, labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const index of indices) counts[labels[index]!]! += 1;
  return counts;
}

test('holds out the rounded share of every identity and lets at least one image train', () => {
  const counts = [1, 2, 3, 10, 24];
  const labels = labelsOf(counts);
  const { validation, train } = splitFaces(labels, counts.length, 0.25, 7);
  // round(0.25 · n): 0.25 → 0, 0.5 → 1, 0.75 → 1, 2.5 → 3, 6.
  expect(countsIn(validation, labels, counts.length)).toEqual([0, 1, 1, 3, 6]);
  expect(countsIn(train, labels, counts.length)).toEqual([1, 1, 2, 7, 18]);
});

test('a share near 1 still leaves one training image of each identity', () => {
  const counts = [1, 2, 5];
  const labels = labelsOf(counts);
  const { train } = splitFaces(labels, counts.length, 0.99, 7);
  expect(countsIn(train, labels, counts.length)).toEqual([1, 1, 1]);
});

test('every image is in exactly one of the two lists, ascending', () => {
  const labels = labelsOf([4, 9, 1, 30]);
  const { validation, train } = splitFaces(labels, 4, 0.3, 3);
  const all = [...train, ...validation].sort((a, b) => a - b);
  expect(all).toEqual(Array.from(labels.keys()));
  expect([...train]).toEqual([...train].sort((a, b) => a - b));
  expect([...validation]).toEqual([...validation].sort((a, b) => a - b));
});

test('share 0 holds nothing out', () => {
  expect(splitFaces(labelsOf([3, 3]), 2, 0, 1).validation).toHaveLength(0);
});

test('the same seed gives the same split, another seed another one', () => {
  const labels = labelsOf([40, 40]);
  const once = splitFaces(labels, 2, 0.5, 11);
  expect(splitFaces(labels, 2, 0.5, 11)).toEqual(once);
  expect(splitFaces(labels, 2, 0.5, 12)).not.toEqual(once);
});

test('the images of one identity are held out whatever identities come after it', () => {
  const few = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  const many = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
  const heldOfFirst = (labels: Int32Array, classes: number) =>
    splitFaces(labels, classes, 0.5, 5).validation.filter((index) => labels[index] === 0);
  expect(heldOfFirst(many, 3)).toEqual(heldOfFirst(few, 2));
});

test('no image is favoured: over many seeds each is held out about as often', () => {
  const labels = new Int32Array(10);
  const timesHeld = new Array<number>(10).fill(0);
  const seeds = 2000;
  for (let seed = 0; seed < seeds; seed += 1) {
    for (const index of splitFaces(labels, 1, 0.3, seed).validation) timesHeld[index]! += 1;
  }
  // Binomial(2000, 0.3): standard deviation 20.5, so 5 of them either way.
  for (const times of timesHeld) expect(Math.abs(times - 600)).toBeLessThan(103);
});

test('names the value that is out of range', () => {
  expect(() => splitFaces(Int32Array.from([0, 2]), 2, 0.2, 1)).toThrow(/image 1 has label 2/);
  expect(() => splitFaces(Int32Array.from([-1]), 2, 0.2, 1)).toThrow(/label -1/);
  expect(() => splitFaces(new Int32Array(2), 1, 1, 1)).toThrow(/not 1/);
  expect(() => splitFaces(new Int32Array(2), 1, Number.NaN, 1)).toThrow(/NaN/);
});
