import { describe, expect, test } from 'vitest';
import { RequestError, TrainerClient, type WorkerLike } from './client';
import type { Envelope, WorkerEvent, WorkerMessage } from './protocol';

/** A worker that records what it is sent and says what the test tells it to. */
function fakeWorker() {
  const target = new EventTarget();
  const sent: Envelope[] = [];
  let terminations = 0;
  const worker = {
    postMessage: (message: Envelope) => sent.push(message),
    terminate: () => {
      terminations += 1;
    },
    addEventListener: target.addEventListener.bind(target),
  };
  const say = (data: WorkerMessage) => target.dispatchEvent(new MessageEvent('message', { data }));
  const crash = (message: string) =>
    target.dispatchEvent(Object.assign(new Event('error'), { message }));
  // Only the three members above are used; their overloads are wider than the test needs.
  const terminated = () => terminations;
  return { worker: worker as unknown as WorkerLike, sent, say, crash, terminated };
}

describe('the client', () => {
  test('matches answers to requests by id, in any order', async () => {
    const { worker, sent, say } = fakeWorker();
    const client = new TrainerClient(worker, () => undefined);
    const pause = client.request<'pause'>({ kind: 'pause' });
    const step = client.request<'step'>({ kind: 'step', count: 3 });
    expect(sent.map(({ request }) => request.kind)).toEqual(['pause', 'step']);
    let paused = false;
    void pause.then(() => {
      paused = true;
    });
    say({ kind: 'response', id: sent[1]!.id, value: null });
    await expect(step).resolves.toBe(null);
    expect(paused).toBe(false);
    say({ kind: 'response', id: sent[0]!.id, value: null });
    await pause;
  });

  test('rejects with the failure of the worker', async () => {
    const { worker, sent, say } = fakeWorker();
    const client = new TrainerClient(worker, () => undefined);
    const request = client.request<'play'>({ kind: 'play' });
    const failure = { code: 'state/no-data', message: 'No faces.', remedy: 'Load some.' } as const;
    say({ kind: 'rejection', id: sent[0]!.id, failure, histogram: null });
    await expect(request).rejects.toMatchObject({ failure });
    await expect(request).rejects.toBeInstanceOf(RequestError);
  });

  test('a worker that dies leaves nobody waiting, and is told once', async () => {
    const { worker, crash, say, terminated } = fakeWorker();
    const events: WorkerEvent[] = [];
    const client = new TrainerClient(worker, (event) => events.push(event));
    const waiting = client.request<'play'>({ kind: 'play' });
    crash('out of memory');
    crash('again');
    await expect(waiting).rejects.toThrow(/out of memory/);
    await expect(client.request<'pause'>({ kind: 'pause' })).rejects.toThrow(/out of memory/);
    expect(events.map(({ kind }) => kind)).toEqual(['status', 'failure']);
    expect(terminated()).toBe(1);
    // What it still says is not listened to.
    say({ kind: 'event', event: { kind: 'status', status: 'running' } });
    expect(events).toHaveLength(2);
  });
});
