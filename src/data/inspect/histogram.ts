/** What a data set is made of, in a few rows: images per identity, sizes and formats of the files. */

/** A range of whole numbers with both ends in it. */
export interface Bin {
  readonly from: number;
  /** `null` has no end. */
  readonly to: number | null;
  /** `1`, `5–9`, `1,024 and more`. */
  readonly label: string;
}

export interface IdentityBin extends Bin {
  readonly to: number;
  /** Identities with so many images. */
  readonly identities: number;
  /** Images of all of them. */
  readonly images: number;
}

/** Numbers up to here have a bin of their own: whether it is 1, 2 or 3 images matters most. */
const SINGLE_BINS = 4;
/** Starts of bins in every decade. */
const STEPS = [1, 2, 5] as const;

function numberText(value: number): string {
  return value.toLocaleString('en');
}

function binOf(from: number, to: number): Bin & { readonly to: number } {
  const label = from === to ? numberText(from) : `${numberText(from)}–${numberText(to)}`;
  return { from, to, label };
}

/** 1, 2, 3, 4, 5–9, 10–19, 20–49, 50–99 … up to the bin that `largest` lies in. */
function countBins(largest: number): (Bin & { readonly to: number })[] {
  const bins = Array.from({ length: Math.min(largest, SINGLE_BINS) }, (_, index) =>
    binOf(index + 1, index + 1),
  );
  const starts: number[] = [];
  for (let decade = 1; decade <= 10 * largest; decade *= 10) {
    starts.push(...STEPS.map((step) => step * decade).filter((start) => start > SINGLE_BINS));
  }
  for (const [index, from] of starts.entries()) {
    if (from > largest) break;
    bins.push(binOf(from, starts[index + 1]! - 1));
  }
  return bins;
}

/**
 * Identities by how many images they have, in bins that stay readable when most have one and a few
 * have hundreds. Empty bins in between are there, so that distances on an axis are true.
 *
 * @param counts images of each identity; those with none are not counted
 */
export function imagesPerIdentity(counts: Iterable<number>): IdentityBin[] {
  const own = [...counts].filter((count) => count > 0);
  const largest = own.reduce((most, count) => Math.max(most, count), 0);
  const bins = countBins(largest).map((bin) => ({ ...bin, identities: 0, images: 0 }));
  for (const count of own) {
    const bin = bins.findLast(({ from }) => from <= count)!;
    bin.identities += 1;
    bin.images += count;
  }
  return bins;
}

/** Shorter sides of pictures, pixels: doubling up to 64, and from the usual crop of 112 on. */
const SIDE_STARTS = [1, 16, 32, 64, 112, 224, 448, 896] as const;

export interface SizeSummary {
  /** Images by the shorter side of their picture, pixels. */
  readonly bins: readonly (Bin & { readonly images: number })[];
  /** Shorter sides, pixels; `null` where no size is known. */
  readonly range: {
    readonly smallest: number;
    readonly median: number;
    readonly largest: number;
  } | null;
  /** Images of which the size is not known. */
  readonly unknown: number;
}

/**
 * Sizes of the pictures before they were cropped, of the images that take part.
 *
 * @param sourceSizes `[count, 2]`, as in `FaceSet`
 * @param imageIdentity `[count]`, −1 takes no part
 */
export function sourceSizeSummary(
  sourceSizes: Uint32Array | undefined,
  imageIdentity: Int32Array,
): SizeSummary {
  const sides: number[] = [];
  let unknown = 0;
  for (const [image, identity] of imageIdentity.entries()) {
    if (identity < 0) continue;
    const side = Math.min(sourceSizes?.[2 * image] ?? 0, sourceSizes?.[2 * image + 1] ?? 0);
    if (side > 0) sides.push(side);
    else unknown += 1;
  }
  const sorted = Uint32Array.from(sides).sort();
  return {
    bins: sideBins(sorted),
    range:
      sorted.length === 0
        ? null
        : {
            smallest: sorted[0]!,
            // The lower of the two in the middle: a side that some picture has.
            median: sorted[(sorted.length - 1) >> 1]!,
            largest: sorted.at(-1)!,
          },
    unknown,
  };
}

function sideBins(sides: Uint32Array) {
  return SIDE_STARTS.map((from, index) => {
    const next = SIDE_STARTS[index + 1];
    const images = sides.filter((side) => side >= from && (next === undefined || side < next));
    const bin: Bin =
      next === undefined
        ? { from, to: null, label: `${numberText(from)} and more` }
        : binOf(from, next - 1);
    return { ...bin, images: images.length };
  });
}

export interface FormatCount {
  /** As the set says it; `null` is not known. */
  readonly format: string | null;
  readonly images: number;
}

/** Images that take part by their file's format, the most frequent first, then by name. */
export function formatSummary(
  formats: readonly string[] | undefined,
  imageIdentity: Int32Array,
): FormatCount[] {
  const counts = new Map<string | null, number>();
  for (const [image, identity] of imageIdentity.entries()) {
    if (identity < 0) continue;
    const format = formats?.[image] || null;
    counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  return Array.from(counts, ([format, images]) => ({ format, images })).sort(
    (a, b) => b.images - a.images || ((a.format ?? '') < (b.format ?? '') ? -1 : 1),
  );
}
