/** Who of an evaluation set is among the identities that train: by name, without decoding a picture. */
import { cancelled } from '../data/import/importError';
import type { ImportProgress } from '../data/import/progress';
import { type EvaluationSet, evaluationIn, evaluationInLists } from '../data/leakEvaluation';
import { type LeakReport, leakReport } from '../data/leakReport';
import type { FaceLoader } from './faceLoader';
import type { LeakAgainst, WorkerEvent } from './protocol';

export class LeakCheck {
  private abort: AbortController | null = null;

  constructor(
    private readonly loader: Pick<FaceLoader, 'lists' | 'store'>,
    private readonly emit: (event: WorkerEvent) => void,
  ) {}

  /**
   * Takes the place of a check that is still going on.
   * @param training names of the identities that train
   * @returns `null` where the faces in use have no evaluation lists and those were asked for
   * @throws ImportError where the evaluation set names nobody, `data/cancelled`, `data/storage`
   */
  async check(against: LeakAgainst, training: readonly string[]): Promise<LeakReport | null> {
    this.cancel();
    this.abort = new AbortController();
    const sets = await this.evaluation(against, this.abort.signal);
    return sets.length === 0 ? null : leakReport(training, sets);
  }

  cancel(): void {
    this.abort?.abort(cancelled());
    this.abort = null;
  }

  private async evaluation(against: LeakAgainst, signal: AbortSignal): Promise<EvaluationSet[]> {
    switch (against.kind) {
      case 'own-lists':
        return evaluationInLists(this.loader.lists);
      case 'files': {
        const onProgress = this.onProgress;
        return evaluationIn(against.files, against.label, { signal, onProgress });
      }
      case 'kept': {
        const { name, people } = await this.loader.store.people(against.id);
        const about = 'kept in this browser';
        return [{ name, about, people, pairs: null }];
      }
      default:
        return against satisfies never;
    }
  }

  private readonly onProgress = (progress: ImportProgress): void => {
    const unit = progress.task === 'index' ? 'bytes' : 'files';
    this.emit({ kind: 'progress', unit, ...progress });
  };
}
