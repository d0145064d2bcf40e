/**
 * An encoded image, opened: its size, and any part of it as pixels. JPEG, PNG, WebP, GIF, BMP and, where
 * it can, AVIF are decoded by the browser, upright as their EXIF data says and over white where they are
 * see-through; PGM and PPM by our own decoder. Runs in workers.
 */
import { refuseHuge } from '../data/formats/imageSize';
import { decodeNetpbm } from '../data/formats/netpbm';
import { type ImageKind, sniff } from '../data/formats/sniff';
import { type Part, type Pixels, resample } from '../data/import/resize';

export interface Picture {
  readonly format: ImageKind;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /**
   * @param part whole pixels, inside the picture
   * @param largestSide of what is returned, pixels: a larger part is reduced to it
   */
  read(part: Part, largestSide: number): Pixels;
  /** Gives the decoded picture's memory back. */
  close(): void;
}

const TYPES: Readonly<Record<Exclude<ImageKind, 'netpbm'>, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  bmp: 'image/bmp',
};

let canvas: OffscreenCanvas | null = null;

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives workers no canvas to decode with.');
  return context;
}

/** The size a part is read at: its own, or smaller in the same proportions. */
function readSize({ width, height }: Part, largestSide: number) {
  const scale = Math.min(1, largestSide / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

class BitmapPicture implements Picture {
  readonly format: ImageKind;
  readonly #bitmap: ImageBitmap;

  constructor(bitmap: ImageBitmap, format: ImageKind) {
    this.#bitmap = bitmap;
    this.format = format;
  }

  get width(): number {
    return this.#bitmap.width;
  }

  get height(): number {
    return this.#bitmap.height;
  }

  read(part: Part, largestSide: number): Pixels {
    const { width, height } = readSize(part, largestSide);
    const context = contextOf(width, height);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this.#bitmap,
      part.left,
      part.top,
      part.width,
      part.height,
      0,
      0,
      width,
      height,
    );
    return { width, height, channels: 4, data: context.getImageData(0, 0, width, height).data };
  }

  close(): void {
    this.#bitmap.close();
  }
}

class RgbPicture implements Picture {
  readonly format = 'netpbm';
  readonly #pixels: Pixels;

  constructor(bytes: Uint8Array) {
    const { width, height, rgb } = decodeNetpbm(bytes);
    this.#pixels = { width, height, channels: 3, data: rgb };
  }

  get width(): number {
    return this.#pixels.width;
  }

  get height(): number {
    return this.#pixels.height;
  }

  read(part: Part, largestSide: number): Pixels {
    if (part.width === this.width && part.height === this.height) {
      if (Math.max(part.width, part.height) <= largestSide) return this.#pixels;
    }
    const size = readSize(part, largestSide);
    return { ...size, channels: 3, data: resample(this.#pixels, part, size) };
  }

  close(): void {
    // Memory of our own: nothing to give back.
  }
}

/** For sets that were written with red and blue mixed up. */
class SwappedPicture implements Picture {
  readonly #picture: Picture;

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  get format(): ImageKind {
    return this.#picture.format;
  }

  get width(): number {
    return this.#picture.width;
  }

  get height(): number {
    return this.#picture.height;
  }

  read(part: Part, largestSide: number): Pixels {
    const pixels = this.#picture.read(part, largestSide);
    const { channels } = pixels;
    const data = pixels.data.slice();
    for (let red = 0; red < data.length; red += channels) {
      data[red] = pixels.data[red + 2]!;
      data[red + 2] = pixels.data[red]!;
    }
    return { ...pixels, data };
  }

  close(): void {
    this.#picture.close();
  }
}

/**
 * @param bytes an encoded image
 * @param options.swapRedBlue gives every pixel's red as blue and its blue as red
 * @throws an Error whose message says why it cannot be decoded; a picture of more than 64 megapixels is
 *   refused by its header
 */
export async function openPicture(
  bytes: Uint8Array<ArrayBuffer>,
  options: { readonly swapRedBlue?: boolean } = {},
): Promise<Picture> {
  const picture = await decode(bytes);
  return options.swapRedBlue === true ? new SwappedPicture(picture) : picture;
}

/** Why the browser did not decode it. Old ones do not know AVIF, and do not say so. */
function reasonAgainst(format: ImageKind): string {
  const damaged = `Its ${format.toUpperCase()} data is damaged`;
  return format === 'avif'
    ? `${damaged}, or this browser does not read AVIF. Save it as JPEG or PNG: avifdec face.avif face.png.`
    : `${damaged}.`;
}

async function decode(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  const found = sniff(bytes);
  if (found.kind !== 'image') throw new Error('It is not an image that can be read.');
  if (found.image === 'netpbm') return new RgbPicture(bytes);
  refuseHuge(bytes);
  const type = TYPES[found.image];
  const bitmap = await createImageBitmap(new Blob([bytes], { type }), {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch(() => {
    throw new Error(reasonAgainst(found.image));
  });
  return new BitmapPicture(bitmap, found.image);
}
