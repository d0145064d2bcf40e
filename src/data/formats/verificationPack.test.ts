import { describe, expect, test } from 'vitest';
import { concat } from './bytes.testing';
import {
  answerList,
  assemble,
  payload,
  python2Pack,
  python2TextPack,
  python3Pack,
  u32,
  u64,
} from './pickle.testing';
import { looksLikePickle } from './pickleHead';
import { indexVerificationPack } from './verificationPack';
import { VirtualBlob, watched } from './virtualBlob.testing';

const index = (bytes: Uint8Array<ArrayBuffer>, name = 'lfw.bin') =>
  indexVerificationPack(new Blob([bytes]), name);

const IMAGES = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => payload(seed, 300 + seed));

describe('a pack', () => {
  test('is a list of images in the order of the file, and pairs of neighbours', async () => {
    const found = await index(python2Pack(IMAGES, [true, false, true, false]), 'sets/lfw.bin');
    expect(found.problem).toBeNull();
    expect(found.skipped).toEqual([]);
    expect(found.members.map(({ path }) => path).slice(0, 2)).toEqual([
      'sets/lfw.bin/000001',
      'sets/lfw.bin/000002',
    ]);
    expect(found.members.map(({ size }) => size)).toEqual(IMAGES.map(({ length }) => length));
    expect(await Promise.all(found.members.map((member) => member.read()))).toEqual(IMAGES);
    expect(found.pairs).toEqual({
      first: Uint32Array.of(0, 2, 4, 6),
      second: Uint32Array.of(1, 3, 5, 7),
      same: Uint8Array.of(1, 0, 1, 0),
    });
  });

  test('may hold short strings, which are images all the same', async () => {
    const short = [payload(1, 3), payload(2, 255)];
    const found = await index(python2Pack(short, [true]));
    expect(await Promise.all(found.members.map((member) => member.read()))).toEqual(short);
  });

  test('of Python 2’s first protocol has its strings in quotes', async () => {
    const literals = ["'\\xff\\xd8a\\n\\t\\r\\\\\\'\"'", '"it\'s \\x00"'];
    const found = await index(python2TextPack(literals, [true]));
    expect(await found.members[0]!.read()).toEqual(assemble('\xff\xd8a\n\t\r\\\'"'));
    expect(await found.members[1]!.read()).toEqual(assemble("it's \0"));
    expect(found.members[0]!.size).toBe(0);
    expect(found.pairs?.same).toEqual(Uint8Array.of(1));
  });

  test('members are the caller’s own', async () => {
    const { members } = await index(python2Pack(IMAGES.slice(0, 2), [true]));
    (await members[0]!.read()).fill(0);
    expect(await members[0]!.read()).toEqual(IMAGES[0]);
  });

  test('may be empty', async () => {
    expect(await index(python3Pack([], answerList()))).toEqual({
      members: [],
      skipped: [],
      problem: null,
      pairs: null,
    });
  });
});

describe('who is on the pictures', () => {
  const people = async (bytes: Uint8Array<ArrayBuffer>) =>
    (await index(bytes)).members.map(({ identity }) => identity);
  const [a, b, c, d, e, f] = IMAGES as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];

  test('"same" pairs link, "different" ones do not', async () => {
    expect(await people(python3Pack([a, b, c, d, e, f], answerList(true, false, true)))).toEqual([
      'person 0001',
      'person 0001',
      'person 0002',
      'person 0003',
      'person 0004',
      'person 0004',
    ]);
  });

  test('equal bytes link, also through pairs that differ', async () => {
    // a = b, c ≠ a, d = b, c = e: two people, in order of first appearance.
    const images = [a, b, c, a, d, b, c, e];
    expect(await people(python3Pack(images, answerList(true, false, true, true)))).toEqual([
      'person 0001',
      'person 0001',
      'person 0002',
      'person 0001',
      'person 0001',
      'person 0001',
      'person 0002',
      'person 0002',
    ]);
  });

  test('bytes of the same length that differ do not link', async () => {
    const other = Uint8Array.from(a);
    other[299]! ^= 1;
    expect(await people(python3Pack([a, other], answerList(false)))).toEqual([
      'person 0001',
      'person 0002',
    ]);
  });

  test('more people than four digits hold keep their order', async () => {
    const many = Array.from({ length: 10_002 }, (_, image) => Uint8Array.from(u32(image)));
    const names = await people(python3Pack(many, answerList(...Array<boolean>(5001).fill(false))));
    expect([names[0], names[10_001]]).toEqual(['person 00001', 'person 10002']);
    expect(names.toSorted()).toEqual(names);
  });
});

test('a pack too large to compare is listed without its images being read', async () => {
  const length = 150e6;
  const parts: [number, Uint8Array][] = [[0, assemble(0x80, 4, ']q', 0, '(B', u32(length), '')]];
  const second = parts[0]![1].length + length;
  // The second image is the first one again, by its memo, and the fourth is the third's bytes.
  const between = assemble('q', 1, 'h', 1, 'B', u32(length), '');
  parts.push([second, between]);
  const third = second + between.length + length;
  const tail = concat(assemble('C', 3, 'abce'), answerList(false, false), assemble(0x86, '.'));
  parts.push([third, tail]);
  const file = new VirtualBlob(third + tail.length, (start, bytes) => {
    for (const [offset, piece] of parts) {
      const from = Math.max(start, offset);
      const to = Math.min(start + bytes.length, offset + piece.length);
      if (from < to) bytes.set(piece.subarray(from - offset, to - offset), from - start);
    }
  });
  const { members, pairs, problem } = await indexVerificationPack(file, 'big.bin');
  expect(problem).toBeNull();
  expect(members.map(({ size }) => size)).toEqual([length, length, length, 3]);
  expect(members.map(({ identity }) => identity)).toEqual([
    'person 0001',
    'person 0001',
    'person 0002',
    'person 0003',
  ]);
  expect(pairs?.same).toEqual(Uint8Array.of(0, 0));
  expect(file.bytesRead).toBeLessThan(4e6);
});

test('the images are never all in memory', async () => {
  const images = Array.from({ length: 64 }, (_, seed) => payload(seed, 100_000));
  const file = watched(python3Pack(images, answerList(...Array<boolean>(32).fill(true))));
  await indexVerificationPack(file, 'lfw.bin');
  // Once to find them, once to compare them, in windows.
  expect(file.bytesRead).toBeLessThan(3 * file.size);
  expect(file.bytesRead / file.reads).toBeLessThan(2e6);
});

describe('answers', () => {
  const two = IMAGES.slice(0, 4);

  test('may be numbers', async () => {
    const answers = assemble('](K', 1, 'K', 0, 'e');
    expect((await index(python3Pack(two, answers))).pairs?.same).toEqual(Uint8Array.of(1, 0));
  });

  test.each([
    ['fewer', answerList(true), 1, /4 images for 1 answers/],
    ['more', answerList(true, false, true), 2, /4 images for 3 answers/],
  ])('that are %s than the pairs are a problem', async (_, answers, pairs, message) => {
    const found = await index(python3Pack(two, answers));
    expect(found.members).toHaveLength(4);
    expect(found.pairs?.same).toHaveLength(pairs);
    expect(found.problem).toMatchObject({
      code: 'archive/corrupt',
      message: expect.stringMatching(message),
    });
  });

  test('are a problem for an odd number of images', async () => {
    const found = await index(python3Pack(IMAGES.slice(0, 3), answerList(true)));
    expect([found.members.length, found.pairs?.same.length]).toEqual([3, 1]);
    expect(found.problem?.message).toMatch(/3 images for 1 answers/);
  });
});

describe('an element that is no encoded image', () => {
  const array = (shape: string, type = 'u1') =>
    assemble(
      'cnumpy.core.numeric\n_frombuffer\n(C',
      12,
      'abcdefghijkl',
      `cnumpy\ndtype\n(S'${type}'\nI0\nI1\ntR${shape}tR`,
    );
  const withFirst = (element: Uint8Array) =>
    concat(
      assemble(0x80, 3, ']('),
      element,
      assemble('C', 2, 'ok', 'e'),
      answerList(true),
      assemble(0x86, '.'),
    );

  test.each([
    ['None', assemble('N')],
    ['text', assemble('X', u32(4), 'abcd')],
    ['a list', assemble(']')],
    ['nothing', assemble('C', 0)],
    ['an array of pixels', array('(I2\nI6\nt')],
    ['an array of another length', array('(I13\nt')],
    ['an array of other numbers', array('(I12\nt', 'f4')],
    [
      'an array that was never filled',
      assemble('cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntC', 1, 'btR'),
    ],
  ])('%s keeps its number and fails when it is read', async (_, element) => {
    const { members, pairs } = await index(withFirst(element));
    await expect(members[0]!.read()).rejects.toMatchObject({
      name: 'FormatError',
      code: 'image/invalid',
      message: expect.stringMatching(/^Image 1 of the pack/),
    });
    expect(await members[1]!.read()).toEqual(assemble('ok'));
    expect(pairs?.same).toHaveLength(1);
  });

  test.each([
    ['(n,)', '(I12\nt'],
    ['(n, 1)', '(I12\nI1\nt'],
    ['(1, n)', '(I1\nI12\nt'],
  ])('while a flat array is one: %s', async (_, shape) => {
    const { members } = await index(withFirst(array(shape)));
    expect(await members[0]!.read()).toEqual(assemble('abcdefghijkl'));
  });
});

describe('a pickle that is no pack', () => {
  test.each([
    ['a number', assemble('K', 1, '.'), /does not hold two lists/],
    ['three lists', assemble(']]]', 0x87, '.'), /does not hold two lists/],
    [
      'numbers for images',
      assemble('](K', 1, 'K', 2, 'e](', 0x88, 'e', 0x86, '.'),
      /holds no encoded images/,
    ],
    ['a number for the images', assemble('K', 1, ']', 0x86, '.'), /no list of images/],
    ['a number for the answers', assemble(']K', 1, 0x86, '.'), /no list of answers/],
    [
      'text for an answer',
      python3Pack(IMAGES.slice(0, 2), assemble('](U', 1, 'ye')),
      /answer 1 is neither/,
    ],
    [
      'the number 2 for an answer',
      python3Pack(IMAGES.slice(0, 2), assemble('](K', 2, 'e')),
      /answer 1 is neither/,
    ],
  ])('%s', async (_, bytes, message) => {
    await expect(index(bytes)).rejects.toMatchObject({
      code: 'archive/unsupported',
      message: expect.stringMatching(message),
    });
  });

  test('answers that are floats', async () => {
    const answers = assemble(
      'cnumpy.core.numeric\n_frombuffer\n(C',
      8,
      'abcdefgh',
      "cnumpy\ndtype\n(S'f8'\nI0\nI1\ntR(I1\nttR",
    );
    await expect(index(python3Pack(IMAGES.slice(0, 2), answers))).rejects.toThrow(
      /8 bytes of the type f8/,
    );
  });

  test('something that would be run', async () => {
    const bytes = concat(
      assemble(0x80, 2, ']q', 0, 'cposix\nsystem\n'),
      assemble('U', 2, 'ls', 0x85, 'R.'),
    );
    await expect(index(bytes)).rejects.toMatchObject({
      code: 'archive/unsupported',
      message: 'It asks for posix.system, which is never run.',
    });
  });
});

const SMALL = [payload(1, 20), payload(2, 400), payload(3, 7), payload(4, 30)];

describe('telling a pickle by its first bytes', () => {
  test.each([
    ['protocol 2', python2Pack(SMALL, [true, false])],
    ['protocol 4', python3Pack(SMALL, answerList(true, false))],
    ['protocol 4 with a frame', assemble(0x80, 4, 0x95, u64(20), ']', 0x94, '(')],
    ['protocol 5 with an array of images', assemble(0x80, 5, 0x95, u64(20), 0x8c, 5, 'numpy')],
    ['protocol 0', python2TextPack(["'a'", "'b'"], [true])],
    ['protocol 0 of another pickler', assemble('((lp1\nS')],
    ['protocol 1', assemble('(]q', 0, '(')],
  ])('%s', (_, bytes) => {
    expect(looksLikePickle(bytes)).toBe(true);
  });

  test.each([
    ['nothing', assemble()],
    ['a JPEG', assemble(0xff, 0xd8, 0xff)],
    ['a protocol of the future', assemble(0x80, 6, ']')],
    ['a pickled dictionary', assemble(0x80, 3, '}q', 0)],
    ['two bytes of one', assemble(0x80, 4)],
    ['text in brackets', assemble('((list of people))\n')],
    ['JSON', assemble('["a"]')],
  ])('not %s', (_, bytes) => {
    expect(looksLikePickle(bytes)).toBe(false);
  });
});
