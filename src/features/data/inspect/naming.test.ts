import { describe, expect, test } from 'vitest';
import { adviceOn, offered } from './naming';

const names = ['Ann', 'Bob', 'Cy'];

describe('an image that is moved', () => {
  const move = { purpose: 'move', own: ['Ann'], names } as const;

  test.each([
    ['', '', null, false],
    ['Bob', '', null, true],
    [' Ann ', 'It is of Ann already.', null, false],
    ['Dee', 'Dee is a new identity.', null, true],
    ['bob', 'bob would be a new identity: Bob is there already.', 'Bob', true],
    ['ANN', 'ANN would be a new identity: Ann is there already.', 'Ann', true],
  ])('to “%s”', (typed, sentence, instead, possible) => {
    expect(adviceOn(typed, move)).toEqual({ sentence, instead, possible });
  });
});

describe('somebody who is renamed', () => {
  const rename = { purpose: 'rename', own: ['Ann'], names } as const;

  test.each([
    ['Anna', '', null, true],
    ['ANN', '', null, true],
    ['Ann', 'The name is Ann already.', null, false],
    ['Bob', 'Bob is there already: the two become one.', null, true],
    ['bob', 'bob would be a new identity: Bob is there already.', 'Bob', true],
  ])('to “%s”', (typed, sentence, instead, possible) => {
    expect(adviceOn(typed, rename)).toEqual({ sentence, instead, possible });
  });
});

describe('people who are merged', () => {
  const merge = { purpose: 'merge', own: ['Ann', 'Bob'], names } as const;

  test.each([
    ['Ann', '', null, true],
    ['Cy', 'Cy is there already, and they join.', null, true],
    ['ann', 'ann would be a new name: Ann is there already.', 'Ann', true],
    ['Both', 'Both is a new name.', null, true],
  ])('into “%s”', (typed, sentence, instead, possible) => {
    expect(adviceOn(typed, merge)).toEqual({ sentence, instead, possible });
  });
});

test('names are offered by what is typed, never thousands', () => {
  const many = Array.from({ length: 6000 }, (_, at) => `Person ${at}`);
  expect(offered('', many)).toHaveLength(50);
  expect(offered('9', many)).toHaveLength(50);
  expect(offered('person 59', many)).toHaveLength(50);
  expect(offered('b', [...names, 'Abe'])).toEqual(['Bob', 'Abe']);
  expect(offered('zzz', many)).toEqual([]);
});
