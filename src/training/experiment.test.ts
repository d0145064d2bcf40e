import { describe, expect, test } from 'vitest';
import type { ArmConfig, ExperimentConfig } from './config';
import { DEFAULT_EXPERIMENT } from './defaults';
import { type BuildProgress, Experiment } from './experiment';
import { Runner, type RunnerListener } from './runner';
import { plainFaces, type Script, scriptedEngine } from './scriptedEngine';

const config: ExperimentConfig = {
  ...DEFAULT_EXPERIMENT,
  batchSize: 8,
  evaluateEvery: 5,
  arms: DEFAULT_EXPERIMENT.arms.map(
    (arm): ArmConfig => ({
      ...arm,
      schedule: { kind: 'step', warmupSteps: 0, everySteps: 4, factor: 0.5 },
      learningRate: 0.1,
    }),
  ),
};

async function build(script?: Script, arrival?: () => Promise<void>, faces = plainFaces(5, 10)) {
  const engine = scriptedEngine(script, arrival === undefined ? {} : { arrival });
  const experiment = await Experiment.create(config, faces, engine, () => undefined);
  const seen = {
    updates: [] as Parameters<RunnerListener['onUpdate']>[0][],
    evaluations: [] as Parameters<RunnerListener['onEvaluation']>[0][],
    guards: [] as unknown[],
    diverged: [] as string[],
    running: [] as boolean[],
  };
  let time = 0;
  const runner = new Runner(
    experiment,
    {
      onUpdate: (update) => seen.updates.push(update),
      onEvaluation: (results) => seen.evaluations.push(results),
      onGuard: (arm, action) => seen.guards.push({ arm, ...action }),
      onDiverged: (arm) => seen.diverged.push(arm),
      onRunning: (running) => seen.running.push(running),
    },
    {
      now: () => {
        time += 1;
        return time;
      },
      yieldToTasks: () => new Promise((resolve) => setTimeout(resolve)),
    },
  );
  const rowsOf = (arm: string) =>
    seen.updates.flatMap(({ arms }) => arms.filter((a) => a.arm === arm).flatMap((a) => a.rows));
  return { engine, experiment, runner, seen, rowsOf };
}

describe('an experiment', () => {
  test('gives every arm the same batches in the same order', async () => {
    const { engine, runner } = await build();
    await runner.steps(12);
    const [a, b] = engine.recorded;
    expect(a).toHaveLength(12);
    expect(a?.map(({ indices }) => [...indices])).toEqual(b?.map(({ indices }) => [...indices]));
    expect(a?.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(engine.openBatches()).toBe(0);
  });

  test('never trains on a held-out image', async () => {
    const { engine, experiment, runner } = await build();
    await runner.steps(30);
    const held = new Set(experiment.split.validation);
    expect(held.size).toBe(10);
    for (const { indices } of engine.recorded[0]!) {
      for (const image of indices) expect(held.has(image)).toBe(false);
    }
  });

  test('starts over with the same batches after a reset', async () => {
    const { engine, runner, seen } = await build();
    await runner.steps(7);
    await runner.reset();
    expect(seen.updates.at(-1)?.step).toBe(0);
    await runner.steps(7);
    const batches = engine.recorded[0]!.map(({ indices }) => [...indices]);
    expect(batches.slice(7)).toEqual(batches.slice(0, 7));
    // Each arm got its initial weights back.
    expect(engine.restored()).toBe(2);
  });

  test('reports each step once, with the learning rate it ran at', async () => {
    const { rowsOf, runner } = await build();
    await runner.steps(9);
    const rows = rowsOf('B');
    expect(rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rates = rows.map(({ learningRate }) => learningRate);
    expect(rates[0]).toBeCloseTo(0.1);
    expect(rates[8]).toBeCloseTo(0.025);
  });

  test('tells the time of a step while it trains, without evaluation', async () => {
    const { runner, seen } = await build(undefined, () => new Promise((r) => setTimeout(r, 1)));
    await runner.steps(4);
    expect(seen.evaluations).toEqual([]);
    expect(seen.updates.at(-1)?.stepMs).toBeGreaterThan(0);
  });

  test('evaluates on the steps asked for', async () => {
    const { runner, seen } = await build();
    await runner.steps(11);
    expect(seen.evaluations.map((results) => results.map(({ arm, step }) => [arm, step]))).toEqual([
      [
        ['A', 5],
        ['B', 5],
      ],
      [
        ['A', 10],
        ['B', 10],
      ],
    ]);
  });

  test('stops the arm whose numbers are none and trains the other on', async () => {
    const { engine, rowsOf, runner, seen } = await build(({ loss }, step) =>
      loss.kind === 'dynamic-adacos' && step >= 4 ? { scale: Number.POSITIVE_INFINITY } : {},
    );
    await runner.steps(20);
    expect(seen.diverged).toEqual(['B']);
    expect(rowsOf('A')).toHaveLength(20);
    expect(rowsOf('B').map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(engine.recorded[1]!.length).toBeLessThan(20);
  });

  test('stops by itself when every arm has diverged, and says where', async () => {
    const { experiment, runner, seen } = await build((_, step) =>
      step === 3 ? { loss: Number.NaN } : {},
    );
    await runner.play();
    expect(seen.diverged.sort()).toEqual(['A', 'B']);
    expect(seen.running).toEqual([true, false]);
    const divergence = experiment.arms[0]!.divergence;
    expect(divergence).toMatchObject({ step: 3, quantity: 'loss' });
    expect(divergence?.lastGood?.step).toBe(2);
  });

  test('pauses for real and goes on where it stopped', async () => {
    const { experiment, runner } = await build();
    const playing = runner.play();
    await expect.poll(() => experiment.step).toBeGreaterThan(0);
    await runner.pause();
    await playing;
    const paused = experiment.step;
    expect(paused).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(experiment.step).toBe(paused);
    await runner.steps(2);
    expect(experiment.step).toBe(paused + 2);
  });

  test('applies a change from the next step on, to one arm', async () => {
    const { engine, experiment, runner } = await build();
    await runner.steps(2);
    experiment.change('A', { kind: 'learning-rate', value: 0.7 });
    experiment.change('B', { kind: 'cap-angle', valueRad: 0.5 });
    await runner.steps(1);
    const [a, b] = engine.recorded.map((steps) => steps.at(-1)!.hyper);
    expect(a).toMatchObject({ learningRate: 0.7, capAngleRad: null });
    expect(b).toMatchObject({ capAngleRad: 0.5 });
    expect(b?.learningRate).toBeCloseTo(0.1);
  });

  test('tells when a guard acted, once per step that it did', async () => {
    const { runner, seen } = await build(({ loss }, step) =>
      loss.kind === 'dynamic-adacos' && step === 2 ? { unguardedScale: -1, scale: 0.5 } : {},
    );
    await runner.steps(3);
    expect(seen.guards).toEqual([{ arm: 'B', step: 2, unguarded: -1, scale: 0.5 }]);
  });

  test('a broken engine rejects what was waiting and stops', async () => {
    const { engine, runner, seen } = await build((_, step) => {
      if (step === 3) throw new Error('the device is lost');
      return {};
    });
    await expect(runner.steps(5)).rejects.toThrow('the device is lost');
    expect(seen.running).toEqual([true, false]);
    expect(engine.openBatches()).toBe(0);
  });

  test('an arm that broke half-way stays broken until a reset', async () => {
    let broken = true;
    const { engine, rowsOf, runner } = await build(({ loss }, step) => {
      if (broken && step === 3 && loss.kind === 'dynamic-adacos') throw new Error('out of memory');
      return {};
    });
    await expect(runner.steps(5)).rejects.toThrow('out of memory');
    await expect(runner.steps(1)).rejects.toThrow('out of memory');
    expect(engine.recorded.map((steps) => steps.length)).toEqual([3, 3]);
    broken = false;
    await runner.reset();
    await runner.steps(3);
    expect(
      rowsOf('B')
        .slice(-3)
        .map(({ step }) => step),
    ).toEqual([1, 2, 3]);
  });
});

describe('building', () => {
  const progressOf = async (kernels: readonly number[]) => {
    let arm = 0;
    const engine = scriptedEngine(undefined, {
      onCreate: (_, onProgress) => {
        const total = kernels[arm] ?? 0;
        arm += 1;
        if (total === 0) return;
        for (let done = 0; done <= total; done += 1) onProgress(done, total);
      },
    });
    const told: BuildProgress[] = [];
    await Experiment.create(config, plainFaces(5, 10), engine, (now) => told.push(now));
    return { engine, told };
  };

  test('tells the engine how large the batches will be, after clamping', async () => {
    const small = { ...config, batchSize: 1000 };
    const engine = scriptedEngine();
    const { sampler } = await Experiment.create(small, plainFaces(5, 10), engine, () => undefined);
    expect(sampler.batchSize).toBe(40);
    expect(engine.hints).toEqual([40, 40]);
  });

  test('counts kernels over all arms, and never backwards', async () => {
    const { told } = await progressOf([3, 3]);
    expect(told.every(({ unit }) => unit === 'kernels')).toBe(true);
    expect(told.at(0)).toEqual({ done: 0, total: 6, unit: 'kernels' });
    expect(told.map(({ done }) => done)).toEqual([0, 1, 2, 3, 3, 4, 5, 6]);
    expect(told.at(-1)).toEqual({ done: 6, total: 6, unit: 'kernels' });
  });

  test('counts arms on an engine that compiles nothing', async () => {
    const { told } = await progressOf([]);
    expect(told).toEqual([
      { done: 1, total: 2, unit: 'arms' },
      { done: 2, total: 2, unit: 'arms' },
    ]);
  });

  test('leaves no learner behind where one cannot be made', async () => {
    const engine = scriptedEngine(undefined, {
      onCreate: ({ loss }) => {
        if (loss.kind === 'dynamic-adacos') throw new Error('the GPU cannot hold it');
      },
    });
    await expect(
      Experiment.create(config, plainFaces(5, 10), engine, () => undefined),
    ).rejects.toThrow('the GPU cannot hold it');
    expect(engine.recorded).toHaveLength(1);
    expect(engine.openLearners()).toBe(0);
  });
});

describe('moving to another engine', () => {
  const silent = () => undefined;

  test('goes on at the same step, with the state and the batches it would have had', async () => {
    const there = await build();
    await there.runner.steps(9);
    const { engine, experiment, rowsOf, runner } = await build();
    await runner.steps(4);
    experiment.change('A', { kind: 'learning-rate', value: 0.7 });
    const other = scriptedEngine();
    await runner.interlude(async () => {
      await experiment.park();
      expect(engine.openLearners()).toBe(0);
      await experiment.moveTo(other, silent);
    });
    await runner.steps(5);
    expect(other.restored()).toBe(2);
    expect(other.hints).toEqual([8, 8]);
    const batches = (steps: typeof other.recorded) =>
      steps[0]!.map(({ step, indices }) => [step, [...indices]]);
    expect([...batches(engine.recorded), ...batches(other.recorded)]).toEqual(
      batches(there.engine.recorded),
    );
    expect(rowsOf('B').map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // What was moved by hand is still where it was put.
    expect(other.recorded[0]![0]!.hyper.learningRate).toBeCloseTo(0.35);
  });

  test('a reset afterwards still goes to step 0', async () => {
    const { experiment, runner } = await build();
    await runner.steps(4);
    await experiment.park();
    const other = scriptedEngine();
    await experiment.moveTo(other, silent);
    await runner.reset();
    await runner.steps(2);
    expect(other.recorded[0]!.map(({ step }) => step)).toEqual([1, 2]);
    expect(other.restored()).toBe(4);
  });

  test('that fails leaves nothing behind there, and the way back open', async () => {
    const { experiment, rowsOf, runner } = await build();
    await runner.steps(3);
    await experiment.park();
    let asked = 0;
    const broken = scriptedEngine(undefined, {
      onCreate: () => {
        asked += 1;
        if (asked === 2) throw new Error('no memory left');
      },
    });
    await expect(experiment.moveTo(broken, silent)).rejects.toThrow('no memory left');
    expect(broken.openLearners()).toBe(0);
    const back = scriptedEngine();
    await experiment.moveTo(back, silent);
    await runner.steps(2);
    expect(back.recorded.map((steps) => steps.map(({ step }) => step))).toEqual([
      [4, 5],
      [4, 5],
    ]);
    expect(rowsOf('A').map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a half-taken step cannot be moved, and says so', async () => {
    const { experiment, runner } = await build((_, step) => {
      if (step === 2) throw new Error('broken');
      return {};
    });
    expect(experiment.intact).toBe(true);
    await runner.steps(3).catch(silent);
    expect(experiment.intact).toBe(false);
  });

  test('a step asked for meanwhile is taken on the new engine', async () => {
    const { experiment, runner } = await build();
    await runner.steps(1);
    const other = scriptedEngine();
    const moved = runner.interlude(async () => {
      await experiment.park();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await experiment.moveTo(other, silent);
    });
    await Promise.all([moved, runner.steps(2)]);
    expect(other.recorded[0]!.map(({ step }) => step)).toEqual([2, 3]);
  });
});

describe('commands that overlap', () => {
  const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 3));

  test('steps asked for one after the other add up', async () => {
    const { experiment, runner } = await build(undefined, slowly);
    await Promise.all([runner.steps(2), runner.steps(3)]);
    expect(experiment.step).toBe(5);
    const first = runner.steps(1);
    await slowly();
    await Promise.all([first, runner.steps(1)]);
    expect(experiment.step).toBe(7);
  });

  test('a play right after a step is not swallowed', async () => {
    const { experiment, runner } = await build(undefined, slowly);
    const stepped = runner.steps(1);
    const played = runner.play();
    await expect.poll(() => experiment.step).toBeGreaterThan(3);
    await runner.pause();
    await Promise.all([stepped, played]);
  });

  test('a reset that is followed at once by a play starts over and plays', async () => {
    const { engine, runner } = await build(undefined, slowly);
    void runner.play();
    await expect.poll(() => engine.recorded[0]!.length).toBeGreaterThan(2);
    const before = engine.recorded[0]!.length;
    const [, played] = [await runner.reset(), runner.play()];
    await expect.poll(() => engine.recorded[0]!.length).toBeGreaterThan(before + 2);
    await runner.pause();
    await played;
    const steps = engine.recorded[0]!.slice(before).map(({ step }) => step);
    expect(steps.indexOf(1)).toBeGreaterThanOrEqual(0);
    const again = steps.slice(steps.indexOf(1));
    expect(again).toEqual(again.map((_, index) => index + 1));
    expect(engine.restored()).toBe(2);
  });

  test('pause settles even if play follows before it has', async () => {
    const { experiment, runner } = await build(undefined, slowly);
    void runner.play();
    await slowly();
    const paused = runner.pause();
    const played = runner.play();
    await paused;
    const then = experiment.step;
    await expect.poll(() => experiment.step).toBeGreaterThan(then);
    await runner.pause();
    await played;
  });

  test('a pause hands over every number before it settles', async () => {
    const { experiment, rowsOf, runner } = await build(undefined, slowly);
    void runner.play();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await runner.pause();
    expect(rowsOf('A')).toHaveLength(experiment.step);
  });

  test('numbers that arrive out of order are taken in order, at their own learning rate', async () => {
    // Every other delivery takes longer than the one after it.
    let delivery = 0;
    const { engine, rowsOf, runner } = await build(undefined, () => {
      delivery += 1;
      return delivery % 4 < 2
        ? new Promise((resolve) => setTimeout(resolve, 5))
        : Promise.resolve();
    });
    await runner.steps(24);
    for (const [index, arm] of (['A', 'B'] as const).entries()) {
      const rows = rowsOf(arm);
      expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
      expect(rows.map(({ learningRate }) => learningRate)).toEqual(
        engine.recorded[index]!.map(({ hyper }) => hyper.learningRate),
      );
    }
  });
});
