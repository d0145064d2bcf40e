import { expect, test } from 'vitest';
import { leakCsv, leakReport } from './leakReport';
import { recognise } from './lists/recognise';

test('counts each set on its own, by name', () => {
  const list = recognise('2\t1\nAnn\t1\t2\nBob\t1\tCy\t1\nDi\t1\t2\nEd\t1\tAnn\t3\n', 'pairs.txt');
  if (list?.kind !== 'pairs') throw new Error('a list of pairs was expected');
  const report = leakReport(
    ['ann', 'Zed', '7'],
    [
      { name: 'pairs.txt', about: '4 pairs', people: ['Ann', 'Ann', 'Bob', 'Cy'], pairs: list },
      { name: 'faces', about: '3 images', people: ['Cy', 'c-y', 'CY', '7', ''], pairs: null },
    ],
  );
  expect(report).toEqual({
    training: 3,
    examples: ['ann', 'Zed', '7'],
    sets: [
      {
        name: 'pairs.txt',
        about: '4 pairs',
        evaluation: 3,
        examples: ['Ann', 'Bob', 'Cy'],
        people: [{ name: 'Ann', trained: ['ann'] }],
        numbered: 0,
        pairs: { all: 4, left: 2 },
      },
      {
        name: 'faces',
        about: '3 images',
        evaluation: 3,
        examples: ['Cy', 'c-y', '7'],
        people: [{ name: '7', trained: ['7'] }],
        numbered: 1,
        pairs: null,
      },
    ],
  });
});

test('the table has a line for each name in training, and runs no formula', () => {
  const people = [
    { name: 'Ann Lee', trained: ['Ann_Lee', 'ann lee'] },
    { name: '=1+1', trained: ['=1+1'] },
    { name: 'Bo, "B"', trained: ['bo'] },
  ];
  expect(leakCsv(people)).toBe(
    'training,evaluation\r\n' +
      'Ann_Lee,Ann Lee\r\nann lee,Ann Lee\r\n' +
      "'=1+1,'=1+1\r\n" +
      'bo,"Bo, ""B"""\r\n',
  );
});
