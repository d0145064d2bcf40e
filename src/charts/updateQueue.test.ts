import { describe, expect, it } from 'vitest';
import { createUpdateQueue } from './updateQueue';

/** A clock that moves only when told, and runs what is posted in order of its time. */
function fakeClock() {
  let now = 0;
  let hidden = false;
  let posted: { at: number; task: () => void }[] = [];
  return {
    now: () => now,
    post: (task: () => void, delayMs: number) => posted.push({ at: now + delayMs, task }),
    hidden: () => hidden,
    hide: (value: boolean) => {
      hidden = value;
    },
    work: (ms: number) => {
      now += ms;
    },
    /** Runs the task that is due first, if it is due by `until`. */
    runNext(until = Number.POSITIVE_INFINITY): boolean {
      const due = posted.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) return false;
      posted = posted.filter((entry) => entry !== due);
      now = Math.max(now, due.at);
      due.task();
      return true;
    },
    advance(until: number): void {
      while (this.runNext(until));
      now = Math.max(now, until);
    },
  };
}

describe('createUpdateQueue', () => {
  it('runs one update per task', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    let runs = 0;
    const jobs = ['a', 'b', 'c'].map(() => queue.add(() => runs++));
    for (const job of jobs) job.request();
    const afterEachTask: number[] = [];
    while (clock.runNext()) afterEachTask.push(runs);
    expect(runs).toBe(3);
    for (const [task, total] of afterEachTask.entries()) {
      expect(total - (afterEachTask[task - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  it('merges requests and keeps to ten rounds a second', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    const times: number[] = [];
    const job = queue.add(() => times.push(clock.now()));
    for (let t = 0; t <= 1000; t += 10) {
      job.request();
      clock.advance(t);
    }
    expect(times.length).toBeGreaterThanOrEqual(9);
    expect(times.length).toBeLessThanOrEqual(11);
    for (let i = 1; i < times.length; i++) {
      expect((times[i] ?? 0) - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(99);
    }
  });

  it('slows down when updates are dear, to leave the page to the person', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    let runs = 0;
    const job = queue.add(() => {
      runs += 1;
      clock.work(100);
    });
    for (let t = 0; t <= 2000; t += 10) {
      job.request();
      clock.advance(t);
    }
    // 100 ms each at 40 % of the time: every 250 ms.
    expect(runs).toBeGreaterThanOrEqual(7);
    expect(runs).toBeLessThanOrEqual(9);
  });

  it('answers a person at once', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    let runs = 0;
    const job = queue.add(() => runs++);
    job.request();
    clock.advance(5);
    job.request();
    clock.advance(10);
    expect(runs).toBe(1);
    job.request({ urgent: true });
    clock.advance(11);
    expect(runs).toBe(2);
  });

  it('waits while the page is hidden and catches up once', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    let runs = 0;
    const job = queue.add(() => runs++);
    clock.hide(true);
    for (let t = 0; t < 1000; t += 100) {
      job.request();
      clock.advance(t);
    }
    expect(runs).toBe(0);
    clock.hide(false);
    queue.wake();
    clock.advance(1100);
    expect(runs).toBe(1);
  });

  it('goes on after an update threw, and forgets disposed ones', () => {
    const clock = fakeClock();
    const queue = createUpdateQueue(clock);
    let runs = 0;
    const bad = queue.add(() => {
      throw new Error('broken chart');
    });
    const good = queue.add(() => runs++);
    const gone = queue.add(() => runs++);
    bad.request();
    good.request();
    gone.request();
    gone.dispose();
    expect(() => clock.advance(1)).toThrow('broken chart');
    clock.advance(500);
    expect(runs).toBe(1);
  });
});
