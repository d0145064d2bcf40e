/** The part of opened files that a choice would load: counted before, and then loaded as counted. */
import { describe, expect, test } from 'vitest';
import { bytesOf, greyPgm } from '../data/formats/bytes.testing';
import { python2Pack } from '../data/formats/pickle.testing';
import { makeLargeRecordIO } from '../data/formats/recordio.large.testing';
import { openFaces } from '../data/import/readFaces';
import { sourcesOf } from '../data/import/reading.testing';
import type { FilesConfig } from '../training/config';
import { OpenedFiles } from './openedFiles';

const CONFIG: FilesConfig = { kind: 'files', cropSize: 32, minImagesPerIdentity: 1 };

/** Images per person, in an order that is not the one of their names. */
const COUNTS = { Dee: 1, Bob: 3, Ann: 5, Cy: 4 } as const;

const FILES = Object.entries(COUNTS).flatMap(([name, count]) =>
  Array.from({ length: count }, (_, image) => ({
    path: `faces/${name}/${image + 1}.pgm`,
    bytes: greyPgm(image),
  })),
);

/** A person in two pairs that nothing links, and one image too many. */
const PACK = {
  path: 'lfw.bin',
  bytes: python2Pack(
    [1, 2, 3, 4, 5].map((level) => greyPgm(level)),
    [true, true],
  ),
};

const opened = async (files = FILES) =>
  new OpenedFiles(await openFaces(sourcesOf(files), {}), 'faces');

/** Images of each person in the part. */
async function part(change: Partial<FilesConfig>, minimum = true) {
  const files = await opened();
  const { of } = files.people(null);
  const chosen = files.choose({ ...CONFIG, ...change }, minimum);
  const counts: Record<string, number> = {};
  for (const place of chosen ?? of.keys()) {
    const { identity } = of[place]!;
    counts[identity] = (counts[identity] ?? 0) + 1;
  }
  return counts;
}

describe('a large RecordIO file without labels beside it', () => {
  const set = makeLargeRecordIO({
    people: 40,
    imagesEach: 50,
    image: new Uint8Array(4000).fill(7),
    convention: 'plain',
  });
  const sources = [{ path: 'sets/train.rec', file: set.rec }];
  const ofPart = async () => {
    const budget = { whole: 2 ** 21, share: 2 ** 22 };
    const catalogue = await openFaces(sources, { budget });
    return new OpenedFiles(catalogue, 'train.rec', sources);
  };

  test('tells what looking at all of it takes, and is opened again with all of it', async () => {
    const part = await ofPart();
    const { images, allHeadsBytes } = part.describe();
    expect(images).toBeLessThan(1100);
    expect(allHeadsBytes! / set.rec.size).toBeCloseTo(1, 2);
    const progress: (readonly [number, number | null])[] = [];
    const whole = await part.withAllHeads({
      onProgress: ({ task, done, total }) => {
        if (task === 'index') progress.push([done, total]);
      },
    });
    expect(whole.describe()).toMatchObject({ label: 'train.rec', images: 2000, identities: 40 });
    expect(whole.describe()).not.toHaveProperty('allHeadsBytes');
    expect(whole.describe().notes).toEqual([]);
    expect(progress.at(-1)).toEqual([set.rec.size, set.rec.size]);
    expect(await whole.withAllHeads({})).toBe(whole);
  });

  test('stays what it was where that is cancelled', async () => {
    const part = await ofPart();
    const before = part.describe();
    const abort = new AbortController();
    const reading = part.withAllHeads({
      signal: abort.signal,
      onProgress: ({ task }) => {
        if (task === 'index') abort.abort();
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'data/cancelled' });
    expect(part.describe()).toEqual(before);
  });
});

describe('the part', () => {
  test('is everything, told as such, where nothing is asked', async () => {
    expect((await opened()).choose(CONFIG, true)).toBe(null);
    const nothing = { maxImagesPerIdentity: null, firstIdentities: null, sample: null };
    expect((await opened()).choose({ ...CONFIG, ...nothing }, true)).toBe(null);
  });

  test('leaves out people with too few images, unless they are to be kept for later', async () => {
    expect(await part({ minImagesPerIdentity: 4 })).toEqual({ Ann: 5, Cy: 4 });
    expect(await part({ minImagesPerIdentity: 4 }, false)).toEqual(COUNTS);
  });

  test('has at most so many images of each', async () => {
    expect(await part({ maxImagesPerIdentity: 3 })).toEqual({ Ann: 3, Bob: 3, Cy: 3, Dee: 1 });
  });

  test('has the first people by name, of those with enough images', async () => {
    expect(await part({ firstIdentities: 2 })).toEqual({ Ann: 5, Bob: 3 });
    expect(await part({ firstIdentities: 2, minImagesPerIdentity: 4 })).toEqual({ Ann: 5, Cy: 4 });
  });

  test('is a sample that its seed decides', async () => {
    const files = await opened();
    const sampled = (sampleSeed?: number) =>
      files.choose(
        { ...CONFIG, sample: 6, ...(sampleSeed === undefined ? {} : { sampleSeed }) },
        true,
      );
    expect(sampled(5)).toHaveLength(6);
    expect(sampled(5)).toEqual(sampled(5));
    expect(sampled()).toEqual(sampled(0));
    const several = Array.from({ length: 8 }, (_, seed) => sampled(seed)?.join());
    expect(new Set(several).size).toBeGreaterThan(4);
  });

  test('is what its preview counts, without people of whom the sample has too few', async () => {
    const files = await opened();
    const { identity } = files.people(null);
    const config = { ...CONFIG, minImagesPerIdentity: 3, maxImagesPerIdentity: 4, sample: 7 };
    for (let sampleSeed = 0; sampleSeed < 20; sampleSeed += 1) {
      const chosen = files.choose({ ...config, sampleSeed }, true)!;
      const counts = [0, 1, 2, 3].map((who) => chosen.filter((at) => identity[at] === who).length);
      const kept = counts.filter((count) => count >= 3);
      const images = kept.reduce((sum, count) => sum + count, 0);
      expect(files.preview({ ...config, sampleSeed })).toMatchObject({
        images,
        identities: kept.length,
        bytes: images * 32 * 32 * 3,
        single: 1,
      });
    }
  });
});

test('a set is large by the pixels of the part that is asked for', async () => {
  const files = await opened();
  // 13 images: more than half a gigabyte of crops where each takes 45 MB.
  const large = { ...CONFIG, cropSize: 3900 };
  expect(files.isLarge(CONFIG)).toBe(false);
  expect(files.isLarge(large)).toBe(true);
  expect(files.isLarge({ ...large, sample: 11 })).toBe(false);
  expect(files.isLarge({ ...large, minImagesPerIdentity: 4 })).toBe(false);
});

describe('a pattern', () => {
  const FLAT = ['ann-1', 'ann-2', 'bob-1', 'bob-2', 'odd'].map((name) => ({
    path: `${name}.pgm`,
    bytes: greyPgm(1),
  }));
  const namePattern = '([a-z]+)-\\d';

  test('tells people, and its preview how many paths do not fit', async () => {
    const { identities, examples, fit } = (await opened(FLAT)).preview({ ...CONFIG, namePattern });
    // The one that does not fit is somebody by the usual rules.
    expect(identities).toBe(3);
    expect(examples).toContainEqual({ path: 'ann-1.pgm', identity: 'ann' });
    expect(fit).toMatchObject({ looked: 5, unmatched: 1, strays: ['odd.pgm'] });
  });

  test('that fits nothing says so, and the usual rules decide', async () => {
    const files = await opened(FLAT);
    const { fit, identities } = files.preview({ ...CONFIG, namePattern: '(\\d{9})' });
    expect(fit).toMatchObject({ looked: 5, unmatched: 5 });
    expect(identities).toBe(files.preview(CONFIG).identities);
    expect(files.preview(CONFIG).fit).toBe(null);
  });

  test('that cannot be used is refused with a sentence', async () => {
    const files = await opened(FLAT);
    expect(() => files.preview({ ...CONFIG, namePattern: '([a-z' })).toThrow(
      expect.objectContaining({
        code: 'data/invalid-pattern',
        message: expect.stringMatching(/^The pattern is no regular expression: .+\.$/),
      }),
    );
    expect(() => files.preview({ ...CONFIG, namePattern: '[a-z]+' })).toThrow(/has no group/);
  });
});

describe('who is who', () => {
  const listed = (people: number) => ({
    path: 'faces/who.csv',
    bytes: bytesOf(
      `file,identity\n${FILES.slice(0, people)
        .map(({ path }) => `${path},x\n`)
        .join('')}`,
    ),
  });

  test.each([
    ['folders', [], null, 'one folder per person'],
    ['a pattern', [], '(\\d)\\.pgm', 'pattern'],
    ['a list of most of them', [listed(12)], null, 'list'],
    ['folders, where a list has only some', [listed(2)], null, 'one folder per person'],
    ['folders, beside the pairs of a pack', [PACK], null, 'one folder per person'],
  ])('is known by %s', async (_, more, namePattern, expected) => {
    const catalogue = await openFaces(sourcesOf([...FILES, ...more]), {});
    const files = new OpenedFiles(catalogue, 'faces');
    expect(files.whoIsWho({ ...CONFIG, namePattern })).toBe(expected);
  });

  test('is summarised with what lists have to do with it, but for a pattern', async () => {
    const catalogue = await openFaces(sourcesOf([...FILES, listed(2)]), {});
    const files = new OpenedFiles(catalogue, 'faces');
    expect(files.summaryOfWho(CONFIG)).toEqual({
      whoIsWho: 'one folder per person',
      whoNotes: ['faces/who.csv names 2 of 13 pictures; who is who is told by folder.'],
    });
    const byPattern = { ...CONFIG, namePattern: '(\\d)\\.pgm' };
    expect(files.summaryOfWho(byPattern)).toEqual({ whoIsWho: 'pattern' });
  });

  test('is known by pairs alone in a verification pack', async () => {
    const files = await opened([PACK]);
    expect(files.layout).toBe('pairs of a pack');
    // A pattern tells nothing: its images have numbers only.
    expect(files.whoIsWho({ ...CONFIG, namePattern: '(\\d)' })).toBe('pairs of a pack');
  });
});
