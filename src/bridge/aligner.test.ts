import { expect, test } from 'vitest';
import {
  Aligner,
  type AlignProgress,
  type AlignReply,
  type AlignRequest,
  type AlignResult,
} from './aligner';
import type { PoolWorker } from './workerPool';

const POINT = { x: 1, y: 2 };
const POINTS = [POINT, POINT, POINT, POINT, POINT] as const;
const ABOUT = { width: 30, height: 20, format: 'jpeg' } as const;

/** A worker whose answers a test gives by hand. */
class FakeWorker implements PoolWorker {
  onmessage: PoolWorker['onmessage'] = null;
  onmessageerror: PoolWorker['onmessageerror'] = null;
  onerror: PoolWorker['onerror'] = null;
  readonly requests: AlignRequest[] = [];

  postMessage(request: AlignRequest): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.requests.length = 0;
  }

  answer(answers: AlignReply['answers']): void {
    const request = this.requests.shift();
    if (request === undefined) throw new Error('this worker has nothing to do');
    const data: AlignReply = { id: request.id, answers };
    // The pool reads only `data` and does not use `this`.
    this.onmessage?.call(this as unknown as Worker, new MessageEvent('message', { data }));
  }

  crash(): void {
    this.onerror?.call(this as unknown as Worker, new Event('error') as ErrorEvent);
  }
}

function alignerOf() {
  const workers: FakeWorker[] = [];
  const progress: AlignProgress[] = [];
  const aligner = new Aligner({
    workers: 1,
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    onProgress: (now) => progress.push(now),
  });
  return { aligner, workers, progress };
}

const done = (result: AlignResult) => [{ kind: 'done', result } as const];

const NO_FACE: AlignResult = {
  aligned: { kind: 'no-face', ...ABOUT, rgb: null },
  backend: 'wasm',
};

test('asks for a face by template, margin and fallback', async () => {
  const { aligner, workers } = alignerOf();
  const answer = aligner.align(Uint8Array.of(7), {
    size: 64,
    template: '96x112',
    fallback: 'leave-out',
  });
  expect(workers[0]?.requests[0]?.tasks).toEqual([
    {
      bytes: Uint8Array.of(7),
      size: 64,
      rule: { kind: 'detect', template: '96x112', margin: 0, fallback: 'leave-out' },
      swapRedBlue: false,
    },
  ]);
  workers[0]?.answer(done(NO_FACE));
  expect(await answer).toEqual(NO_FACE.aligned);
  expect(aligner.backend).toBe('wasm');
});

test('gives the points of a person, and asks for no face', async () => {
  const { aligner, workers } = alignerOf();
  const wanted = { size: 64, template: '112x112', margin: 0.1, swapRedBlue: true } as const;
  const answer = aligner.warpWithPoints(Uint8Array.of(7), POINTS, wanted);
  const rule = { kind: 'template', template: '112x112', margin: 0.1, points: POINTS };
  expect(workers[0]?.requests[0]?.tasks[0]).toMatchObject({ rule, swapRedBlue: true });
  const warped = { kind: 'warped', ...ABOUT, rgb: Uint8Array.of(1) } as const;
  workers[0]?.answer(done({ aligned: warped, backend: null }));
  expect(await answer).toEqual(warped);
  expect(aligner.backend).toBeNull();
});

test('counts images, failures among them, and begins anew after the last', async () => {
  const { aligner, workers, progress } = alignerOf();
  const wanted = { size: 8, template: '112x112', fallback: 'centre' } as const;
  const first = aligner.align(Uint8Array.of(1), wanted);
  const second = aligner.align(Uint8Array.of(2), wanted);
  workers[0]?.answer(done(NO_FACE));
  await first;
  workers[0]?.answer([{ kind: 'failed', reason: 'Its JPEG data is damaged.' }]);
  await expect(second).rejects.toThrow('Its JPEG data is damaged.');
  const third = aligner.align(Uint8Array.of(3), wanted);
  workers[0]?.answer(done(NO_FACE));
  await third;
  expect(progress).toEqual([
    { done: 1, asked: 2, backend: 'wasm' },
    { done: 2, asked: 2, backend: 'wasm' },
    { done: 1, asked: 1, backend: 'wasm' },
  ]);
});

test('a worker that crashes loses its images, says so, and is replaced', async () => {
  const { aligner, workers } = alignerOf();
  const wanted = { size: 8, template: '112x112', fallback: 'centre' } as const;
  const lost = aligner.align(Uint8Array.of(1), wanted);
  workers[0]?.crash();
  await expect(lost).rejects.toThrow('The face finder crashed while it had this file.');
  const next = aligner.align(Uint8Array.of(2), wanted);
  expect(workers).toHaveLength(2);
  workers[1]?.answer(done(NO_FACE));
  expect(await next).toEqual(NO_FACE.aligned);
});

test('cancel drops what waits, dispose ends it', async () => {
  const { aligner } = alignerOf();
  const wanted = { size: 8, template: '112x112', fallback: 'centre' } as const;
  const waiting = aligner.align(Uint8Array.of(1), wanted);
  aligner.cancel();
  await expect(waiting).rejects.toThrow('Reading was cancelled.');
  aligner.dispose();
  await expect(aligner.align(Uint8Array.of(1), wanted)).rejects.toThrow('has been closed');
});
