import { expect, test } from 'vitest';
import type { Placement } from '../data/align/placement';
import type { Edit } from '../data/inspect/edit';
import { facesOf } from '../data/inspect/faces.testing';
import { cropsWanted } from './alignFound';

const FILES = { kind: 'files', cropSize: 1, minImagesPerIdentity: 1 } as const;
const POINTS = [30, 40, 60, 41, 45, 60, 33, 80, 58, 81];

const baseOf = (placements: readonly Placement[], notHeld = 0) => {
  return { all: { ...facesOf({ Ann: 2, Bob: 2 }), placements }, notHeld };
};

test('pictures are counted by what was found, as corrections leave it', () => {
  const base = baseOf(['one', 'several', 'left-out', 'left-out']);
  expect(cropsWanted(base, [], FILES).found).toMatchObject({
    images: 4,
    one: 1,
    several: 1,
    'left-out': 2,
  });
  const edits: Edit[] = [
    { kind: 'align', image: 'Bob/1', points: POINTS },
    { kind: 'keep', images: ['Bob/2'] },
    { kind: 'middle', images: ['Ann/2'] },
  ];
  const { corrections, found } = cropsWanted(base, edits, FILES);
  expect(found).toMatchObject({ one: 1, several: 0, none: 1, 'left-out': 0, set: 1, middle: 1 });
  // What was found stays found, whoever cut the crop anew.
  expect(found).toMatchObject({ images: 4, detected: 2, removed: 0 });
  expect([...corrections.keys()]).toEqual([2, 1]);
});

test('a middle that was removed is left out, whoever did it', () => {
  const edits: Edit[] = [{ kind: 'remove', images: ['Ann/1'] }];
  const { found } = cropsWanted(baseOf(['none', 'none', 'one', 'one']), edits, FILES);
  expect(found).toMatchObject({ none: 1, 'left-out': 1, one: 2 });
});

test('a face that is left out by hand was found all the same', () => {
  const edits: Edit[] = [
    { kind: 'align', image: 'Ann/2', points: POINTS },
    { kind: 'remove', images: ['Ann/1', 'Ann/2', 'Bob/2'] },
  ];
  const { found } = cropsWanted(baseOf(['one', 'several', 'one', 'none']), edits, FILES);
  expect(found).toMatchObject({ images: 4, detected: 3, removed: 2, 'left-out': 1 });
});

test('those that are not in memory any more still count', () => {
  const { found } = cropsWanted(baseOf(['one', 'one', 'one', 'one'], 3), [], FILES);
  expect(found).toMatchObject({ images: 7, one: 4, 'left-out': 3 });
});

test('where no face was looked for there is nothing to tell', () => {
  const base = { all: facesOf({ Ann: 1, Bob: 1 }), notHeld: 0 };
  expect(cropsWanted(base, [], FILES).found).toBeNull();
  expect(cropsWanted(base, [{ kind: 'remove', images: ['Ann/1'] }], FILES).found).toBeNull();
});

test('a set without a face is refused, by what was looked for', () => {
  const base = baseOf(['left-out', 'left-out', 'left-out', 'left-out']);
  expect(() => cropsWanted(base, [], { ...FILES, crop: 'align-112' })).toThrow(
    'No face was found in any of the 4 images.',
  );
  expect(() => cropsWanted(base, [], { ...FILES, crop: 'points-112' })).toThrow(
    'lists have points for none of the 4 images',
  );
});
