import { expect, test } from 'vitest';
import { DisjointSets } from './disjointSets';

test('sets are called by their smallest member, whatever was joined first', () => {
  const sets = new DisjointSets(6);
  expect(sets.join(5, 3)).toBe(true);
  expect(sets.join(3, 1)).toBe(true);
  expect(sets.join(1, 5)).toBe(false);
  expect([0, 1, 2, 3, 4, 5].map((member) => sets.find(member))).toEqual([0, 1, 2, 1, 4, 1]);
});

test('numbers follow the order of first appearance', () => {
  const sets = new DisjointSets(6);
  sets.join(4, 0);
  sets.join(5, 2);
  expect([...sets.numbers()]).toEqual([0, 1, 2, 3, 0, 2]);
});

test('a long chain is found whole', () => {
  const count = 10_000;
  const sets = new DisjointSets(count);
  for (let member = count - 1; member > 0; member -= 1) sets.join(member, member - 1);
  expect(sets.find(count - 1)).toBe(0);
  expect(new Set(sets.numbers()).size).toBe(1);
});
