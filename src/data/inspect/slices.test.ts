import { describe, expect, it, vi } from 'vitest';
import { inSlices, type Work } from './slices';

function* count(steps: number, onStep: (step: number) => void = () => undefined): Work<string> {
  for (let step = 1; step <= steps; step += 1) {
    onStep(step);
    yield step;
  }
  return 'done';
}

/** A clock on which every look takes ten milliseconds. */
function slowClock(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 10;
    return now;
  });
}

describe('work in slices', () => {
  it('gives its result and says when it is complete', async () => {
    const progress: [number, number][] = [];
    const pause = vi.fn(() => Promise.resolve());
    const onProgress = (...now: [number, number]) => progress.push(now);
    await expect(inSlices(count(3), 3, { onProgress, pause })).resolves.toBe('done');
    expect(progress.at(-1)).toEqual([3, 3]);
  });

  it('pauses whenever a slice of time is over', async () => {
    slowClock();
    const progress: number[] = [];
    const pause = vi.fn(() => Promise.resolve());
    await inSlices(count(6), 6, { pause, onProgress: (done) => progress.push(done) });
    vi.restoreAllMocks();
    expect(pause).toHaveBeenCalledTimes(3);
    expect(progress).toEqual([2, 4, 6, 6]);
  });

  it('stops with the reason of its signal', async () => {
    slowClock();
    const abort = new AbortController();
    const steps: number[] = [];
    const work = count(100, (step) => steps.push(step));
    const pause = () => {
      if (steps.length >= 10) abort.abort(new Error('enough'));
      return Promise.resolve();
    };
    await expect(inSlices(work, 100, { signal: abort.signal, pause })).rejects.toThrow('enough');
    vi.restoreAllMocks();
    expect(steps.length).toBeLessThan(14);
  });

  it('does not begin when it was aborted before', async () => {
    const onStep = vi.fn();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(inSlices(count(3, onStep), 3, { signal })).rejects.toThrow('too late');
    expect(onStep).not.toHaveBeenCalled();
  });
});
