/** For tests: the engine where the product runs it, in a dedicated worker. Answers with its metrics; see `worker.ts`. */
import type { EngineName } from '../../engine';
import { CONFIG, openTestEngine, train } from './experiment';

addEventListener('message', (event: MessageEvent<EngineName>) => {
  void run(event.data).then(postMessage, (error: unknown) => postMessage(String(error)));
});

async function run(name: EngineName): Promise<unknown> {
  const engine = await openTestEngine(name);
  const learner = await engine.createLearner(CONFIG);
  const metrics = await train(engine, [learner], 2);
  const { backend } = engine.report;
  engine.dispose();
  return { backend, metrics };
}
