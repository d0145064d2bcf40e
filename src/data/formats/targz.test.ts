import { expect, test } from 'vitest';
import { gzip, makeTar, TAR_END, tarHeader, tarMember } from './archives.testing';
import { bytesOf } from './bytes.testing';
import { type StreamedMember, streamTarGz } from './targz';

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
