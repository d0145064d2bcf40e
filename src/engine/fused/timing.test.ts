/** Times around submits on a machine that does other things, too: a scripted clock and no GPU. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Gpu } from './gpu';
import { Stopwatch } from './timing';

afterEach(() => {
  vi.restoreAllMocks();
});

/** @param took milliseconds of each submit, by how many it is and how often the commands are in it */
function scripted(took: (submit: number, runs: number) => number) {
  let clock = 0;
  let runs = 0;
  let submits = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const encoder = { beginComputePass: () => ({ end: () => undefined }), finish: () => null };
  const gpu = {
    timestamps: false,
    device: {
      createCommandEncoder: () => {
        runs = 0;
        return encoder;
      },
      queue: {
        submit: () => {
          clock += took(submits, runs);
          submits += 1;
        },
      },
    },
    idle: async () => undefined,
  };
  const run = (): void => {
    runs += 1;
  };
  // Only what a stopwatch without timestamps uses.
  return { stopwatch: new Stopwatch(gpu as unknown as Gpu), run };
}

test('an empty submit that was disturbed takes nothing away from the others', async () => {
  const { stopwatch, run } = scripted((submit, runs) => (submit === 0 ? 50 : 1 + 5 * runs));
  expect(await stopwatch.time(run)).toBeCloseTo(5, 9);
});

test('a row that was disturbed is not long enough for it', async () => {
  // The first of the rows of one run each, after the empty ones and the warm-up.
  const disturbed = 6;
  const { stopwatch, run } = scripted((submit, runs) =>
    submit === disturbed ? 80 : 1 + 0.1 * runs,
  );
  expect(await stopwatch.time(run)).toBeCloseTo(0.1, 9);
});

test('what takes no time at all takes none', async () => {
  const { stopwatch, run } = scripted(() => 1);
  expect(await stopwatch.time(run)).toBe(0);
});
