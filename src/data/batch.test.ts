import { describe, expect, test } from 'vitest';
import { erasedSquare, gatherBatch, placement } from './batch';
import type { FaceSet } from './types';

const SIZE = 4;

/** Every channel of every pixel of every image has a value of its own. */
function faces(count: number): FaceSet {
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE * 3 }, (_, index) => index % 256);
  return {
    origin: { kind: 'files', label: 'test' },
    cropSize: SIZE,
    pixels,
    labels: Int32Array.from({ length: count }, (_, index) => index % 2),
    names: Array.from({ length: count }, (_, index) => `${index}`),
    identities: [
      { name: 'a', count: 1 },
      { name: 'b', count: 1 },
    ],
    rejected: [],
  };
}

const NONE = { flip: false, shift: 0 };

function pixel(set: FaceSet, image: number, y: number, x: number, channel: number): number {
  return (set.pixels[((image * SIZE + y) * SIZE + x) * 3 + channel]! - 127.5) / 128;
}

describe('gathering', () => {
  test('takes images and labels in the order of the indices, in −1 … 1', () => {
    const set = faces(5);
    const { images, labels } = gatherBatch(set, Uint32Array.of(4, 1), NONE, 1, 1);
    expect([...labels]).toEqual([0, 1]);
    expect(images[0]).toBe(Math.fround(pixel(set, 4, 0, 0, 0)));
    expect(images[SIZE * SIZE * 3 + 5]).toBe(Math.fround(pixel(set, 1, 0, 1, 2)));
    expect(Math.max(...images)).toBeLessThan(1);
  });

  test('names an index that is not there', () => {
    expect(() => gatherBatch(faces(2), Uint32Array.of(2), NONE, 1, 1)).toThrow('image 2');
    expect(() =>
      gatherBatch(faces(2), Uint32Array.of(0), { flip: false, shift: 0.5 }, 1, 1),
    ).toThrow('0.5');
  });
});

describe('augmentation', () => {
  test('flips, then shifts, and replicates the border', () => {
    const set = faces(3);
    const augmentation = { flip: true, shift: 2 };
    for (let step = 1; step <= 8; step += 1) {
      const { images } = gatherBatch(set, Uint32Array.of(0, 1, 2), augmentation, 9, step);
      for (let image = 0; image < 3; image += 1) {
        const { flipped, right, down } = placement(augmentation, 9, step, image);
        for (let at = 0; at < SIZE * SIZE; at += 1) {
          const y = Math.floor(at / SIZE) - down;
          const x = (at % SIZE) - right;
          const clamped = (value: number): number => Math.min(SIZE - 1, Math.max(0, value));
          const column = flipped ? SIZE - 1 - clamped(x) : clamped(x);
          const expected = pixel(set, image, clamped(y), column, 1);
          expect(images[(image * SIZE * SIZE + at) * 3 + 1]).toBe(Math.fround(expected));
        }
      }
    }
  });

  test('draws from the whole range, half of them flipped', () => {
    const draws = Array.from({ length: 2000 }, (_, at) =>
      placement({ flip: true, shift: 2 }, 1, 1, at),
    );
    const share = draws.filter(({ flipped }) => flipped).length / draws.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
    for (const amount of [-2, -1, 0, 1, 2]) {
      const right = draws.filter((draw) => draw.right === amount).length / draws.length;
      const down = draws.filter((draw) => draw.down === amount).length / draws.length;
      expect(Math.abs(right - 0.2)).toBeLessThan(0.04);
      expect(Math.abs(down - 0.2)).toBeLessThan(0.04);
    }
  });

  test('depends on seed, step and position, and on nothing else', () => {
    const set = faces(4);
    const gather = (seed: number, step: number, indices: number[]): Float32Array =>
      gatherBatch(set, Uint32Array.from(indices), { flip: true, shift: 2 }, seed, step).images;
    const whole = gather(3, 7, [0, 1, 2, 3]);
    expect(gather(3, 7, [0, 1])).toEqual(whole.slice(0, whole.length / 2));
    expect(gather(3, 8, [0, 1, 2, 3])).not.toEqual(whole);
    expect(gather(4, 7, [0, 1, 2, 3])).not.toEqual(whole);
  });
});

describe('erasing', () => {
  const erase = { flip: true, shift: 1, erase: 0.5 };

  test('makes a square of the share grey, after flip and shift, and leaves the rest as it was', () => {
    const set = faces(3);
    const indices = Uint32Array.of(0, 1, 2);
    for (let step = 1; step <= 8; step += 1) {
      const { images } = gatherBatch(set, indices, erase, 9, step);
      const whole = gatherBatch(set, indices, { flip: true, shift: 1 }, 9, step).images;
      for (let image = 0; image < 3; image += 1) {
        const { top, left, side } = erasedSquare(erase, SIZE, 9, step, image);
        expect(side).toBe(2);
        for (let at = 0; at < SIZE * SIZE; at += 1) {
          const [y, x] = [Math.floor(at / SIZE), at % SIZE];
          const inside = y >= top && y < top + side && x >= left && x < left + side;
          for (let channel = 0; channel < 3; channel += 1) {
            const place = (image * SIZE * SIZE + at) * 3 + channel;
            expect(images[place]).toBe(inside ? 0 : whole[place]);
          }
        }
      }
    }
  });

  test('lies anywhere inside the image, each place as often as another', () => {
    const counts = new Map<string, number>();
    for (let position = 0; position < 1800; position += 1) {
      const { top, left } = erasedSquare(erase, SIZE, 1, 1, position);
      counts.set(`${top} ${left}`, (counts.get(`${top} ${left}`) ?? 0) + 1);
    }
    expect(counts.size).toBe(9);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  test('does not move the draws of flip and shift, nor they its own', () => {
    expect(placement(erase, 3, 4, 5)).toEqual(placement({ flip: true, shift: 1 }, 3, 4, 5));
    expect(erasedSquare(erase, SIZE, 3, 4, 5)).toEqual(
      erasedSquare({ flip: false, shift: 0, erase: 0.5 }, SIZE, 3, 4, 5),
    );
  });

  test('of nothing changes nothing, of everything leaves grey, of less than half a pixel is nothing', () => {
    const set = faces(2);
    const images = (share: number): Float32Array =>
      gatherBatch(set, Uint32Array.of(0, 1), { ...NONE, erase: share }, 1, 1).images;
    expect(images(0)).toEqual(gatherBatch(set, Uint32Array.of(0, 1), NONE, 1, 1).images);
    expect(images(0.1)).toEqual(images(0));
    expect(images(1).every((value) => value === 0)).toBe(true);
  });

  test('of a share outside 0 … 1 is refused', () => {
    for (const share of [-0.1, 1.01, Number.NaN]) {
      expect(() =>
        gatherBatch(faces(1), Uint32Array.of(0), { ...NONE, erase: share }, 1, 1),
      ).toThrow(`${share}`);
    }
  });
});
