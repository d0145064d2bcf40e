import { expect, test } from 'vitest';
import { partsOfEdited, peopleText, personText, type SplitParts } from './peopleText';

const person = (count: number, removed = 0, excluded = false, name = 'Ann') => {
  return { name, count, removed, excluded };
};

const ALL: SplitParts = new Map();

test('those who train are counted apart from those left out', () => {
  const people = [person(5), person(2), person(1), person(1), person(9, 0, true)];
  expect(peopleText(people, 2, ALL)).toBe(
    '2 of 5 identities train · 2 have under 2 images · 1 excluded',
  );
  expect(peopleText([person(0, 3)], 1, ALL)).toBe('0 of 1 identity trains · 1 has no image left');
});

test('a person is marked with why they are left out', () => {
  expect(personText(person(3, 1), 2, ALL)).toEqual({
    short: '3 crops · 1 removed',
    title: '3 crops · 1 removed',
  });
  expect(personText(person(1, 1), 2, ALL)).toEqual({
    short: '1 crop: left out',
    title: 'Left out: under 2 images · 1 removed',
  });
  expect(personText(person(4, 0, true), 2, ALL)).toEqual({
    short: 'excluded',
    title: 'Excluded: 4 crops',
  });
});

test('those whom the split does not let train are counted and marked', () => {
  const split: SplitParts = new Map([
    ['Bob', 'held-out'],
    ['Cy', 'unused'],
    ['Di', 'unused'],
    ['Eve', 'held-out'],
  ]);
  const [bob, cy] = [person(2, 0, false, 'Bob'), person(3, 0, false, 'Cy')];
  const people = [person(5), person(4), bob, cy, person(1, 0, false, 'Di')];
  expect(peopleText(people, 1, split)).toBe(
    '2 of 5 identities train · 1 held out · 2 neither train nor are held out',
  );
  expect(peopleText([person(5), cy, person(9, 0, true, 'Eve')], 1, split)).toBe(
    '1 of 3 identities train · 1 neither trains nor is held out · 1 excluded',
  );
  expect(personText(bob, 1, split)).toEqual({
    short: '2 crops: held out',
    title: 'Held out, never trains: 2 crops',
  });
  expect(personText(cy, 1, split)).toEqual({
    short: '3 crops: left out',
    title: 'Neither trains nor is held out',
  });
});

test('people who are renamed or merged keep what the split makes of their images', () => {
  const owners = (names: readonly string[], ...owner: readonly number[]) => ({
    identities: names.map((name) => ({ name, count: 1, removed: 0, excluded: false })),
    owner: Int32Array.from(owner),
  });
  const before = owners(['Ann', 'Bob', 'Cy', 'Dee'], 0, 1, 2, 3);
  const parts = new Map([
    ['Bob', 'held-out'],
    ['Cy', 'unused'],
  ] as const);
  const renamed = owners(['Ann', 'Zed', 'Cy', 'Dee'], 0, 1, 2, 3);
  expect([...partsOfEdited(parts, before, renamed)]).toEqual([
    ['Zed', 'held-out'],
    ['Cy', 'unused'],
  ]);
  const merged = owners(['Ann', 'Cy', 'Dee'], 0, 0, 1, 2);
  expect([...partsOfEdited(parts, before, merged)]).toEqual([['Cy', 'unused']]);
});
