/** For tests: long arrays held against each other bit for bit; a matcher that prints them takes seconds. */

/** Where two arrays first differ, and by what; `null` where they are the same bit for bit. */
export function firstDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): string | null {
  if (actual.length !== expected.length) return `${actual.length} numbers, not ${expected.length}`;
  for (let at = 0; at < expected.length; at += 1) {
    if (!Object.is(actual[at], expected[at])) {
      return `at ${at}: ${actual[at]}, not ${expected[at]}`;
    }
  }
  return null;
}
