/** The pool in a browser: what cannot be decoded fails alone, and many pictures do not mix. */
import { afterAll, describe, expect, test } from 'vitest';
import { bytesOf, concat } from '../data/formats/bytes.testing';
import { DecodePool } from './decodePool';
import { encode, SIDE } from './pictures.testing';

const pool = new DecodePool({ workers: 2 });
afterAll(() => pool.dispose());

describe('what cannot be decoded fails with a reason, and alone', () => {
  test('a damaged JPEG beside a good one', async () => {
    const good = await encode('image/jpeg');
    const damaged = concat(good.subarray(0, 20), new Uint8Array(300).fill(0x55));
    const [first, second] = await Promise.allSettled([
      pool.decode(damaged, SIDE),
      pool.decode(good, SIDE),
    ]);
    expect(first).toMatchObject({ reason: { message: 'Its JPEG data is damaged.' } });
    expect(second.status).toBe('fulfilled');
  });

  test('a PNG cut short in its header', async () => {
    const cut = (await encode('image/png')).slice(0, 24);
    await expect(pool.decode(cut, SIDE)).rejects.toThrow('Its PNG data is damaged.');
  });

  test('a PNG of 900 megapixels, before anything decodes it', async () => {
    const png = await encode('image/png');
    const view = new DataView(png.buffer);
    view.setUint32(16, 30_000);
    view.setUint32(20, 30_000);
    await expect(pool.decode(png, SIDE)).rejects.toThrow(
      'It is 30000×30000 pixels; up to 64 megapixels are decoded.',
    );
  });

  test('a PGM cut short', async () => {
    await expect(pool.decode(bytesOf('P5 9 9 255\n12345'), SIDE)).rejects.toThrow(/5 of 81 bytes/);
  });

  test('text', async () => {
    await expect(pool.decode(bytesOf('no image'), SIDE)).rejects.toThrow(/not an image/);
  });
});

test('hundreds of images at once, each its own', async () => {
  const levels = Array.from({ length: 300 }, (_, index) => index % 256);
  const crops = await Promise.all(
    levels.map((level) => pool.decode(concat(bytesOf('P5 1 1 255\n'), Uint8Array.of(level)), 2)),
  );
  expect(crops.map((crop) => crop[5])).toEqual(levels);
});

test('the bytes are handed over, not copied', async () => {
  const png = await encode('image/png');
  await pool.decode(png, SIDE);
  expect(png.byteLength).toBe(0);
});

test('works inside another worker', async () => {
  const script = `
    import { DecodePool } from ${JSON.stringify(new URL('./decodePool.ts', import.meta.url).href)};
    const pool = new DecodePool({ workers: 1 });
    const pgm = new TextEncoder().encode('P2 1 1 255 77');
    pool.decode(pgm, 1).then((rgb) => { postMessage([...rgb]); pool.dispose(); }, (error) => postMessage(error.message));
  `;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  URL.revokeObjectURL(url);
  expect(answer).toEqual([77, 77, 77]);
});
