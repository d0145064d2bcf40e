/**
 * The faces as they were read, the corrections a person made to them, and the faces that train: the
 * corrected ones without the identities that have too few images. Another minimum or another correction
 * needs no second reading.
 */
import { filterFaces } from '../data/import/filterFaces';
import type { Edit } from '../data/inspect/edit';
import { applyEdits } from '../data/inspect/edits';
import { materialise } from '../data/inspect/materialise';
import type { FaceSet } from '../data/types';

/** Sets above this are not kept twice: what the minimum leaves out has to be read again then. */
export const MAX_KEPT_BYTES = 2 ** 28;

export interface FacesInUse {
  readonly faces: FaceSet;
  readonly droppedIdentities: number;
  readonly droppedImages: number;
}

export class FaceBase {
  edits: readonly Edit[] = [];

  constructor(public all: FaceSet) {}

  /**
   * The faces that train.
   * @throws ImportError `data/too-few-identities`, EditError `edit/nothing-left`
   */
  use(edits: readonly Edit[], minimum: number): FacesInUse {
    const edited =
      edits.length === 0 ? this.all : materialise(this.all, applyEdits(this.all, edits));
    const used = filterFaces(edited, minimum);
    this.edits = edits;
    const twice = used.faces.pixels !== this.all.pixels;
    if (twice && edits.length === 0 && this.all.pixels.length > MAX_KEPT_BYTES) {
      this.all = used.faces;
    }
    return used;
  }
}
