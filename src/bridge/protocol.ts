/**
 * The wall between the two threads: types only. Every request carries an `id` and is answered by one
 * `response` with that id; everything else the worker says is an event. Failures are data: a code, a
 * sentence that names the offending value, and what to do next.
 */

import type { IdentityCrops } from '../data/addIdentity';
import type { CropCorrection } from '../data/align/placement';
import type { TemplateId } from '../data/align/templates';
import type { ImportErrorCode } from '../data/import/importError';
import type { DuplicateGroup } from '../data/inspect/duplicates';
import type { Edit, EditErrorCode } from '../data/inspect/edit';
import type { QualityReport } from '../data/inspect/quality';
import type { LeakReport } from '../data/leakReport';
import type { KeptSetInfo, UnreadableSet } from '../data/store/keptSet';
import type { KeptSets } from '../data/store/keptSets';
import type { SyntheticSettings } from '../data/synthetic/settings';
import type { FaceSet, IdentityHistogram, RejectedFile } from '../data/types';
import type { EngineMemory, EngineReport, PlanDescription } from '../engine/engine';
import type { HyperChange } from '../training/arm';
import type { EngineWay } from '../training/change';
import type { ArmId, DataConfig, ExperimentConfig, FilesConfig } from '../training/config';
import type { MetricColumns, MetricName, MetricRow } from '../training/metrics';
import type { NetworkInput } from '../training/networkInput';
import type { FoundFace } from './aligner';
import type { FacesFound } from './alignFound';
import type { JustKept, KeptBehind } from './keptCopy';

export type {
  FacesFound,
  FoundFace,
  HyperChange,
  IdentityCrops,
  IdentityHistogram,
  KeptBehind,
  KeptSetInfo,
  KeptSets,
  LeakReport,
  MetricColumns,
  MetricName,
  MetricRow,
  UnreadableSet,
};

export type FailureCode =
  | ImportErrorCode
  | EditErrorCode
  | 'engine/unavailable'
  | 'engine/device-lost'
  | 'engine/invalid'
  | 'engine/failed'
  | 'engine/out-of-memory'
  | 'config/invalid'
  | 'state/no-data'
  | 'state/training'
  | 'internal';

export interface Failure {
  readonly code: FailureCode;
  /** What happened, with the offending value. */
  readonly message: string;
  /** What the person can do next. */
  readonly remedy: string;
}

/** A file as the page saw it dropped: the handle and its path inside what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

export type Request =
  | { readonly kind: 'load-synthetic'; readonly config: Extract<DataConfig, { kind: 'synthetic' }> }
  | {
      readonly kind: 'load-files';
      /** `null` reads again what was dropped last, with other settings. */
      readonly files: readonly DroppedFile[] | null;
      readonly label: string;
      /** How they are read. */
      readonly config: FilesConfig;
      /** Whether to load a set that is too large to be loaded unasked. */
      readonly anySize: boolean;
      /** Opens what was dropped last once more, with the heads of all records. */
      readonly heads?: 'all';
    }
  | { readonly kind: 'cancel-load' }
  /** Keeps the files' faces in this browser, under a name. */
  | { readonly kind: 'keep-set'; readonly name: string }
  | { readonly kind: 'kept-sets' }
  | { readonly kind: 'open-kept'; readonly id: string }
  /** The faces in use before corrections and the minimum, without their pixels. */
  | { readonly kind: 'inspect' }
  /** Crops of those faces. */
  | { readonly kind: 'inspect-crops'; readonly indices: Uint32Array }
  /** The picture that the crop of one of those faces was cut from. */
  | { readonly kind: 'inspect-picture'; readonly image: number }
  /** All faces of that picture, the main one first. */
  | { readonly kind: 'find-faces'; readonly image: number }
  /** The crop of that picture as corrected. */
  | {
      readonly kind: 'correct-crop';
      readonly image: number;
      readonly correction: CropCorrection;
    }
  /** Copies and look-alikes among them. @see data/inspect/duplicates */
  | {
      readonly kind: 'find-duplicates';
      /** `[count]`, whose image each is after corrections; −1 takes no part. */
      readonly imageIdentity: Int32Array;
      readonly similarity: number;
    }
  | { readonly kind: 'judge-quality'; readonly imageIdentity: Int32Array }
  /** Images of the faces in use that an arm's embeddings put nearer to somebody else. */
  | { readonly kind: 'find-mislabelled'; readonly arm: ArmId }
  | { readonly kind: 'cancel-mislabelled' }
  /** Who of an evaluation set is among the identities that train; takes the place of the check before. */
  | { readonly kind: 'check-leak'; readonly against: LeakAgainst }
  | { readonly kind: 'cancel-leak' }
  /** Trains on the faces with these corrections, all of them from the faces as they were read. */
  | { readonly kind: 'edit-faces'; readonly edits: readonly Edit[] }
  | { readonly kind: 'delete-kept'; readonly id: string }
  /** Crops of one person, taken with a camera, into the faces in use; a name that is there gets more. */
  | ({ readonly kind: 'add-identity' } & IdentityCrops)
  /** What was given last, as far as it is known without decoding; `null` where nothing was. */
  | { readonly kind: 'opened-files' }
  /** What another way of reading would load. */
  | { readonly kind: 'preview-files'; readonly config: FilesConfig }
  /** Opens the engine that will be wanted, beside whatever else is prepared; what goes wrong is told by `configure`. */
  | { readonly kind: 'prepare-engine'; readonly way: EngineWay }
  | { readonly kind: 'configure'; readonly config: ExperimentConfig }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  /** Resolves when that many more steps are trained and their metrics were sent. */
  | { readonly kind: 'step'; readonly count: number }
  /** Same seed: the same weights and order from step 0. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'set-hyper'; readonly arm: ArmId; readonly change: HyperChange }
  | { readonly kind: 'thumbnails'; readonly indices: Uint32Array }
  /** Some generated faces with these settings: `images` each of the first `identities`. */
  | {
      readonly kind: 'preview-synthetic';
      readonly settings: SyntheticSettings;
      readonly identities: number;
      readonly images: number;
    }
  /** What the engine plans for a step of the arm; `measure` times it, which only works while paused. */
  /** Forgets how kernels were chosen; the next experiment's shapes are measured again. */
  | { readonly kind: 'reset-tuning' }
  | { readonly kind: 'describe-plan'; readonly arm: ArmId; readonly measure: boolean }
  | { readonly kind: 'dispose' };

export type RequestKind = Request['kind'];

/** What was given, known without decoding a picture. */
export interface OpenedFiles {
  readonly label: string;
  /** `LFW`, `one folder per person` …, for the screen. */
  readonly layout: string;
  readonly images: number;
  readonly identities: number;
  readonly histogram: IdentityHistogram;
  /** Parts the set itself names, with their images. */
  readonly splits: readonly { readonly name: string; readonly images: number }[];
  /** How it was read, and what lists among the pictures say, one sentence each. */
  readonly notes: readonly string[];
  /** Bytes that it takes to look at all of it, where only a part was looked at. */
  readonly allHeadsBytes?: number;
  readonly rejected: number;
  /** A pattern to begin with where file names tell who is who; `null` where something better does. */
  readonly pattern: string | null;
  /** Images that lists of the set have five points for. */
  readonly listed: number;
}

/** Faces to look at and to correct: a face set without its pixels. */
export interface InspectedFaces {
  /** As in `DataSummary`. */
  readonly facesId: string;
  readonly label: string;
  readonly faces: FaceSet;
  /** Corrections in force. */
  readonly edits: readonly Edit[];
}

/** The evaluation set: lists among the faces in use, files that are read for this only, a kept set. */
export type LeakAgainst =
  | { readonly kind: 'own-lists' }
  | {
      readonly kind: 'files';
      readonly files: readonly DroppedFile[];
      readonly label: string;
    }
  | { readonly kind: 'kept'; readonly id: string };

/** A picture to set the points of a face on. */
export interface InspectedPicture {
  /** Pixels of the upright picture: what points are in. */
  readonly width: number;
  readonly height: number;
  /** Pixels of what is shown of it, smaller where the picture is large. */
  readonly shownWidth: number;
  readonly shownHeight: number;
  /** `[shownHeight, shownWidth, 4]` */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** What the points are moved to. */
  readonly template: TemplateId;
}

/** An image that looks like somebody else's. */
export interface Suspect {
  /** The image's name. */
  readonly image: string;
  readonly identity: string;
  readonly otherIdentity: string;
  /** Cosine to the mean of the identity's other images, and to the nearest other identity, −1 … 1. */
  readonly own: number;
  readonly other: number;
}

/** Which images an arm's embeddings put nearer to somebody else, and what that rests on. */
export interface SuspectReport {
  /** The most suspect first, at most some hundreds. */
  readonly suspects: readonly Suspect[];
  /** All that are suspect. */
  readonly found: number;
  /** Images that can be judged: those of people with two or more. */
  readonly judged: number;
  /** Of these, how many are nearest to their own person's other images. */
  readonly nearestOwn: number;
  /** A suspect's cosine to the other identity is at least this; `null` where no image can be judged. */
  readonly otherAtLeast: number | null;
}

export interface FilesPreview {
  readonly images: number;
  readonly identities: number;
  /** Bytes of pixels at the crop size. */
  readonly bytes: number;
  /** Before anything is left out, told apart this way. */
  readonly all: { readonly images: number; readonly identities: number };
  /** Identities with one image, among all there are. */
  readonly single: number;
  readonly examples: readonly { readonly path: string; readonly identity: string }[];
  /** How the paths fit the pattern; `null` without one, or where looking at them took too long. */
  readonly fit: {
    /** Paths that were looked at: all, or as many of them, evenly spread. */
    readonly looked: number;
    readonly unmatched: number;
    /** Some that do not fit. */
    readonly strays: readonly string[];
  } | null;
}

/** What is known of the loaded faces without the pixels. */
export interface DataSummary {
  /**
   * Of what was opened or generated: stays when the same files are read another way, when the faces are
   * corrected and when somebody is added, so that corrections that wait still fit.
   */
  readonly facesId: string;
  readonly config: DataConfig;
  /** For the panel's head line: `generated, seed 7` or `lfw-112.tar`. */
  readonly label: string;
  readonly cropSize: number;
  readonly images: number;
  readonly identities: readonly { readonly name: string; readonly count: number }[];
  /** Index of the first image of each identity, same order as `identities`. */
  readonly firstImage: Uint32Array;
  readonly rejected: readonly RejectedFile[];
  /** Identities left out because they had too few images. @see leastImages */
  readonly droppedIdentities: number;
  readonly droppedImages: number;
  readonly loadMs: number;
  /** Corrections made to the faces as they were read. */
  readonly edits: number;
  /** Why some of them fit these faces not at all, or in part: a sentence for each. Absent where all fit. */
  readonly unfit?: readonly string[];
  /**
   * How it is known who is who: `pattern`, `list`, or the layout as `OpenedFiles` names it; absent for
   * faces whose files are not at hand.
   */
  readonly whoIsWho?: string;
  /** What lists have to do with that, a sentence each; absent where there is nothing to say. */
  readonly whoNotes?: readonly string[];
  /** What the set itself offers to split it by: its parts, or lists of people. */
  readonly splits: { readonly own: boolean; readonly list: boolean };
  /** Names that look like one person's, written in several ways; absent where there are none. */
  readonly alike?: readonly (readonly string[])[];
  /** Absent where no face was looked for and no crop was corrected. */
  readonly found?: FacesFound;
  /** Kept from another visit: there are no files to cut the crops from again. */
  readonly kept?: true;
  /** The copy of them that is kept in this browser and is not as they are; absent where there is none. */
  readonly keptBehind?: KeptBehind;
}

export interface ExperimentSummary {
  readonly config: ExperimentConfig;
  readonly engine: EngineReport;
  /** What its networks read: goes with their weights. */
  readonly input: NetworkInput;
  readonly classes: number;
  readonly trainImages: number;
  readonly validationImages: number;
  /** Whether held-out identities never train: then pairs are told, not identities. */
  readonly openSet: boolean;
  /** `[identities of the faces in use]`, see `PART`; absent where all of them train. */
  readonly parts?: Uint8Array;
  readonly stepsPerEpoch: number;
  /** After clamping to the number of training images. */
  readonly batchSize: number;
  /** Common scale of the loss comparison: √2·ln(C−1), at least 1. */
  readonly commonScale: number;
  /** Trainable parameters of one arm, class centres included. */
  readonly parameters: number;
  /** Floating point operations of one image's forward pass (multiply and add count as two). */
  readonly flopsPerImage: number;
  /** Things to know before the start: C = 2, small embedding with many identities … */
  readonly warnings: readonly string[];
}

export interface Configured {
  readonly experiment: ExperimentSummary;
  /** Only the engine changed: the run goes on from its step, and its curves with it. */
  readonly continued: boolean;
}

export interface ResponseMap {
  'load-synthetic': DataSummary;
  'load-files': DataSummary;
  'opened-files': OpenedFiles | null;
  'keep-set': JustKept;
  'kept-sets': KeptSets;
  'open-kept': DataSummary;
  'delete-kept': null;
  inspect: InspectedFaces;
  'inspect-crops': Thumbnails;
  'inspect-picture': InspectedPicture;
  'find-faces': readonly FoundFace[];
  'correct-crop': Thumbnails;
  'find-duplicates': readonly DuplicateGroup[];
  'judge-quality': QualityReport;
  'find-mislabelled': SuspectReport;
  'cancel-mislabelled': null;
  /** `null` where the faces in use have no such lists. */
  'check-leak': LeakReport | null;
  'cancel-leak': null;
  'edit-faces': DataSummary;
  'add-identity': DataSummary;
  'preview-files': FilesPreview;
  'cancel-load': null;
  'prepare-engine': null;
  configure: Configured;
  play: null;
  pause: null;
  step: null;
  reset: null;
  'set-hyper': null;
  thumbnails: Thumbnails;
  'preview-synthetic': Thumbnails;
  /** `null` where the engine plans nothing. */
  'describe-plan': PlanDescription | null;
  'reset-tuning': null;
  dispose: null;
}

export interface Thumbnails {
  readonly size: number;
  /** `[count, size, size, 4]`, RGBA, one after the other in the order asked for. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly indices: Uint32Array;
}

export interface ArmMetrics {
  readonly arm: ArmId;
  readonly columns: MetricColumns;
  /** Cosines to the own centre of the newest step's batch. */
  readonly targetCosines: Float32Array;
  /** `[ANGLE_BINS]`, of the same batch to all other centres; `null` where the engine does not count them. */
  readonly otherAngles: Uint32Array | null;
}

export interface ValidationPoint {
  readonly arm: ArmId;
  readonly step: number;
  /** Share told right, 0 … 1: images in a closed set, pairs of images in an open one. */
  readonly accuracy: number;
  /** `null` in an open set. */
  readonly commonLoss: number | null;
  /** To the own class centre, radians; in an open set, between two images of one person. */
  readonly medianAngleRad: number;
  /** Images. */
  readonly count: number;
  /** Pairs compared; `null` in a closed set. */
  readonly pairs: number | null;
}

/** A change a person made while training. */
export interface Mark {
  /** `null`: of all arms. */
  readonly arm: ArmId | null;
  readonly step: number;
  readonly label: string;
  /** What was changed: a slider on its way leaves one mark a step, not one a pixel. */
  readonly change?: HyperChange['kind'];
}

export type TrainingStatus = 'idle' | 'compiling' | 'running' | 'paused';

export type WorkerEvent =
  /** A kept set as its index tells it, before its pixels are read; the faces in use are still the others. */
  | {
      readonly kind: 'opening';
      readonly data: DataSummary;
      /** Of the first images of some identities; `null` where they are not at hand yet. */
      readonly thumbnails: Thumbnails | null;
    }
  | {
      readonly kind: 'progress';
      readonly task:
        | 'list'
        | 'index'
        | 'decode'
        | 'read'
        | 'generate'
        | 'probe'
        | 'compile'
        | 'compare'
        | 'judge'
        | 'embed';
      readonly done: number;
      /** `null` where the total is not known. */
      readonly total: number | null;
      readonly unit: 'images' | 'files' | 'bytes' | 'engines' | 'kernels' | 'arms';
      /** Per second, over the last seconds. */
      readonly rate: number | null;
    }
  | {
      readonly kind: 'metrics';
      /** Steps whose numbers have arrived. */
      readonly step: number;
      /** Epochs trained, with fraction. */
      readonly epoch: number;
      readonly arms: readonly ArmMetrics[];
      /** Wall time of one lockstep step over all arms; `null` before the first. */
      readonly stepMs: number | null;
      /** Training images per second, summed over the arms; `null` before the first step. */
      readonly imagesPerSecond: number | null;
      readonly memory: EngineMemory;
    }
  | { readonly kind: 'validation'; readonly points: readonly ValidationPoint[] }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | {
      readonly kind: 'guard';
      readonly arm: ArmId;
      readonly step: number;
      readonly unguarded: number;
      readonly scale: number;
    }
  | {
      readonly kind: 'diverged';
      readonly arm: ArmId;
      readonly step: number;
      readonly quantity: MetricName;
      readonly lastGood: MetricRow | null;
    }
  /** A lost GPU device was replaced and every arm is where it was; why it was lost, one sentence. */
  | { readonly kind: 'recovered'; readonly reason: string }
  /** The same, before it has been opened again: training stands still until then. */
  | { readonly kind: 'recovering'; readonly reason: string }
  | { readonly kind: 'status'; readonly status: TrainingStatus }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Page → worker. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

/** Worker → page. */
export type WorkerMessage =
  | { readonly kind: 'response'; readonly id: number; readonly value: ResponseMap[RequestKind] }
  | {
      readonly kind: 'rejection';
      readonly id: number;
      readonly failure: Failure;
      readonly histogram: IdentityHistogram | null;
    }
  | { readonly kind: 'event'; readonly event: WorkerEvent };
