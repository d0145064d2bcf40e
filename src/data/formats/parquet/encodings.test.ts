/** What is encoded by hand here is taken from the examples of the formats' own descriptions. */
import { describe, expect, test } from 'vitest';
import { bytesOf, concat } from '../bytes.testing';
import { readDeltaLengths, readDeltaNumbers, readDeltaTexts } from './delta';
import { bitsFor, readHybrid } from './hybrid';
import { PageCache } from './pageCache';
import { readStruct } from './thrift';
import { decodeValues } from './values';

const CORRUPT = expect.objectContaining({ code: 'archive/corrupt' });
const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('runs and packed bits', () => {
  test.each([
    ['0 to 7 in three bits', bytes(3, 0x88, 0xc6, 0xfa), 3, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['a hundred fives', bytes(0xc8, 1, 5), 3, Array(100).fill(5)],
    ['a run and packed bits', bytes(6, 1, 3, 0b10101010), 1, [1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
    ['values of two bytes', bytes(4, 0x34, 0x12), 16, [0x1234, 0x1234]],
    ['values of 32 bits', bytes(2, 0xff, 0xff, 0xff, 0xff), 32, [0xffffffff]],
    ['no bits at all', bytes(8), 0, [0, 0, 0, 0]],
    ['nothing', bytes(), 1, []],
  ])('%s', (_, encoded, width, values) => {
    expect(Array.from(readHybrid(encoded, width, values.length))).toEqual(values);
  });

  test.each([
    ['a run of two thousand million', bytes(0xfe, 0xff, 0xff, 0xff, 0x0f, 1)],
    ['as many packed values of no bits', bytes(0xff, 0xff, 0xff, 0xff, 0x0f)],
  ])('%s is no more work than what is asked for', (_, encoded) => {
    expect(readHybrid(encoded, encoded.length === 6 ? 1 : 0, 20)).toHaveLength(20);
  });

  test.each([
    ['that end too early', bytes(3, 0x88), 3],
    ['whose length does not end', bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80), 1],
    ['of more than 32 bits', bytes(2, 1, 1, 1, 1, 1), 33],
    ['without a value', bytes(8), 8],
  ])('runs %s', (_, encoded, width) => {
    expect(() => readHybrid(encoded, width, 8)).toThrow(CORRUPT);
  });

  test('bits that numbers take', () => {
    expect([0, 1, 2, 3, 4, 255].map(bitsFor)).toEqual([0, 1, 2, 2, 3, 8]);
  });
});

describe('differences', () => {
  /** 7, 5, 3, 1, 2, 3, 4, 5: one block of 128, four miniblocks of 32. */
  const example = bytes(0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0);
  /** Lengths 5, 5, 6, 6 and their texts, as the description has them. */
  const lengths = bytes(0x80, 1, 4, 4, 10, 0, 1, 0, 0, 0, 0b010, 0, 0, 0);
  const texts = bytesOf('HelloWorldFoobarABCDEF');

  test('numbers', () => {
    expect(readDeltaNumbers(example, 8)).toEqual([7n, 5n, 3n, 1n, 2n, 3n, 4n, 5n]);
    expect(readDeltaNumbers(bytes(), 0)).toEqual([]);
  });

  test('numbers wrap around at 64 bits', () => {
    // The first is the largest; the difference is one.
    const first = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    const encoded = bytes(0x80, 1, 4, 2, ...first, 2, 0, 0, 0, 0);
    expect(readDeltaNumbers(encoded, 2)).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });

  test('texts by their lengths', () => {
    const read = readDeltaLengths(concat(lengths, texts), 4);
    expect(read.map((text) => new TextDecoder().decode(text))).toEqual([
      'Hello',
      'World',
      'Foobar',
      'ABCDEF',
    ]);
  });

  test('texts that share their beginnings', () => {
    // axis, axle, babble, babyhood: shared 0, 2, 0, 3; the rest has 4, 2, 6, 5.
    const shared = bytes(0x80, 1, 4, 4, 0, 3, 3, 0, 0, 0, 4 | (0 << 3) | ((5 & 3) << 6), 1);
    const rest = bytes(0x80, 1, 4, 4, 8, 3, 3, 0, 0, 0, 0 | (6 << 3) | ((1 & 3) << 6), 0);
    const padding = new Uint8Array(10);
    const encoded = concat(shared, padding, rest, padding, bytesOf('axislebabbleyhood'));
    const read = readDeltaTexts(encoded, 4);
    expect(read.map((text) => new TextDecoder().decode(text))).toEqual([
      'axis',
      'axle',
      'babble',
      'babyhood',
    ]);
  });

  test.each([
    ['no miniblocks', bytes(0x80, 1, 0, 20, 0, 0, 0, 0)],
    [
      'a number of miniblocks that wraps',
      bytes(0x80, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 20, 0, 0, 0),
    ],
    ['another number of values', bytes(0x80, 1, 4, 21, 0, 0, 0, 0, 0, 0)],
    ['an end that is too early', bytes(0x80, 1, 4, 20, 0, 0, 8, 0, 0, 0, 1)],
    ['a number of 80 bits', new Uint8Array(20).fill(0x80)],
  ])('%s', (_, encoded) => {
    expect(() => readDeltaNumbers(encoded, 20)).toThrow(CORRUPT);
  });

  test('a length that is negative or beyond the page', () => {
    for (const first of [1, 0x7e]) {
      const encoded = concat(bytes(0x80, 1, 4, 1, first), bytesOf('abc'));
      expect(() => readDeltaLengths(encoded, 1)).toThrow(CORRUPT);
    }
  });
});

describe('plain values', () => {
  test('numbers, truths and texts', () => {
    const long = new Uint8Array(new BigInt64Array([-5n, 2n ** 60n]).buffer);
    expect(decodeValues(long, 0, 'int64', 2, null)).toEqual([-5, 2n ** 60n]);
    expect(decodeValues(bytes(0b101), 0, 'boolean', 3, null)).toEqual([true, false, true]);
    expect(decodeValues(bytes(0, 0, 0xc0, 0x3f), 0, 'float', 1, null)).toEqual([1.5]);
    const [text] = decodeValues(concat(bytes(2, 0, 0, 0), bytesOf('Zo')), 0, 'bytes', 1, null);
    expect(text).toEqual(bytesOf('Zo'));
  });

  test.each([
    ['a text beyond the page', bytes(9, 0, 0, 0, 1), 0, 'bytes', null],
    ['too few numbers', bytes(1, 2, 3), 0, 'int32', null],
    ['a place beyond the dictionary', bytes(1, 4, 1), 8, 'bytes', [bytes(1)]],
    ['places without a dictionary', bytes(1, 4, 0), 8, 'bytes', null],
  ] as const)('%s', (_, encoded, encoding, type, dictionary) => {
    expect(() => decodeValues(encoded, encoding, type, 2, dictionary)).toThrow(CORRUPT);
  });
});

describe('structures', () => {
  test('fields of each type', () => {
    // 1: -1, 3: "Zo", 4: true, 5: [1, 2], 300: {1: 7}.
    const encoded = bytes(
      0x15,
      1,
      0x28,
      2,
      0x5a,
      0x6f,
      0x11,
      0x19,
      0x25,
      2,
      4,
      0x0c,
      0xd8,
      4,
      0x15,
      14,
      0,
      0,
      99,
    );
    const { struct, end } = readStruct(encoded, 0);
    expect(end).toBe(encoded.length - 1);
    expect([struct.int(1), struct.text(3), struct.flag(4), struct.int(2)]).toEqual([
      -1,
      'Zo',
      true,
      null,
    ]);
    expect(struct.struct(300)?.int(1)).toBe(7);
    expect([struct.text(1), struct.structs(5), struct.struct(3)]).toEqual([null, [], null]);
  });

  test.each([
    ['without an end', bytes(0x15, 2)],
    ['with a text longer than all there is', bytes(0x18, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['with a list longer than all there is', bytes(0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07)],
    ['with a number that does not end', new Uint8Array(40).fill(0x80).fill(0x16, 0, 1)],
    ['of an unknown type', bytes(0x1b, 0, 0)],
    ['nested without end', new Uint8Array(100_000).fill(0x1c)],
    ['with lists nested without end', new Uint8Array(100_000).fill(0x19)],
  ])('%s', (_, encoded) => {
    expect(() => readStruct(encoded, 0)).toThrow(CORRUPT);
  });
});

describe('pages that are kept', () => {
  const weigh = (value: number) => value;

  test('the longest unused goes first, and one too large for all is kept alone', async () => {
    const cache = new PageCache<number>(10);
    const loaded: string[] = [];
    const get = (key: string, weight: number) =>
      cache.get(
        key,
        async () => {
          loaded.push(key);
          return weight;
        },
        weigh,
      );
    for (const key of ['a', 'b', 'a']) await get(key, 4);
    await get('c', 4);
    await get('a', 4);
    await get('b', 4);
    await get('large', 99);
    await get('large', 99);
    await get('a', 4);
    expect(loaded.join(' ')).toBe('a b c b large a');
  });

  test('what is asked for twice at once is loaded once, and what fails is tried again', async () => {
    const cache = new PageCache<number>(10);
    let calls = 0;
    const load = async () => {
      calls += 1;
      if (calls === 1) throw new Error('not now');
      return 1;
    };
    const both = await Promise.allSettled([
      cache.get('a', load, weigh),
      cache.get('a', load, weigh),
    ]);
    expect([calls, both.map(({ status }) => status)]).toEqual([1, ['rejected', 'rejected']]);
    expect(await cache.get('a', load, weigh)).toBe(1);
  });
});
