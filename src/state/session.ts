/**
 * The session store: mirrors what the worker says and turns what a person does into requests. All
 * waiting, failing and retrying is here, so that a panel only reads and calls.
 */
import { create } from 'zustand';
import { RequestError, startTrainer, type TrainerClient } from '../bridge/client';
import type { DroppedFile, Failure, WorkerEvent } from '../bridge/protocol';
import type { ArmConfig, ArmId, ExperimentConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { applyEvent, emptyCurves } from './events';
import { reconcile, sameData } from './reconcile';
import type { Notice, Session, SessionState } from './session.types';

/** How many faces the data panel shows at a glance. */
const THUMBNAILS = 12;

const INITIAL: SessionState = {
  config: DEFAULT_EXPERIMENT,
  data: null,
  thumbnails: null,
  experiment: null,
  busy: null,
  playWhenReady: false,
  progress: null,
  status: 'idle',
  step: 0,
  epoch: 0,
  imagesPerSecond: null,
  stepMs: null,
  memory: null,
  series: new Map(),
  seriesVersion: 0,
  marks: [],
  diverged: [],
  guards: new Map(),
  notices: [],
  minimumChoice: null,
};

export const useSession = create<Session>()((set, get) => {
  let client: TrainerClient | null = null;
  /** Counts configurations; one that was overtaken while it waited stops half-way. */
  let generation = 0;
  /** Configurations are applied one after the other. */
  let queue: Promise<void> = Promise.resolve();
  /** What the worker's faces and experiment were last built from. */
  let applied: ExperimentConfig | null = null;

  const worker = (): TrainerClient => {
    client ??= startTrainer(receive);
    return client;
  };

  function receive(event: WorkerEvent): void {
    if (event.kind === 'failure') {
      get().notify(noticeOf(event.failure, 'worker'));
      return;
    }
    set((state) => applyEvent(state, event));
  }

  /** Runs a request; a failure becomes a notice under `key` and `null` is returned. */
  async function attempt<T>(key: string, request: () => Promise<T>): Promise<T | null> {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.failure.code !== 'data/cancelled') get().notify(noticeOf(error.failure, key));
      return null;
    }
  }

  function enqueue(task: () => Promise<void>): Promise<void> {
    queue = queue.then(task);
    return queue;
  }

  /** Brings the worker to `config`: loads the faces if they changed, builds the experiment. */
  async function apply(config: ExperimentConfig): Promise<boolean> {
    get().dismiss('configure');
    if (applied === null || !sameData(applied.data, config.data)) {
      if (!(await loadFacesOf(config))) return false;
      applied = applied === null ? null : { ...applied, data: config.data };
    }
    return build(config);
  }

  async function loadFacesOf(config: ExperimentConfig): Promise<boolean> {
    set({ busy: 'loading' });
    const { data } = config;
    const loaded = await attempt('load', () =>
      data.kind === 'synthetic'
        ? worker().request<'load-synthetic'>({ kind: 'load-synthetic', config: data })
        : worker().request<'load-files'>({ ...data, kind: 'load-files', files: null, label: '' }),
    );
    set({ progress: null });
    if (loaded === null) return false;
    set({ data: loaded, minimumChoice: null });
    await showThumbnails();
    return true;
  }

  async function build(config: ExperimentConfig): Promise<boolean> {
    set({ busy: 'configuring', ...emptyCurves(config) });
    const experiment = await attempt('configure', () =>
      worker().request<'configure'>({ kind: 'configure', config }),
    );
    set({ progress: null, experiment });
    if (experiment === null) return false;
    applied = config;
    return true;
  }

  async function showThumbnails(): Promise<void> {
    const { data } = get();
    if (data === null) return;
    const count = Math.min(THUMBNAILS, data.firstImage.length);
    const indices = Uint32Array.from(
      { length: count },
      (_, place) => data.firstImage[Math.floor((place * data.firstImage.length) / count)]!,
    );
    const thumbnails = await attempt('thumbnails', () =>
      worker().request<'thumbnails'>({ kind: 'thumbnails', indices }),
    );
    set({ thumbnails });
  }

  /** After a configuration settled: the wish to play that came meanwhile is granted. */
  async function settle(): Promise<void> {
    const wanted = get().playWhenReady;
    set({ busy: null, playWhenReady: false });
    if (wanted && get().experiment !== null) await get().play();
  }

  async function applyNewest(mine: number): Promise<void> {
    // Overtaken changes are part of the newest configuration; only that one is built.
    if (mine !== generation) return;
    const { config } = get();
    const before = applied;
    if (await apply(config)) {
      if (mine === generation) await settle();
      return;
    }
    if (mine !== generation) return;
    // The failure was told; go back to what worked, so that a bad value costs nothing but itself.
    if (before !== null) {
      set({ config: before });
      applied = before;
      if (get().experiment === null) await build(before);
    }
    await settle();
  }

  function submit(config: ExperimentConfig): Promise<void> {
    generation += 1;
    const mine = generation;
    set({ config });
    return enqueue(() => applyNewest(mine));
  }

  async function loadFiles(
    files: readonly DroppedFile[] | null,
    label: string,
    settings: { readonly cropSize: number; readonly minImagesPerIdentity: number },
  ): Promise<void> {
    set({ busy: 'loading', minimumChoice: null });
    try {
      const data = await worker().request<'load-files'>({
        kind: 'load-files',
        files,
        label,
        ...settings,
      });
      set({ data, progress: null });
      get().dismiss('load');
      await showThumbnails();
      const config = reconcile(get().config, { data: { kind: 'files', ...settings } });
      set({ config });
      applied = applied === null ? null : { ...applied, data: config.data };
      await build(config);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { failure, histogram } = error;
      if (histogram !== null) set({ minimumChoice: { histogram, failure } });
      else if (failure.code !== 'data/cancelled') get().notify(noticeOf(failure, 'load'));
    } finally {
      set({ progress: null });
      await settle();
    }
  }

  return {
    ...INITIAL,

    start: () => submit(get().config),

    configure: (change) => submit(reconcile(get().config, change)),

    load: (files, label) =>
      enqueue(() =>
        loadFiles(files, label, {
          cropSize: get().config.model.inputSize,
          minImagesPerIdentity: DEFAULT_MINIMUM,
        }),
      ),

    reloadFiles: (change) =>
      enqueue(() => {
        const { data, model } = get().config;
        const now =
          data.kind === 'files'
            ? data
            : { cropSize: model.inputSize, minImagesPerIdentity: DEFAULT_MINIMUM };
        return loadFiles(null, '', {
          cropSize: change.cropSize ?? now.cropSize,
          minImagesPerIdentity: change.minImagesPerIdentity ?? now.minImagesPerIdentity,
        });
      }),

    cancelLoad: async () => {
      set({ minimumChoice: null });
      await attempt('load', () => worker().request<'cancel-load'>({ kind: 'cancel-load' }));
    },

    play: async () => {
      if (get().busy !== null) {
        set({ playWhenReady: true });
        return;
      }
      get().dismiss('worker');
      await attempt('train', () => worker().request<'play'>({ kind: 'play' }));
    },

    pause: async () => {
      set({ playWhenReady: false });
      await attempt('train', () => worker().request<'pause'>({ kind: 'pause' }));
    },

    stepBatches: async (count) => {
      await attempt('train', () => worker().request<'step'>({ kind: 'step', count }));
    },

    stepEpoch: async () => {
      const { experiment, step, stepBatches } = get();
      if (experiment === null) return;
      await stepBatches(experiment.stepsPerEpoch - (step % experiment.stepsPerEpoch));
    },

    reset: async () => {
      const done = await attempt('train', () => worker().request<'reset'>({ kind: 'reset' }));
      if (done === null && get().experiment === null) return;
      set((state) => emptyCurves(state.config));
    },

    // Four digits: short enough to read out to a class.
    newSeed: () =>
      get().configure({ seed: crypto.getRandomValues(new Uint32Array(1))[0]! % 10_000 }),

    setHyper: async (arm, change) => {
      await attempt('train', () =>
        worker().request<'set-hyper'>({ kind: 'set-hyper', arm, change }),
      );
      set(({ config }) => ({ config: withHyper(config, arm, change) }));
      if (applied !== null) applied = withHyper(applied, arm, change);
    },

    thumbnailsOf: (indices) =>
      attempt('thumbnails', () => worker().request<'thumbnails'>({ kind: 'thumbnails', indices })),

    notify: (notice) =>
      set(({ notices }) => ({
        notices: [...notices.filter(({ key }) => key !== notice.key), notice],
      })),

    dismiss: (key) =>
      set(({ notices }) => ({ notices: notices.filter((notice) => notice.key !== key) })),
  };
});

/** An identity with one image has nothing to hold out; two is the least that can be learned from. */
const DEFAULT_MINIMUM = 2;

function noticeOf(failure: Failure, key: string): Notice {
  return {
    key,
    tone: 'error',
    title: failure.message,
    detail: failure.remedy,
    action: null,
  };
}

/** The configuration after a change while training, so that the URL and a reset keep it. */
function withHyper(
  config: ExperimentConfig,
  id: ArmId,
  change: Parameters<Session['setHyper']>[1],
): ExperimentConfig {
  const arms = config.arms.map((arm): ArmConfig => {
    if (arm.id !== id) return arm;
    switch (change.kind) {
      case 'learning-rate':
        return { ...arm, learningRate: change.value };
      case 'fixed-scale':
        // A fixed AdaCos arm whose s was moved by hand is a normalised softmax from then on.
        return { ...arm, loss: { kind: 'normalised-softmax', scale: change.value } };
      case 'cap-angle':
        return arm.loss.kind === 'dynamic-adacos'
          ? { ...arm, loss: { ...arm.loss, capAngleRad: change.valueRad } }
          : arm;
      default:
        return change satisfies never;
    }
  });
  return { ...config, arms };
}
