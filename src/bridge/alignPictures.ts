/**
 * What the inspector shows of one picture while its crop is corrected: the picture as it is, the faces a
 * detector finds on it, a crop by other points. The detector starts when it is first asked for and goes
 * again when it was not asked for a while.
 */
import type { CropCorrection } from '../data/align/placement';
import { type CorrectedCrops, wayOf } from './alignCorrections';
import { Aligner, type FoundFace } from './aligner';
import { type FacesSource, noPicture, originalOf } from './alignOriginals';
import { openPicture } from './picture';
import type { InspectedPicture, Thumbnails } from './protocol';

/** A larger picture is shown reduced to this side, pixels. */
const LARGEST_SHOWN = 1200;
/** How long a detector waits to be asked again. */
const IDLE_MS = 30_000;

/** The part of an `Aligner` that is used, so that a test can stand in for it. */
export type FaceFinder = Pick<Aligner, 'find' | 'dispose'>;

export class AlignPictures {
  #finder: FaceFinder | null = null;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly crops: CorrectedCrops,
    private readonly createFinder: () => FaceFinder = () => new Aligner({ workers: 1 }),
  ) {}

  /** @throws EditError `edit/no-picture` where the file is not at hand or cannot be read */
  async open(source: FacesSource, image: number): Promise<InspectedPicture> {
    const bytes = await bytesOf(source, image);
    const { swapRedBlue, template } = wayOf(source);
    const picture = await openPicture(bytes, { swapRedBlue }).catch((error: unknown) => {
      throw noPicture(error instanceof Error ? error.message : String(error));
    });
    try {
      const { width, height } = picture;
      const whole = { left: 0, top: 0, width, height };
      const shown = picture.read(whole, LARGEST_SHOWN);
      const pixels = shown.width * shown.height;
      const rgba = new Uint8ClampedArray(4 * pixels).fill(255);
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        const from = pixel * shown.channels;
        rgba.set(shown.data.subarray(from, from + 3), 4 * pixel);
      }
      return {
        width,
        height,
        shownWidth: shown.width,
        shownHeight: shown.height,
        rgba,
        template,
      };
    } finally {
      picture.close();
    }
  }

  /**
   * The faces of a picture, the main one first.
   * @throws EditError as `open` does
   */
  async faces(source: FacesSource, image: number): Promise<readonly FoundFace[]> {
    const bytes = await bytesOf(source, image);
    clearTimeout(this.#timer);
    this.#finder ??= this.createFinder();
    this.#asked += 1;
    try {
      return await this.#finder.find(bytes);
    } catch (error) {
      throw noPicture(error instanceof Error ? error.message : String(error));
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) this.#timer = setTimeout(() => this.dispose(), IDLE_MS);
    }
  }

  /** The crop as training would have it. @throws EditError as `CorrectedCrops.cut` does */
  async crop(source: FacesSource, image: number, correction: CropCorrection): Promise<Thumbnails> {
    const rgb = await this.crops.one(source, image, correction);
    const size = source.all.cropSize;
    const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
    for (let pixel = 0; pixel < size * size; pixel += 1) {
      rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    }
    return { size, rgba, indices: Uint32Array.of(image) };
  }

  /** Stops the detector. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#finder?.dispose();
    this.#finder = null;
  }
}

async function bytesOf(source: FacesSource, image: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = originalOf(source, image);
  try {
    return await file.read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw noPicture(`The picture of ${file.name} cannot be read: ${reason}`);
  }
}
