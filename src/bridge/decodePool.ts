/**
 * A few decode workers behind one function, which turns encoded images into face crops. Images whose
 * face has to be found go to an aligner of its own, which starts when the first one comes.
 */
import { CENTRE_SQUARE, type CropRule, type DetectRule } from '../data/align/cropRule';
import type { ImageKind } from '../data/formats/sniff';
import { type AlignedFace, Aligner, type FoundFace } from './aligner';
import {
  defaultWorkers,
  type FileTask,
  PATIENCE_MS,
  type PoolReply,
  type PoolRequest,
  type PoolWorker,
  WorkerPool,
} from './workerPool';

/** Everything but finding a face. */
export type StillRule = Exclude<CropRule, DetectRule>;

export interface DecodeTask extends FileTask {
  /** Width and height of the crop, pixels. */
  readonly size: number;
  readonly rule: StillRule;
  readonly swapRedBlue: boolean;
}

/** A decoded crop and what it was cut from. */
export interface StillImage {
  /** `[size, size, 3]`, RGB, 0–255. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** Pixels of the whole picture, upright. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageKind;
  /** Only where the points of the rule could not be used and it is the middle. */
  readonly fits?: false;
}

export interface DecodedImage extends StillImage {
  /** Absent where no face was looked for; `null` where none was found. */
  readonly face?: FoundFace | null;
  /** How many faces were found, where they were looked for. */
  readonly faces?: number;
}

export interface DecodeWanted {
  /** Width and height of the crop, pixels. */
  readonly size: number;
  /** The square in the middle where absent. */
  readonly rule?: CropRule;
  /** For sets that were written with red and blue mixed up. */
  readonly swapRedBlue?: boolean;
}

/**
 * Decodes one image to a face crop. The bytes are transferred to a worker: gone afterwards.
 * @throws an Error whose message says why the file cannot be used
 */
export interface Decode {
  (bytes: Uint8Array<ArrayBuffer>, wanted: DecodeWanted): Promise<DecodedImage>;
  /** The square in the middle, and nothing but its pixels. */
  (bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>>;
}

export type DecodeBatch = PoolRequest<DecodeTask>;
export type DecodeReply = PoolReply<StillImage>;
export type DecodeWorker = PoolWorker;

/** The part of an `Aligner` that is used, so that a test can stand in for it. */
export type PoolAligner = Pick<Aligner, 'align' | 'cancel' | 'dispose'>;

export interface DecodePoolOptions {
  readonly workers?: number;
  readonly createWorker?: () => DecodeWorker;
  readonly createAligner?: () => PoolAligner;
  /** A batch that takes longer counts as a crash. */
  readonly patienceMs?: number;
}

const FILES_PER_BATCH = 16;

function startWorker(): DecodeWorker {
  return new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
}

export class DecodePool {
  /** How many workers the pool has at most; they start when there is work for them. */
  readonly workers: number;
  readonly #pool: WorkerPool<DecodeTask, StillImage>;
  readonly #createAligner: () => PoolAligner;
  #aligner: PoolAligner | null = null;

  constructor(options: DecodePoolOptions = {}) {
    this.workers = options.workers ?? defaultWorkers();
    this.#createAligner = options.createAligner ?? (() => new Aligner());
    this.#pool = new WorkerPool({
      subject: 'The decoder',
      createWorker: options.createWorker ?? startWorker,
      workers: this.workers,
      filesPerBatch: FILES_PER_BATCH,
      patienceMs: options.patienceMs ?? PATIENCE_MS,
    });
  }

  // An arrow, to be passed on; TypeScript gives arrows no overloads, hence the cast.
  readonly decode = ((bytes: Uint8Array<ArrayBuffer>, wanted: DecodeWanted | number) =>
    typeof wanted === 'number'
      ? this.#decode(bytes, { size: wanted }).then(({ rgb }) => rgb)
      : this.#decode(bytes, wanted)) as Decode;

  /** Drops what has not been decoded; the pool can be used again. */
  cancel(): void {
    this.#pool.cancel();
    this.#aligner?.cancel();
  }

  /** Stops the workers; everything that was not decoded fails. */
  dispose(): void {
    this.#pool.dispose();
    this.#aligner?.dispose();
    this.#aligner = null;
  }

  #decode(bytes: Uint8Array<ArrayBuffer>, wanted: DecodeWanted): Promise<DecodedImage> {
    const { size, rule = CENTRE_SQUARE, swapRedBlue = false } = wanted;
    if (rule.kind !== 'detect') return this.#pool.run({ bytes, size, rule, swapRedBlue });
    this.#aligner ??= this.#createAligner();
    const { template, margin, fallback } = rule;
    return this.#aligner
      .align(bytes, { size, template, margin, fallback, swapRedBlue })
      .then(decodedOf);
  }
}

function decodedOf(aligned: AlignedFace): DecodedImage {
  const { width, height, format } = aligned;
  if (aligned.kind === 'face') {
    const { rgb, face, faces } = aligned;
    return { rgb, width, height, format, face, faces };
  }
  if (aligned.rgb === null) throw new Error('No face was found in it.');
  return { rgb: aligned.rgb, width, height, format, face: null, faces: 0 };
}
