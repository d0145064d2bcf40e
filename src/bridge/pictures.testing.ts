/** Small pictures for tests of decoding, painted or written byte by byte: four quarters, each of its colour. */
import { expect } from 'vitest';
import { bytesOf, concat } from '../data/formats/bytes.testing';

export type Rgb = readonly [number, number, number];

/** Four quarters, so that a crop shows which way up it is. */
export const QUARTERS = {
  topLeft: [200, 40, 60],
  topRight: [30, 160, 90],
  bottomLeft: [50, 70, 220],
  bottomRight: [230, 220, 120],
} as const satisfies Record<string, Rgb>;

export const SIDE = 32;

/** The middle of each quarter of a crop, away from where colours meet. */
export function quartersOf(crop: Uint8Array, size: number) {
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

export function expectQuarters(crop: Uint8Array, size: number, tolerance: number): void {
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

export function paintQuarters(context: OffscreenCanvasRenderingContext2D, left = 0): void {
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

export async function encode(
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
export function makeBmp(at: (x: number, y: number) => Rgb): Uint8Array<ArrayBuffer> {
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
export function makeGif(indexAt: (x: number, y: number) => number): Uint8Array<ArrayBuffer> {
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

export const quarterAt = (x: number, y: number) => (x < SIDE / 2 ? 0 : 1) + (y < SIDE / 2 ? 0 : 2);
export const COLOURS: readonly Rgb[] = Object.values(QUARTERS);
