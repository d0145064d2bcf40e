import { describe, expect, test } from 'vitest';
import { makeZip } from './archives.testing';
import { bytesOf, concat } from './bytes.testing';
import { crc32 } from './crc32';
import { indexZip } from './zip';

const FILES = [
  { path: 'Ann/1.jpg', bytes: bytesOf('first') },
  { path: 'Zoë/王菲.jpg', bytes: bytesOf('second '.repeat(500)) },
  { path: 'empty.txt', bytes: new Uint8Array(0) },
];

async function contents(blob: Blob): Promise<Record<string, string>> {
  const { members } = await indexZip(blob);
  const read = members.map(async (member) => {
    return [member.path, new TextDecoder().decode(await member.read())] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const EXPECTED = {
  'Ann/1.jpg': 'first',
  'Zoë/王菲.jpg': 'second '.repeat(500),
  'empty.txt': '',
};

test('the checksum of the standard example', () => {
  // The check value of CRC-32/ISO-HDLC.
  expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test.each([
  ['stored', { level: 0 }],
  ['deflated', { level: 6 }],
  ['zip64', { zip64: true }],
  ['with sizes behind the data', { dataDescriptor: true }],
])('reads a zip: %s', async (_, choices) => {
  const blob = await makeZip(FILES, choices);
  expect(await indexZip(blob)).toMatchObject({ problem: null, skipped: [] });
  expect(await contents(blob)).toEqual(EXPECTED);
});

test('folders are left out', async () => {
  const blob = await makeZip([{ path: 'Ann/', bytes: new Uint8Array(0) }, ...FILES]);
  expect(Object.keys(await contents(blob))).toEqual(Object.keys(EXPECTED));
});

test('members are the caller’s own: reading one twice gives it twice', async () => {
  const { members } = await indexZip(await makeZip(FILES, { level: 0 }));
  const first = await members[0]!.read();
  first.fill(0);
  expect(new TextDecoder().decode(await members[0]!.read())).toBe('first');
});

test('data before the zip is seen through', async () => {
  const zip = await makeZip(FILES);
  expect(await contents(new Blob(['#!/bin/sh unpack me', zip]))).toEqual(EXPECTED);
});

test('encrypted files are skipped with the reason', async () => {
  const { members, skipped } = await indexZip(await makeZip(FILES.slice(0, 1), { password: 'x' }));
  expect(members).toEqual([]);
  expect(skipped).toEqual([
    { path: 'Ann/1.jpg', reason: expect.stringMatching(/encrypted in the zip/) },
  ]);
});

test('other ways of compression are skipped by name', async () => {
  const bytes = new Uint8Array(
    await (await makeZip(FILES.slice(0, 1), { level: 0 })).arrayBuffer(),
  );
  // The method in the table of contents: 10 bytes after its signature PK 1 2.
  const contentsAt = bytes.findIndex((_, at) => String(bytes.subarray(at, at + 4)) === '80,75,1,2');
  bytes[contentsAt + 10] = 14;
  const { skipped } = await indexZip(new Blob([bytes]));
  expect(skipped[0]?.reason).toMatch(/LZMA/);
});

test('a file that was damaged is found by its checksum, the others are read', async () => {
  const bytes = new Uint8Array(await (await makeZip(FILES, { level: 0 })).arrayBuffer());
  bytes[bytes.findIndex((_, at) => String(bytes.subarray(at, at + 3)) === '102,105,114')]! ^= 1;
  const { members } = await indexZip(new Blob([bytes]));
  await expect(members[0]!.read()).rejects.toMatchObject({
    code: 'archive/corrupt',
    message: expect.stringMatching(/checksum/),
  });
  expect(new TextDecoder().decode(await members[1]!.read())).toBe(EXPECTED['Zoë/王菲.jpg']);
});

test('damaged compressed data is named', async () => {
  const bytes = new Uint8Array(await (await makeZip(FILES.slice(1), { level: 6 })).arrayBuffer());
  const lengths = new DataView(bytes.buffer, 26);
  const data = 30 + lengths.getUint16(0, true) + lengths.getUint16(2, true);
  bytes.fill(0xff, data, data + 8);
  const { members } = await indexZip(new Blob([bytes]));
  await expect(members[0]!.read()).rejects.toMatchObject({ code: 'archive/corrupt' });
});

describe('an archive cut short', () => {
  test('keeps the files that are whole and says so', async () => {
    const zip = await makeZip(FILES, { level: 0 });
    // Inside the second file.
    const cut = zip.slice(0, 30 + 'Ann/1.jpg'.length + 5 + 200);
    expect(await indexZip(cut)).toMatchObject({ problem: { code: 'archive/truncated' } });
    expect(await contents(cut)).toEqual({ 'Ann/1.jpg': 'first' });
  });

  test('before its table of contents loses nothing', async () => {
    const bytes = new Uint8Array(await (await makeZip(FILES, { zip64: true })).arrayBuffer());
    const end = bytes.findIndex((_, at) => String(bytes.subarray(at, at + 4)) === '80,75,1,2');
    const cut = new Blob([bytes.subarray(0, end)]);
    expect(await indexZip(cut)).toMatchObject({ problem: { code: 'archive/truncated' } });
    expect(await contents(cut)).toEqual(EXPECTED);
  });

  test('in its first file', async () => {
    const cut = (await makeZip(FILES)).slice(0, 20);
    expect(await indexZip(cut)).toMatchObject({
      members: [],
      problem: { code: 'archive/truncated' },
    });
  });

  test('where no file says how long it is', async () => {
    const cut = (await makeZip(FILES, { dataDescriptor: true })).slice(0, 200);
    expect(await indexZip(cut)).toMatchObject({
      members: [],
      problem: { code: 'archive/truncated' },
    });
  });
});

test('an empty zip', async () => {
  expect(await indexZip(await makeZip([]))).toEqual({ members: [], skipped: [], problem: null });
});

test('bytes that only begin like a zip', async () => {
  const fake = concat(bytesOf('PK\x03\x04'), new Uint8Array(1000));
  expect(await indexZip(new Blob([fake]))).toMatchObject({
    members: [],
    problem: { code: 'archive/truncated' },
  });
});

test('stops when it is told to', async () => {
  const stopped = AbortSignal.abort(new Error('enough'));
  await expect(indexZip(await makeZip(FILES), stopped)).rejects.toThrow('enough');
});
