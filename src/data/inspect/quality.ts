/**
 * Images that are likely useless or harmful for training: blank, tiny, too dark, too bright, blurred.
 * Measured once in a pass over the pixels; thresholds are applied afterwards, so that they can be
 * moved freely. All scores are of the crop as it is trained with.
 */
import { type Crops, countOf, lumaOf, meanOf, spreadOf } from './luma';
import { inSlices, type Work, type WorkOptions } from './slices';

/** Least standard deviation of brightness in which something can be seen, grey levels of 255. */
export const BLANK_CONTRAST = 10;

export interface QualityScores {
  /** `[count]`, mean brightness, grey levels 0–255. */
  readonly brightness: Float32Array;
  /** `[count]`, standard deviation of brightness, grey levels 0–127.5. */
  readonly contrast: Float32Array;
  /**
   * `[count]`, how wide edges are, pixels of the crop: root mean square gradient over root mean square
   * Laplacian. About 0.5–1.3 in sharp crops; a Gaussian blur of σ pixels, from 1.5 on, brings it to 1.2σ – 1.4σ.
   * Infinity where the brightness is constant or rises evenly.
   */
  readonly edgeWidth: Float32Array;
}

export interface QualityThresholds {
  /** Blank below this contrast, grey levels. */
  readonly blankBelow: number;
  /** Tiny where the shorter side of the picture is below this share of the crop's. */
  readonly tinyBelow: number;
  /** Dark below this mean brightness, grey levels 0–255. */
  readonly darkBelow: number;
  /** Bright above this mean brightness, grey levels 0–255. */
  readonly brightAbove: number;
  /** Blurred above this edge width, pixels of the crop. */
  readonly blurredAbove: number;
}

/** In Labeled Faces in the Wild these leave all but 1 in 500 images alone, at 32 to 112 pixels. */
export const QUALITY_THRESHOLDS: QualityThresholds = {
  blankBelow: BLANK_CONTRAST,
  tinyBelow: 0.5,
  darkBelow: 40,
  brightAbove: 215,
  blurredAbove: 1.6,
};

export type QualityKind = 'blank' | 'tiny' | 'dark' | 'bright' | 'blurred';

/** Image indices of each kind, the worst first. A blank image is not also dark, bright or blurred. */
export type QualityReport = Readonly<Record<QualityKind, Uint32Array>>;

/** @param plane `[side, side]`; without an inside (a side below 3) the width is infinite */
function edgeWidthOf(plane: Float32Array, side: number): number {
  let gradients = 0;
  let laplacians = 0;
  for (let y = 1; y < side - 1; y += 1) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at += 1) {
      const [left, right] = [plane[at - 1]!, plane[at + 1]!];
      const [above, below] = [plane[at - side]!, plane[at + side]!];
      gradients += ((right - left) ** 2 + (below - above) ** 2) / 4;
      laplacians += (left + right + above + below - 4 * plane[at]!) ** 2;
    }
  }
  return laplacians > 0 ? Math.sqrt(gradients / laplacians) : Number.POSITIVE_INFINITY;
}

function* measure(crops: Crops): Work<QualityScores> {
  const { cropSize, pixels } = crops;
  const count = countOf(crops);
  const brightness = new Float32Array(count);
  const contrast = new Float32Array(count);
  const edgeWidth = new Float32Array(count);
  const plane = new Float32Array(cropSize * cropSize);
  for (let image = 0; image < count; image += 1) {
    lumaOf(pixels, image, cropSize, plane);
    brightness[image] = meanOf(plane);
    contrast[image] = spreadOf(plane);
    edgeWidth[image] = edgeWidthOf(plane, cropSize);
    yield image + 1;
  }
  return { brightness, contrast, edgeWidth };
}

/** Rejects with the signal's reason when aborted. */
export function measureQuality(crops: Crops, options: WorkOptions = {}): Promise<QualityScores> {
  return inSlices(measure(crops), countOf(crops), options);
}

export interface QualityOptions {
  readonly cropSize: number;
  /** `[count]`, whose image each is; −1 takes no part (`EditedFaces.imageIdentity`). */
  readonly imageIdentity: Int32Array;
  /** `[count, 2]`, as in `FaceSet`; where it is missing nothing is called tiny. */
  readonly sourceSizes?: Uint32Array | undefined;
  readonly thresholds?: QualityThresholds;
}

/** The images that take part and fall short of a threshold. */
export function judgeQuality(scores: QualityScores, options: QualityOptions): QualityReport {
  const { thresholds = QUALITY_THRESHOLDS, sourceSizes, imageIdentity, cropSize } = options;
  const { brightness, contrast, edgeWidth } = scores;
  const blank = (image: number) => contrast[image]! < thresholds.blankBelow;
  // Shortness of each kind: above 0 it is one, the more the worse.
  const pick = (shortness: (image: number) => number): Uint32Array => {
    const found: number[] = [];
    for (const [image, identity] of imageIdentity.entries()) {
      if (identity >= 0 && shortness(image) > 0) found.push(image);
    }
    return Uint32Array.from(found.sort((a, b) => compare(shortness(b), shortness(a)) || a - b));
  };
  const unlessBlank = (shortness: (image: number) => number) =>
    pick((image) => (blank(image) ? 0 : shortness(image)));
  return {
    blank: pick((image) => thresholds.blankBelow - contrast[image]!),
    tiny: pick((image) => {
      const side = shorterSide(sourceSizes, image);
      return side === null ? 0 : thresholds.tinyBelow * cropSize - side;
    }),
    dark: unlessBlank((image) => thresholds.darkBelow - brightness[image]!),
    bright: unlessBlank((image) => brightness[image]! - thresholds.brightAbove),
    blurred: unlessBlank((image) => edgeWidth[image]! - thresholds.blurredAbove),
  };
}

/** A difference would not do: that of two infinities is no number. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Pixels; `null` where it is not known. */
function shorterSide(sourceSizes: Uint32Array | undefined, image: number): number | null {
  if (sourceSizes === undefined) return null;
  const side = Math.min(sourceSizes[2 * image]!, sourceSizes[2 * image + 1]!);
  return side > 0 ? side : null;
}
