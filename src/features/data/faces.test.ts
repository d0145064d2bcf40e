import { describe, expect, it } from 'vitest';
import {
  alikeText,
  calledLikePartsText,
  describeOpened,
  faceAt,
  fewOf,
  findIdentities,
  minimumOptions,
  whoIsWhoText,
} from './faces';

const PEOPLE = [
  { name: 'Aaron_Peirsol', count: 4 },
  { name: 'Álvaro_Uribe', count: 35 },
  { name: 'Ann_Veneman', count: 11 },
  { name: 'Colin_Powell', count: 35 },
];

it('what was given is told as a sentence', () => {
  const opened = {
    label: 'x',
    layout: 'one folder per person',
    images: 13_233,
    identities: 5749,
    histogram: { identitiesWithAtLeast: [] },
    splits: [
      { name: 'train', images: 9525 },
      { name: 'test', images: 3708 },
    ],
    notes: [],
    rejected: 1,
    listed: 0,
    pattern: null,
  };
  expect(describeOpened(opened)).toBe(
    'One folder per person: 13,233 images of 5,749 people; train 9,525, test 3,708. 1 file is left out.',
  );
});

describe('findIdentities', () => {
  it('finds by part, without regard to case, accents and underscores', () => {
    expect(findIdentities(PEOPLE, 'alvaro uribe', 'name')).toEqual([1]);
    expect(findIdentities(PEOPLE, 'EL', 'name')).toEqual([3]);
    expect(findIdentities(PEOPLE, 'uribe al', 'name')).toEqual([1]);
  });

  it('returns all for an empty query and none for a stranger', () => {
    expect(findIdentities(PEOPLE, '  ', 'name')).toEqual([0, 1, 2, 3]);
    expect(findIdentities(PEOPLE, 'zoe', 'name')).toEqual([]);
  });

  it('puts the largest first, equal ones by name', () => {
    expect(findIdentities(PEOPLE, '', 'count')).toEqual([1, 3, 2, 0]);
  });
});

it('how people were told apart is told in words', () => {
  expect(['flat names', 'pattern', 'LFW'].map(whoIsWhoText)).toEqual([
    'by file name',
    'by your pattern',
    'as in LFW',
  ]);
});

describe('minimumOptions', () => {
  it('offers the minimums that leave two people or more, each outcome once', () => {
    // LFW's head: 5,749 people, 1,680 with two images or more …
    expect(minimumOptions([0, 5749, 1680, 901, 901, 1, 0])).toEqual([
      { minimum: 1, identities: 5749 },
      { minimum: 2, identities: 1680 },
      { minimum: 3, identities: 901 },
    ]);
  });

  it('offers two images where everybody has them, of which one can be held out', () => {
    expect(minimumOptions([5, 5, 5, 5])).toEqual([{ minimum: 2, identities: 5 }]);
    expect(minimumOptions([5, 5, 5, 5, 3, 3])).toEqual([
      { minimum: 2, identities: 5 },
      { minimum: 4, identities: 3 },
    ]);
  });

  it('offers nothing where there is nobody to tell apart', () => {
    expect(minimumOptions([0, 1, 1])).toEqual([]);
    expect(minimumOptions([])).toEqual([]);
  });
});

describe('faceAt', () => {
  it('cuts one image out of the row', () => {
    const rgba = new Uint8ClampedArray(3 * 16).map((_, index) => index);
    const face = faceAt({ size: 2, rgba, indices: new Uint32Array(3) }, 1);
    expect([...face]).toEqual(Array.from({ length: 16 }, (_, index) => 16 + index));
  });
});

describe('fewOf', () => {
  it('keeps both ends and never repeats one', () => {
    const items = Array.from({ length: 30 }, (_, item) => item);
    for (let most = 2; most <= 30; most += 1) {
      const few = fewOf(items, most);
      expect(new Set(few).size).toBe(most);
      expect([few[0], few.at(-1)]).toEqual([0, 29]);
    }
    expect(fewOf(items.slice(0, 3), 8)).toEqual([0, 1, 2]);
  });
});

it('whoever is called like a part is said to be a person, where folders told it', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const folders = 'one folder per person';
  expect(calledLikePartsText(named('Ann', 'Val'), folders)).toBe(
    'The folder Val is taken for a person, like those beside it, not for a part of the set.',
  );
  expect(calledLikePartsText(named('Ann', 'Test', 'Val', 'query'), folders)).toBe(
    'The folders Test, Val and query are taken for people, like those beside them, not for parts of the set.',
  );
  expect(calledLikePartsText(named('Ann', 'Valerie'), folders)).toBeNull();
  expect(calledLikePartsText(named('Ann', 'Val'), 'list')).toBeNull();
  expect(calledLikePartsText(named('Ann', 'Val'), undefined)).toBeNull();
});

it('people under several names are counted, the first of them named', () => {
  const ann = ['Ann_Lee', 'ann lee'];
  expect(alikeText([ann])).toBe('Ann_Lee and ann lee look like one person by their names.');
  expect(alikeText([ann, ['Bo', 'BO', 'bo'], ['Cy', 'cy'], ['Di', 'di']])).toBe(
    '4 people look as if they were here under several names: Ann_Lee and ann lee; Bo, BO and bo; and 2 more.',
  );
});
