/** A crop out of pixels that are in memory: what a person sees while they move the points of a face. */
import { cropAndResize, type Pixels, resample } from '../import/resize';
import { estimateSimilarity, type FivePoints, mapPoints, scaleOf } from './similarity';
import { placeTemplate, type TemplateId } from './templates';
import { blacken, warp } from './warp';

/** More than so many pixels a side behind one of the crop are averaged beforehand, to be quick. */
const FINEST = 3;

/** A picture to cut crops from again and again. Those of a reduced picture differ by a few levels. */
export class CropSource {
  /** The picture, then a half of it, a quarter … */
  readonly #levels: Pixels[];
  readonly #scale: number;

  /**
   * @param pixels the upright picture, perhaps reduced
   * @param width of the picture as it is, pixels: what points are in
   */
  constructor(pixels: Pixels, width: number) {
    this.#levels = [pixels];
    this.#scale = width / pixels.width;
  }

  /**
   * @param points in pixels of the picture as it is
   * @param size width and height of the crop, pixels
   * @returns `[size, size, 3]`, RGB
   * @throws FormatError `align/points` where they are no face's
   */
  aligned(points: FivePoints, template: TemplateId, size: number): Uint8Array<ArrayBuffer> {
    const placed = placeTemplate(template, size);
    const toCrop = estimateSimilarity(points, placed.points);
    const level = this.#level(1 / (scaleOf(toCrop) * this.#scale));
    const shrunk = (this.#levels[0]!.width / level.width) * this.#scale;
    const here = mapPoints(points, ({ x, y }) => ({ x: x / shrunk, y: y / shrunk }));
    const crop = warp(level, estimateSimilarity(here, placed.points), size);
    blacken(crop, size, placed.blackColumns);
    return crop;
  }

  /** The square in the middle. */
  middle(size: number): Uint8Array<ArrayBuffer> {
    return cropAndResize(this.#levels[0]!, size);
  }

  /** @param behind pixels a side behind one of the crop */
  #level(behind: number): Pixels {
    let level = this.#levels[0]!;
    for (
      let at = 1;
      behind / 2 ** (at - 1) > FINEST && Math.min(level.width, level.height) > 1;
      at += 1
    ) {
      this.#levels[at] ??= halved(level);
      level = this.#levels[at]!;
    }
    return level;
  }
}

function halved(pixels: Pixels): Pixels {
  const size = { width: Math.ceil(pixels.width / 2), height: Math.ceil(pixels.height / 2) };
  const whole = { left: 0, top: 0, width: pixels.width, height: pixels.height };
  return { ...size, channels: 3, data: resample(pixels, whole, size) };
}
