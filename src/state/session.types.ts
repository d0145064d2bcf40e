/** What the page knows and what a person can do, as one store. The panels read and call; nothing else. */
import type {
  ArmMetrics,
  DataSummary,
  DroppedFile,
  ExperimentSummary,
  Failure,
  FailureCode,
  FilesPreview,
  HyperChange,
  IdentityCrops,
  IdentityHistogram,
  KeptSetInfo,
  KeptSets,
  Mark,
  MetricName,
  OpenedFiles,
  Request,
  ResponseMap,
  Thumbnails,
  TrainingStatus,
  ValidationPoint,
  WorkerEvent,
} from '../bridge/protocol';
import type { Edit } from '../data/inspect/edit';
import type { SyntheticSettings } from '../data/synthetic/settings';
import type { EngineMemory, PlanDescription } from '../engine/engine';
import type { ArmId, ExperimentConfig, FilesConfig } from '../training/config';

export type Progress = Extract<WorkerEvent, { kind: 'progress' }>;

/** What became of a request. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Something to tell the person. Stays until dismissed or replaced by one with the same key. */
export interface Notice {
  readonly key: string;
  /** Of the failure behind it, where there is one. */
  readonly code?: FailureCode;
  readonly tone: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly detail: string;
  /** Offered as a button. */
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** Growing columns of one arm; `length` rows are valid. Mutated in place; `version` in the store tells. */
export interface ArmSeries {
  readonly arm: ArmId;
  length: number;
  /** Float64, `length` rows each; replaced by larger ones as they fill. */
  readonly columns: Record<MetricName, Float64Array>;
  readonly validation: ValidationPoint[];
  /** The newest batch's cosines to the own centre. */
  targetCosines: Float32Array | null;
  /** `[ANGLE_BINS]`, its angles to all other centres; `null` where they are not counted. */
  otherAngles: Uint32Array | null;
}

export interface SessionState {
  readonly config: ExperimentConfig;
  readonly data: DataSummary | null;
  readonly thumbnails: Thumbnails | null;
  readonly experiment: ExperimentSummary | null;
  /** The worker is applying `config` (loading, compiling). */
  readonly busy: 'loading' | 'configuring' | null;
  /** Play was pressed while something was still being prepared. */
  readonly playWhenReady: boolean;
  readonly progress: Progress | null;
  readonly status: TrainingStatus;
  readonly step: number;
  readonly epoch: number;
  readonly imagesPerSecond: number | null;
  readonly stepMs: number | null;
  readonly memory: EngineMemory | null;
  readonly series: ReadonlyMap<ArmId, ArmSeries>;
  /** Bumped at most ten times a second when `series` got new rows. */
  readonly seriesVersion: number;
  readonly marks: readonly Mark[];
  readonly diverged: readonly Extract<WorkerEvent, { kind: 'diverged' }>[];
  /** Last time each arm's guard acted. */
  readonly guards: ReadonlyMap<ArmId, Extract<WorkerEvent, { kind: 'guard' }>>;
  readonly notices: readonly Notice[];
  /** How often faces were kept or deleted in this visit, from whatever place: a list of them is read again. */
  readonly keptChanges: number;
  /** Set while the person must choose a minimum number of images. */
  readonly minimumChoice: {
    readonly histogram: IdentityHistogram;
    readonly failure: Failure;
    /** How the files were read that had too few. */
    readonly config: FilesConfig;
  } | null;
  /** Set while the person must choose which part of a large set to load. */
  readonly partChoice: OpenedFiles | null;
}

/** Requests that only ask. */
export type QuestionKind =
  | 'inspect'
  | 'inspect-crops'
  | 'inspect-picture'
  | 'find-faces'
  | 'correct-crop'
  | 'find-duplicates'
  | 'judge-quality'
  | 'find-mislabelled'
  | 'cancel-mislabelled'
  | 'check-leak'
  | 'cancel-leak';

/** What became of faces that were kept: `gone` is not kept any more, `failed` was told. */
export type KeptOutcome = 'opened' | 'gone' | 'cancelled' | 'failed';

export interface SessionActions {
  /** Starts the worker, loads the data of the configuration and builds the experiment. */
  start(): Promise<void>;
  /** Merges a change into the configuration; restarts what it invalidates. */
  configure(change: Partial<ExperimentConfig>): Promise<void>;
  load(files: readonly DroppedFile[], label: string): Promise<void>;
  /**
   * Reads the files given last another way: a change of how the faces in use were read, or all of it,
   * which is what a choice about other files is.
   */
  reloadFiles(change: FilesConfig | Partial<Omit<FilesConfig, 'kind'>>): Promise<void>;
  /**
   * Opens the files given last once more, with the heads of all their records, and lets a part be chosen.
   * The faces in use stay until then.
   */
  readAllHeads(): Promise<void>;
  /** What is known of the files given last; a failure is the caller's to show. */
  openedFiles(): Promise<Outcome<OpenedFiles | null>>;
  /** What another way of reading them would load; a failure is the caller's to show. */
  previewFiles(config: FilesConfig): Promise<Outcome<FilesPreview>>;
  /** Puts a question to the worker that changes nothing; a failure is the caller's to show. */
  ask<K extends QuestionKind>(
    question: Extract<Request, { kind: K }>,
  ): Promise<Outcome<ResponseMap[K]>>;
  /** Trains on the faces with these corrections; what goes wrong is the caller's to show. */
  editFaces(edits: readonly Edit[]): Promise<Outcome<DataSummary>>;
  /** Trains on the faces and these crops of one person; what goes wrong is the caller's to show. */
  addIdentity(crops: IdentityCrops): Promise<Outcome<DataSummary>>;
  /** What is kept in this browser, and how much room there is. */
  keptSets(): Promise<Outcome<KeptSets>>;
  /** Keeps the faces in use, for the next visit, too; a failure is the caller's to show. */
  keepSet(name: string): Promise<Outcome<KeptSetInfo>>;
  /**
   * Trains on faces kept from another visit, and remembers them for the next.
   * @param why `last-visit`: nobody asked for them, so that it is no news where they are not kept any more
   */
  openKept(id: string, why?: 'last-visit'): Promise<KeptOutcome>;
  deleteKept(id: string): Promise<Outcome<null>>;
  cancelLoad(): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  stepBatches(count: number): Promise<void>;
  stepEpoch(): Promise<void>;
  reset(): Promise<void>;
  newSeed(): Promise<void>;
  setHyper(arm: ArmId, change: HyperChange): Promise<void>;
  /** Small pictures of other images than the ones in `thumbnails`; `null` where that failed. */
  thumbnailsOf(indices: Uint32Array): Promise<Thumbnails | null>;
  /** Some faces these settings would generate; a failure is the caller's to show. */
  previewSynthetic(
    settings: SyntheticSettings,
    identities: number,
    images: number,
  ): Promise<Outcome<Thumbnails>>;
  /** What the engine plans for a step of the arm; a failure is the caller's to show. */
  describePlan(arm: ArmId, measure: boolean): Promise<Outcome<PlanDescription | null>>;
  /** Forgets how kernels were chosen on this adapter. */
  resetTuning(): Promise<Outcome<null>>;
  notify(notice: Notice): void;
  dismiss(key: string): void;
}

export type Session = SessionState & SessionActions;
export type { ArmMetrics };
