import { expect, test } from 'vitest';
import type { FacesFound } from '../../bridge/protocol';
import { foundText } from './placementText';

const NOTHING: FacesFound = {
  images: 0,
  detected: 0,
  removed: 0,
  one: 0,
  several: 0,
  listed: 0,
  none: 0,
  'left-out': 0,
  set: 0,
  middle: 0,
};

test.each<[Partial<FacesFound>, string]>([
  [{ images: 120, detected: 120, one: 120 }, 'Faces found in 120 of 120 images.'],
  [
    { images: 120, detected: 118, one: 113, several: 5, 'left-out': 2 },
    'Faces found in 118 of 120 images; 2 without a face are left out; 5 show several.',
  ],
  [
    { images: 1200, detected: 1199, one: 1198, none: 1, several: 1 },
    'Faces found in 1,199 of 1,200 images; 1 without a face keeps its middle; 1 shows several.',
  ],
  [
    { images: 10, detected: 8, one: 7, 'left-out': 1, set: 1, middle: 1 },
    'Faces found in 8 of 10 images; 1 without a face is left out; 2 crops were corrected by hand.',
  ],
  // Correcting or leaving out a face that was found does not unfind it.
  [
    { images: 120, detected: 120, one: 114, several: 5, set: 1, removed: 1 },
    'Faces found in 120 of 120 images; 5 show several; 1 crop was corrected by hand; 1 left out by hand.',
  ],
  [{ images: 1, set: 1 }, '1 crop was corrected by hand.'],
])('%o', (found, text) => {
  expect(foundText({ ...NOTHING, ...found }, 'align-112')).toBe(text);
});

test('with points of a list', () => {
  const found = { ...NOTHING, images: 9, detected: 6, listed: 6, none: 3 };
  expect(foundText(found, 'points-96')).toBe(
    'Points listed for 6 of 9 images; 3 in no list keep their middle.',
  );
});
