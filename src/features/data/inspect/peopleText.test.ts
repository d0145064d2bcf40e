import { expect, test } from 'vitest';
import { peopleText, personText } from './peopleText';

const person = (count: number, removed = 0, excluded = false) => {
  return { name: 'Ann', count, removed, excluded };
};

test('those who train are counted apart from those left out', () => {
  const people = [person(5), person(2), person(1), person(1), person(9, 0, true)];
  expect(peopleText(people, 2, false)).toBe(
    '2 of 5 identities train · 2 have under 2 images · 1 excluded',
  );
  expect(peopleText(people, 1, true)).toBe('4 of 5 identities take part · 1 excluded');
  expect(peopleText([person(0, 3)], 1, false)).toBe('0 of 1 identity trains · 1 has no image left');
});

test('a person is marked with why they are left out', () => {
  expect(personText(person(3, 1), 2)).toEqual({
    short: '3 crops · 1 removed',
    title: '3 crops · 1 removed',
  });
  expect(personText(person(1, 1), 2)).toEqual({
    short: '1 crop: left out',
    title: 'Left out: under 2 images · 1 removed',
  });
  expect(personText(person(4, 0, true), 2)).toEqual({
    short: 'excluded',
    title: 'Excluded: 4 crops',
  });
});
