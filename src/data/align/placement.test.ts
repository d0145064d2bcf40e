import { expect, test } from 'vitest';
import { countPlacements, placementOf } from './placement';

test('a correction goes before what was found', () => {
  const points = { kind: 'points', points: [] } as const;
  expect(placementOf('none', points)).toBe('set');
  expect(placementOf(undefined, points)).toBe('set');
  expect(placementOf('several', { kind: 'middle' })).toBe('middle');
  expect(placementOf('one', undefined)).toBe('one');
  expect(placementOf(undefined, undefined)).toBeNull();
});

test('images are counted by placement; those no face was looked for in are not', () => {
  const counts = countPlacements(['one', 'none', null, 'one', 'left-out']);
  expect(counts).toMatchObject({ images: 4, one: 2, none: 1, 'left-out': 1, several: 0 });
  expect(countPlacements([null, null])).toBeNull();
});
