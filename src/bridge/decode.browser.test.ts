import { afterAll, describe, expect, test } from 'vitest';
import { mapPoints } from '../data/align/similarity';
import { placeTemplate } from '../data/align/templates';
import { bytesOf, concat } from '../data/formats/bytes.testing';
import { crc32 } from '../data/formats/crc32';
import { DecodePool } from './decodePool';

const pool = new DecodePool({ workers: 2 });
afterAll(() => pool.dispose());

type Rgb = readonly [number, number, number];

/** Four quarters, so that a crop shows which way up it is. */
const QUARTERS = {
  topLeft: [200, 40, 60],
  topRight: [30, 160, 90],
  bottomLeft: [50, 70, 220],
  bottomRight: [230, 220, 120],
} as const satisfies Record<string, Rgb>;

const SIDE = 32;

/** The middle of each quarter of a crop, away from where colours meet. */
function quartersOf(crop: Uint8Array, size: number) {
  const at = (x: number, y: number): Rgb => {
    const start = (Math.floor(y * size) * size + Math.floor(x * size)) * 3;
    return [crop[start]!, crop[start + 1]!, crop[start + 2]!];
  };
  return {
    topLeft: at(0.25, 0.25),
    topRight: at(0.75, 0.25),
    bottomLeft: at(0.25, 0.75),
    bottomRight: at(0.75, 0.75),
  };
}

function expectQuarters(crop: Uint8Array, size: number, tolerance: number): void {
  expect(crop).toHaveLength(size * size * 3);
  const found = quartersOf(crop, size);
  for (const [name, colour] of Object.entries(found)) {
    const expected = QUARTERS[name as keyof typeof QUARTERS];
    const difference = Math.max(...colour.map((value, at) => Math.abs(value - expected[at]!)));
    expect(difference, `${name} is ${colour}, not ${expected}`).toBeLessThanOrEqual(tolerance);
  }
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

function paintQuarters(context: OffscreenCanvasRenderingContext2D, left = 0): void {
  const half = SIDE / 2;
  for (const [name, x, y] of [
    ['topLeft', 0, 0],
    ['topRight', half, 0],
    ['bottomLeft', 0, half],
    ['bottomRight', half, half],
  ] as const) {
    context.fillStyle = css(QUARTERS[name]);
    context.fillRect(left + x, y, half, half);
  }
}

async function encode(
  type: string,
  paint?: (context: OffscreenCanvasRenderingContext2D) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  if (paint === undefined) paintQuarters(context);
  else paint(context);
  const blob = await canvas.convertToBlob({ type, quality: 0.95 });
  expect(blob.type).toBe(type);
  return new Uint8Array(await blob.arrayBuffer());
}

/** A 24-bit bitmap: rows from the bottom up, blue first, padded to 4 bytes. */
function makeBmp(at: (x: number, y: number) => Rgb): Uint8Array<ArrayBuffer> {
  const pixels = SIDE * SIDE * 3;
  const bytes = new Uint8Array(54 + pixels);
  const view = new DataView(bytes.buffer);
  bytes.set(bytesOf('BM'));
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, SIDE, true);
  view.setInt32(22, SIDE, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const [red, green, blue] = at(x, y);
      bytes.set([blue, green, red], 54 + ((SIDE - 1 - y) * SIDE + x) * 3);
    }
  }
  return bytes;
}

/**
 * A GIF of four colours without real compression: each code has 3 bits, and the table is cleared
 * before it would need a fourth.
 */
function makeGif(indexAt: (x: number, y: number) => number): Uint8Array<ArrayBuffer> {
  const CLEAR = 4;
  const codes: number[] = [];
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    if (pixel % 2 === 0) codes.push(CLEAR);
    codes.push(indexAt(pixel % SIDE, Math.floor(pixel / SIDE)));
  }
  codes.push(5);
  const data: number[] = [];
  let bits = 0;
  let held = 0;
  for (const code of codes) {
    held |= code << bits;
    bits += 3;
    while (bits >= 8) {
      data.push(held & 255);
      held >>= 8;
      bits -= 8;
    }
  }
  data.push(held);
  const blocks: number[] = [];
  for (let start = 0; start < data.length; start += 255) {
    const block = data.slice(start, start + 255);
    blocks.push(block.length, ...block);
  }
  const colours = Object.values(QUARTERS).flat();
  return concat(
    bytesOf('GIF89a'),
    Uint8Array.from([SIDE, 0, SIDE, 0, 0b1001_0001, 0, 0]),
    Uint8Array.from(colours),
    Uint8Array.from([0x2c, 0, 0, 0, 0, SIDE, 0, SIDE, 0, 0, 2]),
    Uint8Array.from([...blocks, 0, 0x3b]),
  );
}

const quarterAt = (x: number, y: number) => (x < SIDE / 2 ? 0 : 1) + (y < SIDE / 2 ? 0 : 2);
const COLOURS: readonly Rgb[] = Object.values(QUARTERS);

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
