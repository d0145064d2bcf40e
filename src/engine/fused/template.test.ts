import { describe, expect, test } from 'vitest';
import { evaluate, expand } from './template';

/** `${…}` as a kernel has it. */
const slot = (expression: string): string => ['$', '{', expression, '}'].join('');
const lines = (...text: readonly string[]): string => text.join('\n');

describe('values', () => {
  test('names and expressions become whole numbers, words stay words', () => {
    expect(expand(`let $N = ${slot('N * 2')}u + ${slot('-N')};`, { N: 3 })).toBe(
      'let 3 = 6u + -3;',
    );
    expect(
      expand(`x < $EPSILON && $ON && ${slot('OFF')}`, { EPSILON: '1e-5', ON: true, OFF: false }),
    ).toBe('x < 1e-5 && 1 && 0');
  });

  test('a name ends where its letters, digits and underscores end', () => {
    expect(expand(`x${slot('i')}_$j = y$i.z + $a_b;`, { i: 1, j: 2, a_b: 7 })).toBe(
      'x1_2 = y1.z + 7;',
    );
  });

  test('text without a dollar is left alone, however it looks', () => {
    expect(expand('a[i] = {b}; // 100 % #nothing', {})).toBe('a[i] = {b}; // 100 % #nothing');
  });
});

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['12 / 2 / 3', 2],
    ['7 / 2', 3],
    ['-7 / 2', -4],
    ['7 % 4 + 1', 4],
    ['2 - -3', 5],
    ['1 + 2 == 3', 1],
    ['1 < 2 == 1', 1],
    ['3 <= 2', 0],
    ['3 >= 3', 1],
    ['4 > 4', 0],
    ['4 != 4', 0],
    ['1 || 0 && 0', 1],
    ['(1 || 0) && 0', 0],
    ['!0 && !!5', 1],
    ['!(2 > 1)', 0],
    ['A*B+C', 11],
  ])('%s is %i', (expression, value) => {
    expect(evaluate(expression, new Map(Object.entries({ A: 2, B: 3, C: 5 })))).toBe(value);
  });

  test.each([
    ['1 +', '"its end"'],
    ['(1 + 2', '"its end"'],
    ['1 2', 'at "2"'],
    ['', '"its end"'],
    ['2 ^ 3', 'at "^"'],
    ['N + 1', '"N" in "N + 1" has no value'],
  ])('"%s" cannot be read, and the error names where', (expression, words) => {
    expect(() => evaluate(expression, new Map())).toThrow(SyntaxError);
    expect(() => evaluate(expression, new Map())).toThrow(words);
  });
});

describe('loops', () => {
  test('are written out, the end left out', () => {
    expect(expand(lines('#for i in 0..3', 'a$i;', '#end', 'b;'), {})).toBe(
      lines('a0;', 'a1;', 'a2;', 'b;'),
    );
  });

  test('nest, and know the variables outside and their bounds', () => {
    const source = lines(
      '#for i in 1..N',
      '#for j in i..i*2',
      `  x${slot('i * 10 + j')}`,
      '#end',
      'y$i',
      '#end',
    );
    expect(expand(source, { N: 3 })).toBe(lines('  x11', 'y1', '  x22', '  x23', 'y2'));
  });

  test('an empty range gives nothing', () => {
    expect(
      expand(lines('a', '#for i in 2..2', 'x', '#end', '#for i in 3..1', 'x', '#end'), {}),
    ).toBe('a');
  });

  test('a loop variable ends with its loop', () => {
    expect(() => expand(lines('#for i in 0..1', '#end', '$i'), {})).toThrow('"i" in "i"');
  });

  test('the directive may be indented', () => {
    expect(expand(lines('  #for i in 0..1', '    x$i', '  #end'), {})).toBe('    x0');
  });
});

describe('choices', () => {
  const source = lines('#if A > 1 && !B', 'one', '#else', 'other', '#end');

  test.each([
    [{ A: 2, B: false }, 'one'],
    [{ A: 2, B: true }, 'other'],
    [{ A: 1, B: false }, 'other'],
  ])('%o gives %s', (values, text) => {
    expect(expand(source, values)).toBe(text);
  });

  test('a name inside the branch not taken needs no value', () => {
    expect(expand(lines('#if 0', '$MISSING', '#end', 'x'), {})).toBe('x');
  });

  test('nest with loops: an else belongs to the nearest open choice', () => {
    const nested = lines(
      '#for i in 0..3',
      '#if i == 0',
      'first',
      '#else',
      '#if i % 2 == 1',
      'odd$i',
      '#else',
      'even$i',
      '#end',
      '#end',
      '#end',
    );
    expect(expand(nested, {})).toBe(lines('first', 'odd1', 'even2'));
  });
});

describe('errors name the offending text', () => {
  test.each([
    [lines('#for i in 0..2', 'x'), '#for without #end'],
    [lines('#if 1', 'x'), '#if without #end'],
    ['#end', '"#end"'],
    ['#else', '"#else"'],
    [lines('#for i in 0..2', '#else', '#end'), '"#else"'],
    ['#while x', '"#while x"'],
    ['#for i = 0..2', '"#for i = 0..2"'],
    ['$NOTHING', '"NOTHING" in "NOTHING" has no value'],
    [lines('#if WHAT', '#end'), '"WHAT" in "WHAT" has no value'],
  ])('%j: %s', (source, words) => {
    expect(() => expand(source, {})).toThrow(SyntaxError);
    expect(() => expand(source, {})).toThrow(words);
  });

  test('a word is no number to reckon with', () => {
    expect(() => expand(slot('EPSILON + 1'), { EPSILON: '1e-5' })).toThrow('EPSILON');
  });
});
