/**
 * Cuts the crops that a person corrected anew from their pictures. What was cut is remembered, so that
 * the same correction is not cut twice as long as the same files are open.
 */
import type { CropCorrection } from '../data/align/placement';
import { pointsIn } from '../data/align/points';
import type { TemplateId } from '../data/align/templates';
import type { RecutCrop } from '../data/inspect/recut';
import { type FacesSource, noPicture, originalOf } from './alignOriginals';
import { type Crop, cropBy } from './crop';
import { templateOf } from './cropRules';
import type { OpenedFiles } from './openedFiles';
import { openPicture } from './picture';

/** Remembered at most, the oldest are cut again. */
const MOST_KEPT = 1000;

interface Way {
  readonly size: number;
  readonly template: TemplateId;
  readonly swapRedBlue: boolean;
}

/** How corrections of these faces are cut. */
export function wayOf({ all, config }: Pick<FacesSource, 'all' | 'config'>): Way {
  const files = config.kind === 'files' ? config : null;
  const template = templateOf(files ?? {});
  return { size: all.cropSize, template, swapRedBlue: files?.swapRedBlue ?? false };
}

export class CorrectedCrops {
  readonly #known = new WeakMap<OpenedFiles, Map<string, Crop>>();

  /**
   * @param corrections by image of the faces
   * @throws EditError `edit/no-picture` where a file is not at hand, cannot be read, or its points are
   *   no face's
   */
  async cut(
    source: FacesSource,
    corrections: ReadonlyMap<number, CropCorrection>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, RecutCrop>> {
    const crops = new Map<number, RecutCrop>();
    for (const [image, correction] of corrections) {
      signal?.throwIfAborted();
      crops.set(image, { correction, rgb: await this.one(source, image, correction) });
    }
    return crops;
  }

  /** @throws EditError as `cut` does */
  async one(source: FacesSource, image: number, correction: CropCorrection): Promise<Crop> {
    const file = originalOf(source, image);
    const way = wayOf(source);
    // There is an original, so there are files.
    const known = this.#of(source.opened!);
    const key = JSON.stringify([file.name, way, correction]);
    const before = known.get(key);
    if (before !== undefined) return before;
    let crop: Crop;
    try {
      crop = await cutOne(await file.read(), correction, way);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw noPicture(`The crop of ${file.name} cannot be cut anew. ${reason}`);
    }
    known.set(key, crop);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KEPT) break;
      known.delete(oldest);
    }
    return crop;
  }

  #of(opened: OpenedFiles): Map<string, Crop> {
    const known = this.#known.get(opened) ?? new Map<string, Crop>();
    this.#known.set(opened, known);
    return known;
  }
}

async function cutOne(
  bytes: Uint8Array<ArrayBuffer>,
  correction: CropCorrection,
  { size, template, swapRedBlue }: Way,
): Promise<Crop> {
  const picture = await openPicture(bytes, { swapRedBlue });
  try {
    if (correction.kind === 'middle') return cropBy(picture, { kind: 'centre-square' }, size);
    const points = pointsIn(correction.points);
    if (points === null) throw new Error('Five points need ten numbers.');
    return cropBy(picture, { kind: 'template', template, points }, size);
  } finally {
    picture.close();
  }
}
