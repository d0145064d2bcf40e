import { expect, test } from 'vitest';
import type { SuspectReport } from '../../../bridge/protocol';
import { suspectText } from './suspectText';

const report = (change: Partial<SuspectReport>): SuspectReport => {
  return { suspects: [], found: 0, judged: 8420, nearestOwn: 8420, otherAtLeast: 0.614, ...change };
};

test.each<[string, Partial<SuspectReport>, string, string | null]>([
  [
    'all near their own',
    {},
    'No label looks wrong: no image is nearer to somebody else.',
    'All 8,420 images are nearest to their own person’s other images.',
  ],
  [
    'some nearer to others, none beyond the threshold',
    { nearestOwn: 8020 },
    'No label looks wrong: 400 images are nearer to somebody else, but none at a cosine of 0.61 or more to that person: less may be chance.',
    '8,020 of 8,420 images are nearest to their own person’s other images.',
  ],
  [
    'some nearer to others, where chance could bring any two images together',
    { judged: 100, nearestOwn: 92, otherAtLeast: 1.02 },
    'No label looks wrong: 8 images are nearer to somebody else, none so near that it could not be chance.',
    '92 of 100 images are nearest to their own person’s other images.',
  ],
  [
    'trained too little',
    { nearestOwn: 12 },
    'The network has trained too little to judge labels.',
    'Only 12 of 8,420 images are nearest to their own person’s other images: train longer, then look again.',
  ],
  [
    'suspects of a network to be believed',
    { nearestOwn: 8000, found: 1 },
    '1 image is nearer to somebody else, at a cosine of 0.61 or more to that person, which chance does not give. A model errs, too: look before you remove.',
    '8,000 of 8,420 images are nearest to their own person’s other images.',
  ],
  [
    'suspects of a network that is not',
    { nearestOwn: 4000, found: 3 },
    '3 images are nearer to somebody else, at a cosine of 0.61 or more to that person, which chance does not give. The network has trained too little to say much by that.',
    'Only 4,000 of 8,420 images are nearest to their own person’s other images: train longer, then look again.',
  ],
  [
    'nothing to judge',
    { judged: 0, nearestOwn: 0, otherAtLeast: null },
    'No image can be judged: that takes two people, and two images of one of them.',
    null,
  ],
])('%s', (_, change, found, grounds) => {
  expect(suspectText(report(change))).toEqual({ found, grounds });
});
