/**
 * The session store: mirrors what the worker says and turns what a person does into requests. All
 * waiting, failing and retrying is here, so that a panel only reads and calls.
 */
import { create } from 'zustand';
import { startTrainer, type TrainerClient } from '../bridge/client';
import type { Failure, Request, WorkerEvent } from '../bridge/protocol';
import { withHyper } from '../training/change';
import type { ExperimentConfig, FilesConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { Builder, noticeOf } from './builder';
import { problemOf } from './configSchema';
import { applyEvent, emptyCurves } from './events';
import { forgetKept, rememberKept } from './lastKept';
import { reconcile } from './reconcile';
import type { Notice, Session, SessionState } from './session.types';

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
  keptChanges: 0,
  minimumChoice: null,
  partChoice: null,
};

const keptChanged = ({ keptChanges }: SessionState): Partial<SessionState> => ({
  keptChanges: keptChanges + 1,
});

export const useSession = create<Session>()((set, get) => {
  let client: TrainerClient | null = null;

  const worker = (): TrainerClient => {
    client ??= startTrainer(receive);
    return client;
  };
  const builder = new Builder({ get, set, worker });

  function receive(event: WorkerEvent): void {
    if (event.kind === 'failure') get().notify(workerNotice(event.failure));
    else if (event.kind === 'recovering') get().notify(recoveringNotice(event.reason));
    else if (event.kind === 'recovered') get().notify(recoveredNotice(event.reason));
    else {
      set((state) => applyEvent(state, event));
      if (event.kind === 'opening') builder.prepareEngine();
    }
  }

  /** A worker that died takes everything with it: a new one starts from the configuration. */
  function workerNotice(failure: Failure): Notice {
    const notice = noticeOf(failure, 'worker');
    if (client?.dead == null) return notice;
    const restart = (): void => {
      client = null;
      builder.forget();
      get().dismiss('worker');
      void get().start();
    };
    return { ...notice, action: { label: 'Start it again', run: restart } };
  }

  /** Training requests wait for what is being built, and go to what was built then. */
  async function train(request: Extract<Request, { kind: 'play' | 'step' | 'reset' }>) {
    await builder.idle();
    builder.trains(request.kind === 'play');
    return builder.attempt('train', () => worker().request<typeof request.kind>(request));
  }

  return {
    ...INITIAL,

    start: () => builder.submit(get().config),

    configure: async (change) => {
      const next = reconcile(get().config, change);
      const problem = problemOf(next);
      if (problem === null) {
        await builder.submit(next);
        return;
      }
      get().notify({
        key: 'configure',
        code: 'config/invalid',
        tone: 'error',
        title: `This experiment cannot be built (${problem}).`,
        detail: 'Nothing was changed.',
        action: null,
      });
    },

    load: (files, label) =>
      builder.load({ files, label, config: freshFiles(get().config), anySize: false }),

    reloadFiles: (change) => {
      const { data } = get().config;
      const before = data.kind === 'files' ? data : freshFiles(get().config);
      const config = 'kind' in change ? change : { ...before, ...change };
      return builder.load({ files: null, label: '', config, anySize: true });
    },

    readAllHeads: () => {
      const config = freshFiles(get().config);
      return builder.load({ files: null, label: '', config, anySize: false, heads: 'all' });
    },

    openedFiles: () =>
      builder.ask(() => worker().request<'opened-files'>({ kind: 'opened-files' })),

    previewFiles: (config) =>
      builder.ask(() => worker().request<'preview-files'>({ kind: 'preview-files', config })),

    cancelLoad: async () => {
      set({ minimumChoice: null, partChoice: null });
      await builder.attempt('load', () => worker().request<'cancel-load'>({ kind: 'cancel-load' }));
      await builder.goOn();
    },

    play: async () => {
      if (get().busy !== null) {
        set({ playWhenReady: true });
        return;
      }
      get().dismiss('train');
      await train({ kind: 'play' });
    },

    pause: async () => {
      set({ playWhenReady: false });
      builder.stay();
      await builder.attempt('train', () => worker().request<'pause'>({ kind: 'pause' }));
    },

    stepBatches: async (count) => {
      get().dismiss('train');
      await train({ kind: 'step', count });
    },

    stepEpoch: async () => {
      const { experiment, step, stepBatches } = get();
      if (experiment === null) return;
      await stepBatches(experiment.stepsPerEpoch - (step % experiment.stepsPerEpoch));
    },

    reset: async () => {
      get().dismiss('train');
      const outcome = await train({ kind: 'reset' });
      if (outcome.kind === 'done') set((state) => emptyCurves(state.config));
    },

    // Four digits: short enough to read out to a class.
    newSeed: () =>
      get().configure({ seed: crypto.getRandomValues(new Uint32Array(1))[0]! % 10_000 }),

    setHyper: (arm, change) =>
      builder.amend(
        arm,
        () => worker().request<'set-hyper'>({ kind: 'set-hyper', arm, change }),
        (config) => withHyper(config, arm, change),
      ),

    thumbnailsOf: async (indices) => {
      const outcome = await builder.attempt('thumbnails', () =>
        worker().request<'thumbnails'>({ kind: 'thumbnails', indices }),
      );
      return outcome.kind === 'done' ? outcome.value : null;
    },

    ask: (question) => builder.ask(() => worker().request(question)),

    editFaces: (edits) => builder.change({ kind: 'edit-faces', edits }),

    addIdentity: (crops) => builder.change({ kind: 'add-identity', ...crops }),

    keptSets: () => builder.ask(() => worker().request<'kept-sets'>({ kind: 'kept-sets' })),

    keepSet: async (name) => {
      const outcome = await builder.ask(() =>
        worker().request<'keep-set'>({ kind: 'keep-set', name }),
      );
      if (outcome.kind === 'done') {
        rememberKept(outcome.value.id);
        builder.tellOfCopy(outcome.value);
        set(keptChanged);
      }
      return outcome;
    },

    openKept: async (id, why) => {
      const outcome = await builder.openKept(id, why === 'last-visit');
      if (outcome === 'opened') rememberKept(id);
      if (outcome === 'gone') forgetKept(id);
      return outcome;
    },

    deleteKept: async (id) => {
      const outcome = await builder.ask(() =>
        worker().request<'delete-kept'>({ kind: 'delete-kept', id }),
      );
      if (outcome.kind === 'done') {
        forgetKept(id);
        builder.copyDeleted(id);
        set(keptChanged);
      }
      return outcome;
    },

    previewSynthetic: (settings, identities, images) =>
      builder.ask(() =>
        worker().request<'preview-synthetic'>({
          kind: 'preview-synthetic',
          settings,
          identities,
          images,
        }),
      ),

    describePlan: (arm, measure) =>
      builder.ask(() => worker().request<'describe-plan'>({ kind: 'describe-plan', arm, measure })),

    resetTuning: () =>
      builder.ask(() => worker().request<'reset-tuning'>({ kind: 'reset-tuning' })),

    notify: (notice) =>
      set(({ notices }) => ({
        notices: [...notices.filter(({ key }) => key !== notice.key), notice],
      })),

    dismiss: (key) =>
      set(({ notices }) => ({ notices: notices.filter((notice) => notice.key !== key) })),
  };
});

/** The device was lost and nothing else was. */
/** Takes the same place as the news that it worked out. */
function recoveringNotice(reason: string): Notice {
  return {
    ...recoveredNotice(reason),
    title: 'The GPU device is being replaced.',
    detail: `${reason} Another one is being opened; training goes on from the same step by itself.`,
  };
}

function recoveredNotice(reason: string): Notice {
  return {
    key: 'recovered',
    tone: 'info',
    title: 'The GPU device was replaced.',
    detail: `${reason} Every arm went on from its step on a new one; nothing was lost.`,
    action: null,
  };
}

/** How newly given files are read: at the crop size of the network, with everything else as usual. */
function freshFiles({ data, model }: ExperimentConfig): FilesConfig {
  // The way of cropping is kept: it depends on the person's pictures, which tend to be alike.
  const crop = data.kind === 'files' && data.crop !== undefined ? { crop: data.crop } : {};
  return {
    kind: 'files',
    cropSize: model.inputSize,
    minImagesPerIdentity: DEFAULT_MINIMUM,
    ...crop,
  };
}

/** An identity with one image has nothing to hold out; two is the least that can be learned from. */
const DEFAULT_MINIMUM = 2;
