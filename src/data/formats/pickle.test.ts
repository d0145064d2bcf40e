import { describe, expect, test } from 'vitest';
import { concat } from './bytes.testing';
import { readPickle } from './pickle';
import { assemble, type Parts, payload, u32, u64 } from './pickle.testing';
import { PickleList, PickleString, PickleTuple, type PickleValue } from './pickleValues';
import { VirtualBlob, watched } from './virtualBlob.testing';

/** Plain JavaScript for what a pickle holds; long strings as their place. */
function plain(value: PickleValue): unknown {
  if (value instanceof PickleList || value instanceof PickleTuple) return value.items.map(plain);
  if (!(value instanceof PickleString)) return value;
  return value.kept ?? { offset: value.offset, length: value.length, encoding: value.encoding };
}

async function read(...parts: Parts): Promise<unknown> {
  return plain(await readPickle(new Blob([assemble(...parts)])));
}

describe('values', () => {
  test.each<[string, Parts, unknown]>([
    ['None, True and False', [0x80, 2, '(N', 0x88, 0x89, 't.'], [null, true, false]],
    ['the truths of protocol 0', ['(I01\nI00\nt.'], [true, false]],
    ['whole numbers in lines', ['(I-7\nL12345678901L\nt.'], [-7, 12345678901]],
    ['short numbers', ['(K', 255, 'M', 0x34, 0x12, 'J', u32(0xffffffff), 't.'], [255, 0x1234, -1]],
    ['longs', ['(', 0x8a, 0, 0x8a, 1, 0xff, 0x8a, 3, 0, 0, 1, 't.'], [0, -1, 65536]],
    [
      'tuples of 0 to 3',
      ['()K', 1, 0x85, 'K', 1, 'K', 2, 0x86, 'NNN', 0x87, 't.'],
      [[], [1], [1, 2], [null, null, null]],
    ],
    ['lists, appended one by one', ['](lK', 1, 'aK', 2, 'a', 0x86, '.'], [[], [1, 2]]],
    ['lists, appended at once', ['](K', 1, 'K', 2, 'e.'], [1, 2]],
    ['a list that takes its items from the stack', ['(K', 1, 'K', 2, 'l.'], [1, 2]],
    ['what is put away and thrown away', ['K', 1, 'N0', '(NN1', '2', 0x86, '.'], [1, 1]],
    [
      'strings of every kind',
      [
        '(U',
        1,
        'a',
        'T',
        u32(1),
        'b',
        'C',
        1,
        'c',
        'B',
        u32(1),
        'd',
        0x8e,
        u64(1),
        'e',
        0x96,
        u64(1),
        'f',
        't.',
      ],
      ['a', 'b', 'c', 'd', 'e', 'f'],
    ],
    [
      'text of every kind',
      ['(X', u32(2), '\xc3\xa9', 0x8c, 1, 'b', 0x8d, u64(1), 'c', 'Vd\n', "S'e'\n", 't.'],
      ['é', 'b', 'c', 'd', 'e'],
    ],
    [
      'memory by line, by byte, by four bytes and in order',
      ['(K', 1, 'p7\ng7\nq', 200, 'h', 200, 'r', u32(70000), 'j', u32(70000), 0x94, 'h', 3, 't.'],
      [1, 1, 1, 1, 1],
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await read(...parts)).toEqual(expected);
  });

  test('what follows the end is not looked at', async () => {
    expect(await read('N.', 'cos\nsystem\n')).toBeNull();
  });
});

describe('long strings', () => {
  test('become places, whatever their operation', async () => {
    const long = payload(1, 300);
    const place = (offset: number, encoding = 'raw') => ({ offset, length: 300, encoding });
    expect(await read('(T', u32(300), long, 'B', u32(300), long, 't.')).toEqual([
      place(6),
      place(311),
    ]);
    expect(await read(0x8e, u64(300), long, '.')).toEqual(place(9));
    expect(await read(0x96, u64(300), long, '.')).toEqual(place(9));
    expect(await read('X', u32(300), 'x'.repeat(300), '.')).toEqual(place(5, 'utf8'));
    expect(await read(`V${'x'.repeat(300)}\n.`)).toEqual(place(1, 'unicode-line'));
    expect(await read(`S'${'x'.repeat(298)}'\n.`)).toEqual(place(1, 'literal'));
  });

  test('are not read, however long: 20 GB are listed from a few windows', async () => {
    const gigabyte = 2 ** 30;
    const head = assemble(0x80, 4, '](', 0x8e, u64(20 * gigabyte));
    const between = assemble(0x8e, u64(gigabyte));
    const second = head.length + 20 * gigabyte;
    const size = second + between.length + gigabyte + 2;
    const pieces: [number, Uint8Array][] = [
      [0, head],
      [second, between],
      [size - 2, assemble('e.')],
    ];
    const file = new VirtualBlob(size, (start, bytes) => {
      for (const [offset, piece] of pieces) {
        for (const [index, byte] of piece.entries()) {
          const at = offset + index - start;
          if (at >= 0 && at < bytes.length) bytes[at] = byte;
        }
      }
    });
    const value = await readPickle(file);
    expect(plain(value)).toEqual([
      { offset: head.length, length: 20 * gigabyte, encoding: 'raw' },
      { offset: second + between.length, length: gigabyte, encoding: 'raw' },
    ]);
    expect(file.bytesRead).toBeLessThan(4 << 20);
  });

  test('a line may reach over many windows', async () => {
    const file = watched(assemble('(V', new Uint8Array(1_000_000).fill(0x79), '\nK', 5, 't.'));
    expect(plain(await readPickle(file))).toEqual([
      { offset: 2, length: 1_000_000, encoding: 'unicode-line' },
      5,
    ]);
  });

  test('operations that lie across the edge of a window', async () => {
    // So many strings that are thrown away reach to just before 2¹⁸ bytes, and before the last 1024.
    const thrownAway = concat(assemble('U', 255), payload(1, 255), assemble('0'));
    const tail = assemble('(M', 1, 2, 'J', u32(7), 'U', 3, 'abct.');
    for (const count of [1012, 1016]) {
      const padding = concat(...Array.from({ length: count }, () => thrownAway));
      for (let shift = 0; shift < 40; shift += 1) {
        const file = new Blob(['N'.repeat(shift), padding, tail]);
        expect(plain(await readPickle(file))).toEqual([513, 7, 'abc']);
      }
    }
  });
});

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'FormatError', code, message: expect.stringMatching(message) });

describe('damage', () => {
  test.each<[string, Parts, RegExp]>([
    ['a value that is not there', ['.'], /takes a value that is not there, at byte 0/],
    ['a value below the mark', ['N(a.'], /takes a value that is not there/],
    ['a tuple that never began', ['Nt.'], /has not opened/],
    ['a list that is none', ['NNa.'], /no list/],
    ['a memory that is empty', ['h', 5, '.'], /recalls number 5/],
    ['a memory below zero', ['Np-1\n.'], /number -1/],
    ['a number of letters', ['Iabc\n.'], /“abc”/],
    ['a number without end', [`I${'9'.repeat(400)}\n.`], /longer than 255/],
    ['a long of nine bytes', [0x8a, 9, payload(1, 9), '.'], /9 bytes/],
    ['a string of negative length', ['T', u32(0xffffffff), '.'], /-1 bytes/],
    ['a literal without quotes', ['Sabc\n.'], /not in quotes/],
    ['an escape that is none', ["S'\\q'\n."], /escape at byte 0/],
    ['an escape cut short', ["S'\\x4'\n."], /escape at byte 0/],
    ['a character beyond bytes', ['V\\u20ac\n.'], /escape at byte 0/],
  ])('%s', async (_, parts, message) => {
    await expect(read(...parts)).rejects.toThrow(refusal('archive/corrupt', message));
  });

  test.each<[string, Parts, RegExp]>([
    ['nothing', [], /at byte 0 1 byte should follow, but 0 are left/],
    ['an end that never comes', ['N'], /at byte 1 1 byte/],
    [
      'bytes that are not there',
      ['B', u32(0xffffffff), 'abc'],
      /4294967295 bytes should follow, but 3 are left/,
    ],
    ['more bytes than there are numbers', [0x8e, new Uint8Array(8).fill(255)], /should follow/],
    [
      'a frame that is not there',
      [0x80, 4, 0x95, u64(1e15), 'N.'],
      /1000000000000000 bytes has only 2/,
    ],
    ['a line that does not end', ['Vabc'], /inside the line at byte 1/],
    ['a number that does not end', ['I12'], /inside the line at byte 1/],
    ['a short string', ['U', 9, 'abc'], /9 bytes should follow/],
  ])('a file cut short: %s', async (_, parts, message) => {
    await expect(read(...parts)).rejects.toThrow(refusal('archive/truncated', message));
  });

  test('a protocol of the future', async () => {
    await expect(read(0x80, 6, 'N.')).rejects.toThrow(refusal('archive/unsupported', /protocol 6/));
  });
});

describe('limits', () => {
  test('a memo key is a number, not a size', async () => {
    expect(await read('Nr', u32(0xfffffffe), 'j', u32(0xfffffffe), 0x86, '.')).toEqual([
      null,
      null,
    ]);
  });

  test('the stack, the marks and the operations have an end', async () => {
    const many = (letters: string) => readPickle(new Blob([letters.repeat(1 << 21)]));
    await expect(many('N')).rejects.toThrow(/puts more than 262144 values/);
    await expect(many('(')).rejects.toThrow(/opens more than 1024 lists/);
    await expect(many('N0')).rejects.toThrow(/takes more than 1179648 operations/);
  });

  test('a list that holds itself is only a list', async () => {
    const value = await readPickle(new Blob([assemble(']q', 0, 'h', 0, 'a.')]));
    expect(value instanceof PickleList && value.items[0] === value).toBe(true);
  });

  test('it stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readPickle(new Blob(['N.']), { signal })).rejects.toThrow('enough');
  });
});
