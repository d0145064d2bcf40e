/** The trainer on engines that train nothing: which run goes on where, and what is left when not. */
import { describe, expect, test } from 'vitest';
import type {
  Engine,
  EngineChoice,
  Learner,
  LearnerConfig,
  PlanDescription,
} from '../engine/engine';
import { EngineError } from '../engine/errors';
import type { SelectOptions } from '../engine/select';
import type { ExperimentConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { type ScriptedEngine, scriptedEngine } from '../training/scriptedEngine';
import type { Request, RequestKind, ResponseMap, WorkerEvent } from './protocol';
import { Trainer } from './trainer';

const data = {
  kind: 'synthetic',
  settings: {
    seed: 1,
    identities: 4,
    imagesPerIdentity: 4,
    cropSize: 32,
    difficulty: 0.2,
    labelNoise: 0,
  },
} as const;

/** Two that every platform has; what opens in their place is scripted. */
type Choice = 'tfjs-cpu' | 'tfjs-wasm';

const config = (engine: Choice, change: Partial<ExperimentConfig> = {}): ExperimentConfig => ({
  ...DEFAULT_EXPERIMENT,
  data,
  engine,
  batchSize: 4,
  ...change,
});

interface Opened {
  readonly choice: EngineChoice;
  readonly engine: ScriptedEngine;
  readonly lose: () => void;
  disposed: boolean;
}

/** @param make refuses by throwing, or gives the engine of the choice that is opened */
async function start(make: (choice: EngineChoice) => Partial<Engine> = () => ({})) {
  const events: WorkerEvent[] = [];
  const opened: Opened[] = [];
  const select = async (choice: EngineChoice, options: SelectOptions): Promise<Engine> => {
    const given = make(choice);
    const scripted = scriptedEngine();
    const own: Opened = {
      choice,
      disposed: false,
      lose: () => options.onLost?.(new EngineError('engine/failed', 'It is gone.', 'Reload.')),
      engine: {
        ...scripted,
        report: { ...scripted.report, name: choice as Choice },
        ...given,
        dispose: () => {
          own.disposed = true;
        },
      },
    };
    opened.push(own);
    return own.engine;
  };
  const trainer = new Trainer((event) => events.push(event), select);
  // A request of kind K is answered with ResponseMap[K]: that is the protocol.
  const ask = <K extends RequestKind>(request: Extract<Request, { kind: K }>) =>
    trainer.handle(request) as Promise<ResponseMap[K]>;
  await ask<'load-synthetic'>({ kind: 'load-synthetic', config: data });
  const configure = (next: ExperimentConfig) =>
    ask<'configure'>({ kind: 'configure', config: next });
  const step = (count: number) => ask<'step'>({ kind: 'step', count });
  const stepsOf = (arm: string) =>
    events.flatMap((event) =>
      event.kind === 'metrics'
        ? event.arms.filter((one) => one.arm === arm).flatMap(({ columns }) => [...columns.step])
        : [],
    );
  const of = <K extends WorkerEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<WorkerEvent, { kind: K }> => event.kind === kind);
  return { ask, configure, events, of, opened, step, stepsOf };
}

describe('another engine', () => {
  test('goes on with the run, and the one before is closed', async () => {
    const { configure, of, opened, step, stepsOf } = await start();
    expect((await configure(config('tfjs-cpu'))).continued).toBe(false);
    await step(3);
    const moved = await configure(config('tfjs-wasm'));
    expect(moved.continued).toBe(true);
    expect(moved.experiment.engine.name).toBe('tfjs-wasm');
    expect(moved.experiment.config.engine).toBe('tfjs-wasm');
    await step(2);
    expect(stepsOf('A')).toEqual([1, 2, 3, 4, 5]);
    expect(opened.map(({ choice, disposed }) => [choice, disposed])).toEqual([
      ['tfjs-cpu', true],
      ['tfjs-wasm', false],
    ]);
    expect(opened.map(({ engine }) => engine.openLearners())).toEqual([0, 2]);
    expect(of('mark').map(({ mark }) => mark)).toEqual([
      { arm: null, step: 4, label: 'engine → TensorFlow.js on WebAssembly' },
    ]);
    // Never idle: the page would drop the experiment.
    expect(of('status').map(({ status }) => status)).not.toContain('idle');
  });

  test('goes on after values were moved while training', async () => {
    const { ask, configure, step, stepsOf } = await start();
    await configure(config('tfjs-cpu'));
    await step(1);
    await ask<'set-hyper'>({
      kind: 'set-hyper',
      arm: 'A',
      change: { kind: 'fixed-scale', value: 9 },
    });
    const [a, b] = DEFAULT_EXPERIMENT.arms;
    const loss = { kind: 'normalised-softmax', scale: 9 } as const;
    const moved = await configure(config('tfjs-wasm', { arms: [{ ...a!, loss }, b!] }));
    expect(moved.continued).toBe(true);
    await step(1);
    expect(stepsOf('A')).toEqual([1, 2]);
  });

  test('starts over where anything else changed with it', async () => {
    const { configure, step, stepsOf } = await start();
    await configure(config('tfjs-cpu'));
    await step(2);
    const moved = await configure(config('tfjs-wasm', { seed: 8 }));
    expect(moved.continued).toBe(false);
    await step(1);
    expect(stepsOf('A')).toEqual([1, 2, 1]);
  });

  test('that does not open leaves the run where it was', async () => {
    const { configure, of, opened, step, stepsOf } = await start((choice) => {
      if (choice === 'tfjs-wasm') {
        throw new EngineError('engine/unavailable', 'It does not start.', 'Choose another.');
      }
      return {};
    });
    await configure(config('tfjs-cpu'));
    await step(3);
    await expect(configure(config('tfjs-wasm'))).rejects.toThrow('It does not start.');
    expect(of('status').map(({ status }) => status)).not.toContain('idle');
    expect(of('mark')).toEqual([]);
    await step(2);
    expect(stepsOf('B')).toEqual([1, 2, 3, 4, 5]);
    // Opened again: TensorFlow.js has one backend at a time, so the first had to make room.
    expect(opened.map(({ choice }) => choice)).toEqual(['tfjs-cpu', 'tfjs-cpu']);
  });

  test('that is lost while the run moves there gives it back', async () => {
    const lose: { now?: () => void } = {};
    const { configure, of, opened, step, stepsOf } = await start((choice) =>
      choice === 'tfjs-wasm'
        ? {
            createLearner: () => {
              lose.now?.();
              // Work on a lost device may never end.
              return new Promise<never>(() => undefined);
            },
          }
        : {},
    );
    await configure(config('tfjs-cpu'));
    await step(2);
    lose.now = () => opened.at(-1)!.lose();
    await expect(configure(config('tfjs-wasm'))).rejects.toThrow('It is gone.');
    // Told once: by the answer.
    expect(of('failure')).toEqual([]);
    await step(1);
    expect(stepsOf('A')).toEqual([1, 2, 3]);
  });

  test('where there is no way back either, nothing is left and that is told', async () => {
    let openings = 0;
    const { ask, configure, of, step } = await start(() => {
      openings += 1;
      if (openings > 1) throw new EngineError('engine/failed', `No ${openings}.`, 'Reload.');
      return {};
    });
    await configure(config('tfjs-cpu'));
    await step(2);
    await expect(configure(config('tfjs-wasm'))).rejects.toThrow('No 2.');
    expect(of('status').at(-1)?.status).toBe('idle');
    await expect(ask<'step'>({ kind: 'step', count: 1 })).rejects.toMatchObject({
      code: 'state/no-data',
    });
  });
});

describe('an engine that is opened beforehand', () => {
  test('is the one that the experiment is built on', async () => {
    const { ask, configure, opened } = await start();
    await ask<'prepare-engine'>({ kind: 'prepare-engine', way: { engine: 'tfjs-cpu' } });
    await ask<'prepare-engine'>({ kind: 'prepare-engine', way: { engine: 'tfjs-cpu' } });
    await configure(config('tfjs-cpu'));
    expect(opened.map(({ choice, disposed }) => [choice, disposed])).toEqual([['tfjs-cpu', false]]);
    expect(opened[0]!.engine.openLearners()).toBe(2);
  });

  test('gives way where another is wanted by then', async () => {
    const { ask, configure, opened } = await start();
    await ask<'prepare-engine'>({ kind: 'prepare-engine', way: { engine: 'tfjs-cpu' } });
    await configure(config('tfjs-wasm'));
    expect(opened.map(({ choice, disposed }) => [choice, disposed])).toEqual([
      ['tfjs-cpu', true],
      ['tfjs-wasm', false],
    ]);
  });

  test('that does not open is told by what is built on it, once', async () => {
    const { ask, configure, of, opened } = await start(() => {
      throw new EngineError('engine/unavailable', 'It does not start.', 'Choose another.');
    });
    await ask<'prepare-engine'>({ kind: 'prepare-engine', way: { engine: 'tfjs-cpu' } });
    await expect(configure(config('tfjs-cpu'))).rejects.toThrow('It does not start.');
    expect(of('failure')).toEqual([]);
    expect(opened).toEqual([]);
  });

  test('is closed with everything else', async () => {
    const { ask, opened } = await start();
    await ask<'prepare-engine'>({ kind: 'prepare-engine', way: { engine: 'tfjs-cpu' } });
    await ask<'dispose'>({ kind: 'dispose' });
    await expect.poll(() => opened.map(({ disposed }) => disposed)).toEqual([true]);
  });
});

describe('an experiment that cannot be built', () => {
  const refusing = (refused: number) => ({
    createLearner: async (learner: LearnerConfig): Promise<Learner> => {
      if (learner.batchSize === refused) {
        throw new EngineError('engine/out-of-memory', 'The GPU cannot hold it.', 'Use less.');
      }
      return scriptedEngine().createLearner(learner);
    },
  });

  test('leaves the run before where it was', async () => {
    const { configure, of, opened } = await start(() => refusing(3));
    await configure(config('tfjs-cpu'));
    await expect(configure(config('tfjs-cpu', { batchSize: 3 }))).rejects.toMatchObject({
      code: 'engine/out-of-memory',
    });
    expect(of('status').map(({ status }) => status)).not.toContain('idle');
    expect(of('status').at(-1)?.status).toBe('paused');
    expect(opened).toHaveLength(1);
    // It is the same run: only the engine differs, so it can still go on elsewhere.
    expect((await configure(config('tfjs-wasm'))).continued).toBe(true);
  });

  test('leaves nothing where nothing was there', async () => {
    const { configure, of } = await start(() => refusing(3));
    await expect(configure(config('tfjs-cpu', { batchSize: 3 }))).rejects.toThrow('cannot hold');
    expect(of('status').at(-1)?.status).toBe('idle');
  });
});

describe('an engine that is lost', () => {
  test('while training ends the experiment, and what it still says is not listened to', async () => {
    const { configure, of, opened, step } = await start();
    await configure(config('tfjs-cpu'));
    await step(2);
    opened[0]!.lose();
    expect(of('failure').map(({ failure }) => failure.message)).toEqual(['It is gone.']);
    expect(of('status').at(-1)?.status).toBe('idle');
    expect(opened[0]!.disposed).toBe(true);
    opened[0]!.lose();
    expect(of('failure')).toHaveLength(1);
    // The same choice opens it anew.
    await configure(config('tfjs-cpu'));
    expect(opened).toHaveLength(2);
  });
});

describe('the plan', () => {
  const PLAN: PlanDescription = {
    batch: 4,
    dispatches: [],
    scratchBytes: 1,
    unsharedBytes: 2,
    residentBytes: 3,
    flops: 4,
    tuning: null,
    timing: null,
  };

  test('is what the engine says of the arm, measured only while nothing trains', async () => {
    const asked: boolean[] = [];
    const { ask, configure } = await start(() => ({
      describe: async (_, { measure }) => {
        asked.push(measure);
        return PLAN;
      },
    }));
    await configure(config('tfjs-cpu'));
    const plan = (measure: boolean) =>
      ask<'describe-plan'>({ kind: 'describe-plan', arm: 'B', measure });
    expect(await plan(true)).toEqual(PLAN);
    await ask<'play'>({ kind: 'play' });
    await expect(plan(true)).rejects.toMatchObject({ code: 'state/training' });
    expect(await plan(false)).toEqual(PLAN);
    await ask<'pause'>({ kind: 'pause' });
    expect(asked).toEqual([true, false]);
  });

  test('is null on an engine that plans nothing', async () => {
    const { ask, configure } = await start();
    await configure(config('tfjs-cpu'));
    const request = { kind: 'describe-plan', arm: 'A', measure: false } as const;
    expect(await ask<'describe-plan'>(request)).toBe(null);
  });
});

/** A promise that the test settles. */
function settledByHand() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('a search for wrong labels', () => {
  /** Embeddings come when `gate` opens; `begun` settles when they are first asked for. */
  async function searching() {
    const gate = settledByHand();
    const begun = settledByHand();
    const engine = scriptedEngine();
    const embed = async () => {
      begun.resolve();
      await gate.promise;
      return new Float32Array();
    };
    const { ask, configure, of, step } = await start(() => ({
      ...engine,
      createLearner: async (learner) => ({ ...(await engine.createLearner(learner)), embed }),
    }));
    await configure(config('tfjs-cpu', { evaluateEvery: 0 }));
    const newestStep = () => of('metrics').at(-1)?.step ?? 0;
    const search = () => ask<'find-mislabelled'>({ kind: 'find-mislabelled', arm: 'A' });
    const pause = () => ask<'pause'>({ kind: 'pause' });
    const play = async () => {
      await ask<'play'>({ kind: 'play' });
      await expect.poll(newestStep).toBeGreaterThan(0);
    };
    return { ask, begun: begun.promise, gate, newestStep, of, pause, play, search, step };
  }

  test('makes training wait, and training goes on by itself afterwards', async () => {
    const { begun, gate, newestStep, of, pause, play, search } = await searching();
    await play();
    const found = search();
    await begun;
    const stood = newestStep();
    for (let task = 0; task < 5; task += 1) await new Promise((resolve) => setTimeout(resolve));
    expect(newestStep()).toBe(stood);
    gate.resolve();
    expect(await found).toMatchObject({ judged: 0, nearestOwn: 0, otherAtLeast: null, found: 0 });
    await expect.poll(newestStep).toBeGreaterThan(stood);
    expect(of('status').at(-1)?.status).toBe('running');
    await pause();
    expect(of('status').at(-1)?.status).toBe('paused');
  });

  test('that is cancelled lets training go on', async () => {
    const { ask, begun, gate, newestStep, pause, play, search } = await searching();
    await play();
    const found = search();
    await begun;
    const stood = newestStep();
    await ask<'cancel-mislabelled'>({ kind: 'cancel-mislabelled' });
    gate.resolve();
    await expect(found).rejects.toMatchObject({ code: 'data/cancelled' });
    await expect.poll(newestStep).toBeGreaterThan(stood);
    await pause();
  });

  test('is given up for a pause, which it does not undo', async () => {
    const { begun, gate, newestStep, of, pause, play, search } = await searching();
    await play();
    const found = search();
    await begun;
    const paused = pause();
    gate.resolve();
    await expect(found).rejects.toMatchObject({ code: 'data/cancelled' });
    await paused;
    const stood = newestStep();
    for (let task = 0; task < 5; task += 1) await new Promise((resolve) => setTimeout(resolve));
    expect(newestStep()).toBe(stood);
    expect(of('status').at(-1)?.status).toBe('paused');
  });

  test('while nothing trains starts nothing', async () => {
    const { gate, newestStep, of, search, step } = await searching();
    await step(2);
    gate.resolve();
    await search();
    expect(newestStep()).toBe(2);
    expect(of('status').at(-1)?.status).toBe('paused');
  });
});
