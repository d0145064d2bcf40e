/** How the crops of a set lie on their pictures, as corrections leave them. */
import { type Placement, placementOf } from '../align/placement';
import type { FaceSet } from '../types';
import { DECISION } from './editing';
import type { EditedFaces } from './edits';

/**
 * `[count]`; `null` where no face was looked for. Without a face, an image is `left-out` or `none` as it
 * takes part or not.
 */
export function placementsOf(
  { placements, labels }: Pick<FaceSet, 'placements' | 'labels'>,
  { crops, decisions }: Pick<EditedFaces, 'crops' | 'decisions'>,
): readonly (Placement | null)[] {
  return Array.from(labels, (_, image) => {
    const placement = placementOf(placements?.[image], crops.get(image));
    if (placement !== 'none' && placement !== 'left-out') return placement;
    return decisions[image] === DECISION.remove ? 'left-out' : 'none';
  });
}
