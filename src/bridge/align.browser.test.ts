import { afterAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { estimateSimilarity, type FivePoints, scaleOf } from '../data/align/similarity';
import { LFW_DEEP_FUNNELED, placeTemplate } from '../data/align/templates';
import { bytesOf } from '../data/formats/bytes.testing';
import { indexTar } from '../data/formats/tar';
import { type AlignedFace, Aligner, type AlignWanted } from './aligner';
import { DecodePool } from './decodePool';

const aligner = new Aligner({ workers: 1 });
afterAll(() => aligner.dispose());

const WANTED: AlignWanted = { size: 112, template: '112x112', fallback: 'leave-out' };

async function encoded(canvas: OffscreenCanvas, type = 'image/jpeg') {
  const blob = await canvas.convertToBlob({ type, quality: 0.95 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** A picture without a face: a sky of one colour fading into another. */
function sky(width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const gradient = context.createLinearGradient(0, 0, 0, height);
  gradient.addColorStop(0, '#36c');
  gradient.addColorStop(1, '#fda');
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  return canvas;
}

describe('without a face', () => {
  test('that there is none is an answer, with the square in the middle or without', async () => {
    const about = { kind: 'no-face', width: 300, height: 200, format: 'jpeg' };
    const bytes = await encoded(sky(300, 200));
    const out = await aligner.align(bytes.slice(), WANTED);
    expect(out).toEqual({ ...about, rgb: null });
    const middle = await aligner.align(bytes.slice(), { ...WANTED, fallback: 'centre', size: 16 });
    expect(middle).toMatchObject(about);
    const pool = new DecodePool({ workers: 1 });
    expect(middle.rgb).toEqual(await pool.decode(bytes, 16));
    pool.dispose();
  });

  test('damaged files and pictures of 900 megapixels fail with a reason, and alone', async () => {
    const huge = Uint8Array.from([
      ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
      ...[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0, 0, 0, 0, 0],
    ]);
    const good = await encoded(sky(64, 64));
    const answers = await Promise.allSettled(
      [bytesOf('no image'), huge, good].map((bytes) => aligner.align(bytes, WANTED)),
    );
    expect(answers).toMatchObject([
      { reason: { message: 'It is not an image that can be read.' } },
      { reason: { message: 'It is 30000×30000 pixels; up to 64 megapixels are decoded.' } },
      { status: 'fulfilled', value: { kind: 'no-face' } },
    ]);
  });
});

describe('points that a person has set', () => {
  /** The template's own points in a picture of 300×200, twice as large. */
  const points = placeTemplate('112x112', 224).points;
  const wanted = { size: 112, template: '112x112' } as const;

  test('go where the template has them', async () => {
    const canvas = sky(300, 200);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = '#f00';
    for (const { x, y } of points) context.fillRect(x - 6, y - 6, 12, 12);
    const { rgb, width, height } = await aligner.warpWithPoints(
      await encoded(canvas, 'image/png'),
      points,
      wanted,
    );
    expect([width, height]).toEqual([300, 200]);
    for (const { x, y } of placeTemplate('112x112', 112).points) {
      const at = (Math.floor(y) * 112 + Math.floor(x)) * 3;
      expect([...rgb.subarray(at, at + 3)]).toEqual([255, 0, 0]);
    }
    // The picture ends at y = 200, that is 100 in the crop.
    expect([...rgb.subarray(105 * 112 * 3, 105 * 112 * 3 + 3)]).toEqual([0, 0, 0]);
  });

  test('are refused where they cannot be a face of the picture', async () => {
    const bytes = await encoded(sky(300, 200));
    const one = { x: 5, y: 5 };
    const same = aligner.warpWithPoints(bytes.slice(), [one, one, one, one, one], wanted);
    await expect(same).rejects.toThrow('lie on one another');
    const away = points.map(({ x, y }) => ({ x: x + 5000, y })) as unknown as FivePoints;
    const outside = aligner.warpWithPoints(bytes, away, wanted);
    await expect(outside).rejects.toThrow('lie outside the picture');
  });
});

const SAMPLE = '../shared/samples/lfw-deepfunneled-sample.tgz';

/** The first picture of each of the 12 people, or `null` where the sample is not here. */
async function samples(): Promise<readonly Uint8Array<ArrayBuffer>[] | null> {
  const base64 = await commands.readFile(SAMPLE, 'base64').catch(() => null);
  if (base64 === null) return null;
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const { members } = await indexTar(await new Response(stream).blob());
  const first = members.filter(({ path }) => /\/[A-Z][^/]*_0001\.jpg$/.test(path));
  return await Promise.all(first.map((member) => member.read()));
}

const photos = await samples();

describe.skipIf(photos === null)('photographs of LFW (shared/samples)', () => {
  const photo = (index: number) => photos![index]!.slice();
  const bitmapOf = (index: number) => createImageBitmap(new Blob([photo(index)]));

  function faceOf(aligned: AlignedFace) {
    if (aligned.kind !== 'face') throw new Error('no face was found');
    return aligned.face;
  }

  /** Mean distance of five points from others, pixels. */
  function distance(points: FivePoints, others: FivePoints): number {
    const each = points.map(({ x, y }, at) => Math.hypot(x - others[at]!.x, y - others[at]!.y));
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  }

  test('every face is found, its points where deep-funneled faces have them', async () => {
    const found = await Promise.all(photos!.map((bytes) => aligner.align(bytes.slice(), WANTED)));
    expect(found).toHaveLength(12);
    const distances = found.map((aligned) => {
      expect(aligned).toMatchObject({ kind: 'face', width: 250, height: 250, format: 'jpeg' });
      const { points } = faceOf(aligned);
      return distance(points, LFW_DEEP_FUNNELED.points);
    });
    // The people hold their heads in many ways; each face is some 115 pixels wide.
    expect(Math.max(...distances)).toBeLessThan(20);
    expect(distances.reduce((sum, value) => sum + value, 0) / 12).toBeLessThan(8);
    expect(aligner.backend).toBe('wasm');
  });

  test('the crop is what the points found give when a person sets them', async () => {
    const aligned = await aligner.align(photo(3), WANTED);
    const { points } = faceOf(aligned);
    const { rgb } = await aligner.warpWithPoints(photo(3), points, WANTED);
    expect(rgb).toEqual(aligned.rgb);
  });

  test('small in a large picture, two of them: the larger one is taken, both are counted', async () => {
    const canvas = sky(1600, 1200);
    const context = canvas.getContext('2d');
    context?.drawImage(await bitmapOf(0), 550, 300, 600, 600);
    context?.drawImage(await bitmapOf(1), 20, 680, 500, 500);
    const aligned = await aligner.align(await encoded(canvas), WANTED);
    const alone = faceOf(await aligner.align(photo(0), WANTED));
    expect(aligned).toMatchObject({ kind: 'face', faces: 2 });
    const there = alone.points.map(({ x, y }) => ({ x: 550 + 2.4 * x, y: 300 + 2.4 * y }));
    // A pixel of the photograph is 2.4 of this picture.
    expect(distance(faceOf(aligned).points, there as unknown as FivePoints)).toBeLessThan(12);
  });

  test('a head on its side by 30 degrees is put upright', async () => {
    const canvas = sky(250, 250);
    const context = canvas.getContext('2d');
    const angleRad = Math.PI / 6;
    context?.translate(125, 125);
    context?.rotate(angleRad);
    context?.drawImage(await bitmapOf(2), -125, -125);
    const { points } = faceOf(await aligner.align(await encoded(canvas), WANTED));
    const alone = faceOf(await aligner.align(photo(2), WANTED));
    const back = estimateSimilarity(points, alone.points);
    expect(Math.abs(Math.atan2(back.b, back.a) + angleRad)).toBeLessThan(0.12);
    expect(Math.abs(scaleOf(back) - 1)).toBeLessThan(0.12);
  });

  test('a crop that the face fills is aligned too', async () => {
    const canvas = new OffscreenCanvas(112, 112);
    canvas.getContext('2d')?.drawImage(await bitmapOf(4), 68, 68, 114, 114, 0, 0, 112, 112);
    expect(await aligner.align(await encoded(canvas), WANTED)).toMatchObject({ kind: 'face' });
  });

  test('through the decode pool, with red and blue swapped back', async () => {
    const pool = new DecodePool({ workers: 1, createAligner: () => new Aligner({ workers: 1 }) });
    const bitmap = await bitmapOf(5);
    const canvas = new OffscreenCanvas(250, 250);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const image = context.getImageData(0, 0, 250, 250);
    const right = await encoded(canvas, 'image/png');
    for (let at = 0; at < image.data.length; at += 4) {
      [image.data[at], image.data[at + 2]] = [image.data[at + 2]!, image.data[at]!];
    }
    context.putImageData(image, 0, 0);
    const swapped = await encoded(canvas, 'image/png');
    const rule = { kind: 'detect', template: '112x112', margin: 0.1, fallback: 'centre' } as const;
    const one = await pool.decode(right, { size: 64, rule });
    const other = await pool.decode(swapped, { size: 64, rule, swapRedBlue: true });
    expect(one.face).toBeTruthy();
    expect(one).toMatchObject({ width: 250, height: 250, format: 'png', faces: 1 });
    expect(other).toEqual(one);
    pool.dispose();
  });
});
