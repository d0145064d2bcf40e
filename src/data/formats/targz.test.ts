import { describe, expect, test } from 'vitest';
import { gzip, makeTar, TAR_END, tarHeader, tarMember } from './archives.testing';
import { bytesOf } from './bytes.testing';
import { indexTarGz, readMembers, type StreamedMember, streamTarGz } from './targz';

/** What was yielded, and what ended it: as far as a reader gets. */
async function readAll(blob: Blob) {
  const files: Record<string, string> = {};
  const skipped: StreamedMember[] = [];
  const broken: string[] = [];
  let problem: unknown = null;
  try {
    for await (const member of streamTarGz(blob)) {
      if (member.kind === 'skipped') skipped.push(member);
      else {
        try {
          files[member.path] = new TextDecoder().decode(await member.read());
        } catch {
          broken.push(member.path);
        }
      }
    }
  } catch (error) {
    problem = error;
  }
  return { files, skipped, broken, problem };
}

/** Bytes that do not compress, so that a cut of the archive is a cut of the files. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

test('yields every file in order, with its contents', async () => {
  const long = `${'folder/'.repeat(30)}Zoë.jpg`;
  const blob = new Blob([
    tarHeader({ name: 'Ann/', size: 0, type: '5' }),
    tarMember({ name: 'Ann/1.jpg' }, bytesOf('first')),
    tarHeader({ name: 'Ann/2.jpg', size: 0, type: '2' }),
    tarMember({ name: 'L', type: 'L', magic: 'gnu' }, bytesOf(`${long}\0`)),
    tarMember({ name: 'cut' }, bytesOf('second'.repeat(1000))),
    TAR_END,
  ]);
  const { files, skipped, problem } = await readAll(await gzip(blob));
  expect(problem).toBeNull();
  expect(files).toEqual({ 'Ann/1.jpg': 'first', [long]: 'second'.repeat(1000) });
  expect(skipped.map(({ path }) => path)).toEqual(['Ann/2.jpg']);
});

test('what is not read is skipped', async () => {
  const tar = makeTar([
    { path: 'a', bytes: noise(100_000, 1) },
    { path: 'b', bytes: bytesOf('wanted') },
  ]);
  const paths: string[] = [];
  for await (const member of streamTarGz(await gzip(tar))) {
    paths.push(member.path);
    if (member.kind === 'file' && member.path === 'b') {
      expect(new TextDecoder().decode(await member.read())).toBe('wanted');
    }
  }
  expect(paths).toEqual(['a', 'b']);
});

test('a reader may stop half way', async () => {
  const tar = makeTar([
    { path: 'a', bytes: noise(100_000, 1) },
    { path: 'b', bytes: noise(100_000, 2) },
  ]);
  for await (const member of streamTarGz(await gzip(tar))) {
    expect(member.path).toBe('a');
    break;
  }
});

test('a member cannot be read once the stream has gone on', async () => {
  const tar = makeTar([
    { path: 'a', bytes: bytesOf('x') },
    { path: 'b', bytes: bytesOf('y') },
  ]);
  const members: StreamedMember[] = [];
  for await (const member of streamTarGz(await gzip(tar))) members.push(member);
  const [first] = members;
  if (first?.kind !== 'file') throw new Error('a file was expected');
  await expect(first.read()).rejects.toThrow(/gone past/);
});

test('an archive cut short keeps what was whole and says so', async () => {
  const files = [1, 2, 3].map((index) => ({
    path: `${index}.jpg`,
    bytes: noise(200_000, index),
  }));
  const whole = await gzip(makeTar(files));
  // Each file takes a third: the second is cut in its middle.
  const {
    files: read,
    broken,
    problem,
  } = await readAll(whole.slice(0, Math.floor(whole.size / 2)));
  expect(Object.keys(read)).toEqual(['1.jpg']);
  expect(broken).toEqual(['2.jpg']);
  expect(problem).toMatchObject({
    code: 'archive/truncated',
    message: expect.stringMatching(/compressed data ends or is damaged after \d+ bytes/),
  });
});

test('a tar that was cut short before it was compressed', async () => {
  const tar = makeTar([
    { path: 'a', bytes: bytesOf('x') },
    { path: 'b', bytes: noise(5000, 1) },
  ]);
  const { files, broken, problem } = await readAll(await gzip(tar.slice(0, 3000)));
  expect(files).toEqual({ a: 'x' });
  expect(broken).toEqual(['b']);
  expect(problem).toMatchObject({
    code: 'archive/truncated',
    message: 'The archive is cut short: b is not whole.',
  });
});

test.each([
  ['text', bytesOf('hello '.repeat(500))],
  ['one short line', bytesOf('hello')],
  ['nothing', new Uint8Array(0)],
])('compressed %s is no tar archive', async (_, bytes) => {
  const { problem } = await readAll(await gzip(new Blob([bytes])));
  expect(problem).toMatchObject({ code: 'archive/unsupported' });
});

test('an empty archive yields nothing', async () => {
  expect(await readAll(await gzip(new Blob([TAR_END])))).toMatchObject({
    files: {},
    problem: null,
  });
});

describe('listed in one pass, read in another', () => {
  const FILES = Array.from({ length: 300 }, (_, index) => {
    return { path: `p${index % 7}/${index}.jpg`, bytes: noise(100 + 37 * index, index) };
  });

  test('lists paths, sizes and offsets, with progress in compressed bytes', async () => {
    const blob = await gzip(makeTar(FILES));
    const told: number[] = [];
    const { members, skipped, problem } = await indexTarGz(blob, {
      onProgress: (done, total) => told.push(done / total),
    });
    expect([skipped, problem]).toEqual([[], null]);
    expect(members.map(({ path, size }) => [path, size])).toEqual(
      FILES.map(({ path, bytes }) => [path, bytes.length]),
    );
    // The first header is before the first content; each member takes its header and whole blocks.
    expect(members[0]!.offset).toBe(512);
    expect(members[1]!.offset).toBe(512 + 512 + 512);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  test('chosen members come in order, and only to the last of them', async () => {
    const blob = await gzip(makeTar(FILES));
    const { members } = await indexTarGz(blob);
    const places = [0, 1, 5, 200, 201];
    const read: number[] = [];
    for await (const { index, bytes } of readMembers(
      blob,
      places.map((place) => members[place]!),
    )) {
      expect(Buffer.compare(bytes, FILES[places[index]!]!.bytes)).toBe(0);
      read.push(index);
    }
    expect(read).toEqual([0, 1, 2, 3, 4]);
  });

  test('members out of order are a mistake of the caller', async () => {
    const blob = await gzip(makeTar(FILES.slice(0, 3)));
    const { members } = await indexTarGz(blob);
    const reading = readMembers(blob, [members[1]!, members[0]!]);
    await reading.next();
    await expect(reading.next()).rejects.toThrow(RangeError);
  });

  test('a member can be read by itself, and a small text at no cost', async () => {
    const label = { path: 'p1/1.cls', bytes: bytesOf('4') };
    const { members } = await indexTarGz(await gzip(makeTar([...FILES.slice(0, 9), label])));
    expect(Buffer.compare(await members[7]!.read(), FILES[7]!.bytes)).toBe(0);
    expect(members.map(({ isKept }) => isKept)).toEqual([...Array(9).fill(false), true]);
    expect(await members[9]!.read()).toEqual(label.bytes);
  });

  test('an archive cut short lists what is whole, and reads it', async () => {
    const whole = await gzip(makeTar(FILES));
    const cut = whole.slice(0, Math.floor(whole.size / 2));
    const { members, problem } = await indexTarGz(cut);
    expect(problem).toMatchObject({
      code: 'archive/truncated',
      message: expect.stringMatching(/compressed data ends or is damaged after \d+ bytes/),
    });
    expect(members.length).toBeGreaterThan(150);
    expect(members.length).toBeLessThan(300);
    let count = 0;
    for await (const { index, bytes } of readMembers(cut, members)) {
      expect(bytes).toHaveLength(FILES[index]!.bytes.length);
      count += 1;
    }
    expect(count).toBe(members.length);
    const beyond = { offset: members.at(-1)!.offset + 2 ** 20, size: 10 };
    await expect(readMembers(cut, [members[0]!, beyond]).next()).resolves.toMatchObject({
      value: { index: 0 },
    });
    await expect(readMembers(cut, [beyond]).next()).rejects.toMatchObject({
      code: 'archive/truncated',
    });
  });

  test('what is no tar is said', async () => {
    const { members, problem } = await indexTarGz(await gzip(new Blob(['hello'])));
    expect([members, problem?.code]).toEqual([[], 'archive/unsupported']);
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(indexTarGz(await gzip(makeTar(FILES)), { signal })).rejects.toThrow('enough');
  });
});
