import { expect, test } from 'vitest';
import { headAndTail, ownPart, plainName } from './captions';

test.each([
  ['lfw/George_W_Bush/George_W_Bush_0003.jpg', 'George_W_Bush', '0003.jpg'],
  ['Ann/1.jpg', 'Ann', '1.jpg'],
  ['Ann/ann-2.jpg', 'Ann', '2.jpg'],
  ['Ann/Anna.jpg', 'Ann', 'a.jpg'],
  ['Ann.jpg', 'Ann', 'Ann.jpg'],
  ['Ann/Ann', 'Ann', 'Ann'],
  ['Bob/Ann_7.jpg', 'Bob', 'Ann_7.jpg'],
])('%s of %s is %s', (path, owner, part) => {
  expect(ownPart(path, owner)).toBe(part);
});

test('a long name keeps its end', () => {
  expect(headAndTail('0003.jpg')).toBeNull();
  expect(headAndTail('holiday_in_rome_0012.jpg')).toEqual(['holiday_in_rome_', '0012.jpg']);
});

test('in a sentence a name has no kind of file', () => {
  expect(plainName('lfw/Ann/Ann_0001.jpg')).toBe('Ann_0001');
  expect(plainName('Ann/.jpg')).toBe('.jpg');
});
