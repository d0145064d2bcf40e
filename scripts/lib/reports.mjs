// @ts-check
/**
 * How many tests passed, failed and were skipped, read from the reports that Vitest and Playwright
 * write. A file that could not even be loaded counts as one failure: its tests are unknown, not zero.
 */
import { readFileSync, rmSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const NONE = { passed: 0, failed: 0, skipped: 0 };

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {unknown} value @returns {number} */
function count(value) {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new Error(`a report without its counts: ${JSON.stringify(value)}`);
  }
  return value;
}

/** @param {unknown} report what `vitest --reporter=json` wrote @returns {Counts} */
export function vitestCounts(report) {
  if (!isObject(report) || !Array.isArray(report.testResults)) {
    throw new Error('not a Vitest report');
  }
  const unloadable = report.testResults.filter(
    (file) =>
      isObject(file) &&
      file.status === 'failed' &&
      Array.isArray(file.assertionResults) &&
      !file.assertionResults.some((test) => isObject(test) && test.status === 'failed'),
  );
  return {
    passed: count(report.numPassedTests),
    failed: count(report.numFailedTests) + unloadable.length,
    skipped: count(report.numPendingTests) + count(report.numTodoTests),
  };
}

/** @param {unknown} report what Playwright's `json` reporter wrote @returns {Counts} */
export function playwrightCounts(report) {
  if (!isObject(report) || !isObject(report.stats)) throw new Error('not a Playwright report');
  const { stats, errors } = report;
  return {
    passed: count(stats.expected),
    // A test that passed at the second attempt has failed once; errors are files that did not load.
    failed:
      count(stats.unexpected) + count(stats.flaky) + (Array.isArray(errors) ? errors.length : 0),
    skipped: count(stats.skipped),
  };
}

/** @param {readonly Counts[]} list @returns {Counts} */
export function sum(list) {
  return list.reduce(
    (total, next) => ({
      passed: total.passed + next.passed,
      failed: total.failed + next.failed,
      skipped: total.skipped + next.skipped,
    }),
    NONE,
  );
}

/** @param {Counts} counts @returns {string} the last line of `npm test` */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** @param {string} path removes a report of an earlier run, so that it cannot be taken for this one's */
export function forget(path) {
  rmSync(path, { force: true });
}

/**
 * @param {string} path
 * @param {(report: unknown) => Counts} counts
 * @returns {Counts | null} null when the run left no readable report
 */
export function readCounts(path, counts) {
  try {
    return counts(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
