/**
 * What the inspector asks of the faces in use: who is on what, what repeats, what is too poor to learn
 * from, and, once an arm has trained, what it takes for somebody else.
 */
import { cancelled } from '../data/import/importError';
import { findSimilar, groupDuplicates, type SimilarImages } from '../data/inspect/duplicates';
import { judgeLabels, rankSuspects, suggestThresholds } from '../data/inspect/mislabelled';
import { judgeQuality, measureQuality, type QualityScores } from '../data/inspect/quality';
import type { FaceSet } from '../data/types';
import type { ArmId } from '../training/config';
import type { Experiment } from '../training/experiment';
import type { FaceBase } from './faceBase';
import { TrainerError } from './failure';
import type { InspectedFaces, ResponseMap, SuspectReport, WorkerEvent } from './protocol';
import { yieldToTasks } from './tasks';

/** Images embedded at a time: training waits meanwhile. */
const EMBEDDED_AT_ONCE = 256;
/** More suspects than anybody looks at. */
const MOST_SUSPECTS = 500;

const NO_PIXELS = new Uint8Array(0);

export class Inspection {
  /** What was measured, and of which faces. */
  private similar: { readonly of: FaceSet; readonly found: SimilarImages } | null = null;
  private quality: { readonly of: FaceSet; readonly scores: QualityScores } | null = null;
  /** Ends the search for wrong labels under way: training waits for it. */
  private search: AbortController | null = null;

  constructor(private readonly emit: (event: WorkerEvent) => void) {}

  describe(
    { all, edits }: FaceBase,
    of: Pick<InspectedFaces, 'facesId' | 'label'>,
  ): InspectedFaces {
    return { ...of, faces: { ...all, pixels: NO_PIXELS }, edits };
  }

  async duplicates(
    { all }: FaceBase,
    options: { readonly imageIdentity: Int32Array; readonly similarity: number },
  ): Promise<ResponseMap['find-duplicates']> {
    if (this.similar?.of !== all) {
      this.similar = { of: all, found: await findSimilar(all, this.work('compare', 2)) };
    }
    return groupDuplicates(this.similar.found, { ...options, sourceSizes: all.sourceSizes });
  }

  async judge({ all }: FaceBase, imageIdentity: Int32Array): Promise<ResponseMap['judge-quality']> {
    if (this.quality?.of !== all) {
      this.quality = { of: all, scores: await measureQuality(all, this.work('judge')) };
    }
    const { sourceSizes, cropSize } = all;
    return judgeQuality(this.quality.scores, { imageIdentity, sourceSizes, cropSize });
  }

  /** Takes the place of a search that is still going on, or still waits for its turn. */
  beginSearch(): AbortSignal {
    this.cancelSearch();
    this.search = new AbortController();
    return this.search.signal;
  }

  cancelSearch(): void {
    this.search?.abort(cancelled());
    this.search = null;
  }

  /**
   * @throws TrainerError before the first step: untrained embeddings say nothing; ImportError
   *   `data/cancelled`
   */
  async mislabelled(
    experiment: Experiment,
    id: ArmId,
    signal: AbortSignal,
  ): Promise<SuspectReport> {
    signal.throwIfAborted();
    const arm = experiment.arms.find(({ config }) => config.id === id);
    if (arm === undefined) throw new RangeError(`there is no arm ${id}`);
    if (experiment.step === 0) {
      throw new TrainerError(
        'state/no-data',
        'No arm has trained yet, and an untrained network says nothing about labels.',
        'Train for a while, then look again.',
      );
    }
    const { faces } = experiment;
    const count = faces.labels.length;
    const parts: Float32Array[] = [];
    const { onProgress } = this.work('embed');
    for (let start = 0; start < count; start += EMBEDDED_AT_ONCE) {
      const length = Math.min(EMBEDDED_AT_ONCE, count - start);
      parts.push(await arm.embed(Uint32Array.from({ length }, (_, at) => start + at)));
      signal.throwIfAborted();
      onProgress(start + length, count);
    }
    const dimensions = experiment.config.model.embeddingSize;
    const embeddings = new Float32Array(count * dimensions);
    let at = 0;
    for (const part of parts) {
      embeddings.set(part, at);
      at += part.length;
    }
    const judgements = await judgeLabels(
      { embeddings, dimensions, imageIdentity: faces.labels, identities: faces.identities.length },
      { ...this.work('judge'), signal },
    );
    const thresholds = suggestThresholds(judgements);
    const suspects = rankSuspects(judgements, thresholds);
    const judged = judgements.filter((one) => one !== null);
    return {
      found: suspects.length,
      judged: judged.length,
      nearestOwn: judged.filter(({ score }) => score <= 0).length,
      otherAtLeast: thresholds?.otherAtLeast ?? null,
      suspects: suspects
        .slice(0, MOST_SUSPECTS)
        .map(({ image, identity, otherIdentity, own, other }) => ({
          image: faces.names[image]!,
          identity: faces.identities[identity]!.name,
          otherIdentity: faces.identities[otherIdentity]!.name,
          own,
          other,
        })),
    };
  }

  /**
   * Progress at most ten times a second, and a pause now and then for other requests.
   * @param passes how often the work counts every image; it is told once
   */
  private work(task: 'compare' | 'judge' | 'embed', passes = 1) {
    let last = Number.NEGATIVE_INFINITY;
    return {
      pause: yieldToTasks,
      onProgress: (done: number, total: number): void => {
        const now = performance.now();
        if (now - last < 100 && done !== total) return;
        last = now;
        const [images, all] = [Math.floor(done / passes), total / passes];
        this.emit({ kind: 'progress', task, done: images, total: all, unit: 'images', rate: null });
      },
    };
  }
}
