import { expect, test } from 'vitest';
import { imagesByFound } from './found';

test('every image is in the one list of what was found on its picture', () => {
  const images = imagesByFound([
    'one',
    'none',
    'several',
    null,
    'left-out',
    'set',
    'listed',
    'middle',
    'one',
  ]);
  expect(images).toEqual({
    without: [1, 4],
    several: [2],
    one: [0, 8],
    listed: [6],
    'by-hand': [5, 7],
  });
});
