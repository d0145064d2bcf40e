import { describe, expect, it } from 'vitest';
import { STREAM, uniformInt } from '../../math/random';
import { EVERYTHING, SELECTION_STREAM, type Selection, selectEntries } from './select';

/** Entries of several identities, mixed. */
function mixed(entries: number, identities: number) {
  const identityOf = Int32Array.from({ length: entries }, (_, entry) => {
    // Uneven: the first have many, the last few.
    const draw = uniformInt(2, 912, 0, entry, identities * identities);
    return identities - 1 - Math.floor(Math.sqrt(draw));
  });
  const counts = new Int32Array(identities);
  for (const identity of identityOf) counts[identity]! += 1;
  return { identityOf, counts };
}

const SET = mixed(5000, 40);

function chosen(selection: Partial<Selection>, set = SET): number[] {
  return [...selectEntries(set.identityOf, set.counts, { ...EVERYTHING, ...selection })];
}

function countsOf(entries: readonly number[], { identityOf, counts } = SET): number[] {
  const found = Array.from(counts, () => 0);
  for (const entry of entries) found[identityOf[entry]!]! += 1;
  return found;
}

describe('a sample of identities with enough images', () => {
  const minImages = 4;
  it.each([50, 300, 1001, 4000])(
    'of %i has nearly that many, and no identity too few',
    (sample) => {
      const entries = chosen({ minImages, sample, seed: 3 });
      expect(entries.length).toBeLessThanOrEqual(sample);
      expect(entries.length).toBeGreaterThan(sample - minImages);
      expect(entries).toEqual(entries.toSorted((a, b) => a - b));
      const few = countsOf(entries).filter((count) => count > 0 && count < minImages);
      expect(few).toEqual([]);
    },
  );

  it('grows without taking any away, and is another with another seed', () => {
    const larger = new Set(chosen({ minImages, sample: 900, seed: 3 }));
    expect(chosen({ minImages, sample: 300, seed: 3 }).filter((one) => !larger.has(one))).toEqual(
      [],
    );
    expect(chosen({ minImages, sample: 900, seed: 4 })).not.toEqual([...larger]);
  });

  it('is all there is where it is large enough, and nothing where it is less than one needs', () => {
    expect(chosen({ minImages, sample: 6000 })).toEqual(chosen({ minImages }));
    expect(chosen({ minImages, sample: 3 })).toEqual([]);
  });
});

describe('without rules', () => {
  it('every entry is chosen, in order', () => {
    expect(chosen({})).toEqual(Array.from({ length: 5000 }, (_, entry) => entry));
  });

  it('entries of nobody and identities without entries are not', () => {
    const set = { identityOf: Int32Array.of(0, -1, 2, 0), counts: Int32Array.of(2, 0, 1) };
    expect(chosen({}, set)).toEqual([0, 2, 3]);
    expect(chosen({ identities: 2 }, set)).toEqual([0, 2, 3]);
  });

  it('the identities may be asked for one by one', () => {
    const { identityOf, counts } = SET;
    const selection = { ...EVERYTHING, maxImages: 3, sample: 50, seed: 9 };
    const ask = (entry: number) => identityOf[entry]!;
    expect(selectEntries(ask, counts, selection)).toEqual(
      selectEntries(identityOf, counts, selection),
    );
  });
});

describe('each rule', () => {
  it('leaves out identities with too few images', () => {
    const expected = Array.from(SET.counts, (count) => (count >= 100 ? count : 0));
    expect(countsOf(chosen({ minImages: 100 }))).toEqual(expected);
    expect(expected.filter((count) => count > 0).length).toBeGreaterThan(3);
    expect(expected.filter((count) => count === 0).length).toBeGreaterThan(3);
  });

  it('takes the first identities by name or by count', () => {
    const byName = countsOf(chosen({ identities: 5 }));
    expect(byName.flatMap((count, identity) => (count > 0 ? [identity] : []))).toEqual([
      0, 1, 2, 3, 4,
    ]);
    const set = { identityOf: Int32Array.of(0, 1, 1, 2, 2, 3), counts: Int32Array.of(1, 2, 2, 1) };
    expect(chosen({ identities: 1, identitiesBy: 'count' }, set)).toEqual([1, 2]);
    expect(chosen({ identities: 3, identitiesBy: 'count' }, set)).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes so many images of each identity', () => {
    expect(countsOf(chosen({ maxImages: 20, seed: 4 }))).toEqual(
      Array.from(SET.counts, (count) => Math.min(count, 20)),
    );
  });

  it.each([0, 1, 17, 4999, 5000, 9999])('takes a sample of %i', (sample) => {
    const entries = chosen({ sample, seed: 4 });
    expect(entries).toHaveLength(Math.min(sample, 5000));
    expect(new Set(entries).size).toBe(entries.length);
    expect(entries).toEqual(entries.toSorted((a, b) => a - b));
  });
});

describe('the rules together', () => {
  it('apply in their order', () => {
    const rules = { minImages: 50, identities: 6, identitiesBy: 'count', maxImages: 30 } as const;
    const entries = chosen({ ...rules, sample: 100, seed: 7 });
    // Fewer of an identity than its minimum, which it has in the whole set.
    expect(entries).toHaveLength(100);
    expect(countsOf(entries).filter((count) => count === 1)).toEqual([]);
    const before = chosen({ ...rules, seed: 7 });
    expect(before).toHaveLength(6 * 30);
    expect(entries.every((entry) => before.includes(entry))).toBe(true);
    const most = [...SET.counts.keys()].sort((a, b) => SET.counts[b]! - SET.counts[a]! || a - b);
    const people = countsOf(before).flatMap((count, identity) => (count > 0 ? [identity] : []));
    expect(people).toEqual(most.slice(0, 6).sort((a, b) => a - b));
  });

  it('count images in the whole set for the minimum, whatever the maximum', () => {
    const counts = countsOf(chosen({ minImages: 100, maxImages: 20 }));
    const expected = Array.from(SET.counts, (count) => (count >= 100 ? 20 : 0));
    expect(counts).toEqual(expected);
  });
});

describe('the seed', () => {
  it('decides, and nothing else', () => {
    const rules = { maxImages: 5, sample: 80 };
    expect(chosen({ ...rules, seed: 1 })).toEqual(chosen({ ...rules, seed: 1 }));
    expect(chosen({ ...rules, seed: 1 })).not.toEqual(chosen({ ...rules, seed: 2 }));
  });

  it('never takes back what a smaller number gave', () => {
    for (const [less, more] of [
      [{ sample: 100 }, { sample: 101 }],
      [{ maxImages: 3 }, { maxImages: 8 }],
    ]) {
      const large = new Set(chosen({ ...more, seed: 3 }));
      expect(chosen({ ...less, seed: 3 }).every((entry) => large.has(entry))).toBe(true);
    }
  });

  it('draws from streams that nothing else draws from', () => {
    const others: number[] = Object.values(STREAM);
    for (const stream of Object.values(SELECTION_STREAM)) expect(others).not.toContain(stream);
  });

  it('gives every entry the same chance', () => {
    // Each of 200 entries is drawn by about a quarter of 400 seeds: 100 ± 8.7 (one standard deviation).
    const set = { identityOf: new Int32Array(200), counts: Int32Array.of(200) };
    for (const rule of ['sample', 'maxImages'] as const) {
      const times = new Array<number>(200).fill(0);
      for (let seed = 0; seed < 400; seed += 1) {
        for (const entry of chosen({ [rule]: 50, seed }, set)) times[entry]! += 1;
      }
      expect(Math.min(...times)).toBeGreaterThan(60);
      expect(Math.max(...times)).toBeLessThan(140);
    }
  });
});

describe('a large set', () => {
  it('gives the entries with the smallest keys, as sorting would', () => {
    const set = mixed(150_000, 50);
    const [few, more] = [
      chosen({ sample: 70_000, seed: 5 }, set),
      chosen({ sample: 70_001, seed: 5 }, set),
    ];
    expect([few.length, more.length]).toEqual([70_000, 70_001]);
    const large = new Set(more);
    expect(few.every((entry) => large.has(entry))).toBe(true);
    // Small parts are sorted: they must be the beginning of what buckets give.
    expect(chosen({ sample: 3, seed: 5 }, set).every((entry) => large.has(entry))).toBe(true);
    // Evenly over the whole: the mean of the drawn is the mean of all, ± 5 standard deviations.
    const mean = few.reduce((sum, entry) => sum + entry, 0) / few.length;
    expect(Math.abs(mean - 75_000)).toBeLessThan(5 * 43_301 * Math.sqrt(0.53 / 70_000));
  });
});

describe('what makes no sense is refused', () => {
  it.each<[Partial<Selection>, string]>([
    [{ minImages: -1 }, 'minImages'],
    [{ maxImages: 0 }, 'maxImages'],
    [{ identities: 2.5 }, 'identities'],
    [{ sample: Number.NaN }, 'sample'],
  ])('%j', (selection, name) => {
    expect(() => chosen(selection)).toThrow(name);
  });

  it.each([
    [[2, 2], 'identity 0'],
    [[4, 0], 'identity 0'],
    [[3, 2], 'identity 1'],
  ])('counts %j that are not those of the entries', (counts, message) => {
    const set = { identityOf: Int32Array.of(0, 0, 1, 0), counts: Int32Array.from(counts) };
    expect(() => chosen({}, set)).toThrow(message);
  });
});
