import { expect, test } from 'vitest';
import { alikeNames, heldOutByAnotherName } from './alikeNames';

const named = (...names: string[]) => names.map((name) => ({ name }));

test('names that differ in how they are written only are one person’s', () => {
  const people = named('Abdullah Gul', 'Abdullah_Gul', 'Bob', 'Bobby', 'abdullah-gul', 'bob');
  expect(alikeNames(people)).toEqual([
    [0, 1, 4],
    [2, 5],
  ]);
});

test('numbers are not names: a sign or a point makes two of them', () => {
  expect(alikeNames(named('-1', '1', '1.0', '1_0', '王', '刘'))).toEqual([]);
});

test('who is held out and trains under another name is told, with the first of them', () => {
  const people = named('Ann Lee', 'Ann_Lee', 'BOB', 'Bob', 'Cy', 'cy');
  const train = new Set([1, 3, 4]);
  expect(heldOutByAnotherName(people, train, new Set([0]))).toBe(
    '1 person to hold out trains under another spelling of the name. Ann Lee trains as Ann_Lee: merge them in the inspector.',
  );
  expect(heldOutByAnotherName(people, train, new Set([0, 2, 5]))).toBe(
    '3 people to hold out train under another spelling of their names. Ann Lee trains as Ann_Lee, BOB as Bob, and 1 more: merge them in the inspector.',
  );
});

test('nothing is told of people who train, whatever else they are called', () => {
  const people = named('Ann Lee', 'Ann_Lee', 'Bob');
  expect(heldOutByAnotherName(people, new Set([0, 1]), new Set([1, 2]))).toBeNull();
  expect(heldOutByAnotherName(people, new Set([2]), new Set([0, 1]))).toBeNull();
});
