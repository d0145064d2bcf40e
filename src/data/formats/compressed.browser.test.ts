/** What a browser's own decompression does differently from Node's, on which the other tests run. */
import { expect, test } from 'vitest';
import { gzip, makeTar } from './archives.testing';
import { inflate } from './inflate';
import { indexTarGz, readMembers } from './targz';

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const FILES = Array.from({ length: 40 }, (_, index) => {
  return { path: `p/${index}.jpg`, bytes: crypto.getRandomValues(new Uint8Array(3000 + index)) };
});

test('unpacks what fits and stops what grows', async () => {
  const bytes = new Uint8Array(3_000_000).fill(7);
  const packed = await deflated(bytes);
  expect((await inflate(packed, 'deflate-raw', bytes.length)).length).toBe(bytes.length);
  await expect(inflate(packed, 'deflate-raw', 1000)).rejects.toMatchObject({
    code: 'archive/corrupt',
    message: expect.stringMatching(/more than the 1000 bytes/),
  });
  await expect(inflate(packed.slice(0, 500), 'deflate-raw', bytes.length)).rejects.toMatchObject({
    code: 'archive/corrupt',
  });
});

test('lists and reads a compressed tar', async () => {
  const blob = await gzip(makeTar(FILES));
  const { members, problem } = await indexTarGz(blob);
  expect(problem).toBeNull();
  expect(members).toHaveLength(40);
  const wanted = [members[3]!, members[39]!];
  const lengths: number[] = [];
  for await (const { bytes } of readMembers(blob, wanted)) lengths.push(bytes.length);
  expect(lengths).toEqual([3003, 3039]);
});

test('a file of several gzip parts is read, or its problem says what to do', async () => {
  const tar = makeTar(FILES);
  const half = Math.floor(tar.size / 2);
  const parts = new Blob([await gzip(tar.slice(0, half)), await gzip(tar.slice(half))]);
  const { members, problem } = await indexTarGz(parts);
  if (problem === null) expect(members).toHaveLength(40);
  else {
    expect(problem).toMatchObject({
      code: 'archive/truncated',
      remedy: expect.stringMatching(/joined of several gzip files, pack it anew as one/),
    });
  }
});
