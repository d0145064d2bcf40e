/**
 * How the crop of a picture came to lie where it lies: on the face a detector found, on points of a list
 * or of a person, or in the middle where there were none. Kept with the crops, so that what was missed
 * can be looked at and corrected.
 */

const PLACEMENTS = [
  /** On the one face that was found. */
  'one',
  /** On the main one of several. */
  'several',
  /** On the points that a list of the set has for it. */
  'listed',
  /** Nothing was found or listed: its middle. */
  'none',
  /** The same, and it takes no part. */
  'left-out',
  /** On points that a person set. */
  'set',
  /** Its middle, because a person said so. */
  'middle',
] as const;
export type Placement = (typeof PLACEMENTS)[number];

const KNOWN: ReadonlySet<unknown> = new Set(PLACEMENTS);

export function isPlacement(value: unknown): value is Placement {
  return KNOWN.has(value);
}

/** What becomes of the crop of one image when a person corrects it. */
export type CropCorrection =
  | {
      readonly kind: 'points';
      /** `[5, 2]`, see `flatPoints`. */
      readonly points: readonly number[];
    }
  | { readonly kind: 'middle' };

/** Images of each placement. */
export type PlacementCounts = Readonly<Record<Placement, number>>;

/**
 * How a picture's crop lies after corrections.
 * @returns `null` where no face was looked for
 */
export function placementOf(
  read: Placement | null | undefined,
  correction: CropCorrection | undefined,
): Placement | null {
  if (correction !== undefined) return correction.kind === 'points' ? 'set' : 'middle';
  return read ?? null;
}

/** @returns `null` where no face was looked for and no crop was corrected */
export function countPlacements(
  placements: Iterable<Placement | null>,
): (PlacementCounts & { readonly images: number }) | null {
  const counts: Record<Placement, number> = {
    one: 0,
    several: 0,
    listed: 0,
    none: 0,
    'left-out': 0,
    set: 0,
    middle: 0,
  };
  let images = 0;
  for (const placement of placements) {
    if (placement === null) continue;
    counts[placement] += 1;
    images += 1;
  }
  return images === 0 ? null : { ...counts, images };
}
