/**
 * Images that likely bear the wrong name, once a model is trained: far from the centre of their own
 * identity, near the centre of another. The own centre leaves the image itself out, so that it does
 * not speak for itself.
 */
import { type NearestCentres, nearestCentres } from './nearestCentre';
import { inSlices, type Work, type WorkOptions } from './slices';

export interface Embedded {
  /** Length of an embedding. */
  readonly dimensions: number;
  /** `[count, dimensions]`, unit length. */
  readonly embeddings: Float32Array;
  /** `[count]`, whose image each is; −1 takes no part (`EditedFaces.imageIdentity`). */
  readonly imageIdentity: Int32Array;
  readonly identities: number;
  /**
   * `[identities, dimensions]`, a trained model's class centres, any length. Where they are given, they
   * stand for the *other* identities; the own centre is always the mean of the other images, since a
   * trained centre has already moved towards an image with a wrong name.
   */
  readonly classCentres?: Float32Array | undefined;
}

export interface LabelJudgement {
  readonly image: number;
  readonly identity: number;
  /** Cosine to the mean of the identity's other images, −1 … 1. */
  readonly own: number;
  /** Cosine to the nearest centre of another identity, −1 … 1. */
  readonly other: number;
  readonly otherIdentity: number;
  /** other − own: above 0 the image is nearer to another identity than to its own. */
  readonly score: number;
}

/** `[count]`; `null` cannot be judged: it takes no part, is alone in its identity, or has no direction. */
export type LabelJudgements = readonly (LabelJudgement | null)[];

/** Shorter than this, a sum of unit vectors has no direction but that of rounding. */
const SHORTEST = 1e-6;

/** `[identities, dimensions]`, sums in float64, and how many images are in each. */
interface Sums {
  readonly vectors: Float64Array;
  readonly counts: Int32Array;
}

function sumsOf({ dimensions, embeddings, identities }: Embedded, labels: Int32Array): Sums {
  const vectors = new Float64Array(identities * dimensions);
  const counts = new Int32Array(identities);
  for (const [image, identity] of labels.entries()) {
    if (identity < 0) continue;
    counts[identity]! += 1;
    const [from, to] = [image * dimensions, identity * dimensions];
    for (let k = 0; k < dimensions; k += 1) vectors[to + k]! += embeddings[from + k]!;
  }
  return { vectors, counts };
}

/** Images without a finite embedding take no part: they would spoil the centre of all others. */
function finiteLabels({ dimensions, embeddings, imageIdentity }: Embedded): Int32Array {
  return imageIdentity.map((identity, image) => {
    let sum = 0;
    for (let k = 0; k < dimensions; k += 1) sum += embeddings[image * dimensions + k]!;
    return Number.isFinite(sum) ? identity : -1;
  });
}

/** The centres that have a direction, as unit vectors, and whose they are. */
function unitCentres(vectors: ArrayLike<number>, dimensions: number, identities: number) {
  const centres = new Float32Array(identities * dimensions);
  const owners: number[] = [];
  for (let identity = 0; identity < identities; identity += 1) {
    const from = identity * dimensions;
    let squares = 0;
    for (let k = 0; k < dimensions; k += 1) squares += vectors[from + k]! ** 2;
    const length = Math.sqrt(squares);
    if (!(length > SHORTEST && Number.isFinite(length))) continue;
    const to = owners.length * dimensions;
    for (let k = 0; k < dimensions; k += 1) centres[to + k] = vectors[from + k]! / length;
    owners.push(identity);
  }
  return {
    centres: centres.subarray(0, owners.length * dimensions),
    identities: Int32Array.from(owners),
  };
}

/** The cosine to the mean of the identity's other images; `null` where there is none. */
function ownCosine(embedded: Embedded, sums: Sums, image: number, identity: number): number | null {
  if (sums.counts[identity]! < 2) return null;
  const { dimensions, embeddings } = embedded;
  const [from, to] = [image * dimensions, identity * dimensions];
  let product = 0;
  let squares = 0;
  for (let k = 0; k < dimensions; k += 1) {
    const others = sums.vectors[to + k]! - embeddings[from + k]!;
    product += others * embeddings[from + k]!;
    squares += others * others;
  }
  const length = Math.sqrt(squares);
  return length > SHORTEST ? product / length : null;
}

function check({
  dimensions,
  embeddings,
  imageIdentity,
  identities,
  classCentres,
}: Embedded): void {
  if (embeddings.length !== imageIdentity.length * dimensions) {
    throw new RangeError(
      `embeddings must hold ${imageIdentity.length} × ${dimensions} numbers, got ${embeddings.length}`,
    );
  }
  if (classCentres !== undefined && classCentres.length !== identities * dimensions) {
    throw new RangeError(
      `classCentres must hold ${identities} × ${dimensions} numbers, got ${classCentres.length}`,
    );
  }
  const bad = imageIdentity.find((identity) => identity >= identities);
  if (bad !== undefined) {
    throw new RangeError(`imageIdentity must be below ${identities}, got ${bad}`);
  }
}

function* judge(embedded: Embedded): Work<LabelJudgements> {
  const { dimensions, embeddings, identities, classCentres } = embedded;
  const labels = finiteLabels(embedded);
  const sums = sumsOf(embedded, labels);
  const others = unitCentres(classCentres ?? sums.vectors, dimensions, identities);
  const nearest: NearestCentres = yield* nearestCentres({
    dimensions,
    embeddings,
    labels,
    ...others,
  });
  return Array.from(labels, (identity, image) => {
    const own = identity < 0 ? null : ownCosine(embedded, sums, image, identity);
    const otherIdentity = nearest.identity[image]!;
    if (own === null || otherIdentity < 0) return null;
    const other = nearest.cosine[image]!;
    return { image, identity, own, other, otherIdentity, score: other - own };
  });
}

/**
 * Judges every image's name by where it lies. Takes count × identities × dimensions products: some
 * seconds for 13,000 images of 5,700 identities in 128 dimensions.
 *
 * @throws RangeError for arrays whose sizes do not fit; rejects with the signal's reason when aborted
 */
export async function judgeLabels(
  embedded: Embedded,
  options: WorkOptions = {},
): Promise<LabelJudgements> {
  check(embedded);
  return inSlices(judge(embedded), embedded.imageIdentity.length, options);
}

export interface SuspectThresholds {
  /** A suspect's score is above this. */
  readonly scoreAbove: number;
  /** A suspect's cosine to the other identity's centre is at least this. */
  readonly otherAtLeast: number;
}

/** How far beyond what is usual a cosine is not chance any more, standard deviations. */
const BEYOND_CHANCE = 4;
/** Standard deviations between the quartile and the median of a normal distribution. */
const QUARTILE = 0.6745;

/**
 * Thresholds that suit the model: nearer to the other centre than to the own, and nearer to it than
 * the nearest of so many centres is by chance. Most images show what that is: their cosines to their
 * nearest other centre have a median and, from the lower quartile, a spread, neither of which some
 * wrong names move. A fixed cosine would not do: it depends on the model and on how many identities
 * there are.
 *
 * @returns `null` where no image can be judged
 */
export function suggestThresholds(judgements: LabelJudgements): SuspectThresholds | null {
  const others = Float64Array.from(judgements.flatMap((one) => (one === null ? [] : [one.other])));
  if (others.length === 0) return null;
  others.sort();
  const median = others[others.length >> 1]!;
  const deviation = (median - others[others.length >> 2]!) / QUARTILE;
  return { scoreAbove: 0, otherAtLeast: Math.min(median + BEYOND_CHANCE * deviation, 1) };
}

/** The images beyond both thresholds, the most suspect first. */
export function rankSuspects(
  judgements: LabelJudgements,
  thresholds: SuspectThresholds | null = suggestThresholds(judgements),
): LabelJudgement[] {
  if (thresholds === null) return [];
  return judgements
    .filter((one) => one !== null)
    .filter(({ score, other }) => score > thresholds.scoreAbove && other >= thresholds.otherAtLeast)
    .sort((a, b) => b.score - a.score || a.image - b.image);
}
