/** The images of a set by how their crops lie, for the inspector's filter. */
import type { Placement } from '../../../data/align/placement';

export const FOUND_KINDS = ['without', 'several', 'one', 'listed', 'by-hand'] as const;
export type FoundKind = (typeof FOUND_KINDS)[number];

const KIND_OF: Readonly<Record<Placement, FoundKind>> = {
  none: 'without',
  'left-out': 'without',
  several: 'several',
  one: 'one',
  listed: 'listed',
  set: 'by-hand',
  middle: 'by-hand',
};

/** Indices of the images of each kind, in their order. */
export function imagesByFound(
  placements: readonly (Placement | null)[],
): Readonly<Record<FoundKind, readonly number[]>> {
  const images: Record<FoundKind, number[]> = {
    without: [],
    several: [],
    one: [],
    listed: [],
    'by-hand': [],
  };
  for (const [image, placement] of placements.entries()) {
    if (placement !== null) images[KIND_OF[placement]].push(image);
  }
  return images;
}
