/**
 * How much of a large RecordIO set is read, in bytes: to list 20,000 images, and to read some of them.
 * Times are no part of it.
 */
import { describe, expect, test, vi } from 'vitest';
import { bytesOf } from './bytes.testing';
import { openRecordIO } from './recordio';
import { type LargeSet, makeLargeRecordIO } from './recordio.large.testing';
import { ALL_HEADS } from './recordioShare';

/** A busy machine is no failure. */
vi.setConfig({ testTimeout: 60_000 });

const PEOPLE = 400;
const EACH = 50;
const COUNT = PEOPLE * EACH;

/** As long as a face crop's JPEG. */
const SMALL = new Uint8Array(4000).fill(7);
/** As long as a photograph's: 5,000 of them take more than 4 GB. */
const LARGE = new Uint8Array(1_000_000).fill(7);
SMALL.set(bytesOf('P5 66 60 255\n'));

function open({ rec, idx }: LargeSet, beside: { readonly idx: boolean; readonly list?: Blob }) {
  const list = beside.list ?? null;
  return openRecordIO({
    rec,
    idx: beside.idx ? idx : null,
    property: null,
    list,
    meta: null,
    name: 'train.rec',
  });
}

function expectClasses(index: Awaited<ReturnType<typeof open>>, people: number): void {
  expect([index.skipped, index.problem, index.notes]).toEqual([[], null, []]);
  expect(index.members).toHaveLength(people * EACH);
  const places = [0, EACH - 1, EACH, (people / 2) * EACH, people * EACH - 1];
  const classes = places.map((place) => index.members[place]?.identity);
  expect(classes).toEqual(['0', '0', '1', String(people / 2), String(people - 1)]);
}

test('a table of identities is read, and 32 heads of images', async () => {
  const choices = { people: PEOPLE, imagesEach: EACH, image: SMALL };
  const set = makeLargeRecordIO({ ...choices, convention: 'table' });
  const index = await open(set, { idx: true });
  expectClasses(index, PEOPLE);
  // The header twice, and 40 bytes of each identity.
  expect(set.rec.bytesRead).toBeLessThanOrEqual((PEOPLE + 1) * 40 + 32 * 36);
  expect(set.rec.reads).toBeLessThan(40);
});

test('with a list only 32 heads of images are read', async () => {
  const choices = { people: PEOPLE, imagesEach: EACH, image: SMALL };
  const set = makeLargeRecordIO({ ...choices, convention: 'plain' });
  const lines = Array.from({ length: COUNT }, (_, key) => `${key}\t${Math.floor(key / EACH)}\tx\n`);
  const index = await open(set, { idx: true, list: new Blob([lines.join('')]) });
  expectClasses(index, PEOPLE);
  expect(set.rec.bytesRead).toBeLessThanOrEqual(33 * 40);
});

describe.each([
  ['with an index', true],
  ['without an index', false],
] as const)('images alone, %s', (_, idx) => {
  test('small records are read once, in few large reads', async () => {
    const choices = { people: PEOPLE, imagesEach: EACH, image: SMALL };
    const set = makeLargeRecordIO({ ...choices, convention: 'plain' });
    expectClasses(await open(set, { idx }), PEOPLE);
    expect(set.rec.bytesRead).toBeLessThan(1.01 * set.rec.size);
    expect(set.rec.reads).toBeLessThan(set.rec.size / 2 ** 21);
  });

  test('of large records little more than the heads is read', async () => {
    const people = 100;
    const choices = { people, imagesEach: EACH, image: LARGE };
    const set = makeLargeRecordIO({ ...choices, convention: 'plain' });
    expect(set.rec.size).toBeGreaterThan(2 ** 32);
    expectClasses(await open(set, { idx }), people);
    // The first window of a file whose records are not known yet is a large one, and is read twice.
    const most = idx ? people * EACH * 36 + 40 : people * EACH * 4096 + 2 ** 23;
    expect(set.rec.bytesRead).toBeLessThanOrEqual(most);
  });
});

test('1,000 of 20,000 images are read without the others', async () => {
  const choices = { people: PEOPLE, imagesEach: EACH, image: SMALL };
  const set = makeLargeRecordIO({ ...choices, convention: 'table' });
  const { members } = await open(set, { idx: true });
  set.rec.bytesRead = 0;
  const chosen = members.filter((_, place) => place % 20 === 7);
  for (const member of chosen) {
    const image = await member.read();
    expect([image.length, image[0], image.at(-1)]).toEqual([4000, 80, 7]);
  }
  expect(chosen).toHaveLength(1000);
  expect(set.rec.bytesRead).toBe(1000 * set.stride);
});

describe.each([
  ['with an index', true],
  ['without an index', false],
] as const)('images alone in a file too large to be read, %s', (_, idx) => {
  const choices = { people: PEOPLE, imagesEach: EACH, convention: 'plain' } as const;
  /** 20,000 records of 4 kB: a tenth of them, in two stretches. */
  const budget = { whole: 2 ** 25, share: 2 ** 23 };

  test('stretches of it are looked at, and it is said', async () => {
    const set = makeLargeRecordIO({ ...choices, image: SMALL });
    const property = new Blob([`${PEOPLE},112,112\n`]);
    const given = { rec: set.rec, idx: idx ? set.idx : null, list: null, meta: null, property };
    const index = await openRecordIO({ ...given, name: 'sets/train.rec' }, { budget });
    expect([index.skipped, index.problem]).toEqual([[], null]);
    const { members, notes } = index;
    expect(set.rec.bytesRead).toBeLessThan(idx ? 1.01 * budget.share : 2 * budget.share);
    const inStretch = Math.ceil(2 ** 22 / set.stride);
    const second = Math.ceil(set.rec.size / 2 / set.stride);
    const places = [0, 1].flatMap((at) =>
      Array.from({ length: inStretch }, (__, place) => at * second + place),
    );
    expect(members.map(({ identity }) => Number(identity))).toEqual(
      places.map((place) => Math.floor(place / EACH)),
    );
    expect(members.map(({ path }) => Number(path))).toEqual(places);
    for (const place of [0, inStretch - 1, inStretch, 2 * inStretch - 1]) {
      expect(await members[place]!.read()).toEqual(SMALL);
    }
    const looked = (2 * inStretch).toLocaleString('en');
    const of = idx ? ' of its 20,000' : '';
    expect(notes).toEqual([
      `sets/train.rec has 0.1 GB, and nothing beside it says who is on its images: ${looked}${of} records, spread evenly, were looked at. Put its train.lst, train.tsv or train.meta beside it to choose from all.`,
    ]);
  });

  test('all of it is looked at where that is asked for, at the price that was told', async () => {
    const set = makeLargeRecordIO({ ...choices, image: SMALL });
    const given = { rec: set.rec, idx: idx ? set.idx : null, list: null, meta: null };
    const files = { ...given, property: null, name: 'train.rec' };
    const { allHeadsBytes } = await openRecordIO(files, { budget });
    set.rec.bytesRead = 0;
    const index = await openRecordIO(files, { budget: ALL_HEADS });
    expectClasses(index, PEOPLE);
    expect([index.notes, index.allHeadsBytes]).toEqual([[], null]);
    expect(Math.abs(allHeadsBytes! / set.rec.size - 1)).toBeLessThan(0.01);
    expect(Math.abs(set.rec.bytesRead / allHeadsBytes! - 1)).toBeLessThan(0.02);
  });

  test('images that are left out between heads are not in the price', async () => {
    const set = makeLargeRecordIO({ ...choices, people: 4, image: LARGE });
    const { allHeadsBytes } = await openRecordIO(
      {
        rec: set.rec,
        idx: idx ? set.idx : null,
        list: null,
        meta: null,
        property: null,
        name: 'a',
      },
      { budget: { whole: 2 ** 20, share: 2 ** 22 } },
    );
    expect(allHeadsBytes! / (4 * EACH)).toBeCloseTo(2 ** 12, -2);
  });

  test('all heads are read where the images between them are left out', async () => {
    const people = 20;
    const set = makeLargeRecordIO({ ...choices, people, image: LARGE });
    // A thousand records of 1 MB: their heads cost 2^16 bytes each.
    const index = await openRecordIO(
      {
        rec: set.rec,
        idx: idx ? set.idx : null,
        list: null,
        meta: null,
        property: null,
        name: 'a',
      },
      { budget: { whole: people * EACH * 2 ** 16, share: 2 ** 23 } },
    );
    expectClasses(index, people);
  });
});

test('where a list beside a file too large to be read is of no use, it is said', async () => {
  const choices = { people: PEOPLE, imagesEach: EACH, convention: 'plain', image: SMALL } as const;
  const { rec, idx } = makeLargeRecordIO(choices);
  const list = new Blob(['0\t0\tx\n0\t0\tx\n']);
  const { notes } = await openRecordIO(
    { rec, idx, list, meta: null, property: null, name: 'train.rec' },
    { budget: { whole: 2 ** 25, share: 2 ** 23 } },
  );
  expect(notes).toEqual([
    expect.stringMatching(/its list cannot be used: it has the key 0 twice/),
    expect.stringMatching(/^train\.rec has 0\.1 GB: .+ Put a whole train\.lst/),
  ]);
});
