import { expect, test } from 'vitest';
import { FormatError } from './errors';
import { ProtoReader } from './protobuf';

function reader(...bytes: readonly number[]): ProtoReader {
  return new ProtoReader(Uint8Array.from(bytes));
}

test.each([
  [[0x00], 0],
  [[0x7f], 127],
  // The format's own example.
  [[0x96, 0x01], 150],
  [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 2 ** 49 - 1],
  [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 2 ** 49],
  [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 53 - 1],
  [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], 2n ** 53n],
  [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], -1],
  [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], -(2n ** 63n)],
  // More bytes than it takes.
  [[0x81, 0x80, 0x00], 1],
])('the varint %o is %s', (bytes, value) => {
  expect(reader(...bytes).int64()).toBe(value);
});

test('fields of every wire type are passed over', () => {
  const fields = reader(
    0x08,
    0x96,
    0x01,
    0x11,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    0x1a,
    2,
    9,
    9,
    0x25,
    0,
    0,
    128,
    63,
  );
  const seen: (readonly [number, number])[] = [];
  while (fields.next()) {
    seen.push([fields.field, fields.wire]);
    if (fields.wire === 5) expect(fields.float32()).toBe(1);
    else fields.skip();
  }
  expect(seen).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 5],
  ]);
});

test.each([
  ['a number that does not end', [0x08, ...Array.from({ length: 11 }, () => 0xff)]],
  ['a number cut short', [0x08, 0x80]],
  ['bytes cut short', [0x0a, 5, 1, 2]],
  ['a length beyond all files', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ['a negative length', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['a fixed number cut short', [0x0d, 1, 2, 3]],
  ['a group', [0x0b]],
  ['field 0', [0x02, 0]],
])('%s is damage', (_, bytes) => {
  const fields = reader(...bytes);
  expect(() => {
    while (fields.next()) fields.skip();
  }).toThrow(FormatError);
});
