/**
 * A data set as edits leave it, without touching a pixel: who is whose, what takes part. Linear in
 * the images and in what the edits name.
 */
import type { CropCorrection } from '../align/placement';
import { compareText } from '../import/paths';
import type { FaceSet } from '../types';
import type { Edit } from './edit';
import { DECISION, Editing, type EditStep } from './editing';

export interface EditedIdentity {
  readonly name: string;
  /** Images that are not removed. */
  readonly count: number;
  /** Images that are. */
  readonly removed: number;
  /** Whether its images take no part, whatever their number. */
  readonly excluded: boolean;
}

export interface EditedFaces {
  /** Sorted by name; also those that are excluded or have no image left. */
  readonly identities: readonly EditedIdentity[];
  /** `[count]`, index into `identities`; −1 takes no part: removed, or its identity is excluded. */
  readonly imageIdentity: Int32Array;
  /** `[count]`, index into `identities`, also of images that take no part. */
  readonly owner: Int32Array;
  /** `[count]`, see `DECISION`: what was removed, and what was looked at and kept. */
  readonly decisions: Uint8Array;
  /** How the crops of some images are cut anew. */
  readonly crops: ReadonlyMap<number, CropCorrection>;
  /** Images that take part. */
  readonly images: number;
  /** What became of each edit. */
  readonly steps: readonly EditStep[];
}

/**
 * Carries the edits out one after the other; names mean what they mean at that point. What an edit
 * names and the set does not have is passed over, and the step says so.
 *
 * @param all the set as it was read, in any order
 */
export function applyEdits(all: FaceSet, edits: readonly Edit[]): EditedFaces {
  const editing = new Editing(all);
  const steps = edits.map((edit) => editing.apply(edit));
  const slots = [...editing.identities].sort((a, b) => compareText(a.name, b.name));
  const places = new Map(slots.map((slot, place) => [slot, place]));
  const owner = new Int32Array(all.labels.length);
  const imageIdentity = new Int32Array(all.labels.length);
  let images = 0;
  for (let image = 0; image < owner.length; image += 1) {
    const slot = editing.ownerOf(image);
    owner[image] = places.get(slot)!;
    const out = slot.excluded || editing.decisions[image] === DECISION.remove;
    imageIdentity[image] = out ? -1 : owner[image]!;
    if (!out) images += 1;
  }
  return {
    identities: slots.map(({ name, total, kept, excluded }) => {
      return { name, count: kept, removed: total - kept, excluded };
    }),
    imageIdentity,
    owner,
    decisions: editing.decisions,
    crops: editing.crops,
    images,
    steps,
  };
}
