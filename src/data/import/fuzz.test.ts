/**
 * What a person may give, made here and damaged at random but always the same: reading it ends with faces
 * or with an ImportError, the set is whole in itself and every file is told of. Anything else thrown fails
 * the test, and so does work that does not end. `realFuzz.test.ts` does the same with real files.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile } from '../formats/archives.testing';
import { bytesOf, concat, greyPgm } from '../formats/bytes.testing';
import { damage, MUTATIONS } from '../formats/damage.testing';
import { makeNpy } from '../formats/npy.testing';
import { answerList, python2Pack, python3Pack } from '../formats/pickle.testing';
import { makeRecordIO } from '../formats/recordio.testing';
import { contentOf } from '../formats/virtualBlob.testing';
import { accountOf } from './accounting.testing';
import { decodePgm } from './reading.testing';

const SEED = 20190407;
/** Of each kind of file; more are for an evening: `FUZZ_RUNS=5000`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 25);
const CROP = 2;

const PICTURES = ['Ann/1', 'Ann/2', 'Bob/1', 'Bob/2'].map((name, index) => {
  return { path: `faces/${name}.pgm`, bytes: greyPgm(index, 8) };
});
const IMAGES = PICTURES.map(({ bytes }) => bytes);

const COMPANIONS = ['train.idx', 'train.lst', 'property', 'images.npy', 'labels.npy'];
const OPTIONS = { cropSize: CROP, decode: decodePgm, companions: COMPANIONS };

interface GivenFile {
  readonly path: string;
  readonly blob: Blob;
}

/** Every run damages one of the files and gives all. */
async function check(files: readonly GivenFile[]): Promise<void> {
  const whole = await Promise.all(
    files.map(async ({ path, blob }) => ({ path, bytes: await contentOf(blob) })),
  );
  const undamaged = await accountOf(
    files.map(({ path, blob }) => ({ path, file: blob })),
    OPTIONS,
  );
  expect(undamaged).toMatchObject({ rejected: [], loaded: { length: 4 } });
  const chosen = fc.nat({ max: files.length - 1 });
  const property = fc.asyncProperty(chosen, MUTATIONS, async (place, mutations) => {
    const sources = whole.map(({ path, bytes }, index) => {
      const content = index === place ? mutations.reduce(damage, bytes) : bytes;
      return { path, file: new Blob([content]) };
    });
    await accountOf(sources, OPTIONS);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
}

function arrays(): Promise<Blob> {
  const pixels = Uint8Array.from({ length: 4 * 8 * 8 * 3 }, (_, index) => (index * 11) & 0xff);
  return makeZip([
    { path: 'images.npy', bytes: makeNpy('|u1', [4, 8, 8, 3], pixels) },
    { path: 'labels.npy', bytes: makeNpy('<i4', [4], Int32Array.of(0, 0, 1, 1)) },
  ]);
}

const LIST =
  'path,identity,split\n1.pgm,Ann,train\n2.pgm,Ann,train\n3.pgm,Bob,val\n4.pgm,"B, C",\n';

const NUMBERED = IMAGES.map((bytes, index) => ({ path: `all/${index + 1}.pgm`, bytes }));
const LINES = {
  path: 'all/labels.jsonl',
  bytes: bytesOf(
    [1, 2, 3, 4].map((n) => `{"path": "${n}.pgm", "label": "${n > 2 ? 'Bob' : 'Ann'}"}\n`).join(''),
  ),
};

/** Two pictures in arrays, two in records. */
async function packedFiles(): Promise<TestFile[]> {
  const { rec, idx } = makeRecordIO([IMAGES.slice(0, 2)], { convention: 'table' });
  const pixels = new Uint8Array(2 * 8 * 8).fill(7);
  return [
    { path: 'r/train.rec', bytes: await contentOf(rec) },
    { path: 'r/train.idx', bytes: await contentOf(idx) },
    { path: 'n/images.npy', bytes: makeNpy('|u1', [2, 8, 8], pixels) },
    { path: 'n/labels.npy', bytes: makeNpy('|u1', [2], Uint8Array.of(3, 3)) },
  ];
}

describe('damaged at random', { timeout: 60_000 }, () => {
  test.each<[string, () => Promise<readonly GivenFile[]>]>([
    ['zip', async () => [{ path: 'a.zip', blob: await makeZip(PICTURES) }]],
    [
      'zip under the name of an image',
      async () => [{ path: 'a.jpg', blob: await makeZip(PICTURES) }],
    ],
    ['tar', async () => [{ path: 'a.tar', blob: makeTar(PICTURES) }]],
    ['tar.gz', async () => [{ path: 'a.tar.gz', blob: await gzip(makeTar(PICTURES)) }]],
    ['npz', async () => [{ path: 'a.npz', blob: await arrays() }]],
    [
      'npy',
      async () => [
        {
          path: 'images.npy',
          blob: new Blob([
            makeNpy('|u1', [4, 8, 8], concat(...IMAGES.map((image) => image.slice(-64)))),
          ]),
        },
        {
          path: 'labels.npy',
          blob: new Blob([makeNpy('<i8', [4], BigInt64Array.of(0n, 0n, 1n, 1n))]),
        },
      ],
    ],
    [
      'pickle, protocol 2',
      async () => [{ path: 'lfw.bin', blob: new Blob([python2Pack(IMAGES, [true, true])]) }],
    ],
    [
      'pickle, protocol 4',
      async () => [
        { path: 'lfw.bin', blob: new Blob([python3Pack(IMAGES, answerList(true, false))]) },
      ],
    ],
    ['tar with a list', async () => [{ path: 'a.tar', blob: makeTar([...NUMBERED, LINES]) }]],
    [
      'zip with arrays and records in it',
      async () => [{ path: 'a.zip', blob: await makeZip(await packedFiles(), { level: 0 }) }],
    ],
    [
      'csv and pgm',
      async () => [
        { path: 'a/labels.csv', blob: new Blob([bytesOf(LIST)]) },
        ...IMAGES.map((image, index) => ({ path: `a/${index + 1}.pgm`, blob: new Blob([image]) })),
      ],
    ],
  ])('%s', async (_, make) => check(await make()));

  test.each(['table', 'plain'] as const)('rec and its companions, %s', async (convention) => {
    const people = [IMAGES.slice(0, 2), IMAGES.slice(2)];
    const { rec, idx, list, property } = makeRecordIO(people, { convention });
    await check([
      { path: 'train.rec', blob: rec },
      { path: 'train.idx', blob: idx },
      { path: 'train.lst', blob: list },
      { path: 'property', blob: property },
    ]);
    await check([{ path: 'train.rec', blob: rec }]);
  });
});
