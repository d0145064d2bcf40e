/**
 * The worker's end of the wall: unpacks requests, answers each by its id, posts events. What the
 * requests mean is `trainer.ts`, which knows nothing of workers.
 */
import { histogramOf, transferablesOf } from './answers';
import { toFailure } from './failure';
import type { Envelope, WorkerMessage } from './protocol';
import { Trainer } from './trainer';

// TypeScript's DOM library types `self` as a window; a dedicated worker's scope is what runs here.
const scope = self as unknown as Pick<Worker, 'postMessage' | 'addEventListener'>;

function post(message: WorkerMessage): void {
  scope.postMessage(message, transferablesOf(message));
}

const trainer = new Trainer((event) => post({ kind: 'event', event }));

scope.addEventListener('message', (message: MessageEvent<Envelope>) => {
  const { id, request } = message.data;
  trainer.handle(request).then(
    (value) => post({ kind: 'response', id, value }),
    (error: unknown) => {
      if (!('code' in Object(error))) console.error(error);
      post({ kind: 'rejection', id, failure: toFailure(error), histogram: histogramOf(error) });
    },
  );
});
