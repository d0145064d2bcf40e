/**
 * Brings the worker to a configuration: loads the faces where they changed, builds the experiment, and
 * goes back to what worked where that fails. One thing after the other; changes that were overtaken
 * while they waited are not built.
 */
import { RequestError, type TrainerClient } from '../bridge/client';
import type { DataSummary, Failure, KeptBehind, Request } from '../bridge/protocol';
import { glanceOf } from '../data/glance';
import { differsInEngineOnly } from '../training/change';
import type { ArmId, DataConfig, ExperimentConfig, FilesConfig } from '../training/config';
import { emptyCurves } from './events';
import { rememberKept } from './lastKept';
import { markOwnFaces } from './ownFaces';
import { reconcile, sameData, withOfferedSplit } from './reconcile';
import type { KeptOutcome, Notice, Outcome, Session, SessionState } from './session.types';

/** The key of what is said of the kept copy of the faces in use. */
const KEPT_COPY = 'kept-copy';

/** What to load: files, or `null` for those given last, and how they are read. */
export type OwnFaces = Omit<Extract<Request, { kind: 'load-files' }>, 'kind'>;

/** Changes to the faces in use. */
type FacesChange = Extract<Request, { kind: 'edit-faces' | 'add-identity' }>;

export interface BuilderHost {
  readonly get: () => Session;
  readonly set: (change: Partial<SessionState>) => void;
  /** The running worker, started where there is none. */
  readonly worker: () => TrainerClient;
}

export class Builder {
  /** What the worker's faces are. */
  private loaded: DataConfig | null = null;
  /** What the worker's experiment was built from. */
  private built: ExperimentConfig | null = null;
  private generation = 0;
  private waiting = 0;
  private queue: Promise<void> = Promise.resolve();
  /** The faces that trained when others were asked for: where they stay, training goes on. */
  private interrupted: DataSummary | null = null;
  /** Training, where there is any, was played: it has no end of its own. */
  private played = false;
  /** What is read from files was given in place of the faces in use, not read another way. */
  private replaces = false;
  /** The kept set that was last told to be behind the faces in use. */
  private behindId: string | null = null;
  /** The faces of which it is told that corrections do not fit. */
  private unfitOf: string | null = null;

  constructor(private readonly host: BuilderHost) {}

  /** Forgets what the worker had: it is a new one. */
  forget(): void {
    this.loaded = null;
    this.built = null;
    this.interrupted = null;
    this.played = false;
  }

  /** Training was asked for. @param played without an end, not so many steps */
  trains(played: boolean): void {
    this.played = played;
  }

  /** Training is not to go on by itself. */
  stay(): void {
    this.interrupted = null;
    this.played = false;
  }

  /** A choice that was asked for was put away: the faces stay, and what trained on them goes on. */
  async goOn(): Promise<void> {
    if (this.waiting === 0) await this.settle();
  }

  /** Settles when everything asked for so far has been built. */
  async idle(): Promise<void> {
    while (this.waiting > 0) await this.queue;
  }

  submit(config: ExperimentConfig): Promise<void> {
    this.generation += 1;
    const mine = this.generation;
    const { get, set } = this.host;
    set({ config, busy: get().busy ?? 'configuring' });
    return this.enqueue(() => this.applyNewest(mine));
  }

  /**
   * Loads own faces; what was being loaded is given up for them. Where nothing comes of it, training
   * goes on as before.
   */
  load(own: OwnFaces): Promise<void> {
    const { get } = this.host;
    this.interrupt();
    // The first faces of all are not given up: there would be nothing to fall back to.
    if (get().busy === 'loading' && get().data !== null) void get().cancelLoad();
    return this.enqueueLoad(() => this.loadFiles(own));
  }

  /**
   * @param quietly whether it is no news that there is no such set any more; all else is told
   * @returns what became of it
   */
  async openKept(id: string, quietly: boolean): Promise<KeptOutcome> {
    this.interrupt();
    let became: KeptOutcome = 'failed';
    await this.enqueueLoad(async () => {
      const { get, set, worker } = this.host;
      const { data, thumbnails } = get();
      const outcome = await this.ask(() =>
        worker().request<'open-kept'>({ kind: 'open-kept', id }),
      );
      if (outcome.kind === 'done') {
        if (await this.take(outcome.value)) became = 'opened';
        return;
      }
      const { failure } = outcome;
      if (failure.code === 'data/kept-gone') became = 'gone';
      if (failure.code === 'data/cancelled') became = 'cancelled';
      // What the set promised before its pixels were read is taken back.
      set({ data, thumbnails });
      if (became !== 'gone' || !quietly) this.tell(failure, 'load');
    });
    return became;
  }

  /** Trains on the faces as changed; where that cannot be, everything stays as it was. */
  async change(change: FacesChange): Promise<Outcome<DataSummary>> {
    const { worker } = this.host;
    this.interrupt();
    let outcome: Outcome<DataSummary> | null = null;
    await this.enqueueLoad(async () => {
      outcome = await this.ask(() => worker().request<FacesChange['kind']>(change));
      if (outcome.kind === 'done') await this.take(outcome.value);
    });
    if (outcome === null) throw new Error('the queue was left without an answer');
    return outcome;
  }

  /** A change of one arm of the running experiment: shown at once, taken back where it is refused. */
  amend(
    arm: ArmId,
    request: () => Promise<unknown>,
    change: (config: ExperimentConfig) => ExperimentConfig,
  ): Promise<void> {
    const { get, set } = this.host;
    set({ config: change(get().config) });
    return this.enqueue(async () => {
      const outcome = await this.attempt('train', request);
      if (this.built === null) return;
      if (outcome.kind === 'done') this.built = change(this.built);
      else set({ config: withArmOf(get().config, this.built, arm) });
    });
  }

  /** Runs a request; a failure becomes a notice under `key`, except a Cancel, which was asked for. */
  async attempt<T>(key: string, request: () => Promise<T>): Promise<Outcome<T>> {
    const outcome = await this.ask(request);
    if (outcome.kind === 'failed') this.tell(outcome.failure, key);
    return outcome;
  }

  private tell(failure: Failure, key: string): void {
    if (failure.code !== 'data/cancelled') this.host.get().notify(noticeOf(failure, key));
  }

  /** Runs a request whose failure somebody else shows. */
  async ask<T>(request: () => Promise<T>): Promise<Outcome<T>> {
    try {
      return { kind: 'done', value: await request() };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { kind: 'failed', failure: error.failure };
    }
  }

  /** Other faces are asked for, which stops training. */
  private interrupt(): void {
    if (this.plays()) this.interrupted = this.host.get().data;
  }

  /** Steps that were counted do not go on after a stop: nobody would end them. */
  private plays(): boolean {
    return this.played && this.host.get().status === 'running';
  }

  private enqueueLoad(task: () => Promise<void>): Promise<void> {
    this.host.set({ busy: 'loading' });
    return this.enqueue(task);
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.waiting += 1;
    const done = this.queue.then(task).finally(() => {
      this.waiting -= 1;
      return this.waiting === 0 ? this.settle() : undefined;
    });
    // What fails is told to whoever asked for it; what waits behind it still gets its turn.
    this.queue = done.catch(() => undefined);
    return done;
  }

  /**
   * Nothing waits any more: the wish to play that came meanwhile is granted, and what was interrupted for
   * nothing goes on, unless a choice is still to be made.
   */
  private async settle(): Promise<void> {
    const { get, set } = this.host;
    const { playWhenReady, data, experiment, minimumChoice, partChoice } = get();
    set({ busy: null, progress: null, playWhenReady: false });
    let goesOn = false;
    if (minimumChoice === null && partChoice === null) {
      goesOn = this.interrupted !== null && this.interrupted === data;
      this.interrupted = null;
    }
    if ((playWhenReady || goesOn) && experiment !== null) await get().play();
  }

  private async applyNewest(mine: number): Promise<void> {
    if (mine !== this.generation) return;
    const { get, set } = this.host;
    const before = this.built;
    get().dismiss('configure');
    if ((await this.apply(get().config)) || mine !== this.generation) return;
    // The failure was told; go back to what worked, so that a bad value costs nothing but itself.
    if (before === null) return;
    set({ config: before });
    const untouched =
      get().experiment !== null && sameData(this.loaded ?? before.data, before.data);
    if (!untouched) await this.apply(before);
  }

  private async apply(config: ExperimentConfig): Promise<boolean> {
    if (this.loaded === null || !sameData(this.loaded, config.data)) {
      if (!(await this.loadFacesOf(config.data))) return false;
    }
    return this.buildOffered(config);
  }

  /**
   * The first engine opens while the pixels of a kept set are read. Not before it is shown: a GPU that is
   * busy holds the worker up.
   */
  prepareEngine(): void {
    if (this.built !== null) return;
    const { get, worker } = this.host;
    const { engine, storage } = get().config;
    const way = storage === undefined ? { engine } : { engine, storage };
    // A worker that cannot even answer this says so to the next request.
    void this.ask(() => worker().request<'prepare-engine'>({ kind: 'prepare-engine', way }));
  }

  private async loadFacesOf(data: DataConfig): Promise<boolean> {
    const { get, set, worker } = this.host;
    this.interrupt();
    set({ busy: 'loading' });
    const loaded = await this.attempt('load', () =>
      data.kind === 'synthetic'
        ? worker().request<'load-synthetic'>({ kind: 'load-synthetic', config: data })
        : worker().request<'load-files'>(againWith(data)),
    );
    set({ progress: null });
    if (loaded.kind === 'failed') return false;
    this.loaded = data;
    markFacesOf(loaded.value);
    get().dismiss('split');
    this.tellOfCopy(loaded.value);
    this.followUnfit(loaded.value);
    set({ data: loaded.value, minimumChoice: null, partChoice: null });
    await this.showThumbnails();
    return true;
  }

  private async loadFiles(own: OwnFaces): Promise<void> {
    const { get, set, worker } = this.host;
    const { minimumChoice, partChoice } = get();
    // Read again, files are those in use, unless a choice is made about others. Looked at whole, they
    // are others.
    const chosen = minimumChoice !== null || partChoice !== null;
    this.replaces = own.files !== null || own.heads === 'all' || (chosen && this.replaces);
    set({ busy: 'loading', minimumChoice: null, partChoice: null });
    try {
      const data = await worker().request<'load-files'>({ kind: 'load-files', ...own });
      // A reload should not bring back what other files have replaced.
      if (this.replaces) rememberKept(null);
      this.tellOfUnfit(data);
      await this.take(data);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      await this.refused(error, own.config);
      const now = get();
      // Not looked at whole after all, the files wait for the same choice as before.
      if (own.heads === 'all' && now.minimumChoice === null && now.partChoice === null) {
        set({ minimumChoice, partChoice });
      }
    }
  }

  /** Faces that were loaded take the place of those before: the experiment is built on them. */
  private async take(data: DataSummary): Promise<boolean> {
    const { get, set } = this.host;
    this.loaded = data.config;
    markFacesOf(data);
    set({ data, progress: null, minimumChoice: null, partChoice: null });
    get().dismiss('load');
    // That is said of other faces.
    get().dismiss('split');
    this.tellOfCopy(data);
    this.followUnfit(data);
    // Nothing stands in for own faces any more.
    if (data.config.kind === 'files') get().dismiss('url/files');
    const shown = this.showThumbnails();
    const config = reconcile(get().config, { data: data.config });
    set({ config });
    const built = await this.buildOffered(config);
    await shown;
    return built;
  }

  /** Corrections of faces that are read another way now name people or images that may not be there. */
  private tellOfUnfit({ unfit, edits, facesId }: DataSummary): void {
    if (unfit === undefined) return;
    this.unfitOf = facesId;
    const more = unfit.length - MOST_UNFIT;
    const why = [...unfit.slice(0, MOST_UNFIT), ...(more > 0 ? [`And ${more} more.`] : [])];
    this.host.get().notify({
      key: UNFIT,
      tone: 'warning',
      title: `${leftOutText(unfit.length, edits)} left out, wholly or in part: the files are read another way now.`,
      detail: `${why.join(' ')} Read as before, ${edits === 1 ? 'it is' : 'all of them are'} made again.`,
      action: null,
    });
  }

  /** What is told of corrections that do not fit is of these faces and counts them as they are now. */
  private followUnfit(data: DataSummary): void {
    const { notices, dismiss } = this.host.get();
    if (data.unfit === undefined || data.facesId !== this.unfitOf) dismiss(UNFIT);
    // What was put away stays away.
    else if (notices.some(({ key }) => key === UNFIT)) this.tellOfUnfit(data);
  }

  /** What is kept of these faces in this browser is as they are, or the person is told. */
  tellOfCopy({ keptBehind }: Pick<DataSummary, 'keptBehind'>): void {
    if (keptBehind === undefined) this.host.get().dismiss(KEPT_COPY);
    else this.tellBehind(keptBehind, null);
  }

  /** A kept set was deleted: that it is not as the faces in use are matters no more. */
  copyDeleted(id: string): void {
    if (id === this.behindId) this.host.get().dismiss(KEPT_COPY);
  }

  /** @param failure of keeping the faces again */
  private tellBehind(behind: KeptBehind, failure: Failure | null): void {
    const { get } = this.host;
    const { id, name, why } = behind;
    this.behindId = id;
    const keepAgain = async (): Promise<void> => {
      const facesId = get().data?.facesId;
      // Pressed twice, it would keep them twice.
      get().dismiss(KEPT_COPY);
      const outcome = await get().keepSet(name);
      if (outcome.kind === 'done') return;
      if (get().data?.facesId === facesId) this.tellBehind(behind, outcome.failure);
      else this.tell(outcome.failure, KEPT_COPY);
    };
    get().notify({
      key: KEPT_COPY,
      ...(failure === null ? {} : { code: failure.code }),
      tone: failure === null ? 'warning' : 'error',
      title: `The kept copy of ${name} is not as the faces in use are.`,
      detail: failure === null ? why : `${why} ${failure.message} ${failure.remedy}`,
      action: { label: 'Keep them', run: () => void keepAgain() },
    });
  }

  /** A split that these faces do not offer gives way, and the person is told. */
  private async buildOffered(config: ExperimentConfig): Promise<boolean> {
    const { get, set } = this.host;
    const { data } = get();
    const possible = data === null ? config : withOfferedSplit(config, data.splits);
    // Held out another way, what was said of it need not be true.
    if (this.built === null || possible.split !== this.built.split) get().dismiss('split');
    if (possible === config) return this.build(config);
    set({ config: possible });
    const built = await this.build(possible);
    // Where nothing can be held out, the experiment says so itself.
    if (built && get().experiment?.validationImages !== 0) get().notify(splitNotice());
    return built;
  }

  /** What a person can choose after a refusal is asked; everything else is told. */
  private async refused({ failure, histogram }: RequestError, config: FilesConfig): Promise<void> {
    const { set, worker } = this.host;
    if (histogram !== null) set({ minimumChoice: { histogram, failure, config } });
    else if (failure.code === 'data/choose-part') {
      const opened = await this.attempt('load', () =>
        worker().request<'opened-files'>({ kind: 'opened-files' }),
      );
      if (opened.kind === 'done') set({ partChoice: opened.value });
    } else this.tell(failure, 'load');
  }

  private async build(config: ExperimentConfig): Promise<boolean> {
    const { get, set, worker } = this.host;
    // Another engine takes the run over, and trains on where this one trains; Pause calls it off.
    const goesOn = this.built !== null && differsInEngineOnly(this.built, config);
    const playWhenReady = get().playWhenReady || (goesOn && this.plays());
    set({ busy: 'configuring', playWhenReady });
    const outcome = await this.attempt('configure', () =>
      worker().request<'configure'>({ kind: 'configure', config }),
    );
    set({ progress: null });
    if (outcome.kind === 'failed') {
      // The worker keeps the experiment before where it refused at once, or could go back to it.
      if (get().experiment === null) this.built = null;
      return false;
    }
    const { experiment, continued } = outcome.value;
    // An experiment that begins anew waits to be played.
    if (!continued) this.interrupted = null;
    // Emptied only now: the last rows of the experiment before have arrived by then.
    set(continued ? { experiment } : { experiment, ...emptyCurves(config) });
    this.built = config;
    return true;
  }

  private async showThumbnails(): Promise<void> {
    const { get, set, worker } = this.host;
    const { data } = get();
    if (data === null) return;
    const indices = glanceOf(data.firstImage);
    const thumbnails = await this.attempt('thumbnails', () =>
      worker().request<'thumbnails'>({ kind: 'thumbnails', indices }),
    );
    set({ thumbnails: thumbnails.kind === 'done' ? thumbnails.value : null });
  }
}

/** The key of what is said of corrections that do not fit. */
const UNFIT = 'corrections/unfit';
/** Whose reasons are told. */
const MOST_UNFIT = 5;

function leftOutText(count: number, edits: number): string {
  if (edits === 1) return 'Your correction was';
  if (count === edits) return `All ${edits} corrections were`;
  return `${count} of your ${edits} corrections ${count === 1 ? 'was' : 'were'}`;
}

function markFacesOf({ config, label }: DataSummary): void {
  markOwnFaces(config.kind === 'files' ? label : null);
}

/** The files that were given last, read this way. */
function againWith(config: FilesConfig) {
  return { kind: 'load-files', files: null, label: '', config, anySize: true } as const;
}

/** `config` with the arm as it is in `source`. */
function withArmOf(
  config: ExperimentConfig,
  source: ExperimentConfig,
  id: ArmId,
): ExperimentConfig {
  const before = source.arms.find((arm) => arm.id === id);
  return { ...config, arms: config.arms.map((arm) => (arm.id === id ? (before ?? arm) : arm)) };
}

function splitNotice(): Notice {
  return {
    key: 'split',
    tone: 'info',
    title: 'These faces do not say which of them are held out.',
    detail: 'Some images of everybody are. Choose another way under Training, Held out.',
    action: null,
  };
}

export function noticeOf(failure: Failure, key: string): Notice {
  const { code, message, remedy } = failure;
  return { key, code, tone: 'error', title: message, detail: remedy, action: null };
}
