/**
 * Finds faces and aligns them to a template, in workers that load a face detector when the first image
 * comes. That there is no face is an answer, not a failure, so that a person can set the points by hand.
 */

import type { DetectRule, TemplateRule } from '../data/align/cropRule';
import type { Box } from '../data/align/landmarks';
import type { FivePoints } from '../data/align/similarity';
import type { TemplateId } from '../data/align/templates';
import type { ImageKind } from '../data/formats/sniff';
import {
  defaultWorkers,
  type FileTask,
  PATIENCE_MS,
  type PoolReply,
  type PoolRequest,
  type PoolWorker,
  WorkerPool,
} from './workerPool';

export interface FoundFace {
  /** Pixels of the upright picture, as all that follows. */
  readonly box: Box;
  readonly points: FivePoints;
  /** How sure the detector is, 0–1. */
  readonly score: number;
}

interface AlignedPicture {
  /** Pixels of the whole picture, upright. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageKind;
}

export type AlignedFace = AlignedPicture &
  (
    | {
        readonly kind: 'face';
        /** `[size, size, 3]`, RGB, 0–255. */
        readonly rgb: Uint8Array<ArrayBuffer>;
        readonly face: FoundFace;
        /**
         * How many were found, much smaller ones aside; the crop is of the largest near the middle.
         */
        readonly faces: number;
      }
    | {
        readonly kind: 'no-face';
        /** The square in the middle, or `null` where the fallback is to leave the picture out. */
        readonly rgb: Uint8Array<ArrayBuffer> | null;
      }
  );

export interface AlignWanted {
  /** Width and height of the crop, pixels. */
  readonly size: number;
  readonly template: TemplateId;
  /** See `placeTemplate`; 0 where absent. */
  readonly margin?: number;
  /** What becomes of a picture without a face. */
  readonly fallback: DetectRule['fallback'];
  readonly swapRedBlue?: boolean;
}

export type WarpWanted = Omit<AlignWanted, 'fallback'>;

/** Faces are only looked for. */
interface FindRule {
  readonly kind: 'find';
}

/** With points there is nothing to find. */
export interface AlignTask extends FileTask {
  readonly size: number;
  readonly rule: DetectRule | TemplateRule | FindRule;
  readonly swapRedBlue: boolean;
}

/** What TensorFlow.js computes with in the workers. */
export type AlignBackend = 'wasm' | 'cpu';

export interface AlignResult {
  readonly aligned: AlignedFace | WarpedFace | FoundFaces;
  /** `null` as long as nothing had to be found. */
  readonly backend: AlignBackend | null;
}

/** Aligned by points that were given. */
export type WarpedFace = AlignedPicture & {
  readonly kind: 'warped';
  readonly rgb: Uint8Array<ArrayBuffer>;
};

/** All faces of a picture, the main one first. */
export type FoundFaces = AlignedPicture & {
  readonly kind: 'found';
  readonly faces: readonly FoundFace[];
  readonly rgb: null;
};

export type AlignRequest = PoolRequest<AlignTask>;
export type AlignReply = PoolReply<AlignResult>;
export interface AlignProgress {
  /** Images answered, failures among them, and images asked for, since there was last nothing to do. */
  readonly done: number;
  readonly asked: number;
  /** `null` while the detector starts. */
  readonly backend: AlignBackend | null;
}

export interface AlignerOptions {
  readonly workers?: number;
  readonly createWorker?: () => PoolWorker;
  /** A batch that takes longer counts as a crash; the first one waits for the detector to start. */
  readonly patienceMs?: number;
  readonly onProgress?: (progress: AlignProgress) => void;
}

/** Finding a face takes longer than a message. */
const FILES_PER_BATCH = 4;

function startWorker(): PoolWorker {
  return new Worker(new URL('./align.worker.ts', import.meta.url), { type: 'module' });
}

export class Aligner {
  readonly #pool: WorkerPool<AlignTask, AlignResult>;
  readonly #onProgress: (progress: AlignProgress) => void;
  #done = 0;
  #asked = 0;
  #backend: AlignBackend | null = null;

  constructor(options: AlignerOptions = {}) {
    this.#onProgress = options.onProgress ?? (() => undefined);
    this.#pool = new WorkerPool({
      subject: 'The face finder',
      createWorker: options.createWorker ?? startWorker,
      workers: options.workers ?? defaultWorkers(),
      filesPerBatch: FILES_PER_BATCH,
      patienceMs: options.patienceMs ?? 2 * PATIENCE_MS,
    });
  }

  /** What the workers compute with; `null` until the first answer. */
  get backend(): AlignBackend | null {
    return this.#backend;
  }

  /**
   * Finds the main face of an image and aligns it.
   * @param bytes transferred to the worker: gone afterwards
   * @throws an Error whose message says why the file cannot be used
   */
  async align(bytes: Uint8Array<ArrayBuffer>, wanted: AlignWanted): Promise<AlignedFace> {
    const { size, template, margin = 0, fallback, swapRedBlue = false } = wanted;
    const rule: DetectRule = { kind: 'detect', template, margin, fallback };
    const aligned = await this.#run({ bytes, size, rule, swapRedBlue });
    if (aligned.kind === 'face' || aligned.kind === 'no-face') return aligned;
    throw new Error('The face finder did not look for a face.');
  }

  /**
   * Finds the faces of an image, the main one first.
   * @param bytes transferred to the worker: gone afterwards
   * @throws an Error whose message says why the file cannot be used
   */
  async find(bytes: Uint8Array<ArrayBuffer>): Promise<readonly FoundFace[]> {
    const rule: FindRule = { kind: 'find' };
    const aligned = await this.#run({ bytes, size: 1, rule, swapRedBlue: false });
    if (aligned.kind === 'found') return aligned.faces;
    throw new Error('The face finder did not look for faces.');
  }

  /**
   * Aligns an image by points that a person has set. Needs no detector, and loads none.
   * @param bytes transferred to the worker: gone afterwards
   * @param points in pixels of the upright picture
   * @throws an Error whose message says why the file or the points cannot be used
   */
  async warpWithPoints(
    bytes: Uint8Array<ArrayBuffer>,
    points: FivePoints,
    wanted: WarpWanted,
  ): Promise<WarpedFace> {
    const { size, template, margin = 0, swapRedBlue = false } = wanted;
    const rule: TemplateRule = { kind: 'template', template, margin, points };
    const aligned = await this.#run({ bytes, size, rule, swapRedBlue });
    if (aligned.kind !== 'warped') throw new Error('The face finder did not use the points.');
    return aligned;
  }

  /** Drops what has not been aligned; the aligner can be used again. */
  cancel(): void {
    this.#pool.cancel();
  }

  /** Stops the workers; everything that was not aligned fails. */
  dispose(): void {
    this.#pool.dispose();
  }

  async #run(task: AlignTask): Promise<AlignResult['aligned']> {
    if (this.#done === this.#asked) {
      this.#done = 0;
      this.#asked = 0;
    }
    this.#asked += 1;
    try {
      const { aligned, backend } = await this.#pool.run(task);
      this.#backend = backend ?? this.#backend;
      return aligned;
    } finally {
      this.#done += 1;
      this.#onProgress({ done: this.#done, asked: this.#asked, backend: this.#backend });
    }
  }
}
