import { describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile } from '../formats/archives.testing';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import type { FaceSource } from './catalogue';
import { ImportError } from './importError';
import type { DecodeImage } from './intake';
import type { ImportProgress } from './progress';
import { type ReadFacesOptions, readFaces } from './readFaces';
import { decodePgm, sourcesOf } from './reading.testing';

const OPTIONS: ReadFacesOptions = { cropSize: 2, label: 'test', decode: decodePgm };

/** Three people; the grey level of an image tells which one it is. */
const FILES: readonly TestFile[] = [
  { path: 'faces/Cy/1.pgm', bytes: greyPgm(31) },
  { path: 'faces/Ann/10.pgm', bytes: greyPgm(12) },
  { path: 'faces/Ann/2.pgm', bytes: greyPgm(13) },
  { path: 'faces/Bob/1.pgm', bytes: greyPgm(21) },
  { path: 'faces/Ann/1.pgm', bytes: greyPgm(11) },
  { path: 'faces/Bob/2.pgm', bytes: greyPgm(22) },
];
const IN_ORDER = [11, 12, 13, 21, 22, 31];

/** The grey level of each crop, after checking that the crop is all of it. */
function levels(pixels: Uint8Array): number[] {
  const bytes = 2 * 2 * 3;
  return Array.from({ length: pixels.length / bytes }, (_, index) => {
    const crop = pixels.subarray(index * bytes, (index + 1) * bytes);
    expect(new Set(crop).size).toBe(1);
    return crop[0]!;
  });
}

async function failure(work: Promise<unknown>): Promise<ImportError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ImportError) return error;
  throw new Error(`an ImportError was expected, not ${String(error)}`);
}

const WITH_JUNK: readonly TestFile[] = [
  { path: '__MACOSX/faces/Ann/._1.pgm', bytes: bytesOf('resource fork') },
  { path: 'faces/.DS_Store', bytes: new Uint8Array(600) },
  { path: 'faces/Ann/Thumbs.db', bytes: new Uint8Array(600) },
  { path: 'faces/Ann/desktop.ini', bytes: bytesOf('[.ShellClassInfo]') },
  { path: 'faces/.hidden/1.pgm', bytes: greyPgm(99) },
  ...FILES,
];

describe('the same faces, however they are given, are the same set', () => {
  test.each<[string, () => Promise<readonly FaceSource[]>]>([
    ['a folder', async () => sourcesOf(FILES)],
    ['a folder in another order', async () => sourcesOf(FILES.toReversed())],
    ['a folder with junk', async () => sourcesOf(WITH_JUNK)],
    ['a zip', async () => [{ path: 'a.zip', file: await makeZip(WITH_JUNK) }]],
    ['a tar', async () => [{ path: 'a.tar', file: makeTar(WITH_JUNK) }]],
    ['a tar.gz', async () => [{ path: 'a.tar.gz', file: await gzip(makeTar(WITH_JUNK)) }]],
    ['a zip without an extension', async () => [{ path: 'faces', file: await makeZip(FILES) }]],
    ['a zip named .jpg', async () => [{ path: 'x.jpg', file: await makeZip(FILES) }]],
    ['a tar.gz named .png', async () => [{ path: 'x.png', file: await gzip(makeTar(FILES)) }]],
    [
      'some of each',
      async () => [
        { path: 'a.zip', file: await makeZip(FILES.slice(0, 2)) },
        { path: 'b.tgz', file: await gzip(makeTar(FILES.slice(2, 3))) },
        ...sourcesOf(FILES.slice(3, 4)),
        { path: 'c.tar', file: makeTar(FILES.slice(4)) },
      ],
    ],
  ])('%s', async (_, make) => {
    const faces = await readFaces(await make(), OPTIONS);
    expect(faces.identities).toEqual([
      { name: 'Ann', count: 3 },
      { name: 'Bob', count: 2 },
      { name: 'Cy', count: 1 },
    ]);
    expect([...faces.labels]).toEqual([0, 0, 0, 1, 1, 2]);
    // In some of each, the archives' names come first in the order of an identity's images.
    const found = levels(faces.pixels);
    expect(found.toSorted((a, b) => a - b)).toEqual(IN_ORDER);
    expect(found.map((level) => Math.floor(level / 10) - 1)).toEqual([...faces.labels]);
    expect(faces.rejected).toEqual([]);
    expect(faces.origin).toEqual({ kind: 'files', label: 'test' });
  });
});

test('whatever finishes first, images are ordered by identity, then name', async () => {
  const decode: DecodeImage = async (bytes, size) => {
    const face = await decodePgm(bytes, size);
    // The later in the order, the sooner it is there.
    await new Promise((resolve) => setTimeout(resolve, 40 - face.rgb[0]!));
    return face;
  };
  const faces = await readFaces(sourcesOf(FILES), { ...OPTIONS, decode });
  expect(levels(faces.pixels)).toEqual(IN_ORDER);
  expect(faces.names).toEqual([
    'faces/Ann/1.pgm',
    'faces/Ann/10.pgm',
    'faces/Ann/2.pgm',
    'faces/Bob/1.pgm',
    'faces/Bob/2.pgm',
    'faces/Cy/1.pgm',
  ]);
});

test('two files of the same name are both kept, in the order they were given', async () => {
  const twice = [
    { path: 'Ann/1.pgm', bytes: greyPgm(1) },
    { path: 'Ann/1.pgm', bytes: greyPgm(2) },
    { path: 'Bob/1.pgm', bytes: greyPgm(3) },
  ];
  expect(levels((await readFaces(sourcesOf(twice), OPTIONS)).pixels)).toEqual([1, 2, 3]);
});

test('files that cannot be used are listed with their reason, the others are read', async () => {
  const sources = [
    ...sourcesOf(FILES),
    ...sourcesOf([
      { path: 'faces/label.txt', bytes: bytesOf('1.pgm\t0') },
      { path: 'faces/Ann/text.jpg', bytes: bytesOf('I am no image') },
      { path: 'faces/Ann/empty.png', bytes: new Uint8Array(0) },
      { path: 'faces/Ann/cut.pgm', bytes: bytesOf('P5 4 4 255\nabc') },
    ]),
    {
      path: 'faces/inner.zip',
      file: await makeZip([{ path: 'b.zip', bytes: bytesOf('PK\x05\x06') }]),
    },
    { path: 'faces/cut.tar', file: makeTar(FILES).slice(0, 700) },
    { path: 'faces/none.zip', file: await makeZip([]) },
    { path: 'faces/notar.gz', file: await gzip(new Blob(['hello'])) },
  ];
  const { rejected, labels } = await readFaces(sources, OPTIONS);
  // The archive cut short has one whole file.
  expect(labels).toHaveLength(FILES.length + 1);
  expect(rejected).toEqual([
    { name: 'faces/Ann/cut.pgm', reason: 'It is cut short: 3 of 16 bytes of pixels.' },
    { name: 'faces/Ann/empty.png', reason: expect.stringMatching(/^It is an empty file, /) },
    { name: 'faces/Ann/text.jpg', reason: 'It is text, not an image that can be read.' },
    {
      name: 'faces/cut.tar',
      reason: 'The archive is cut short: it ends at byte 700 without the mark of its end.',
    },
    {
      name: 'faces/inner.zip/b.zip',
      reason: 'It is an archive inside an archive; unpack it first.',
    },
    {
      name: 'faces/label.txt',
      reason: expect.stringMatching(
        /^It tells who is on .*; .* 4 here are called 1\.pgm\. Write .*\.$/,
      ),
      unused: true,
    },
    { name: 'faces/none.zip', reason: 'The archive is empty.' },
    { name: 'faces/notar.gz', reason: 'What is compressed in it is no tar archive.' },
  ]);
});

test('a file that cannot be read any more is listed, not fatal', async () => {
  const gone = new Blob(['x']);
  gone.arrayBuffer = () => Promise.reject(new Error('The file was moved'));
  const sources = [...sourcesOf(FILES), { path: 'faces/Ann/gone.pgm', file: gone }];
  expect((await readFaces(sources, OPTIONS)).rejected).toEqual([
    { name: 'faces/Ann/gone.pgm', reason: 'It cannot be read: The file was moved.' },
  ]);
});

test('a compressed archive that is cut short gives what was whole', async () => {
  const noisy = FILES.map(({ path }, index) => {
    const pgm = greyPgm(0, 64);
    for (let at = 15; at < pgm.length; at += 1) pgm[at] = (at * at * (index + 7)) >> 5;
    return { path, bytes: pgm };
  });
  const whole = await gzip(makeTar(noisy));
  const cut = whole.slice(0, Math.floor(whole.size * 0.6));
  const { labels, rejected } = await readFaces([{ path: 'a.tgz', file: cut }], OPTIONS);
  expect(labels.length).toBeGreaterThan(0);
  expect(labels.length).toBeLessThan(FILES.length);
  expect(rejected.at(0)).toMatchObject({
    name: 'a.tgz',
    reason: expect.stringMatching(/cut short/),
  });
});

describe('nothing to train with', () => {
  test('nothing at all, or an empty folder, or only junk', async () => {
    const junk = sourcesOf(WITH_JUNK.slice(0, 5));
    for (const sources of [[], junk]) {
      expect(await failure(readFaces(sources, OPTIONS))).toMatchObject({
        code: 'data/nothing-readable',
        message: 'There is no file in what was given.',
        rejected: [],
      });
    }
  });

  test('one file that is no image', async () => {
    const sources = sourcesOf([{ path: 'notes.jpg', bytes: bytesOf('hello') }]);
    expect(await failure(readFaces(sources, OPTIONS))).toMatchObject({
      code: 'data/nothing-readable',
      message: 'notes.jpg could not be read: it is text, not an image that can be read.',
      rejected: [{ name: 'notes.jpg' }],
    });
  });

  test('an empty archive', async () => {
    for (const file of [await makeZip([]), await gzip(makeTar([]))]) {
      expect(await failure(readFaces([{ path: 'x', file }], OPTIONS))).toMatchObject({
        code: 'data/nothing-readable',
        message: 'x could not be read: the archive is empty.',
      });
    }
  });

  test('more memory than there is', async () => {
    const options = { ...OPTIONS, cropSize: 2 ** 26 };
    expect(await failure(readFaces(sourcesOf(FILES), options))).toMatchObject({
      code: 'data/out-of-memory',
    });
  });
});

describe('cancelling', () => {
  test('before it begins', async () => {
    const options = { ...OPTIONS, signal: AbortSignal.abort() };
    expect(await failure(readFaces(sourcesOf(FILES), options))).toMatchObject({
      code: 'data/cancelled',
    });
  });

  test('while a decoder never answers', async () => {
    const controller = new AbortController();
    const decode: DecodeImage = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const work = readFaces(sourcesOf(FILES), { ...OPTIONS, decode, signal: controller.signal });
    expect(await failure(work)).toMatchObject({ code: 'data/cancelled' });
  });

  test('takes no further file', async () => {
    const controller = new AbortController();
    let decoded = 0;
    const decode: DecodeImage = async (bytes, size) => {
      decoded += 1;
      if (decoded === 3) controller.abort();
      return decodePgm(bytes, size);
    };
    const many = Array.from({ length: 200 }, (_, index) => {
      return { path: `Ann/${index}.pgm`, bytes: greyPgm(index) };
    });
    for (const sources of [sourcesOf(many), [{ path: 'a.tgz', file: await gzip(makeTar(many)) }]]) {
      decoded = 0;
      const signal = controller.signal;
      const work = readFaces(sources, { ...OPTIONS, decode, signal, concurrency: 2 });
      expect(await failure(work)).toMatchObject({ code: 'data/cancelled' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(decoded).toBeLessThan(6);
    }
  });
});

test('at most so many files are decoded at the same time', async () => {
  let now = 0;
  let most = 0;
  const decode: DecodeImage = async (bytes, size) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now -= 1;
    return decodePgm(bytes, size);
  };
  const many = Array.from({ length: 40 }, (_, index) => {
    return { path: `${index % 2}/${index}.pgm`, bytes: greyPgm(index) };
  });
  await readFaces(sourcesOf(many), { ...OPTIONS, decode, concurrency: 5 });
  expect(most).toBe(5);
});

test('large files wait for each other, so that they do not fill the memory', async () => {
  let held = 0;
  let most = 0;
  const decode: DecodeImage = async (bytes) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    held -= bytes.length;
    return { rgb: new Uint8Array(12), width: 2, height: 2, format: 'netpbm' };
  };
  const large = new Uint8Array(20 << 20);
  large.set(greyPgm(1));
  const sources = Array.from({ length: 12 }, (_, index) => {
    const file = new Blob([large]);
    file.arrayBuffer = async () => {
      held += large.length;
      most = Math.max(most, held);
      return large.buffer;
    };
    return { path: `${index}/1.pgm`, file };
  });
  const { labels } = await readFaces(sources, { ...OPTIONS, decode });
  expect(labels).toHaveLength(12);
  expect(most).toBeLessThanOrEqual(64 << 20);
});

test('says how far it has come', async () => {
  const said: ImportProgress[] = [];
  await readFaces(sourcesOf(FILES), { ...OPTIONS, onProgress: (each) => said.push(each) });
  expect(said.at(0)).toMatchObject({ task: 'list', total: 6 });
  expect(said.at(-1)).toMatchObject({ task: 'decode', done: 6, total: 6 });

  const streamed: ImportProgress[] = [];
  const sources = [{ path: 'a.tgz', file: await gzip(makeTar(FILES)) }];
  await readFaces(sources, { ...OPTIONS, onProgress: (each) => streamed.push(each) });
  expect(streamed.find(({ task }) => task === 'index')).toBeDefined();
  expect(streamed.at(-1)).toMatchObject({ task: 'decode', done: 6, total: 6 });
});
