/** What a browser's own decompression does differently from Node's, on which the other tests run. */
import { afterEach, describe, expect, test, vi } from 'vitest';
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

describe('a file of several gzip parts', () => {
  const tar = makeTar(FILES);
  /** Within a member: what is cut there is not listed. */
  const cut = Math.floor(tar.size / 2);
  const parts = async (): Promise<[Blob, Blob]> => [
    await gzip(tar.slice(0, cut)),
    await gzip(tar.slice(cut)),
  ];

  /** Where each member ends, without the padding behind it. */
  const ends = FILES.map((_, at) => {
    const before = FILES.slice(0, at).map(({ bytes }) => 512 + 512 * Math.ceil(bytes.length / 512));
    return before.reduce((sum, length) => sum + length, 0) + 512 + FILES[at]!.bytes.length;
  });

  afterEach(() => vi.unstubAllGlobals());

  test('Chromium unpacks the first and refuses the rest', async () => {
    const joined = new Blob(await parts());
    const stream = joined.stream().pipeThrough(new DecompressionStream('gzip'));
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow(TypeError);
  });

  test('what the first has is listed and read, and the problem says what to do', async () => {
    const joined = new Blob(await parts());
    const { members, problem } = await indexTarGz(joined);
    expect(problem).toMatchObject({
      code: 'archive/truncated',
      remedy: expect.stringMatching(/joined of several gzip files, pack it anew as one/),
    });
    // Some of what it unpacked together with the end of the part goes with the refusal.
    const whole = ends.filter((end) => end <= cut).length;
    const listed = members.length;
    expect(listed).toBeLessThanOrEqual(whole);
    expect(listed).toBeGreaterThan(whole / 2);
    expect(members.map(({ path }) => path)).toEqual(FILES.slice(0, listed).map(({ path }) => path));
    const last = members.at(-1)!;
    const read: Uint8Array[] = [];
    for await (const { bytes } of readMembers(joined, [last])) read.push(bytes);
    expect(read).toEqual([FILES[listed - 1]!.bytes]);
  });

  test('all of it is listed and read where a browser goes on to the next part', async () => {
    const [first, second] = await parts();
    vi.stubGlobal('DecompressionStream', decompressionOfParts(first.size));
    const joined = new Blob([first, second]);
    const { members, problem } = await indexTarGz(joined);
    expect(problem).toBeNull();
    expect(members.map(({ path }) => path)).toEqual(FILES.map(({ path }) => path));
    const read: Uint8Array[] = [];
    for await (const { bytes } of readMembers(joined, members)) read.push(bytes);
    expect(read).toEqual(FILES.map(({ bytes }) => bytes));
  });
});

/** A `DecompressionStream` as other programs have it: behind a part of `length` bytes begins another. */
function decompressionOfParts(length: number) {
  const Native = DecompressionStream;
  return class {
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;

    constructor() {
      const packed: Uint8Array<ArrayBuffer>[] = [];
      const through = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (piece) => void packed.push(piece.slice()),
        async flush(controller) {
          const all = new Blob(packed);
          for (const part of [all.slice(0, length), all.slice(length)]) {
            const unpacked = part.stream().pipeThrough(new Native('gzip'));
            controller.enqueue(new Uint8Array(await new Response(unpacked).arrayBuffer()));
          }
        },
      });
      this.readable = through.readable;
      this.writable = through.writable;
    }
  };
}
