/** For component tests: waits for what a drawing shows, however busy the machine is. */
import { vi } from 'vitest';

/** The first answer of `check` that is not an exception. Vitest's own patience ends after a second. */
export const soon = <Answer>(check: () => Answer): Promise<Answer> =>
  vi.waitFor(check, { timeout: 30_000 });
