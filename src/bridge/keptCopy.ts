/**
 * The copy of the faces in use that is kept in this browser. It follows what is corrected and the minimum,
 * by its index alone; where its pixels are other ones by now, it says so.
 */
import { ImportError } from '../data/import/importError';
import type { Edit } from '../data/inspect/edit';
import { type RecutCrop, withoutPicture } from '../data/inspect/recut';
import type { KeptSetInfo } from '../data/store/keptSet';
import type { FaceStore } from '../data/store/keptSets';
import type { FilesConfig } from '../training/config';
import type { FaceBase } from './faceBase';

/** How kept faces are read and corrected, as it is written with them; see `keptWay`. */
export interface KeptWay {
  readonly config: FilesConfig;
  readonly edits: readonly Edit[];
}

/** A copy that is not as the faces in use are. */
export interface KeptBehind {
  /** Of the kept set. */
  readonly id: string;
  readonly name: string;
  /** In sentences, with what comes of it. */
  readonly why: string;
}

/** Faces that were just kept. */
export interface JustKept extends KeptSetInfo {
  /** Absent where what is kept of the faces in use is as they are: they may have changed meanwhile. */
  readonly keptBehind?: KeptBehind;
}

const CHANGED = 'These kept faces were changed in another tab.';
const STAYS = 'A reload opens the copy as it is.';

interface CopyOf {
  readonly id: string;
  readonly name: string;
  readonly base: FaceBase;
  /** As they lie in the copy: none in one that was opened, whose crops are as they were read. */
  readonly crops: ReadonlyMap<number, RecutCrop>;
  /** What was kept before any correction of a person: images left out for lack of a face. */
  readonly first: readonly Edit[];
  /** How the faces were when the copy was as they are. */
  readonly way: KeptWay;
  /** What the copy says of that, as it lies there: a page of before wrote it another way. */
  readonly written: unknown;
}

export class KeptCopy {
  readonly id: string;
  readonly #of: CopyOf;
  readonly #crops: string;
  /** The faces as the copy has them. */
  #way: string;
  /** What its index says, as far as this page knows. */
  #written: unknown;
  /** Another page has changed it. */
  #behind = false;
  /** One thing after the other: else what this page writes would look like another's. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: FaceStore,
    of: CopyOf,
  ) {
    this.id = of.id;
    this.#of = of;
    this.#crops = textOf(of.crops);
    this.#way = JSON.stringify(of.way);
    this.#written = of.written;
  }

  /**
   * Brings it to these faces, as they are corrected.
   * @returns `null` where it is as they are
   */
  follow(base: FaceBase, config: FilesConfig): Promise<KeptBehind | null> {
    const done = this.#queue.then(() => this.#follow(base, config));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #follow(base: FaceBase, config: FilesConfig): Promise<KeptBehind | null> {
    const { id, name, first } = this.#of;
    if (base !== this.#of.base) {
      return {
        id,
        name,
        why: `They were read another way, or somebody was added, after they were kept. ${STAYS}`,
      };
    }
    if (textOf(base.crops) !== this.#crops) {
      return { id, name, why: `Some crops were cut another way after they were kept. ${STAYS}` };
    }
    const way: KeptWay = { config, edits: [...first, ...base.edits.map(withoutPicture)] };
    const text = JSON.stringify(way);
    if (text === this.#way && !this.#behind) return null;
    try {
      this.#behind = (await this.store.rewrite(id, way, this.#written)) === 'behind';
      if (this.#behind) return { id, name, why: `${CHANGED} ${STAYS}` };
      this.#way = text;
      this.#written = way;
      return null;
    } catch (error) {
      // The faces are corrected all the same.
      if (!(error instanceof ImportError)) throw error;
      return {
        id,
        name,
        why: error.code === 'data/kept-gone' ? error.message : `${error.message} ${STAYS}`,
      };
    }
  }
}

/** How crops were cut anew, whatever their pixels: the same correction cuts the same. */
function textOf(crops: ReadonlyMap<number, RecutCrop>): string {
  const corrections = Array.from(crops, ([image, { correction }]) => [image, correction] as const);
  return JSON.stringify(corrections.sort(([one], [other]) => one - other));
}
