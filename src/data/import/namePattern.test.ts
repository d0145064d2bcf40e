import { describe, expect, test } from 'vitest';
import { ImportError } from './importError';
import { checkPattern, describePattern, patternReader, suggestPattern } from './namePattern';
import { NAME_RULES } from './nameRules';

describe('what a pattern would make of the paths', () => {
  test('people, what does not fit, and examples', () => {
    const paths = ['a/Ann-1.jpg', 'a/Ann-2.jpg', 'a/Bob-1.jpg', 'a/cover.jpg'];
    expect(describePattern('([^/]+)-\\d+\\.', paths)).toEqual({
      kind: 'preview',
      looked: 4,
      people: 2,
      unmatched: 1,
      examples: [
        { path: 'a/Ann-1.jpg', person: { identity: 'Ann', split: null } },
        { path: 'a/Bob-1.jpg', person: { identity: 'Bob', split: null } },
      ],
      strays: ['a/cover.jpg'],
    });
  });

  test('many paths are looked at here and there', () => {
    const paths = Array.from({ length: 50_000 }, (_, at) => `${Math.floor(at / 10)}_${at}.jpg`);
    const preview = describePattern('^(\\d+)_', paths);
    expect(preview).toMatchObject({ kind: 'preview', looked: 20_000, unmatched: 0, people: 5000 });
  });

  test('an empty group is no person, and neither is a very long path', () => {
    const paths = ['-1.jpg', 'Ann-1.jpg', `${'a'.repeat(500)}-1.jpg`];
    expect(describePattern('^([^-]*)-', paths)).toMatchObject({ people: 1, unmatched: 2 });
  });

  test('accents written in two ways are one person', () => {
    expect(describePattern('^([^-]+)-', ['Zo\u00eb-1', 'Zoe\u0308-2'])).toMatchObject({
      people: 1,
    });
  });

  test('letters of any alphabet', () => {
    expect(describePattern('^(\\p{L}+)\\d', ['Zoë1.jpg', '王菲2.jpg'])).toMatchObject({
      people: 2,
    });
  });
});

describe('patterns that are refused', () => {
  test.each([
    ['no regular expression', '([a-z', /no regular expression/],
    ['no group', '[a-z]+', /no group/],
    ['only a group that keeps nothing', '(?:[a-z]+)', /no group/],
    ['too long', `(${'a'.repeat(300)})`, /302 characters; 200 are allowed/],
    ['a repetition repeated', '(a+)+b', /itself repeated/],
    ['the same in disguise', '((?:\\w|\\d)+)_', /itself repeated/],
    ['repetitions that overlap', '^(.*).*.*.*x', /too many ways/],
    ['options that overlap', `(${'a?'.repeat(30)})${'a'.repeat(30)}`, /too many ways/],
    ['a reference back', '(a)\\1', /refers back with \\1/],
    ['a named reference back', '(?<x>a)\\k<x>', /refers back/],
    ['looking ahead', '(a)(?=b)', /looks ahead or behind/],
    ['looking behind', '(?<!b)(a)', /looks ahead or behind/],
    ['far too many copies', '((?:[ab]{100}){100})', /repeats too much/],
  ])('%s', (_, pattern, sentence) => {
    expect(checkPattern(pattern)).toMatch(sentence);
    expect(checkPattern(pattern)).toMatch(/^The pattern .*\.$/s);
    expect(describePattern(pattern, ['a'])).toEqual({
      kind: 'refused',
      sentence: checkPattern(pattern),
    });
  });

  test('one that takes longer than it may', () => {
    let nowMs = 0;
    const budget = { limitMs: 10, now: () => (nowMs += 3) };
    expect(describePattern('(a)', ['a', 'a'], budget).kind).toBe('preview');
    expect(describePattern('(a)', ['a', 'a', 'a', 'a', 'a'], budget)).toMatchObject({
      kind: 'refused',
      sentence: expect.stringMatching(/takes too long/),
    });
  });

  test('a reader says what to do', () => {
    try {
      patternReader('(a+)+');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ImportError);
      expect(error).toMatchObject({ code: 'data/invalid-pattern' });
    }
  });
});

describe('a rule to begin with', () => {
  test.each([
    ['LFW', ['a/Ann_Lee_0001.jpg', 'a/Ann_Lee_0002.jpg', 'a/Bob_0001.jpg', 'a/Bob_0002.jpg']],
    ['identity_image', ['12_1.png', '12_02.png', '7_1.png', '7_2.png']],
    ['ORL', ['s1-1.pgm', 's1-10.pgm', 's2-1.pgm', 's2-2.pgm']],
    ['Yale', ['subject01.glasses', 'subject01.happy', 'subject02.sad', 'subject02.wink']],
    ['VGGFace2', ['n000002_0001_01.jpg', 'n000002_0002_01.jpg', 'n000003_1.jpg', 'n000003_2.jpg']],
    [
      'Extended Yale B',
      ['yaleB01_P00A.pgm', 'yaleB01_P00B.pgm', 'yaleB02_P00A.pgm', 'yaleB02_x.pgm'],
    ],
    ['a name and a number', ['ann1.jpg', 'ann2.jpg', 'Bob (1).jpg', 'Bob (2).jpg']],
  ])('%s', (name, paths) => {
    const rule = suggestPattern(paths);
    expect(rule?.name).toBe(name);
    expect(describePattern(rule!.pattern, paths)).toMatchObject({ people: 2, unmatched: 0 });
  });

  test.each([
    ['running numbers', ['000001.jpg', '000002.jpg', '000003.jpg']],
    ['a single person', ['Ann_0001.jpg', 'Ann_0002.jpg']],
    ['nothing', []],
  ])('none for %s', (_, paths) => {
    expect(suggestPattern(paths)).toBeNull();
  });

  test('every rule is a pattern that is accepted', () => {
    for (const { pattern } of NAME_RULES) expect(checkPattern(pattern)).toBeNull();
  });
});
