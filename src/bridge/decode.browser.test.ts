/** What becomes of a picture: its colours whatever its format, upright, in three channels, on white. */
import { afterAll, describe, expect, test } from 'vitest';
import { bytesOf, concat } from '../data/formats/bytes.testing';
import { crc32 } from '../data/formats/crc32';
import { DecodePool } from './decodePool';
import {
  COLOURS,
  encode,
  expectQuarters,
  makeBmp,
  makeGif,
  paintQuarters,
  QUARTERS,
  quarterAt,
  quartersOf,
  SIDE,
} from './pictures.testing';

const pool = new DecodePool({ workers: 2 });
afterAll(() => pool.dispose());

/** Inserts an EXIF block that says the picture was taken with the camera turned. */
function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = Uint8Array.from([
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ]);
  const body = concat(bytesOf('Exif\0\0'), tiff);
  const app1 = concat(Uint8Array.from([0xff, 0xe1, 0, body.length + 2]), body);
  return concat(jpeg.subarray(0, 2), app1, jpeg.subarray(2));
}

type Corner = keyof typeof QUARTERS;

function expectTurned(crop: Uint8Array, from: Readonly<Record<Corner, Corner>>): void {
  const found = quartersOf(crop, SIDE);
  for (const [name, colour] of Object.entries(found)) {
    const expected = QUARTERS[from[name as Corner]];
    for (const at of [0, 1, 2]) {
      expect(Math.abs(colour[at]! - expected[at]!), name).toBeLessThanOrEqual(5);
    }
  }
}

/**
 * A JPEG of 8×8 pixels and one component in its shortest form: all quantisers 8, one code for each
 * kind of coefficient, and one byte of data, a mean of 50 more than the middle grey of 128.
 */
function greyJpeg(): Uint8Array<ArrayBuffer> {
  const oneCode = [1, ...new Array<number>(15).fill(0)];
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...new Array<number>(64).fill(8)],
    ...[0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0],
    ...[0xff, 0xc4, 0, 20, 0x00, ...oneCode, 6],
    ...[0xff, 0xc4, 0, 20, 0x10, ...oneCode, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0b0_110010_0, 0xff, 0xd9],
  ]);
}

async function greyPng(side: number, level: number): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array(side * (side + 1)).fill(level);
  // Each row begins with its filter, 0 for none.
  for (let row = 0; row < side; row += 1) rows[row * (side + 1)] = 0;
  const zlib = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const body = concat(bytesOf(type), data);
    const ends = new DataView(new ArrayBuffer(8));
    ends.setUint32(0, data.length);
    ends.setUint32(4, crc32(body));
    return concat(new Uint8Array(ends.buffer, 0, 4), body, new Uint8Array(ends.buffer, 4, 4));
  };
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk('IHDR', Uint8Array.of(0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0)),
    chunk('IDAT', new Uint8Array(await new Response(zlib).arrayBuffer())),
    chunk('IEND', new Uint8Array(0)),
  );
}

describe('every format gives its colours', () => {
  // Lossy formats and colour subsampling are off by a few levels.
  test.each([
    ['JPEG', () => encode('image/jpeg'), 5],
    ['PNG', () => encode('image/png'), 0],
    ['WebP', () => encode('image/webp'), 8],
    ['BMP', async () => makeBmp((x, y) => COLOURS[quarterAt(x, y)]!), 0],
    ['GIF', async () => makeGif(quarterAt), 0],
  ])('%s', async (_, make, tolerance) => {
    expectQuarters(await pool.decode(await make(), SIDE), SIDE, tolerance);
    expectQuarters(await pool.decode(await make(), 16), 16, tolerance);
    expectQuarters(await pool.decode(await make(), 112), 112, tolerance);
  });

  test('PGM, grey in all three channels', async () => {
    const pgm = concat(bytesOf('P5 2 1 255\n'), Uint8Array.from([80, 200]));
    expect([...(await pool.decode(pgm, 1))]).toEqual([80, 80, 80]);
    const plain = bytesOf('P2 1 1 1023 512');
    expect([...(await pool.decode(plain, 1))]).toEqual([128, 128, 128]);
  });
});

describe('a picture is turned the way its camera was held', () => {
  test('3: by 180 degrees', async () => {
    const upright = await encode('image/jpeg');
    const crop = await pool.decode(withOrientation(upright, 3), SIDE);
    expectTurned(crop, {
      topLeft: 'bottomRight',
      topRight: 'bottomLeft',
      bottomLeft: 'topRight',
      bottomRight: 'topLeft',
    });
  });

  test('6: by a quarter, and its size is that of the upright picture', async () => {
    const canvas = new OffscreenCanvas(2 * SIDE, SIDE);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    // The quarters are those of the square in the middle.
    paintQuarters(context, SIDE / 2);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    const jpeg = new Uint8Array(await blob.arrayBuffer());
    const { rgb, ...about } = await pool.decode(withOrientation(jpeg, 6), { size: SIDE });
    expect(about).toEqual({ width: SIDE, height: 2 * SIDE, format: 'jpeg' });
    // The left of what is stored is the top.
    expectTurned(rgb, {
      topLeft: 'bottomLeft',
      topRight: 'topLeft',
      bottomLeft: 'bottomRight',
      bottomRight: 'topRight',
    });
  });
});

test('grey becomes all three channels: a JPEG of one component, a PNG of one channel', async () => {
  const about = { width: 8, height: 8 };
  const jpeg = await pool.decode(greyJpeg(), { size: 8 });
  expect(jpeg).toEqual({ rgb: new Uint8Array(8 * 8 * 3).fill(178), ...about, format: 'jpeg' });
  const png = await pool.decode(await greyPng(8, 77), { size: 8 });
  expect(png).toEqual({ rgb: new Uint8Array(8 * 8 * 3).fill(77), ...about, format: 'png' });
});

test('what is see-through is white', async () => {
  const png = await encode('image/png', (context) => {
    context.fillStyle = 'rgb(0 0 0 / 50%)';
    context.fillRect(0, 0, SIDE / 2, SIDE);
  });
  const crop = await pool.decode(png, SIDE);
  const { topLeft, topRight } = quartersOf(crop, SIDE);
  expect(topRight).toEqual([255, 255, 255]);
  for (const value of topLeft) expect(Math.abs(value - 127)).toBeLessThanOrEqual(1);
});

test('the middle of a wide picture is used', async () => {
  const wide = makeBmp(() => [1, 2, 3]);
  const tall = new DataView(wide.buffer);
  // The same pixels read as 64×16: the square in the middle is 16×16.
  tall.setInt32(18, SIDE * 2, true);
  tall.setInt32(22, SIDE / 2, true);
  for (let row = 0; row < 16; row += 1) {
    for (let x = 24; x < 40; x += 1) wide.set([50, 60, 70], 54 + (row * 64 + x) * 3);
  }
  const crop = await pool.decode(wide, 4);
  expect(
    new Set(Array.from({ length: 16 }, (_, at) => String(crop.subarray(at * 3, at * 3 + 3)))),
  ).toEqual(new Set(['70,60,50']));
});
