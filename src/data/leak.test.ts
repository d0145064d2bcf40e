import { describe, expect, test } from 'vitest';
import { leakBetween, leakInPairs } from './leak';
import type { PairList } from './lists/faceList';
import { recognise } from './lists/recognise';

function pairList(text: string): PairList {
  const list = recognise(text, 'pairs.txt');
  if (list?.kind !== 'pairs') throw new Error('a list of pairs was expected');
  return list;
}

describe('people in both sets', () => {
  test.each([
    ['underscores are spaces', 'George_W_Bush', 'George W Bush'],
    ['letter case', 'ann lee', 'Ann Lee'],
    ['dots', 'J.K. Rowling', 'J_K_Rowling'],
    ['hyphens', 'Jean-Claude Juncker', 'Jean_Claude_Juncker'],
    ['accents put together and apart', 'Zo\u00eb', 'Zoe\u0308'],
    ['pins_ in front', 'pins_Ann Lee', 'Ann_Lee'],
  ])('%s', (_, trained, evaluated) => {
    expect(leakBetween([trained, 'Cy'], ['Bob', evaluated])).toEqual({
      people: [{ name: evaluated, trained: [trained] }],
      numbered: 0,
    });
  });

  test('other people are not taken for the same', () => {
    expect(leakBetween(['Ann Lee', 'Bob'], ['Ann', 'Anne Lee', 'Lee Ann', '']).people).toEqual([]);
  });

  test('a person counts once, with every way the training writes the name', () => {
    const leak = leakBetween(['ann lee', 'Ann-Lee', 'Bob'], ['Ann_Lee', 'ANN LEE', 'Cy']);
    expect(leak.people).toEqual([{ name: 'Ann_Lee', trained: ['ann lee', 'Ann-Lee'] }]);
  });

  test('names that are numbers are counted apart', () => {
    const names = ['0012', 'person 0003', 's7', 'subject01', 'Ann_2_Lee', 'Louis XIV'];
    expect(leakBetween(names, names)).toMatchObject({ people: { length: 6 }, numbered: 4 });
  });
});

describe('pairs', () => {
  const TEXT = '2 1\nAnn_Lee\t1\t2\nBob\t1\tCy\t1\nDi\t1\t2\nEd\t1\tAnn_Lee\t3\n';

  test('says which pairs and what of each fold are left', () => {
    const leak = leakInPairs(['ann lee', 'Zed'], pairList(TEXT));
    expect(leak.people.people).toEqual([{ name: 'Ann_Lee', trained: ['ann lee'] }]);
    expect(leak.leaked).toBe(2);
    expect([...leak.kept]).toEqual([1, 2]);
    expect(leak.folds).toEqual([
      { same: 0, different: 1 },
      { same: 1, different: 0 },
    ]);
  });

  test('keeps everything where nobody trained is shown', () => {
    const leak = leakInPairs(['Zed'], pairList(TEXT));
    expect(leak.people.people).toEqual([]);
    expect([...leak.kept]).toEqual([0, 1, 2, 3]);
  });

  test('people on paths are found by folder, or by name where all lie in one', () => {
    const nested = 'lfw/Ann/1.jpg lfw/Ann/2.jpg 1\nlfw/Bob/1.jpg lfw/Cy/1.jpg 0\n';
    expect([...leakInPairs(['Ann'], pairList(nested)).kept]).toEqual([1]);
    const flat = 'all/Ann_0001.jpg all/Ann_0002.jpg 1\nall/Bob_0001.jpg all/Cy_0001.jpg 0\n';
    expect([...leakInPairs(['Cy'], pairList(flat)).kept]).toEqual([0]);
  });
});
