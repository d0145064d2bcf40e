import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type DecodeBatch, DecodePool, type DecodeReply, type DecodeWorker } from './decodePool';

/** A worker whose answers a test gives by hand. */
class FakeWorker implements DecodeWorker {
  onmessage: DecodeWorker['onmessage'] = null;
  onmessageerror: DecodeWorker['onmessageerror'] = null;
  onerror: DecodeWorker['onerror'] = null;
  readonly batches: DecodeBatch[] = [];
  transferred = 0;
  terminated = false;

  postMessage(batch: DecodeBatch, transfer?: Transferable[] | StructuredSerializeOptions): void {
    this.batches.push(batch);
    if (Array.isArray(transfer)) this.transferred += transfer.length;
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Answers the oldest batch: each file becomes a crop of its first byte, 0 fails. */
  answer(): void {
    const batch = this.batches.shift();
    if (batch === undefined) throw new Error('this worker has nothing to do');
    const data: DecodeReply = {
      id: batch.id,
      results: batch.files.map(([value]) =>
        value === 0
          ? { kind: 'failed', reason: 'It is damaged.' }
          : { kind: 'crop', rgb: Uint8Array.of(value ?? 0) },
      ),
    };
    // The pool reads only `data` and does not use `this`.
    this.onmessage?.call(this as unknown as Worker, new MessageEvent('message', { data }));
  }

  crash(): void {
    this.onerror?.call(this as unknown as Worker, new Event('error') as ErrorEvent);
  }
}

function poolOf(workers: number, patienceMs = 1000) {
  const started: FakeWorker[] = [];
  const pool = new DecodePool({
    workers,
    patienceMs,
    createWorker: () => {
      const worker = new FakeWorker();
      started.push(worker);
      return worker;
    },
  });
  /** Asks for `count` images of the values 1, 2 …; each becomes its value or the reason. */
  const ask = (count: number, size = 1) =>
    Array.from({ length: count }, (_, index) =>
      pool.decode(Uint8Array.of((index + 1) % 256), size).then(
        (rgb) => rgb[0],
        (error: Error) => error.message,
      ),
    );
  return { pool, started, ask };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('every image gets its own answer', async () => {
  const { started, ask } = poolOf(2);
  const answers = Promise.all(ask(200));
  while (started.some(({ batches }) => batches.length > 0)) {
    // The newest worker first: answers come in another order than questions.
    for (const worker of started.toReversed()) if (worker.batches.length > 0) worker.answer();
  }
  expect(await answers).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test('what waits travels together, 16 files at most', () => {
  const { started, ask } = poolOf(1);
  void Promise.all(ask(60));
  const [worker] = started;
  // The first goes at once, the second waits at the worker, the rest here.
  expect(worker?.batches.map(({ files }) => files.length)).toEqual([1, 1]);
  worker?.answer();
  expect(worker?.batches.map(({ files }) => files.length)).toEqual([1, 16]);
  for (let answer = 0; answer < 3; answer += 1) worker?.answer();
  expect(worker?.batches.map(({ files }) => files.length)).toEqual([16, 10]);
  expect(worker?.transferred).toBe(60);
});

test('large files travel alone', () => {
  const { pool, started } = poolOf(1);
  for (let index = 0; index < 6; index += 1) {
    void pool.decode(new Uint8Array(5 << 20), 1).catch(() => undefined);
  }
  started[0]?.answer();
  started[0]?.answer();
  expect(started[0]?.batches.map(({ files }) => files.length)).toEqual([1, 1]);
  pool.dispose();
});

test('crops of different sizes are not mixed in a batch', () => {
  const { started, ask } = poolOf(1);
  void Promise.all([...ask(3, 32), ...ask(3, 64)]);
  const [worker] = started;
  const seen: (readonly [number, number])[] = [];
  while (worker !== undefined && worker.batches.length > 0) {
    seen.push([worker.batches[0]!.size, worker.batches[0]!.files.length]);
    worker.answer();
  }
  expect(seen).toEqual([
    [32, 1],
    [32, 1],
    [32, 1],
    [64, 3],
  ]);
});

test('workers start when there is work for them, and share it', () => {
  const { started, ask } = poolOf(3);
  expect(started).toHaveLength(0);
  void Promise.all(ask(1));
  expect(started).toHaveLength(1);
  void Promise.all(ask(5));
  expect(started.map(({ batches }) => batches.length)).toEqual([2, 2, 2]);
});

test('an image that cannot be decoded fails alone', async () => {
  const { pool, started, ask } = poolOf(1);
  const good = Promise.all(ask(1));
  const bad = pool.decode(Uint8Array.of(0), 1);
  const failed = expect(bad).rejects.toThrow('It is damaged.');
  started[0]?.answer();
  started[0]?.answer();
  await failed;
  expect(await good).toEqual([1]);
});

describe('a worker that crashes', () => {
  test('is replaced; its files say so and the waiting ones go on', async () => {
    const { started, ask } = poolOf(1);
    const answers = Promise.all(ask(5));
    started[0]?.crash();
    expect(started[0]?.terminated).toBe(true);
    expect(started).toHaveLength(2);
    while ((started[1]?.batches.length ?? 0) > 0) started[1]?.answer();
    const reason = 'The decoder crashed while it had this file.';
    expect(await answers).toEqual([reason, reason, 3, 4, 5]);
  });

  test('or does not answer in time', async () => {
    const { started, ask } = poolOf(1, 1000);
    const answers = Promise.all(ask(4));
    vi.advanceTimersByTime(900);
    started[0]?.answer();
    vi.advanceTimersByTime(900);
    expect(started[0]?.terminated).toBe(false);
    vi.advanceTimersByTime(200);
    expect(started[0]?.terminated).toBe(true);
    const reason = 'The decoder did not come to an end while it had this file.';
    expect(await answers).toEqual([1, reason, reason, reason]);
  });

  test('at every start is not replaced for ever', async () => {
    const { started, ask } = poolOf(1);
    const answers = Promise.all(ask(200));
    for (let start = 0; start < started.length && start < 20; start += 1) started[start]?.crash();
    expect(started).toHaveLength(4);
    expect((await answers).at(-1)).toBe('The decoder does not start in this browser.');
  });
});

test('cancel drops everything at once, and the pool still works', async () => {
  const { pool, started, ask } = poolOf(1);
  const answers = Promise.all(ask(40));
  pool.cancel();
  expect(new Set(await answers)).toEqual(new Set(['Reading was cancelled.']));
  started[0]?.answer();
  const again = Promise.all(ask(1));
  while ((started[0]?.batches.length ?? 0) > 0) started[0]?.answer();
  expect(await again).toEqual([1]);
});

test('dispose stops the workers and fails what is left', async () => {
  const { pool, started, ask } = poolOf(2);
  const answers = Promise.all(ask(10));
  pool.dispose();
  expect(started.map(({ terminated }) => terminated)).toEqual([true, true]);
  expect(new Set(await answers)).toEqual(new Set(['Reading was cancelled.']));
  await expect(pool.decode(Uint8Array.of(1), 1)).rejects.toThrow('has been closed');
  expect(vi.getTimerCount()).toBe(0);
});
