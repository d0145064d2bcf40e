/** An engine that chooses its kernels by measuring: real candidates of a small network's shapes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LearnerConfig, PlanDescription } from '../engine';
import { candidatesOf } from './candidates';
import { filterParts } from './choices';
import type { FusedEngine } from './engine';
import type { Gpu } from './gpu';
import { layoutOf } from './layout';
import {
  BATCH,
  CONFIG,
  type OpenEngine,
  openEngine,
  train,
  withLearner,
} from './testing/experiment';
import { describeWithGpu } from './testing/gpu';
import { testInNode } from './testing/long';
import { MemoryStore } from './testing/memory-store';
import { trainingRequests } from './training-plan';
import { type Candidate, requestKey, type TuningRecord } from './tuner';
import { tuningKey } from './version';

const LEARNER: LearnerConfig = { ...CONFIG, batchSize: BATCH };

/** Every shape of the network, and what can compute it. */
function shapesOf(gpu: Gpu): ReadonlyMap<string, readonly Candidate[]> {
  const { software } = gpu.facts;
  const splits = {
    filterParts: (shape: Parameters<typeof filterParts>[0]) => filterParts(shape, software),
  };
  const requests = trainingRequests(LEARNER, layoutOf(LEARNER.model, LEARNER.classes), BATCH, gpu);
  return new Map(
    requests.map((request) => [requestKey(request), candidatesOf(request, gpu, splits)]),
  );
}

async function described(engine: FusedEngine): Promise<PlanDescription> {
  const plan = await withLearner(engine, LEARNER, (learner) =>
    engine.describe(learner, { measure: false }),
  );
  // A learner that is told its batch size has a plan from the start.
  return plan!;
}

describeWithGpu('an engine that measures', () => {
  const store = new MemoryStore();
  let open: OpenEngine;
  beforeAll(async () => {
    open = await openEngine({ tuning: { store, budgetMs: 60_000 } });
  });
  afterAll(() => {
    open.engine.dispose();
    expect(open.failures).toEqual([]);
  });

  test('decides every shape by the times of its candidates, tells of it and keeps it', async () => {
    const { engine } = open;
    const { tuning } = await described(engine);
    const shapes = shapesOf(engine.gpu!);
    expect(tuning!.map(({ shape }) => shape).sort()).toEqual([...shapes.keys()].sort());
    let several = 0;
    for (const { shape, chosen, measured } of tuning!) {
      const names = shapes.get(shape)!.map(({ name }) => name);
      expect(new Set(names).size, shape).toBe(names.length);
      expect(names, shape).toContain(chosen);
      // Where there is nothing to choose there is nothing to measure.
      expect(measured.map(({ name }) => name)).toEqual(names.length > 1 ? names : []);
      if (measured.length === 0) continue;
      several += 1;
      const fastest = measured.reduce((a, b) => (b.ms < a.ms ? b : a));
      expect(fastest.ms).toBeGreaterThan(0);
      expect(chosen, shape).toBe(fastest.name);
    }
    expect(several).toBeGreaterThanOrEqual(3);
    const kept = store.records.get(tuningKey(engine.gpu!.facts));
    expect(Object.keys(kept!).sort()).toEqual([...shapes.keys()].sort());
    expect(store.records.size).toBe(1);
  });

  testInNode(
    'takes what was kept, whatever it would have chosen, and comes to the same numbers',
    async () => {
      const key = tuningKey(open.engine.gpu!.facts);
      const shapes = shapesOf(open.engine.gpu!);
      const pinned = (choose: (candidates: readonly Candidate[]) => Candidate): TuningRecord =>
        Object.fromEntries(
          [...shapes].map(([shape, candidates]) => [
            shape,
            { chosen: choose(candidates).name, measured: [] },
          ]),
        );
      const trainedWith = async (record: TuningRecord) => {
        const own = new MemoryStore();
        own.records.set(key, record);
        const { engine, failures } = await openEngine({ tuning: { store: own, budgetMs: 60_000 } });
        const plan = await described(engine);
        const [metrics] = await withLearner(engine, LEARNER, (learner) =>
          train(engine, [learner], 3),
        );
        engine.dispose();
        expect(failures).toEqual([]);
        // Nothing was left to decide.
        expect(own.records.get(key)).toEqual(record);
        return { plan, losses: metrics!.map(({ loss }) => loss) };
      };
      const first = await trainedWith(pinned((candidates) => candidates[0]!));
      const last = await trainedWith(pinned((candidates) => candidates.at(-1)!));
      const workgroups = ({ dispatches }: PlanDescription) =>
        dispatches.map(({ kernel, label, workgroups }) => `${kernel} ${label} ${workgroups}`);
      expect(workgroups(last.plan)).not.toEqual(workgroups(first.plan));
      for (const [at, loss] of last.losses.entries())
        expect(loss).toBeCloseTo(first.losses[at]!, 4);
    },
  );

  test('measures again once everything was forgotten', async () => {
    const { engine } = open;
    await engine.resetTuning();
    expect(store.records.size).toBe(0);
    const { tuning } = await described(engine);
    expect(tuning!.length).toBe(shapesOf(engine.gpu!).size);
    expect(store.records.size).toBe(1);
  });
});
