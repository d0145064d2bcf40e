import { describe, expect, test } from 'vitest';
import { bytesOf, concat } from './bytes.testing';
import { FormatError } from './errors';
import { imageSize, refuseHuge } from './imageSize';

const uint16 = (value: number) => [value >> 8, value & 255];
const uint32 = (value: number) => [...uint16(value >>> 16), ...uint16(value & 65535)];
const little = (bytes: readonly number[]) => bytes.toReversed();

function png(width: number, height: number): Uint8Array {
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    Uint8Array.from(uint32(13)),
    bytesOf('IHDR'),
    Uint8Array.from([...uint32(width), ...uint32(height), 8, 2, 0, 0, 0]),
  );
}

/** A baseline or progressive JPEG up to its frame header; the height comes first there. */
function jpeg(width: number, height: number, { frame = 0xc0, before = [] as number[] } = {}) {
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xe0, ...uint16(16), ...new Array<number>(14).fill(0)],
    ...before,
    ...[0xff, frame, ...uint16(17), 8, ...uint16(height), ...uint16(width), 3],
    ...new Array<number>(9).fill(0),
  ]);
}

function gif(width: number, height: number, rest: readonly number[] = []): Uint8Array {
  const screen = [...little(uint16(width)), ...little(uint16(height))];
  // A table of two colours.
  return concat(
    bytesOf('GIF89a'),
    Uint8Array.from([...screen, 0x80, 0, 0, 0, 0, 0, 9, 9, 9, ...rest]),
  );
}

function bmp(width: number, height: number): Uint8Array {
  const header = [...little(uint32(40)), ...little(uint32(width)), ...little(uint32(height))];
  return concat(bytesOf('BM'), new Uint8Array(12), Uint8Array.from(header), new Uint8Array(28));
}

function webp(chunk: string, data: readonly number[]): Uint8Array {
  return concat(
    bytesOf('RIFF\0\0\0\0WEBP'),
    bytesOf(chunk),
    new Uint8Array(4),
    Uint8Array.from(data),
  );
}

describe('the size by the header', () => {
  const thumbnail = [0xff, 0xe1, ...uint16(40), ...jpeg(16, 12).slice(0, 36), 9, 9];
  test.each([
    ['PNG', png(30_000, 20_000), [30_000, 20_000]],
    ['JPEG', jpeg(640, 480), [640, 480]],
    ['progressive JPEG', jpeg(640, 480, { frame: 0xc2 }), [640, 480]],
    ['JPEG after a preview', jpeg(640, 480, { before: thumbnail }), [640, 480]],
    ['JPEG after a table', jpeg(640, 480, { before: [0xff, 0xc4, 0, 4, 1, 2] }), [640, 480]],
    ['JPEG after fill bytes', jpeg(640, 480, { before: [0xff, 0xff, 0xff] }), [640, 480]],
    ['GIF', gif(320, 243), [320, 243]],
    ['BMP', bmp(92, 112), [92, 112]],
    ['BMP from the top down', bmp(92, -112), [92, 112]],
    [
      'GIF whose picture is larger than its screen',
      gif(1, 1, [0x21, 0xfe, 2, 65, 66, 0, 0x2c, 4, 0, 0, 0, ...little(uint16(5000)), 9, 0]),
      [5004, 9],
    ],
    [
      'WebP, lossy',
      webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, ...little(uint16(550)), ...little(uint16(368))]),
      [550, 368],
    ],
    // 14 bits each, less one: 549 and 367.
    [
      'WebP, lossless',
      webp('VP8L', [0x2f, ...little(uint32(549 + 367 * 16384)), 0, 0, 0, 0, 0]),
      [550, 368],
    ],
    ['WebP, extended', webp('VP8X', [0, 0, 0, 0, 0x0f, 0x27, 1, 9, 0, 0]), [75_536, 10]],
  ])('%s', (_, bytes, [width, height]) => {
    expect(imageSize(bytes)).toEqual({ width, height });
  });

  test('bytes in the middle of a larger buffer', () => {
    const bytes = concat(new Uint8Array(5), png(7, 8)).subarray(5);
    expect(imageSize(bytes)).toEqual({ width: 7, height: 8 });
  });
});

describe('no size', () => {
  test('cut anywhere, for every format: none or the same, and never an exception', () => {
    const whole = [
      png(7, 8),
      jpeg(7, 8),
      gif(7, 8, [0x21, 0xfe, 2, 65, 66, 0]),
      bmp(7, 8),
      webp('VP8X', [0, 0, 0, 0, 6, 0, 0, 7, 0, 0]),
    ];
    for (const bytes of whole) {
      for (let length = 0; length <= bytes.length; length += 1) {
        const size = imageSize(bytes.subarray(0, length));
        if (size !== null) expect(size).toEqual({ width: 7, height: 8 });
      }
      expect(imageSize(bytes)).toEqual({ width: 7, height: 8 });
    }
  });

  test('a JPEG whose picture begins before its frame, or which is none', () => {
    expect(
      imageSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 8, ...uint32(0), 0, 0])),
    ).toBeNull();
    expect(
      imageSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, ...uint32(0), 0, 0])),
    ).toBeNull();
  });

  test('nothing wide or high, and text', () => {
    expect(imageSize(png(0, 8))).toBeNull();
    expect(imageSize(bytesOf('no image'))).toBeNull();
  });
});

test('more than 64 megapixels are refused with their size', () => {
  expect(() => refuseHuge(png(30_000, 30_000))).toThrow(
    new FormatError(
      'image/too-large',
      'It is 30000×30000 pixels; up to 64 megapixels are decoded.',
      'Make it smaller with an image program.',
    ),
  );
  expect(() => refuseHuge(png(8192, 8192))).not.toThrow();
  expect(() => refuseHuge(png(8192, 8193))).toThrow(FormatError);
  expect(() => refuseHuge(bytesOf('no image'))).not.toThrow();
});
