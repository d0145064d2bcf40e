/** What was found on the pictures of a set, and which of its crops a person wants cut anew. */
import {
  type CropCorrection,
  countPlacements,
  type Placement,
  type PlacementCounts,
} from '../data/align/placement';
import { ImportError } from '../data/import/importError';
import type { Edit } from '../data/inspect/edit';
import { DECISION } from '../data/inspect/editing';
import { applyEdits } from '../data/inspect/edits';
import { placementsOf } from '../data/inspect/placements';
import type { DataConfig } from '../training/config';
import type { FaceBase } from './faceBase';

/** Pictures by how their crops lie, and what the look at them found, whatever a person did afterwards. */
export type FacesFound = PlacementCounts & {
  /** That were looked at. */
  readonly images: number;
  /** With a face, or with points in a list. */
  readonly detected: number;
  /** With a face, points or a middle that a person chose, and left out by hand all the same. */
  readonly removed: number;
};

export interface CropsWanted {
  /** By image of the faces. */
  readonly corrections: ReadonlyMap<number, CropCorrection>;
  /** `null` where no face was looked for and no crop was corrected. */
  readonly found: FacesFound | null;
}

/** @throws ImportError `data/nothing-readable` where no picture has a face and all are left out */
export function cropsWanted(
  { all, notHeld }: Pick<FaceBase, 'all' | 'notHeld'>,
  edits: readonly Edit[],
  config: DataConfig,
): CropsWanted {
  if (edits.length === 0 && all.placements === undefined) {
    return { corrections: new Map(), found: null };
  }
  const edited = applyEdits(all, edits);
  const placements = placementsOf(all, edited);
  const held = countPlacements(placements);
  if (held === null) return { corrections: edited.crops, found: null };
  const found = {
    ...held,
    'left-out': held['left-out'] + notHeld,
    images: held.images + notHeld,
    detected: count(all.placements ?? [], isDetected),
    removed: count(
      placements,
      (placement, image) =>
        placement !== null &&
        placement !== 'left-out' &&
        edited.decisions[image] === DECISION.remove,
    ),
  };
  if (edits.length === 0 && held['left-out'] === all.labels.length) {
    throw withoutFaces(found.images, config);
  }
  return { corrections: edited.crops, found };
}

function count<T>(items: readonly T[], is: (item: T, at: number) => boolean): number {
  return items.reduce((sum, item, at) => sum + (is(item, at) ? 1 : 0), 0);
}

function isDetected(placement: Placement | null): boolean {
  return placement === 'one' || placement === 'several' || placement === 'listed';
}

function withoutFaces(images: number, config: DataConfig): ImportError {
  const listed = config.kind === 'files' && config.crop?.startsWith('points-') === true;
  return new ImportError(
    'data/nothing-readable',
    listed
      ? `The set's lists have points for none of the ${images.toLocaleString('en')} images.`
      : `No face was found in any of the ${images.toLocaleString('en')} images.`,
    'Let images without a face keep their middle, or choose another way to crop.',
  );
}
