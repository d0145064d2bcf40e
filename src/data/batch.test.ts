import { describe, expect, test } from 'vitest';
import { gatherBatch, placement } from './batch';
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
