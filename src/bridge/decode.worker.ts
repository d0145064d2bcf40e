/**
 * Turns encoded images into face crops: JPEG, PNG, WebP, GIF and BMP by the browser, PGM and PPM by
 * our own decoder, then the same crop and resize for all. Several images a message, answered together.
 */
import { decodeNetpbm } from '../data/formats/netpbm';
import { type ImageKind, sniff } from '../data/formats/sniff';
import { cropAndResize, type Pixels } from '../data/import/resize';
import type { DecodeBatch, DecodedFile, DecodeReply } from './decodePool';

const TYPES: Readonly<Record<Exclude<ImageKind, 'netpbm'>, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
};

/** The middle square of larger pictures is first drawn at this size, to bound the memory it takes. */
const LARGEST_SIDE = 2048;

/**
 * Small images are on their way in so many lanes: the browser decodes on threads of its own, and going
 * there and back takes longer than decoding. Photographs go one by one, for their memory.
 */
const LANES = 4;
const SMALL_BATCH = 1 << 20;

let canvas: OffscreenCanvas | null = null;

function contextOf(side: number): OffscreenCanvasRenderingContext2D {
  canvas ??= new OffscreenCanvas(side, side);
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives workers no canvas to decode with.');
  return context;
}

/** The middle square of a bitmap over white, as the browser decoded it. */
function squareOf(bitmap: ImageBitmap): Pixels {
  const source = Math.min(bitmap.width, bitmap.height);
  const left = Math.floor((bitmap.width - source) / 2);
  const top = Math.floor((bitmap.height - source) / 2);
  const side = Math.min(source, LARGEST_SIDE);
  const context = contextOf(side);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, left, top, source, source, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  return { width: side, height: side, channels: 4, data };
}

async function decodeByBrowser(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type }), {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch(() => {
    throw new Error(`Its ${type.replace('image/', '').toUpperCase()} data is damaged.`);
  });
  try {
    return squareOf(bitmap);
  } finally {
    bitmap.close();
  }
}

async function decode(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<DecodedFile> {
  try {
    const found = sniff(bytes);
    if (found.kind !== 'image') throw new Error('It is not an image that can be read.');
    if (found.image === 'netpbm') {
      const { width, height, rgb } = decodeNetpbm(bytes);
      return { kind: 'crop', rgb: cropAndResize({ width, height, channels: 3, data: rgb }, size) };
    }
    const square = await decodeByBrowser(bytes, TYPES[found.image]);
    return { kind: 'crop', rgb: cropAndResize(square, size) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function answer({ id, size, files }: DecodeBatch): Promise<void> {
  const results = new Array<DecodedFile>(files.length);
  const queue = files.entries();
  const lane = async () => {
    for (const [index, bytes] of queue) results[index] = await decode(bytes, size);
  };
  const total = files.reduce((sum, { length }) => sum + length, 0);
  await Promise.all(Array.from({ length: total <= SMALL_BATCH ? LANES : 1 }, lane));
  const reply: DecodeReply = { id, results };
  const transfer = results.flatMap((result) => (result.kind === 'crop' ? [result.rgb.buffer] : []));
  self.postMessage(reply, { transfer });
}

self.addEventListener('message', (event: MessageEvent<DecodeBatch>) => {
  // `answer` catches what a file can throw; the rest must reach the pool as an error of this worker.
  answer(event.data).catch(reportError);
});
