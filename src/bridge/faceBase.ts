/**
 * The faces as they were read, the corrections a person made to them, and the faces that train: the
 * corrected ones without the identities that have too few images. Another minimum or another correction
 * needs no second reading. Of a kept set only the pixels that train are read, until more are needed.
 */
import { filterFaces, imagesOfMany } from '../data/import/filterFaces';
import type { Edit } from '../data/inspect/edit';
import { applyEdits } from '../data/inspect/edits';
import { materialise } from '../data/inspect/materialise';
import { keptAs, type RecutCrop } from '../data/inspect/recut';
import type { OpenedSet } from '../data/store/keptSets';
import type { ReadWork } from '../data/store/readCrops';
import type { FaceSet } from '../data/types';

/** Sets above this are not kept twice: what the minimum leaves out has to be read again then. */
export const MAX_KEPT_BYTES = 2 ** 28;

export interface FacesInUse {
  readonly faces: FaceSet;
  readonly droppedIdentities: number;
  readonly droppedImages: number;
}

export interface ToKeep {
  readonly faces: FaceSet;
  readonly edits: readonly Edit[];
  /** Those of `edits` that no person made. */
  readonly first: readonly Edit[];
  /** Crops that lie in `faces` as they were cut anew. */
  readonly crops: ReadonlyMap<number, RecutCrop>;
}

export class FaceBase {
  edits: readonly Edit[] = [];
  /** Images without a face that were in `all` and are not any more, for their memory. */
  notHeld = 0;
  /** Where the pixels of `all` still are. */
  #kept: OpenedSet | null = null;
  #reading: Promise<void> | null = null;
  /** Cut anew, as `edits` want it. */
  #crops: ReadonlyMap<number, RecutCrop> = NO_CROPS;

  /** @param all without its pixels where they are in a kept set: see `whole` */
  constructor(public all: FaceSet) {}

  static ofKept(kept: OpenedSet): FaceBase {
    const base = new FaceBase(kept.faces);
    base.#kept = kept;
    return base;
  }

  /** Of the kept set that pixels are still read from; `null` where all of them are here. */
  get keptId(): string | null {
    return this.#kept?.id ?? null;
  }

  /** Crops that are cut anew, by image of `all`. */
  get crops(): ReadonlyMap<number, RecutCrop> {
    return this.#crops;
  }

  /** Reads the pixels that are not here yet. @throws ImportError `data/storage` */
  async whole(work?: ReadWork): Promise<this> {
    this.#reading ??= this.#readAll(work).finally(() => {
      this.#reading = null;
    });
    await this.#reading;
    return this;
  }

  async #readAll(work?: ReadWork): Promise<void> {
    if (this.#kept === null) return;
    this.all = { ...this.all, pixels: await this.#kept.pixels(null, work) };
    this.#kept = null;
  }

  /** As they are kept: without the pictures, so with the crops that were cut anew. */
  async toKeep(): Promise<ToKeep> {
    const { all } = await this.whole();
    const { edits, crops } = this;
    const kept = keptAs(all, edits, crops);
    return { ...kept, first: kept.edits.slice(0, kept.edits.length - edits.length), crops };
  }

  /**
   * What `use` would give, told without pixels.
   * @throws what `use` throws
   */
  outline(edits: readonly Edit[], minimum: number): FacesInUse {
    const all = { ...this.all, pixels: NO_PIXELS };
    const edited = this.asRead(edits) ? all : materialise(all, applyEdits(all, edits));
    return filterFaces(edited, minimum);
  }

  /** Whether every image takes part, and stands where it was read. */
  asRead(edits: readonly Edit[]): boolean {
    return edits.length === 0 && this.all.placements?.includes('left-out') !== true;
  }

  /**
   * The faces that train.
   * @param crops those that the corrections want cut anew, by image of `all`
   * @throws ImportError `data/too-few-identities` or `data/storage`, EditError `edit/nothing-left`
   */
  async use(
    edits: readonly Edit[],
    minimum: number,
    work?: ReadWork,
    crops: ReadonlyMap<number, RecutCrop> = NO_CROPS,
  ): Promise<FacesInUse> {
    const part = await this.#partOfKept(edits, minimum, work);
    if (part !== null) return part;
    await this.whole(work);
    return this.#ofWhole(edits, minimum, crops);
  }

  /** `null` where every pixel is needed, or here: corrections may move any image. */
  async #partOfKept(
    edits: readonly Edit[],
    minimum: number,
    work?: ReadWork,
  ): Promise<FacesInUse | null> {
    if (this.#kept === null || !this.asRead(edits)) return null;
    const { faces, ...dropped } = this.outline(edits, minimum);
    if (dropped.droppedImages === 0) return null;
    const images = imagesOfMany(this.all.identities, minimum);
    const pixels = await this.#kept.pixels(images, work);
    this.edits = edits;
    return { faces: { ...faces, pixels }, ...dropped };
  }

  #ofWhole(
    edits: readonly Edit[],
    minimum: number,
    crops: ReadonlyMap<number, RecutCrop>,
  ): FacesInUse {
    const { all } = this;
    const asRead = this.asRead(edits);
    const edited = asRead ? all : materialise(all, applyEdits(all, edits), crops);
    const used = filterFaces(edited, minimum);
    this.edits = edits;
    this.#crops = crops;
    const twice = used.faces.pixels !== this.all.pixels;
    if (twice && asRead && this.all.pixels.length > MAX_KEPT_BYTES) {
      this.notHeld += countLeftOut(all) - countLeftOut(used.faces);
      this.all = used.faces;
    }
    return used;
  }
}

function countLeftOut({ placements = [] }: FaceSet): number {
  return placements.filter((placement) => placement === 'left-out').length;
}

const NO_PIXELS = new Uint8Array(0);
const NO_CROPS: ReadonlyMap<number, RecutCrop> = new Map();
