/** What is wanted of a picture: channels in another order, a share of its middle, points on a template. */
import { afterAll, describe, expect, test } from 'vitest';
import { mapPoints } from '../data/align/similarity';
import { placeTemplate } from '../data/align/templates';
import { bytesOf } from '../data/formats/bytes.testing';
import { DecodePool } from './decodePool';
import { encode, expectQuarters, makeBmp, paintQuarters, QUARTERS, SIDE } from './pictures.testing';

const pool = new DecodePool({ workers: 2 });
afterAll(() => pool.dispose());

describe('what is wanted of a picture', () => {
  test('red and blue swapped', async () => {
    const png = await encode('image/png');
    const { rgb } = await pool.decode(png.slice(), { size: SIDE });
    const { rgb: swapped } = await pool.decode(png, { size: SIDE, swapRedBlue: true });
    for (let at = 0; at < rgb.length; at += 3) {
      const [red, green, blue] = rgb.subarray(at, at + 3);
      expect([...swapped.subarray(at, at + 3)]).toEqual([blue, green, red]);
    }
    const pgm = bytesOf('P3 1 1 255 10 20 30');
    const netpbm = await pool.decode(pgm, { size: 1, swapRedBlue: true });
    expect(netpbm).toMatchObject({ rgb: Uint8Array.of(30, 20, 10), format: 'netpbm' });
  });

  test('a share of the middle', async () => {
    // 16×16 pixels in the middle of 32×32 are of another colour.
    const inside = (at: number) => at >= 8 && at < 24;
    const bmp = makeBmp((x, y) => (inside(x) && inside(y) ? [9, 8, 7] : [200, 200, 200]));
    const rule = { kind: 'centre', share: 0.5 } as const;
    const decoded = await pool.decode(bmp.slice(), { size: 4, rule });
    expect(decoded).toMatchObject({ width: SIDE, height: SIDE, format: 'bmp' });
    expect([...decoded.rgb]).toEqual(Array.from({ length: 16 }, () => [9, 8, 7]).flat());
    const wrong = pool.decode(bmp, { size: 4, rule: { kind: 'centre', share: 0 } });
    await expect(wrong).rejects.toThrow('a share of 0');
  });

  test('points on a template: the same picture where they are its own', async () => {
    const png = await encode('image/png');
    const { points } = placeTemplate('112x112', SIDE);
    const rule = { kind: 'template', template: '112x112', points } as const;
    const { rgb } = await pool.decode(png.slice(), { size: SIDE, rule });
    expect(rgb).toEqual(await pool.decode(png.slice(), SIDE));
    // Points of a picture twice as large, and a template with black sides.
    const large = placeTemplate('96x112', 2 * SIDE).points;
    const other = { kind: 'template', template: '96x112', points: large, side: 2 * SIDE } as const;
    const { rgb: narrow } = await pool.decode(png, { size: SIDE, rule: other });
    expect([...narrow.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, ...QUARTERS.topLeft]);
  });

  test('points of square pictures do not fit one that is not', async () => {
    const { points } = placeTemplate('112x112', SIDE);
    const rule = { kind: 'template', template: '112x112', points, side: SIDE } as const;
    const wide = pool.decode(bytesOf('P2 2 1 255 7 7'), { size: 4, rule });
    await expect(wide).rejects.toThrow('It is 2×1 pixels, and the points are those of 32×32');
  });

  test('a part of a large picture: the same as of its middle alone', async () => {
    const canvas = new OffscreenCanvas(3000, 2400);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = '#345';
    context.fillRect(0, 0, 3000, 2400);
    context.translate(1500 - SIDE / 2, 1200 - SIDE / 2);
    paintQuarters(context);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    const points = mapPoints(placeTemplate('112x112', SIDE).points, ({ x, y }) => {
      return { x: x + 1500 - SIDE / 2, y: y + 1200 - SIDE / 2 };
    });
    const rule = { kind: 'template', template: '112x112', points } as const;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { rgb } = await pool.decode(bytes, { size: SIDE, rule });
    expectQuarters(rgb, SIDE, 0);
  });
});
