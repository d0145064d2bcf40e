/** The page the driver talks to: it starts a worker per arm and passes questions and answers on. */
import type { Answer, Question } from '../protocol';

const workers = new Map<number, Worker>();

export interface BenchPage {
  open(id: number): void;
  ask(id: number, question: Question): Promise<Answer>;
  close(id: number): void;
}

const page: BenchPage = {
  open(id) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    workers.set(id, worker);
  },
  ask(id, question) {
    const worker = workers.get(id);
    if (worker === undefined) throw new RangeError(`there is no worker ${id}`);
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        worker.onmessage = null;
        worker.onerror = null;
        resolve(answer);
      };
      worker.onmessage = (event: MessageEvent<Answer>) => settle(event.data);
      worker.onerror = (event) => settle({ kind: 'failed', reason: event.message });
      worker.postMessage(question);
    });
  },
  close(id) {
    workers.get(id)?.terminate();
    workers.delete(id);
  },
};

Object.assign(globalThis, { bench: page });
