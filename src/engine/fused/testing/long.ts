/**
 * For tests: what Node runs whole and a browser in part. It is the same engine on the same Dawn, but in a
 * browser each kernel takes twice as long to compile on a software adapter, and tests that compile them
 * by the hundred take minutes there. In the browser stays what depends on it, the order in which its
 * promises settle for one, and what no other file proves there.
 */
import { describe, test } from 'vitest';

export const IN_BROWSER: boolean = 'document' in globalThis;

type Body = () => void | Promise<void>;

/** A test that only Node runs. */
export function testInNode(title: string, body: Body): void {
  if (!IN_BROWSER) test(title, body);
}

/** A suite that only Node runs; skipped by name in the browser, where a file may have nothing else. */
export function describeInNode(title: string, suite: () => void): void {
  (IN_BROWSER ? describe.skip : describe)(title, suite);
}
