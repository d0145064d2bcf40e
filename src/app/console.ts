/**
 * `window.adacos`: the page for scripts, notebooks and tests. `state()` and `curves()` return plain
 * JSON; the actions are the buttons', each a promise that settles when the work is done and rejects
 * with an error whose `code` and `remedy` are those of the message on the page.
 *
 *   await adacos.configure({ batchSize: 16 });
 *   await adacos.step(20);
 *   adacos.curves().arms[1].scale;
 */
import type { DroppedFile, FailureCode } from '../bridge/protocol';
import type { EngineMemory, EngineReport } from '../engine/engine';
import { SETTING_NAMES } from '../state/configSchema';
import { type PlainCurves, plainCurves } from '../state/plain';
import { useSession } from '../state/session';
import type { Notice, SessionState } from '../state/session.types';
import type { ExperimentConfig } from '../training/config';

export interface PlainState {
  readonly config: ExperimentConfig;
  /** What really runs; `null` until an experiment is built. */
  readonly engine: EngineReport | null;
  readonly status: SessionState['status'];
  readonly busy: SessionState['busy'];
  /** Steps whose numbers have arrived. */
  readonly step: number;
  readonly epoch: number;
  readonly stepMs: number | null;
  readonly imagesPerSecond: number | null;
  readonly memory: EngineMemory | null;
  readonly data: {
    readonly label: string;
    readonly cropSize: number;
    readonly images: number;
    readonly identities: number;
    readonly rejected: readonly { readonly name: string; readonly reason: string }[];
    readonly droppedIdentities: number;
    readonly loadMs: number;
  } | null;
  readonly experiment: Omit<NonNullable<SessionState['experiment']>, 'config' | 'engine'> | null;
  readonly notices: readonly Pick<Notice, 'key' | 'tone' | 'title' | 'detail'>[];
}

/** What `load` takes: files as a file input gives them, or with the path they should count as. */
export type Loadable = File | DroppedFile;

export interface AdacosConsole {
  /** Version of this interface. */
  readonly version: 1;
  state(): PlainState;
  curves(): PlainCurves;
  /** Merges a change into the configuration; settles when the experiment is built again. */
  configure(change: Partial<ExperimentConfig>): Promise<void>;
  /** Loads the person's own faces: images in folders (`path`), or archives. */
  load(files: Iterable<Loadable>): Promise<void>;
  /** Starts training; settles as soon as it runs. */
  play(): Promise<void>;
  /** Settles when training stands still and every number has arrived. */
  pause(): Promise<void>;
  /** Trains `count` more steps (1 if left out); settles when their numbers have arrived. */
  step(count?: number): Promise<void>;
  /** Back to step 0 with the same seed. */
  reset(): Promise<void>;
}

/** What an action rejects with. */
class AdacosError extends Error {
  override readonly name = 'AdacosError';
  constructor(
    message: string,
    /** As in the protocol: `config/invalid`, `engine/unavailable` …; `null` for a plain message. */
    readonly code: FailureCode | null,
    /** What to do next. */
    readonly remedy: string,
  ) {
    super(`${message} ${remedy}`);
  }
}

/** Runs an action and rejects with the message it left, which the page shows as well. */
async function orThrow(run: () => Promise<void>): Promise<void> {
  const before = useSession.getState();
  await run();
  const { notices, minimumChoice } = useSession.getState();
  const added = notices.find(
    (notice) => notice.tone === 'error' && !before.notices.includes(notice),
  );
  if (added !== undefined) {
    throw new AdacosError(added.title, added.code ?? null, added.detail);
  }
  if (minimumChoice !== null && minimumChoice !== before.minimumChoice) {
    const { code, message, remedy } = minimumChoice.failure;
    throw new AdacosError(message, code, remedy);
  }
}

function refused(message: string, remedy: string): Promise<never> {
  return Promise.reject(new AdacosError(message, 'config/invalid', remedy));
}

function toDropped(item: Loadable): DroppedFile {
  return item instanceof File ? { path: item.webkitRelativePath || item.name, file: item } : item;
}

function plainState(): PlainState {
  const session = useSession.getState();
  const { data, experiment } = session;
  return {
    config: session.config,
    engine: experiment?.engine ?? null,
    status: session.status,
    busy: session.busy,
    step: session.step,
    epoch: session.epoch,
    stepMs: session.stepMs,
    imagesPerSecond: session.imagesPerSecond,
    memory: session.memory,
    data: data && {
      label: data.label,
      cropSize: data.cropSize,
      images: data.images,
      identities: data.identities.length,
      rejected: data.rejected,
      droppedIdentities: data.droppedIdentities,
      loadMs: data.loadMs,
    },
    experiment: experiment && withoutConfig(experiment),
    notices: session.notices.map(({ key, tone, title, detail }) => ({ key, tone, title, detail })),
  };
}

function withoutConfig(experiment: NonNullable<SessionState['experiment']>) {
  const { config: _config, engine: _engine, ...rest } = experiment;
  return rest;
}

/** Puts the interface on the window. */
export function installConsole(): void {
  const session = () => useSession.getState();
  const adacos: AdacosConsole = {
    version: 1,
    state: plainState,
    curves: () => plainCurves(session()),
    configure: (change) => {
      const unknown = Object.keys(change ?? {}).find((key) => !SETTING_NAMES.includes(key));
      if (unknown !== undefined) {
        return refused(
          `There is no setting “${unknown}”.`,
          `There are ${SETTING_NAMES.join(', ')}.`,
        );
      }
      return orThrow(() => session().configure(change));
    },
    load: (files) => {
      const dropped = [...files].map(toDropped);
      const label = dropped.length === 1 ? dropped[0]!.path : `${dropped.length} files`;
      return orThrow(() => session().load(dropped, label));
    },
    play: () => orThrow(() => session().play()),
    pause: () => orThrow(() => session().pause()),
    step: (count = 1) =>
      Number.isInteger(count) && count > 0
        ? orThrow(() => session().stepBatches(count))
        : refused(`Cannot train ${String(count)} steps.`, 'Give a whole number above 0.'),
    reset: () => orThrow(() => session().reset()),
  };
  Object.defineProperty(window, 'adacos', { value: Object.freeze(adacos), configurable: true });
}

declare global {
  interface Window {
    readonly adacos: AdacosConsole;
  }
}
