// @ts-check
/** The last line of `npm test`, from reports in the form the two runners write them. */
import { describe, expect, it } from 'vitest';
import { lastLine, playwrightCounts, sum, vitestCounts } from './reports.mjs';

const vitest = {
  numTotalTests: 6,
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] },
  ],
};

describe('what is counted', () => {
  it('is what Vitest says', () => {
    expect(vitestCounts(vitest)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('is one failure for a file that did not load', () => {
    const broken = { status: 'failed', assertionResults: [], message: 'SyntaxError' };
    const report = { ...vitest, testResults: [...vitest.testResults, broken] };
    expect(vitestCounts(report).failed).toBe(2);
  });

  it('is what Playwright says, with a second attempt as a failure', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] };
    expect(playwrightCounts(report)).toEqual({ passed: 5, failed: 3, skipped: 2 });
  });

  it.each([null, {}, { stats: {} }, { testResults: [] }, []])('is never guessed: %j', (report) => {
    expect(() => vitestCounts(report)).toThrow();
    expect(() => playwrightCounts(report)).toThrow();
  });
});

describe('the last line', () => {
  it('adds up the runs', () => {
    const total = sum([
      { passed: 3, failed: 1, skipped: 2 },
      { passed: 4, failed: 0, skipped: 0 },
    ]);
    expect(lastLine(total)).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('leaves skipped tests out when there are none', () => {
    expect(lastLine({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
    expect(lastLine(sum([]))).toBe('0 passed, 0 failed');
  });
});
