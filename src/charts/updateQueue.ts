/**
 * Runs the charts' updates one per task, so that no single task holds the page. Requests made while
 * one is waiting are merged. The pace adapts: all updates together take at most a share of the main
 * thread, at most ten and, where the machine allows, at least four rounds a second. A hidden page
 * waits.
 */

export interface QueueClock {
  now(): number;
  /** Runs `task` in a task of its own, not before `delayMs`. */
  post(task: () => void, delayMs: number): void;
  hidden(): boolean;
}

export interface UpdateJob {
  /** Asks for an update; `urgent` answers a person and skips the waiting time. */
  request(options?: { readonly urgent: boolean }): void;
  dispose(): void;
}

export interface UpdateQueue {
  add(run: () => void): UpdateJob;
  /** To be called when the page is shown again. */
  wake(): void;
}

const MIN_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 1000;
/** Share of the main thread that charts may take. */
const SHARE = 0.4;

interface Entry {
  readonly run: () => void;
  dirty: boolean;
  urgent: boolean;
  lastStart: number;
  /** Smoothed cost of one run, milliseconds. */
  cost: number;
}

export function createUpdateQueue(clock: QueueClock): UpdateQueue {
  const entries = new Set<Entry>();
  let posted = false;
  let postedFor = Number.POSITIVE_INFINITY;
  let ticket = 0;

  const interval = (): number => {
    let cost = 0;
    for (const entry of entries) cost += entry.cost;
    return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, cost / SHARE));
  };
  const dueAt = (entry: Entry): number => (entry.urgent ? 0 : entry.lastStart + interval());

  /** The dirty entry that is due first. */
  const next = (): Entry | null => {
    let best: Entry | null = null;
    for (const entry of entries) {
      if (entry.dirty && (best === null || dueAt(entry) < dueAt(best))) best = entry;
    }
    return best;
  };

  const schedule = (): void => {
    if (clock.hidden()) return;
    const entry = next();
    if (entry === null) return;
    const due = dueAt(entry);
    if (posted && postedFor <= due) return;
    // An earlier post that is now too late finds its ticket outdated and does nothing.
    posted = true;
    postedFor = due;
    ticket += 1;
    const mine = ticket;
    clock.post(() => turn(mine), Math.max(0, due - clock.now()));
  };

  const turn = (mine: number): void => {
    if (mine !== ticket) return;
    posted = false;
    postedFor = Number.POSITIVE_INFINITY;
    const entry = next();
    const start = clock.now();
    // Timers may fire a fraction of a millisecond early.
    if (entry !== null && !clock.hidden() && dueAt(entry) <= start + 1) {
      entry.dirty = false;
      entry.urgent = false;
      entry.lastStart = start;
      try {
        entry.run();
      } finally {
        const cost = clock.now() - start;
        entry.cost = entry.cost === 0 ? cost : 0.7 * entry.cost + 0.3 * cost;
        schedule();
      }
      return;
    }
    schedule();
  };

  return {
    add(run) {
      const entry: Entry = {
        run,
        dirty: false,
        urgent: false,
        lastStart: Number.NEGATIVE_INFINITY,
        cost: 0,
      };
      entries.add(entry);
      return {
        request(options) {
          if (!entries.has(entry)) return;
          entry.dirty = true;
          if (options?.urgent === true) entry.urgent = true;
          schedule();
        },
        dispose() {
          entries.delete(entry);
        },
      };
    },
    wake: schedule,
  };
}

/** The page's queue, made on first use. */
export function pageQueue(): UpdateQueue {
  shared ??= createPageQueue();
  return shared;
}

let shared: UpdateQueue | null = null;

function createPageQueue(): UpdateQueue {
  const queue = createUpdateQueue({
    now: () => performance.now(),
    post: (task, delayMs) => setTimeout(task, delayMs),
    hidden: () => document.hidden,
  });
  document.addEventListener('visibilitychange', () => queue.wake());
  return queue;
}
