/**
 * Loads faces for the trainer: generates the built-in ones, imports the person's own. The faces that
 * are there stay until others have loaded whole, so a failure or a Cancel loses nothing.
 */
import { addIdentity, type IdentityCrops } from '../data/addIdentity';
import type { FoundList } from '../data/import/catalogue';
import { onlyLists } from '../data/import/foundLists';
import { cancelled, ImportError } from '../data/import/importError';
import type { ImportProgress } from '../data/import/progress';
import { loadFaces, openFaces } from '../data/import/readFaces';
import { type Edit, identityName } from '../data/inspect/edit';
import { applyEdits } from '../data/inspect/edits';
import { FaceStore } from '../data/store/keptSets';
import type { ReadWork } from '../data/store/readCrops';
import { generateFaces } from '../data/synthetic/generate';
import type { FaceSet } from '../data/types';
import type { DataConfig, FilesConfig } from '../training/config';
import { leastImages } from '../training/leastImages';
import { CorrectedCrops } from './alignCorrections';
import { cropsWanted } from './alignFound';
import { pointsFromLists } from './alignLists';
import type { FacesSource } from './alignOriginals';
import { decoderOf } from './cropRules';
import { DecodePool } from './decodePool';
import { FaceBase } from './faceBase';
import { TrainerError } from './failure';
import { type JustKept, type KeptBehind, KeptCopy } from './keptCopy';
import { countKept, openKeptFaces } from './keptFaces';
import { OpenedFiles } from './openedFiles';
import { PrivateFiles } from './privateFiles';
import type { DataSummary, Request, WorkerEvent } from './protocol';
import { yieldToTasks } from './tasks';
import { chosenFor, keyOf, summarise, tooMuch, withLists } from './waysToLoad';

type LoadFiles = Extract<Request, { kind: 'load-files' }>;
type SyntheticConfig = Extract<DataConfig, { kind: 'synthetic' }>;

/** What was decoded from files, before corrections and before identities with too few are left out. */
interface Decoded {
  readonly opened: OpenedFiles;
  /** How they were read, whatever the minimum where that was not applied before decoding. */
  readonly key: string;
  readonly base: FaceBase;
}

/** The faces in use and where they came from. */
interface Loaded {
  /** @see DataSummary.facesId */
  readonly facesId: string;
  /** `null` for generated faces, and for those kept from another visit. */
  readonly opened: OpenedFiles | null;
  readonly key: string;
  readonly base: FaceBase;
  readonly config: DataConfig;
  readonly label: string;
  /** Crops of a camera that are in `base`, as they were taken: another crop size needs them again. */
  readonly camera: readonly IdentityCrops[];
}

export class FaceLoader {
  faces: FaceSet | null = null;
  private abort: AbortController | null = null;
  private loaded: Loaded | null = null;
  /** Given, but not in use yet: a minimum or a part is still to be chosen. */
  private candidate: OpenedFiles | null = null;
  private decoded: Decoded | null = null;
  /** Of the faces in use, where they were opened from there or kept since. */
  private copy: KeptCopy | null = null;
  /** Crops that a person corrected. */
  readonly corrected = new CorrectedCrops();

  /** @param store faces kept between visits */
  constructor(
    private readonly emit: (event: WorkerEvent) => void,
    readonly store: FaceStore = new FaceStore(new PrivateFiles(), countKept),
  ) {}

  /** Stops what is being loaded and forgets what waits for a choice. */
  cancel(): void {
    this.abort?.abort(cancelled());
    this.candidate = null;
    this.decoded = null;
  }

  /** What waits for a choice, else what is in use. */
  opened(): OpenedFiles | null {
    return this.candidate ?? this.loaded?.opened ?? null;
  }

  /** Lists that lay among the faces in use. */
  get lists(): readonly FoundList[] {
    return this.loaded?.opened?.catalogue.lists ?? [];
  }

  get label(): string {
    return this.loaded === null ? '' : labelOf(this.loaded);
  }

  /** What the faces in use are told apart by, and called. */
  get named(): { readonly facesId: string; readonly label: string } {
    return { facesId: this.loaded?.facesId ?? '', label: this.label };
  }

  /** The faces in use before corrections and the minimum. @throws TrainerError where there are none */
  base(): FaceBase {
    if (this.loaded !== null) return this.loaded.base;
    throw new TrainerError(
      'state/no-data',
      'There are no faces loaded.',
      'Drop face crops on the page.',
    );
  }

  /** The faces in use with what they were cut from. @throws TrainerError where there are none */
  source(): FacesSource {
    const { all } = this.base();
    // `base` has seen that there are faces.
    const { opened, config } = this.loaded!;
    return { all, opened, config };
  }

  /** @param ready settles when the faces in use may be replaced */
  async loadSynthetic(config: SyntheticConfig, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    const signal = this.begin();
    await ready;
    const all = await generateFaces(config.settings, {
      signal,
      pause: yieldToTasks,
      onProgress: this.progress('generate', 'images', started),
    });
    const camera = this.loaded?.config.kind === 'synthetic' ? this.loaded.camera : [];
    const base = withCamera(new FaceBase(all), camera);
    const label = `generated, seed ${config.settings.seed}`;
    const facesId = newFacesId();
    return this.take({ facesId, opened: null, key: '', base, config, label, camera }, [], started);
  }

  /**
   * @param ready settles when the faces in use may be replaced
   * @throws ImportError where nothing could be read, too few identities are left, or there is more than
   *   should be loaded unasked; what was opened and decoded is kept, so that the choice that then is
   *   made needs no second reading
   */
  async loadFiles(request: LoadFiles, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    const signal = this.begin();
    await ready;
    const { config } = request;
    const { loaded } = this;
    const again = request.files === null && this.candidate === null ? loaded : null;
    // Kept faces have no files behind them: only another minimum can be asked of them.
    if (again?.opened === null && again.key === keyOf(config)) {
      return this.take({ ...again, config }, again.base.edits, started);
    }
    // Looked at whole or not, these files wait for a choice; others take their place.
    const before = request.heads === 'all' ? this.candidate : null;
    try {
      const opened = await this.openedFor(request, signal);
      this.candidate = opened;
      return await this.readInto(opened, request, started, signal);
    } catch (error) {
      // Where nothing is left to choose, what is read another way is what is in use.
      const newest = this.abort?.signal === signal;
      if (newest && !leavesChoice(error)) this.candidate = before;
      throw error;
    }
  }

  private async readInto(
    opened: OpenedFiles,
    { config, anySize }: LoadFiles,
    started: number,
    signal: AbortSignal,
  ): Promise<DataSummary> {
    const { loaded } = this;
    const asked = anySize || opened === loaded?.opened;
    if (!asked && opened.isLarge(config)) throw tooMuch(opened);
    const { base: read, key } = await this.read(opened, config, signal);
    // Corrections name images and people: they fit the same files read another way.
    const same = opened === loaded?.opened ? loaded : null;
    const edits = same?.base.edits ?? [];
    const camera = same?.camera ?? [];
    const base = read === same?.base ? read : withCamera(read, camera);
    const facesId = same?.facesId ?? newFacesId();
    const { label } = opened;
    return this.take({ facesId, opened, key, base, config, label, camera }, edits, started);
  }

  /**
   * Corrects the faces in use.
   * @param edits all of them, from the faces as they were read
   * @throws EditError, ImportError where too few identities are left; nothing has changed then
   */
  async edit(edits: readonly Edit[], ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    await ready;
    this.base();
    // `base` has seen that there are faces.
    return this.take(this.loaded!, edits, started);
  }

  /**
   * Adds crops of a camera to the faces in use.
   * @throws EditError for a name that cannot be one; nothing has changed then
   */
  async addIdentity(crops: IdentityCrops, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    await ready;
    const { edits } = this.base();
    // `base` has seen that there are faces.
    const loaded = this.loaded!;
    const { size, pixels } = crops;
    const added = { name: identityName(crops.name), size, pixels };
    const base = withCamera(await loaded.base.whole(), [added]);
    const camera = [...loaded.camera, added];
    return this.take({ ...loaded, base, camera }, edits, started);
  }

  /**
   * Keeps the faces in use with their corrections, so that another visit needs no reading.
   * @throws ImportError `data/storage` where the browser has no room; the faces stay as they are
   */
  async keep(name: string): Promise<JustKept> {
    const { loaded } = this;
    if (loaded === null || loaded.config.kind !== 'files') {
      throw new TrainerError(
        'state/no-data',
        'There are no faces of your own to keep.',
        'Drop a folder or an archive on the page first.',
      );
    }
    const { facesId, base, config } = loaded;
    const { faces, edits, first, crops } = await base.toKeep();
    const id = crypto.randomUUID();
    const way = { config, edits };
    const written = way;
    const info = await this.store.keep(id, faces, { name, savedAt: Date.now(), config: way });
    // Meanwhile others may be in use.
    if (this.loaded?.facesId === facesId) {
      this.copy = new KeptCopy(this.store, { id, name, base, crops, first, way, written });
    }
    // Or they were corrected.
    const behind = await this.followCopy(this.loaded ?? loaded);
    return behind === null ? info : { ...info, keptBehind: behind };
  }

  /** @throws ImportError `data/kept-gone`, or `data/storage` where the kept faces are damaged */
  async openKept(id: string, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    const signal = this.begin();
    await ready;
    const facesId = newFacesId();
    const set = await this.store.open(id);
    const kept = await openKeptFaces(set, facesId, started);
    signal.throwIfAborted();
    this.emit(kept.opening);
    const { base, config, edits, label } = kept;
    const onProgress = this.progress('read', 'images', started);
    onProgress(0, kept.opening.data.images);
    const key = keyOf(config);
    const camera: IdentityCrops[] = [];
    const loaded = { facesId, opened: null, key, base, config, label, camera };
    const work = { signal, onProgress, pause: yieldToTasks };
    const data = await this.take(loaded, edits, started, work);
    const way = { config, edits };
    const { crops } = base;
    const written = set.index.config;
    const of = { id, name: label, base, crops, first: [], way, written };
    this.copy = new KeptCopy(this.store, of);
    return data;
  }

  /** What is deleted while it is in use stays in use. */
  async deleteKept(id: string): Promise<void> {
    const base = this.loaded?.base;
    // Pixels that cannot be read any more are no reason to keep the file.
    if (base?.keptId === id) await base.whole().catch(() => undefined);
    await this.store.remove(id);
    if (this.copy?.id === id) this.copy = null;
  }

  /** Puts faces into use, as corrected and without identities that have too few images. */
  private async take(
    loaded: Loaded,
    edits: readonly Edit[],
    started: number,
    work?: ReadWork,
  ): Promise<DataSummary> {
    const { facesId, base, config } = loaded;
    const label = labelOf(loaded);
    const minimum = config.kind === 'files' ? leastImages(config) : 1;
    const source = { all: base.all, opened: loaded.opened, config };
    const { corrections, found } = cropsWanted(base, edits, config);
    const unfit = unfitOf(base.all, edits);
    const crops = await this.corrected.cut(source, corrections, work?.signal);
    const { faces, ...dropped } = await base.use(edits, minimum, work, crops);
    if (loaded.facesId !== this.loaded?.facesId) this.copy = null;
    this.loaded = loaded;
    this.candidate = null;
    this.decoded = null;
    this.faces = faces;
    const behind = await this.followCopy(loaded);
    const loadMs = performance.now() - started;
    const facts = { facesId, config, label, ...dropped, loadMs, edits: edits.length };
    const { opened } = loaded;
    return {
      ...summarise(faces, facts),
      ...(found === null ? {} : { found }),
      ...(unfit.length === 0 ? {} : { unfit }),
      ...(loaded.opened === null && config.kind === 'files' ? { kept: true } : {}),
      ...(behind === null ? {} : { keptBehind: behind }),
      ...(opened === null || config.kind !== 'files' ? {} : opened.summaryOfWho(config)),
    };
  }

  private async followCopy({ base, config }: Loaded): Promise<KeptBehind | null> {
    return this.copy === null || config.kind !== 'files' ? null : this.copy.follow(base, config);
  }

  private async openedFor(
    { files, label, heads }: LoadFiles,
    signal: AbortSignal,
  ): Promise<OpenedFiles> {
    const options = { signal, onProgress: this.importProgress };
    if (files !== null) {
      this.decoded = null;
      return new OpenedFiles(await openFaces(files, options), label, files);
    }
    const before = this.opened();
    if (before !== null) return heads === 'all' ? before.withAllHeads(options) : before;
    if (this.loaded?.config.kind === 'files') throw cannotCut(this.loaded.config);
    throw new TrainerError(
      'state/no-data',
      'The files of before are not at hand any more.',
      'Drop the folder or archive on the page again.',
    );
  }

  /** Decodes the files this way, unless that is what was decoded last. */
  private async read(
    opened: OpenedFiles,
    config: FilesConfig,
    signal: AbortSignal,
  ): Promise<Decoded> {
    const { entries, lists } = opened.catalogue;
    if (entries.length === 0 && lists.length > 0) throw onlyLists(lists);
    const { people, chosen, key } = chosenFor(opened, config);
    for (const before of [this.decoded, this.loaded]) {
      if (before?.opened === opened && before.key === key)
        return { opened, key, base: before.base };
    }
    this.decoded = null;
    const pool = new DecodePool();
    try {
      const { cropSize } = config;
      const all = await loadFaces(
        { catalogue: opened.catalogue, people, chosen },
        {
          cropSize,
          label: opened.label,
          signal,
          decode: decoderOf(pool, config, pointsFromLists(opened.catalogue)),
          onProgress: this.importProgress,
        },
      );
      const decoded = { opened, key, base: new FaceBase(withLists(all, opened)) };
      // For the choice of another minimum, where this one leaves nobody.
      this.decoded = decoded;
      return decoded;
    } finally {
      pool.dispose();
    }
  }

  private readonly importProgress = (progress: ImportProgress): void => {
    const unit = progress.task === 'index' ? 'bytes' : 'files';
    this.emit({ kind: 'progress', unit, ...progress });
  };

  private begin(): AbortSignal {
    this.abort?.abort(cancelled());
    this.abort = new AbortController();
    return this.abort.signal;
  }

  /** Progress events, at most ten a second, with the rate since the start. */
  private progress(
    task: 'list' | 'decode' | 'generate' | 'read',
    unit: 'images' | 'files',
    started: number,
  ): (done: number, total: number | null) => void {
    let last = Number.NEGATIVE_INFINITY;
    return (done, total) => {
      const now = performance.now();
      if (now - last < 100 && done !== total) return;
      last = now;
      const seconds = (now - started) / 1000;
      const rate = seconds > 0.2 ? done / seconds : null;
      this.emit({ kind: 'progress', task, done, total, unit, rate });
    };
  }
}

/** Whether the person is asked which part of the files to load, or who takes part. */
function leavesChoice(error: unknown): boolean {
  const choices: readonly string[] = ['data/choose-part', 'data/too-few-identities'];
  return error instanceof ImportError && choices.includes(error.code);
}

/** Names and people may be others where the files are read another way. */
function unfitOf(all: FaceSet, edits: readonly Edit[]): readonly string[] {
  if (edits.length === 0) return [];
  return applyEdits(all, edits).steps.flatMap(({ problem }) => problem?.message ?? []);
}

let facesOpened = 0;

/** Faces of a worker that ran before this one were others, however many it had opened. */
function newFacesId(): string {
  facesOpened += 1;
  return `${performance.timeOrigin} ${facesOpened}`;
}

function cannotCut({ cropSize }: FilesConfig): TrainerError {
  return new TrainerError(
    'state/no-data',
    `These faces were kept at ${cropSize}×${cropSize} pixels, without the pictures they were cut from.`,
    'Drop the folder or archive again to cut it another way.',
  );
}

function withCamera(base: FaceBase, camera: readonly IdentityCrops[]): FaceBase {
  if (camera.length === 0) return base;
  return new FaceBase(camera.reduce((all, crops) => addIdentity(all, crops, 'camera'), base.all));
}

/** `lfw.tar + me`. */
function labelOf({ label, camera }: Loaded): string {
  return [label, ...new Set(camera.map(({ name }) => name))].join(' + ');
}
