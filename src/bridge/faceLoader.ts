/**
 * Loads faces for the trainer: generates the built-in ones, imports the person's own. The faces that
 * are there stay until others have loaded whole, so a failure or a Cancel loses nothing.
 */
import { filterFaces } from '../data/import/filterFaces';
import { cancelled } from '../data/import/importError';
import { readFaces } from '../data/import/readFaces';
import { generateFaces } from '../data/synthetic/generate';
import type { FaceSet } from '../data/types';
import type { DataConfig } from '../training/config';
import { DecodePool } from './decodePool';
import { TrainerError } from './failure';
import type { DataSummary, DroppedFile, Request, WorkerEvent } from './protocol';
import { yieldToTasks } from './tasks';

type LoadFiles = Extract<Request, { kind: 'load-files' }>;
type SyntheticConfig = Extract<DataConfig, { kind: 'synthetic' }>;

/**
 * Decoded images beyond this are not kept beside the ones in use: another minimum then reads the files
 * again instead of holding half a gigabyte twice.
 */
const MAX_KEPT_BYTES = 2 ** 28;

interface Given {
  readonly files: readonly DroppedFile[];
  readonly label: string;
}

interface Decoded {
  readonly files: readonly DroppedFile[];
  readonly all: FaceSet;
}

export class FaceLoader {
  faces: FaceSet | null = null;
  private abort: AbortController | null = null;
  /** Where the faces in use came from, to read them again at another crop size. */
  private given: Given | null = null;
  /** Given, but not in use yet: a minimum number of images is still to be chosen. */
  private candidate: Given | null = null;
  /** Every image of the files decoded last, before identities with too few are left out. */
  private decoded: Decoded | null = null;

  constructor(private readonly emit: (event: WorkerEvent) => void) {}

  /** Stops what is being loaded and forgets what waits for a choice. */
  cancel(): void {
    this.abort?.abort(cancelled());
    this.candidate = null;
  }

  /** @param ready settles when the faces in use may be replaced */
  async loadSynthetic(config: SyntheticConfig, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    const signal = this.begin();
    await ready;
    const faces = await generateFaces(config.settings, {
      signal,
      pause: yieldToTasks,
      onProgress: this.progress('generate', 'images', started),
    });
    this.faces = faces;
    this.decoded = null;
    return summarise(faces, {
      config,
      label: `generated, seed ${config.settings.seed}`,
      droppedIdentities: 0,
      droppedImages: 0,
      loadMs: performance.now() - started,
    });
  }

  /**
   * @param ready settles when the faces in use may be replaced
   * @throws ImportError where nothing could be read, or too few identities are left; what was decoded
   *   is kept, so that another minimum needs no second reading
   */
  async loadFiles(request: LoadFiles, ready: Promise<void>): Promise<DataSummary> {
    const started = performance.now();
    const signal = this.begin();
    await ready;
    const { cropSize, minImagesPerIdentity } = request;
    const { files, label } = request;
    const given = files === null ? (this.candidate ?? this.given) : { files, label };
    if (given === null) {
      throw new TrainerError(
        'state/no-data',
        'The files of before are not at hand any more.',
        'Drop the folder or archive on the page again.',
      );
    }
    const { all } = await this.read(given, cropSize, signal);
    this.candidate = given;
    const { faces, ...dropped } = filterFaces(all, minImagesPerIdentity);
    this.given = given;
    this.candidate = null;
    this.faces = faces;
    return summarise(faces, {
      config: { kind: 'files', cropSize, minImagesPerIdentity },
      label: given.label,
      ...dropped,
      loadMs: performance.now() - started,
    });
  }

  /** Decodes the files at the crop size, unless that is what was decoded last. */
  private async read(given: Given, cropSize: number, signal: AbortSignal): Promise<Decoded> {
    if (this.decoded?.files === given.files && this.decoded.all.cropSize === cropSize) {
      return this.decoded;
    }
    // Room for the new ones before they come.
    this.decoded = null;
    const pool = new DecodePool();
    try {
      const all = await readFaces(given.files, {
        cropSize,
        label: given.label,
        signal,
        decode: (bytes, size) => pool.decode(bytes, size),
        onProgress: (progress) => this.emit({ kind: 'progress', unit: 'files', ...progress }),
      });
      const decoded = { files: given.files, all };
      if (all.pixels.length <= MAX_KEPT_BYTES) this.decoded = decoded;
      return decoded;
    } finally {
      pool.dispose();
    }
  }

  private begin(): AbortSignal {
    this.abort?.abort(cancelled());
    this.abort = new AbortController();
    return this.abort.signal;
  }

  /** Progress events, at most ten a second, with the rate since the start. */
  private progress(
    task: 'list' | 'decode' | 'generate',
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

function summarise(
  faces: FaceSet,
  facts: Pick<DataSummary, 'config' | 'label' | 'droppedIdentities' | 'droppedImages' | 'loadMs'>,
): DataSummary {
  const firstImage = new Uint32Array(faces.identities.length);
  for (let image = faces.labels.length - 1; image >= 0; image -= 1) {
    firstImage[faces.labels[image]!] = image;
  }
  return {
    ...facts,
    cropSize: faces.cropSize,
    images: faces.labels.length,
    identities: faces.identities,
    firstImage,
    rejected: faces.rejected,
  };
}
