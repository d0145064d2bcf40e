/** How far the clock of an experiment runs ahead of the numbers that come back. */
import { expect, test } from 'vitest';
import type { ExperimentConfig } from './config';
import { DEFAULT_EXPERIMENT } from './defaults';
import { Experiment } from './experiment';
import { Runner } from './runner';
import { plainFaces, type ScriptedEngine, scriptedEngine } from './scriptedEngine';

/** Two chunks of 32 steps: what an engine gets that takes no time. */
const MOST = 2 * 32;

/** Long enough for whatever goes on by itself to go as far as it goes. */
async function aWhile(): Promise<void> {
  for (let task = 0; task < 10; task += 1) await new Promise((resolve) => setTimeout(resolve));
}

async function runnerOn(engine: ScriptedEngine, config: ExperimentConfig) {
  const experiment = await Experiment.create(config, plainFaces(5, 10), engine, () => undefined);
  const ignore = (): void => undefined;
  const runner = new Runner(
    experiment,
    {
      onUpdate: ignore,
      onEvaluation: ignore,
      onGuard: ignore,
      onDiverged: ignore,
      onRunning: ignore,
    },
    { now: () => 0, yieldToTasks: () => new Promise((resolve) => setTimeout(resolve)) },
  );
  return { experiment, runner };
}

test('no more than two chunks of steps are under way, however slowly their numbers come', async () => {
  const waiting: { readonly upTo: number; release(): void }[] = [];
  const engine = scriptedEngine(() => ({}), {
    arrival: () =>
      new Promise((release) => waiting.push({ upTo: engine.recorded[0]!.length, release })),
  });
  const config = { ...DEFAULT_EXPERIMENT, batchSize: 8, evaluateEvery: 0 };
  const { experiment, runner } = await runnerOn(engine, config);
  const played = runner.play();
  const underWay: number[] = [];
  let arrived = 0;
  for (let chunk = 0; chunk < 6; chunk += 1) {
    await aWhile();
    underWay.push(engine.recorded[0]!.length - arrived);
    // The numbers of the oldest chunk, of every arm.
    const oldest = waiting.splice(0, experiment.arms.length);
    arrived = oldest[0]!.upTo;
    for (const { release } of oldest) release();
  }
  void runner.pause();
  await aWhile();
  for (const { release } of waiting) release();
  await played;
  // Chunks of one step until it is known how long a step takes.
  expect(underWay[0]).toBe(2);
  expect(Math.max(...underWay)).toBe(MOST);
});

test('what waits for a turn between two steps is given up where a step fails', async () => {
  let fail = (_: Error): void => undefined;
  const broken = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const engine = scriptedEngine(() => ({}), { arrival: () => broken });
  const config = { ...DEFAULT_EXPERIMENT, batchSize: 8, evaluateEvery: 0 };
  const { runner } = await runnerOn(engine, config);
  const played = runner.play();
  await aWhile();
  let ran = false;
  const aside = runner.aside(async () => {
    ran = true;
  });
  const refused = [played, aside].map((one) => expect(one).rejects.toThrow('The step failed.'));
  fail(new Error('The step failed.'));
  await Promise.all(refused);
  await aWhile();
  expect([ran, runner.running]).toEqual([false, false]);
});
