/**
 * The size of an encoded picture from its header alone, so that one which would take gigabytes is
 * refused before anything decodes it. JPEG, PNG, GIF, BMP, WebP and AVIF; stored size, before any turning.
 */
import { FormatError } from './errors';
import { type ImageKind, sniff } from './sniff';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** 8192 × 8192, some more than the "64 megapixels" of a camera: what is decoded at most. */
export const MOST_PIXELS = 2 ** 26;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Start-of-frame markers; the others from C0 to CF are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function sizeOfJpeg(view: DataView): ImageSize | null {
  let offset = 2;
  while (offset + 9 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return null;
    const marker = view.getUint8(offset + 1);
    // Any number of fill bytes may stand before a marker; some markers stand alone.
    if (marker === 0xff) offset += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) offset += 2;
    else if (isFrame(marker)) {
      return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    } else {
      const length = view.getUint16(offset + 2);
      // The picture's data begins, or this is no JPEG: either way no frame came.
      if (marker === 0xda || marker === 0xd9 || length < 2) return null;
      offset += 2 + length;
    }
  }
  return null;
}

function sizeOfPng(view: DataView): ImageSize | null {
  if (view.byteLength < 24) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Where the next block of a GIF begins, after the sub-blocks that begin at `offset`. */
function afterSubBlocks(view: DataView, offset: number): number {
  let next = offset;
  while (next < view.byteLength && view.getUint8(next) !== 0) next += view.getUint8(next) + 1;
  return next + 1;
}

/** The screen, and the first picture where that reaches beyond: browsers then enlarge the screen. */
function sizeOfGif(view: DataView): ImageSize | null {
  if (view.byteLength < 13) return null;
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  const flags = view.getUint8(10);
  let offset = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (offset < view.byteLength && view.getUint8(offset) === 0x21) {
    offset = afterSubBlocks(view, offset + 2);
  }
  if (offset + 9 > view.byteLength || view.getUint8(offset) !== 0x2c) return { width, height };
  const at = (place: number) => view.getUint16(offset + place, true);
  return { width: Math.max(width, at(1) + at(5)), height: Math.max(height, at(3) + at(7)) };
}

function sizeOfBmp(view: DataView): ImageSize | null {
  if (view.byteLength < 26) return null;
  // The oldest header has 16 bits for each; a negative height means rows from the top down.
  if (view.getUint32(14, true) === 12) {
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  }
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) + view.getUint8(offset + 2) * 65536;
}

function sizeOfWebp(view: DataView): ImageSize | null {
  if (view.byteLength < 30) return null;
  const chunk = String.fromCharCode(...[12, 13, 14, 15].map((offset) => view.getUint8(offset)));
  if (chunk === 'VP8X') return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== 'VP8 ') return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** Boxes that say how large an image is lie in the first part of an AVIF; so much of it is searched. */
const AVIF_SEARCHED = 1 << 16;
const ISPE = 0x69737065;

/** The largest of its images: tiles, a thumbnail and the transparency have sizes of their own. */
function sizeOfAvif(view: DataView): ImageSize | null {
  let largest: ImageSize | null = null;
  const end = Math.min(view.byteLength, AVIF_SEARCHED) - 16;
  for (let at = 0; at <= end; at += 1) {
    if (view.getUint32(at) !== ISPE) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === null || size.width * size.height > largest.width * largest.height) {
      largest = size;
    }
  }
  return largest;
}

const READERS: Readonly<
  Record<Exclude<ImageKind, 'netpbm'>, (view: DataView) => ImageSize | null>
> = {
  jpeg: sizeOfJpeg,
  png: sizeOfPng,
  gif: sizeOfGif,
  bmp: sizeOfBmp,
  webp: sizeOfWebp,
  avif: sizeOfAvif,
};

/**
 * @param bytes an encoded picture, or its beginning: most formats say it in 30 bytes, JPEG may put
 *   a preview of some 100 kB before
 * @returns `null` where it is none of the formats, or its header is cut short or damaged
 */
export function imageSize(bytes: Uint8Array): ImageSize | null {
  const found = sniff(bytes);
  if (found.kind !== 'image' || found.image === 'netpbm') return null;
  const size = READERS[found.image](viewOf(bytes));
  return size === null || size.width < 1 || size.height < 1 ? null : size;
}

/** @throws FormatError `image/too-large` for a picture of more than `MOST_PIXELS` */
export function refuseHuge(bytes: Uint8Array): void {
  const size = imageSize(bytes);
  if (size === null || size.width * size.height <= MOST_PIXELS) return;
  const { width, height } = size;
  throw new FormatError(
    'image/too-large',
    `It is ${width}×${height} pixels; up to 64 megapixels are decoded.`,
    'Make it smaller with an image program.',
  );
}
