import { describe, expect, test } from 'vitest';
import { bytesOf } from './bytes.testing';
import { makeNpy, type NpyChoices } from './npy.testing';
import { decodeNumbers, dtypeOf, elementText } from './npyDtype';
import { blobFile, checkWhole, readNpyHeader } from './npyHeader';
import { parsePythonLiteral } from './pythonLiteral';

const header = (bytes: Uint8Array<ArrayBuffer>) => readNpyHeader(blobFile('x', new Blob([bytes])));

describe('the text of a header', () => {
  test.each<[string, unknown]>([
    ['{}', new Map()],
    ["{'a': 1}", new Map([['a', 1]])],
    [
      '{"a": (1, 2, -3), \'b\': True,}',
      new Map<string, unknown>([
        ['a', [1, 2, -3]],
        ['b', true],
      ]),
    ],
    ['(3L, 4L)', [3, 4]],
    ['()', []],
    ["[('r', '<f4', (3,))]", [['r', '<f4', [3]]]],
    ['  None  \n', null],
    ["'' ", ''],
  ])('%s', (text, expected) => {
    expect(parsePythonLiteral(text)).toEqual(expected);
  });

  test.each(
    [
      ['', '{', '(1', '(1 2)', "{'a' 1}", '{1: 2}', '{a: 1}', "'abc", '1 + 1', '__import__("os")'],
      [
        '(,)',
        '(1,,2)',
        '1.5',
        '}',
        "{'a':}",
        '('.repeat(50) + ')'.repeat(50),
        "'\\x41'",
        'Truex',
        '12x',
      ],
    ].flat(),
  )('is refused: %s', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  });
});

describe('a header', () => {
  test.each([1, 2, 3] as const)('of version %i', async (version) => {
    const bytes = makeNpy('<f4', [2, 3], new Float32Array(6), { version });
    expect(await header(bytes)).toEqual({
      dtype: { kind: 'float', itemSize: 4, littleEndian: true, characterSize: 0 },
      shape: [2, 3],
      fortranOrder: false,
      dataOffset: bytes.length - 24,
      count: 6,
    });
  });

  test('as Python 2 writes it, in any order', async () => {
    const text = "{'shape': (2L, 3L), 'fortran_order': True, 'descr': '|u1'}";
    const found = await header(makeNpy('', [], new Uint8Array(6), { header: text }));
    expect(found).toMatchObject({ shape: [2, 3], fortranOrder: true, count: 6 });
  });

  test('longer than most', async () => {
    const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }${' '.repeat(9000)}`;
    const bytes = makeNpy('', [], new Uint8Array(1), { header: text });
    expect(await header(bytes)).toMatchObject({ dataOffset: bytes.length - 1 });
  });

  test('of a single number', async () => {
    const found = await header(
      makeNpy('<i8', [], new BigInt64Array(1), {
        header: "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
      }),
    );
    expect(found).toMatchObject({ shape: [], count: 1 });
  });

  test.each<[string, string, NpyChoices | string, RegExp]>([
    ['archive/corrupt', 'no dictionary', '[1, 2]', /not the text/],
    ['archive/corrupt', 'code', "__import__('os').system('ls')", /not the text/],
    ['archive/corrupt', 'no shape', "{'descr': '|u1', 'fortran_order': False}", /no shape/],
    [
      'archive/corrupt',
      'a negative shape',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
      /no shape/,
    ],
    ['archive/corrupt', 'no order', "{'descr': '|u1', 'shape': (1,)}", /order/],
    [
      'archive/corrupt',
      'no type',
      "{'fortran_order': False, 'shape': (1,)}",
      /what its elements are/,
    ],
    [
      'archive/unsupported',
      'objects',
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
      /Python objects/,
    ],
    [
      'archive/unsupported',
      'records',
      "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}",
      /records/,
    ],
    [
      'archive/unsupported',
      'dates',
      "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,)}",
      /<M8\[s\]/,
    ],
    [
      'archive/unsupported',
      'complex numbers',
      "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
      /<c8/,
    ],
    [
      'archive/unsupported',
      'text of no length',
      "{'descr': '<U0', 'fortran_order': False, 'shape': (9,)}",
      /<U0/,
    ],
  ])('%s: %s', async (code, _, text, message) => {
    const bytes = makeNpy('', [], new Uint8Array(8), { header: String(text) });
    await expect(header(bytes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('that is none, of a later version, or cut short', async () => {
    await expect(header(bytesOf('hello, world'))).rejects.toThrow(/begin like/);
    const later = makeNpy('|u1', [1], new Uint8Array(1));
    later[6] = 4;
    await expect(header(later)).rejects.toThrow(/version 4/);
    const whole = makeNpy('|u1', [9], new Uint8Array(9), { version: 2 });
    await expect(header(whole.slice(0, 40))).rejects.toMatchObject({ code: 'archive/truncated' });
    whole.set([255, 255, 255, 255], 8);
    await expect(header(whole)).rejects.toThrow(/4294967295 bytes long/);
  });

  test('may claim anything: nothing is made for it before it is compared with the file', async () => {
    const bytes = makeNpy('<f8', [1e15, 1e15, 1e15], new Uint8Array(64));
    const file = blobFile('x', new Blob([bytes]));
    const found = await readNpyHeader(file);
    expect(() => checkWhole({ file, header: found })).toThrow(
      expect.objectContaining({ code: 'archive/truncated' }),
    );
  });
});

describe('elements', () => {
  const decode = (descr: string, bytes: readonly number[]) => [
    ...decodeNumbers(Uint8Array.from(bytes), dtypeOf(descr)),
  ];

  test.each<[string, readonly number[], readonly number[]]>([
    ['|u1', [0, 255], [0, 255]],
    ['|i1', [0x80, 0x7f], [-128, 127]],
    ['|b1', [0, 1, 2], [0, 1, 1]],
    ['<u2', [1, 2], [513]],
    ['>u2', [1, 2], [258]],
    ['<i2', [0xff, 0xff], [-1]],
    ['>i4', [0xff, 0xff, 0xff, 0xfe], [-2]],
    ['<u4', [0xff, 0xff, 0xff, 0xff], [4294967295]],
    ['<i8', [0xfe, 255, 255, 255, 255, 255, 255, 255], [-2]],
    ['>u8', [0, 0, 0, 0, 0, 0, 1, 0], [256]],
    // Half precision, from IEEE 754: 1, −2, the greatest, the least above 0, infinity.
    [
      '<f2',
      [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c],
      [1, -2, 65504, 2 ** -24, Infinity],
    ],
    ['>f4', [0x3f, 0x80, 0, 0], [1]],
    ['<f8', [0, 0, 0, 0, 0, 0, 0xf0, 0xbf], [-1]],
    ['=u1', [7], [7]],
  ])('%s', (descr, bytes, expected) => {
    expect(decode(descr, bytes)).toEqual(expected);
  });

  test('a half that is no number', () => {
    expect(decode('<f2', [0x01, 0x7c])).toEqual([Number.NaN]);
  });

  test('as text keep all digits of long whole numbers', () => {
    const long = new Uint8Array(BigInt64Array.of(-9007199254740993n).buffer);
    expect(elementText(long, dtypeOf('<i8'))).toBe('-9007199254740993');
    expect(elementText(long, dtypeOf('<u8'))).toBe('18437736874454810623');
    expect(elementText(Uint8Array.of(0, 0, 0x40, 0x40), dtypeOf('<f4'))).toBe('3');
    expect(elementText(bytesOf('Zoë\0\0'), dtypeOf('|S6'))).toBe('Zoë');
    const points = Uint32Array.from('王😀'.padEnd(4, '\0'), (letter) => letter.codePointAt(0)!);
    expect(elementText(new Uint8Array(points.buffer), dtypeOf('<U3'))).toBe('王😀');
    expect(elementText(Uint8Array.of(0, 0, 0, 0x41), dtypeOf('>U1'))).toBe('A');
    expect(elementText(Uint8Array.of(255, 255, 255, 255), dtypeOf('<U1'))).toBe('\ufffd');
  });
});
