import { expect, test } from 'vitest';
import { describeBackends } from './testing/backends';
import { CONFIG, openTestEngine, train } from './testing/experiment';

describeBackends('engine in a dedicated worker', (name) => {
  test('gives the numbers it gives in the page', async () => {
    const worker = new Worker(new URL('./testing/engine.worker.ts', import.meta.url), {
      type: 'module',
    });
    const answer = new Promise<unknown>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<unknown>) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage(name);
    const outcome = await answer;
    worker.terminate();
    const engine = await openTestEngine(name);
    const learner = await engine.createLearner(CONFIG);
    const metrics = await train(engine, [learner], 2);
    expect(outcome).toEqual({ backend: engine.report.backend, metrics });
    engine.dispose();
  });
});
