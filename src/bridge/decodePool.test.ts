import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlignedFace } from './aligner';
import {
  type DecodeBatch,
  DecodePool,
  type DecodeReply,
  type DecodeWorker,
  type PoolAligner,
} from './decodePool';

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
      answers: batch.tasks.map(({ bytes: [value = 0] }) =>
        value === 0
          ? { kind: 'failed', reason: 'It is damaged.' }
          : {
              kind: 'done',
              result: { rgb: Uint8Array.of(value), width: 30, height: 20, format: 'png' },
            },
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
  expect(worker?.batches.map(({ tasks }) => tasks.length)).toEqual([1, 1]);
  worker?.answer();
  expect(worker?.batches.map(({ tasks }) => tasks.length)).toEqual([1, 16]);
  for (let answer = 0; answer < 3; answer += 1) worker?.answer();
  expect(worker?.batches.map(({ tasks }) => tasks.length)).toEqual([16, 10]);
  expect(worker?.transferred).toBe(60);
});

test('large files travel alone', () => {
  const { pool, started } = poolOf(1);
  for (let index = 0; index < 6; index += 1) {
    void pool.decode(new Uint8Array(5 << 20), 1).catch(() => undefined);
  }
  started[0]?.answer();
  started[0]?.answer();
  expect(started[0]?.batches.map(({ tasks }) => tasks.length)).toEqual([1, 1]);
  pool.dispose();
});

test('every image travels with what is wanted of it', async () => {
  const { pool, started } = poolOf(1);
  const share = { kind: 'centre', share: 0.5 } as const;
  const answers = Promise.all([
    pool.decode(Uint8Array.of(5), 32),
    pool.decode(Uint8Array.of(6), { size: 64 }),
    pool.decode(Uint8Array.of(7), { size: 32, rule: share, swapRedBlue: true }),
  ]);
  const [worker] = started;
  const seen: unknown[] = [];
  while (worker !== undefined && worker.batches.length > 0) {
    for (const { bytes: _, ...wanted } of worker.batches[0]!.tasks) seen.push(wanted);
    worker.answer();
  }
  const square = { kind: 'centre-square' };
  expect(seen).toEqual([
    { size: 32, rule: square, swapRedBlue: false },
    { size: 64, rule: square, swapRedBlue: false },
    { size: 32, rule: share, swapRedBlue: true },
  ]);
  const about = { width: 30, height: 20, format: 'png' };
  expect(await answers).toEqual([
    Uint8Array.of(5),
    { rgb: Uint8Array.of(6), ...about },
    { rgb: Uint8Array.of(7), ...about },
  ]);
});

describe('images whose face has to be found', () => {
  const rule = { kind: 'detect', template: '112x112', margin: 0, fallback: 'centre' } as const;
  const about = { width: 30, height: 20, format: 'jpeg' } as const;
  const point = { x: 1, y: 2 };
  const face = {
    box: { left: 1, top: 2, width: 3, height: 4 },
    points: [point, point, point, point, point],
    score: 0.75,
  } as const;

  function poolWith(aligned: AlignedFace) {
    const aligner = {
      align: vi.fn<PoolAligner['align']>().mockResolvedValue(aligned),
      cancel: vi.fn<PoolAligner['cancel']>(),
      dispose: vi.fn<PoolAligner['dispose']>(),
    };
    const createAligner = vi.fn(() => aligner);
    const createWorker = () => {
      throw new Error('no decoder is needed');
    };
    return { pool: new DecodePool({ createAligner, createWorker }), aligner, createAligner };
  }

  test('go to one aligner, which starts with the first', async () => {
    const rgb = Uint8Array.of(9);
    const { pool, aligner, createAligner } = poolWith({
      kind: 'face',
      ...about,
      rgb,
      face,
      faces: 3,
    });
    expect(createAligner).not.toHaveBeenCalled();
    const wanted = { size: 8, rule, swapRedBlue: true };
    const first = await pool.decode(Uint8Array.of(1), wanted);
    await pool.decode(Uint8Array.of(2), wanted);
    expect(first).toEqual({ rgb, ...about, face, faces: 3 });
    expect(createAligner).toHaveBeenCalledTimes(1);
    const { kind: _, ...asked } = { ...rule, size: 8, swapRedBlue: true };
    expect(aligner.align).toHaveBeenCalledWith(Uint8Array.of(2), asked);
    pool.cancel();
    expect(aligner.cancel).toHaveBeenCalledTimes(1);
    pool.dispose();
    expect(aligner.dispose).toHaveBeenCalledTimes(1);
  });

  test('and say where none was found', async () => {
    const rgb = Uint8Array.of(9);
    const { pool } = poolWith({ kind: 'no-face', ...about, rgb });
    const decoded = await pool.decode(Uint8Array.of(1), { size: 8, rule });
    expect(decoded).toEqual({ rgb, ...about, face: null, faces: 0 });
  });

  test('or are left out', async () => {
    const { pool } = poolWith({ kind: 'no-face', ...about, rgb: null });
    const decoded = pool.decode(Uint8Array.of(1), { size: 8, rule });
    await expect(decoded).rejects.toThrow('No face was found in it.');
  });
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
