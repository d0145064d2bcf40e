import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gunzip } from './gunzip';

async function lengthOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const part of stream) length += part.length;
  return length;
}

const ZEROS = new Blob([Uint8Array.from(gzipSync(new Uint8Array(4_000_000)))]);

test('unpacks all and counts the packed bytes on the way', async () => {
  const told: (readonly [number, number])[] = [];
  const onProgress = (done: number, total: number) => told.push([done, total]);
  expect(await lengthOf(gunzip(ZEROS, { onProgress }))).toBe(4_000_000);
  expect(told[0]).toEqual([0, ZEROS.size]);
});

test('what grows beyond both limits is stopped with a sentence', async () => {
  const limits = { always: 1_000_000, ratio: 100 };
  await expect(lengthOf(gunzip(ZEROS, {}, limits))).rejects.toMatchObject({
    code: 'archive/unsupported',
    message: expect.stringMatching(/^Its first \d+ bytes unpack to 1\d{6}, as in a zip bomb/),
  });
});

test.each([
  ['size', { always: 5_000_000, ratio: 100 }],
  ['ratio', { always: 1000, ratio: 1100 }],
])('one limit alone is no reason to stop: %s', async (_, limits) => {
  expect(await lengthOf(gunzip(ZEROS, {}, limits))).toBe(4_000_000);
});

test('fails where the data is damaged, and when it is told to stop', async () => {
  await expect(lengthOf(gunzip(ZEROS.slice(0, 1000)))).rejects.toThrow();
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(lengthOf(gunzip(ZEROS, { signal }))).rejects.toThrow('enough');
});
