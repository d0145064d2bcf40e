import { expect, test } from 'vitest';
import { bytesOf, concat } from './bytes.testing';
import { decodeNetpbm } from './netpbm';

/** The grey levels of an image, after checking that its three channels agree. */
function greys(bytes: Uint8Array): number[] {
  const { rgb, width, height } = decodeNetpbm(bytes);
  expect(rgb).toHaveLength(width * height * 3);
  return Array.from({ length: width * height }, (_, pixel) => {
    const [red, green, blue] = rgb.subarray(pixel * 3, pixel * 3 + 3);
    expect([green, blue]).toEqual([red, red]);
    return red!;
  });
}

test('P2 with comments anywhere in the header', () => {
  const text = 'P2 # plain\n# made by hand\n3 # wide\n2\n#max\n255\n0 1 2\n  128 254\t255\n';
  const { width, height } = decodeNetpbm(bytesOf(text));
  expect([width, height]).toEqual([3, 2]);
  expect(greys(bytesOf(text))).toEqual([0, 1, 2, 128, 254, 255]);
});

test('P5: the first data bytes may look like white space or a comment', () => {
  const data = Uint8Array.from([10, 35, 32, 255]);
  expect(greys(concat(bytesOf('P5\n2 2\n255\n'), data))).toEqual([10, 35, 32, 255]);
});

test('smaller largest values are stretched to 255', () => {
  expect(greys(bytesOf('P2 4 1 15 0 5 10 15'))).toEqual([0, 85, 170, 255]);
  expect(greys(concat(bytesOf('P5 2 1 1\n'), Uint8Array.from([0, 1])))).toEqual([0, 255]);
});

test('16-bit samples are big-endian', () => {
  const data = Uint8Array.from([0, 0, 0x80, 0x00, 0xff, 0xff, 0x01, 0x00]);
  // 255 · 32768 / 65535 = 127.5…, 255 · 256 / 65535 = 0.996.
  expect(greys(concat(bytesOf('P5 4 1 65535\n'), data))).toEqual([0, 128, 255, 1]);
  const ten = Uint8Array.from([0x03, 0xff, 0x02, 0x00]);
  // 255 · 512 / 1023 = 127.6.
  expect(greys(concat(bytesOf('P5 2 1 1023\n'), ten))).toEqual([255, 128]);
});

test('P3 and P6 keep their colours', () => {
  const colours = [255, 0, 0, 0, 128, 255];
  expect([...decodeNetpbm(bytesOf(`P3 2 1 255 ${colours.join(' ')}`)).rgb]).toEqual(colours);
  const raw = concat(bytesOf('P6 2 1 255\n'), Uint8Array.from(colours));
  expect([...decodeNetpbm(raw).rgb]).toEqual(colours);
});

test('samples above the largest value count as the largest', () => {
  expect(greys(bytesOf('P2 2 1 100 100 250'))).toEqual([255, 255]);
});

test.each([
  ['pixels that are missing', concat(bytesOf('P5 3 3 255\n'), new Uint8Array(8)), /8 of 9 bytes/],
  ['samples that are missing', bytesOf('P2 2 2 255 1 2 3'), /ends before sample 4 of 4/],
  ['a header cut short', bytesOf('P5 3'), /ends before its height/],
  ['letters for a number', bytesOf('P5 three 3 255\n'), /no number at byte 3/],
  ['no width', bytesOf('P5 0 3 255\n'), /0×3/],
  ['a size beyond reason', bytesOf('P5 99999 99999 255\n'), /99999×99999/],
  ['no largest value', bytesOf('P2 1 1 0 0'), /largest value is 0/],
  ['a largest value beyond 16 bits', bytesOf('P5 1 1 65536\n00'), /largest value is 65536/],
])('refuses %s', (_, bytes, message) => {
  expect(() => decodeNetpbm(bytes)).toThrow(message);
  expect(() => decodeNetpbm(bytes)).toThrow(expect.objectContaining({ code: 'image/invalid' }));
});

test('refuses what is no netpbm image', () => {
  const unsupported = expect.objectContaining({ code: 'image/unsupported' });
  expect(() => decodeNetpbm(bytesOf('P4 1 1\n0'))).toThrow(unsupported);
  expect(() => decodeNetpbm(bytesOf('hello'))).toThrow(unsupported);
  expect(() => decodeNetpbm(new Uint8Array(0))).toThrow(unsupported);
});
