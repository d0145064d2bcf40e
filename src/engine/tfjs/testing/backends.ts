/**
 * For tests: which tfjs backends can run in this browser, so that every test runs on every backend and
 * those that are missing are skipped by name.
 */
import { describe } from 'vitest';
import { globalGpu } from '../../adapter';
import { capabilities } from '../../capabilities';
import type { TfjsEngineName } from '../../engine';
import type { OpenBackend } from '../backend';
import { openBackend } from '../backend';

/** Every engine, with why it cannot run in this browser (`null` where it can). */
export const BACKENDS = await capabilities(globalGpu());

/** Runs `suite` once per backend; `open` inside it opens the backend, and the test closes it. */
export function describeBackends(
  title: string,
  suite: (name: TfjsEngineName, open: () => Promise<OpenBackend>) => void,
): void {
  for (const { name, missing } of BACKENDS) {
    if (name === 'fused') continue;
    const label = missing === null ? `${title} on ${name}` : `${title} on ${name}: ${missing}`;
    describe.skipIf(missing !== null)(label, () => {
      suite(name, () =>
        openBackend(name, {
          gpu: globalGpu(),
          onFailure: (error) => {
            throw error;
          },
        }),
      );
    });
  }
}
