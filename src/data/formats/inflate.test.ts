import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bytesOf } from './bytes.testing';
import { inflate } from './inflate';

const TEXT = bytesOf('face '.repeat(40_000));

function packed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(deflateRawSync(bytes));
}

/** Bytes that do not compress: many pieces go in. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 7;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Compares long contents fast. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

test('unpacks what zlib packed, in one piece or in many', async () => {
  expect(same(await inflate(packed(TEXT), 'deflate-raw', TEXT.length), TEXT)).toBe(true);
  const long = noise(100_000);
  expect(same(await inflate(packed(long), 'deflate-raw', long.length), long)).toBe(true);
  expect(await inflate(packed(new Uint8Array(0)), 'deflate-raw', 0)).toHaveLength(0);
  const zipped = Uint8Array.from(gzipSync(TEXT));
  expect(same(await inflate(zipped, 'gzip', TEXT.length), TEXT)).toBe(true);
});

test('ends with fewer bytes where less was packed', async () => {
  const bytes = await inflate(packed(TEXT), 'deflate-raw', TEXT.length + 5);
  expect(same(bytes, TEXT)).toBe(true);
});

test.each([0, 1000, TEXT.length - 1])(
  'stops where it grows beyond the %i it declares',
  async (size) => {
    await expect(inflate(packed(TEXT), 'deflate-raw', size)).rejects.toMatchObject({
      code: 'archive/corrupt',
      message: `Its compressed data unpacks to more than the ${size} bytes it declares.`,
    });
  },
);

test('a size that no data of this length can have is not allocated', async () => {
  await expect(inflate(packed(TEXT), 'deflate-raw', 2 ** 40)).rejects.toMatchObject({
    message: expect.stringMatching(/cannot unpack to 1099511627776/),
  });
});

test.each([
  ['cut', packed(TEXT).slice(0, 100)],
  ['no deflate', new Uint8Array(50).fill(0xff)],
  ['nothing', new Uint8Array(0)],
])('%s is damaged', async (_, bytes) => {
  await expect(inflate(bytes, 'deflate-raw', 64)).rejects.toMatchObject({
    code: 'archive/corrupt',
  });
});
