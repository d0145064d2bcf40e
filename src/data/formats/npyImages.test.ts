import { describe, expect, test } from 'vitest';
import { netpbmParts } from './npy.testing';
import { dtypeOf } from './npyDtype';
import { imageLayout } from './npyLayout';
import { chooseScale, netpbmSize, toNetpbm } from './npyPixels';

describe('shapes', () => {
  test.each<[readonly number[], string]>([
    [[400, 64, 64], '400 × 64 × 64 × 1'],
    [[13233, 62, 47], '13233 × 62 × 47 × 1'],
    [[5, 112, 112, 3], '5 × 112 × 112 × 3'],
    [[5, 112, 96, 1], '5 × 112 × 96 × 1'],
    [[5, 112, 96, 4], '5 × 112 × 96 × 4'],
    [[5, 3, 112, 96], '5 × 112 × 96 × 3, channels first'],
    [[5, 1, 112, 96], '5 × 112 × 96 × 1, channels first'],
    [[112, 96, 3], '1 × 112 × 96 × 3, single'],
    [[112, 96, 4], '1 × 112 × 96 × 4, single'],
    [[400, 4096], '400 × 64 × 64 × 1, flat'],
    [[0, 64, 64], '0 × 64 × 64 × 1'],
  ])('%j is %s', (shape, expected) => {
    const found = imageLayout(shape)!;
    const how = [
      [found.count, found.height, found.width, found.channels].join(' × '),
      ...(found.channelsFirst ? ['channels first'] : []),
      ...(found.isSingle ? ['single'] : []),
      ...(found.isFlat ? ['flat'] : []),
    ];
    expect(how.join(', ')).toBe(expected);
  });

  test.each([
    [[]],
    [[400]],
    [[400, 512]],
    [[400, 64]],
    [[400, 64, 2]],
    [[400, 4, 64, 64]],
    [[5, 2, 64, 64]],
    [[1, 5, 3, 64, 64]],
    [[5, 100_000, 100_000]],
    [[5, 1e10]],
  ])('%j is none', (shape) => {
    expect(imageLayout(shape)).toBeNull();
  });
});

describe('ranges of values', () => {
  const levels = (descr: string, values: readonly number[], others: readonly number[] = values) => {
    const { scale, note } = chooseScale(dtypeOf(descr), Float64Array.from(values), 'x');
    const shown = others.map((value) => {
      return Math.min(255, Math.max(0, Math.round((value - scale.low) * scale.factor)));
    });
    return { shown, note };
  };

  test.each<[string, string, readonly number[], readonly number[]]>([
    ['0 to 1', '<f4', [0, 0.5, 1], [0, 128, 255]],
    ['0 to 1 with a little more', '<f4', [-0.005, 0.5, 1.005], [0, 128, 255]],
    ['0 to 255', '<f8', [0, 12.6, 255], [0, 13, 255]],
    ['−1 to 1', '<f2', [-1, 0, 1], [0, 128, 255]],
    ['whole numbers to 255', '<i8', [0, 100, 255], [0, 100, 255]],
    ['truths', '|b1', [0, 1], [0, 255]],
    ['bytes, however dark', '|u1', [0, 1], [0, 1]],
  ])('%s', (_, descr, values, expected) => {
    expect(levels(descr, values)).toEqual({ shown: expected, note: null });
  });

  test('any other is stretched, and the note says so', () => {
    expect(levels('<f4', [-3.14162, 0, 12.5])).toEqual({
      shown: [0, 51, 255],
      note: 'The values of x run from -3.142 to 12.5 in its first images; these were made 0 and 255.',
    });
    expect(levels('<u2', [0, 65535], [0, 32768, 65535]).shown).toEqual([0, 128, 255]);
    // What is darker or brighter in the images after that is cut off.
    expect(levels('<f4', [0, 1000], [-5, 2000]).shown).toEqual([0, 255]);
  });

  test('what is no number does not count', () => {
    expect(levels('<f4', [Number.NaN, 0, 1, Infinity], [0, 1]).shown).toEqual([0, 255]);
    expect(levels('<f4', [700, 700], [700]).shown).toEqual([0]);
  });
});

describe('one image', () => {
  const u1 = dtypeOf('|u1');
  const as = { low: 0, factor: 1 };
  const image = (shape: readonly number[], bytes: Uint8Array, dtype = u1, scale = as) => {
    const layout = imageLayout(shape)!;
    const made = toNetpbm(bytes, dtype, layout, scale);
    expect(made).toHaveLength(netpbmSize(layout));
    return netpbmParts(made);
  };
  /** 8 × 9 pixels; channel c of pixel p is 3p + c. */
  const pixels = 72;

  test('grey', () => {
    const grey = Uint8Array.from({ length: pixels }, (_, pixel) => pixel);
    expect(image([1, 9, 8], grey)).toEqual({ header: 'P5 8 9 255', pixels: [...grey] });
    expect(image([1, 1, 9, 8], grey)).toEqual({ header: 'P5 8 9 255', pixels: [...grey] });
  });

  test('colours, channels last and first', () => {
    const last = Uint8Array.from({ length: 3 * pixels }, (_, index) => index);
    const first = Uint8Array.from({ length: 3 * pixels }, (_, index) => {
      return 3 * (index % pixels) + Math.floor(index / pixels);
    });
    const expected = { header: 'P6 8 9 255', pixels: [...last] };
    expect(image([1, 9, 8, 3], last)).toEqual(expected);
    expect(image([1, 3, 9, 8], first)).toEqual(expected);
  });

  test('transparency is left out', () => {
    const four = Uint8Array.from({ length: 4 * pixels }, (_, index) => index % 256);
    const { header, pixels: colours } = image([1, 9, 8, 4], four);
    expect(header).toBe('P6 8 9 255');
    expect(colours).toEqual([...four].filter((_, index) => index % 4 !== 3));
  });

  test('floats are rounded and kept within 0 and 255; what is no number is black', () => {
    const values = new Float32Array(pixels);
    values.set([0, 0.5, 1, 1.2, -0.3, Number.NaN, 0.25]);
    const bytes = new Uint8Array(values.buffer);
    const found = image([1, 9, 8], bytes, dtypeOf('<f4'), { low: 0, factor: 255 });
    expect(found.pixels.slice(0, 7)).toEqual([0, 128, 255, 255, 0, 0, 64]);
  });
});
