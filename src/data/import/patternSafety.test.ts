import { expect, test } from 'vitest';
import { refuseCatastrophic } from './patternSafety';
import { PatternRefusal } from './patternSyntax';

function isRefused(pattern: string, flags = 'u'): boolean {
  try {
    refuseCatastrophic(pattern, flags);
    return false;
  } catch (error) {
    if (error instanceof PatternRefusal) return true;
    throw error;
  }
}

test.each([
  // What people write.
  '([^/]+)/[^/]+$',
  '([^/]+)/[^/]+_\\d+\\.jpg$',
  '^(?:[^/]+/)*([^/]+)/[^/]+$',
  '([a-z]+(?:_[a-z]+)*)_\\d{4}',
  '^(.+)_\\d+\\.',
  '(.+)_(\\d+)',
  '(?<identity>[^/]+)/(?<split>train|test)/',
  '(?:train|test)/(\\w+)/',
  '^(\\d{3,6})[-_ ]?\\d*\\.(?:jpe?g|png)$',
  '(n\\d{6})\\b',
  '^\\[(\\w+)\\]',
  '([\\]\\w]+)-',
  '(\\p{L}+)\\d',
  '(a{2,5}b)+',
  // Repetitions that always know whether to go on.
  '((?:ab)*)c',
  '(?:\\d+_)*(x)',
  '((?:a|b|cd)+)e',
])('accepted: %s', (pattern) => {
  expect(isRefused(pattern)).toBe(false);
});

test.each([
  '(a+)+',
  '(a*)*b',
  '(?:a|a)*(b)',
  '(?:a|ab)*(c)',
  '(?:a?)*(b)',
  '((?:\\w+_)*)x',
  '((?:a+b?)+)c',
  '((?:[^/]+/?)+)x',
  '((?:a{1,3}){20,})b',
  '(?:\\d+|\\w+)+(x)',
  '((?:.*,)+)x',
  '(x+x+)+y',
  '^(.*).*.*.*$x',
  '(\\S+)\\S+\\S+x',
  '((?:α+|[α-ω])+)x',
  '(?:😀+)+(x)',
])('refused: %s', (pattern) => {
  expect(isRefused(pattern)).toBe(true);
});

test('without the flag, \\p is a letter that can be repeated', () => {
  expect(isRefused('((?:\\p{2,})+)x', '')).toBe(true);
  expect(isRefused('(a\\-b)', '')).toBe(false);
});

test('what is accepted does not run away on the path that fits it least', () => {
  // Each would take longer than the age of the universe if it ran away.
  const path = `${'a'.repeat(399)}!`;
  for (const pattern of ['^(a+)b', '(.+)_(\\d+)', '((?:ab)*)c', '^(?:[^/]+/)*([^/]+)/x$']) {
    expect(isRefused(pattern)).toBe(false);
    expect(new RegExp(pattern, 'u').test(path)).toBe(false);
  }
});
