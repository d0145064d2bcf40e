/** Ways of damaging a file, drawn at random for property tests: single bits, runs, lost and doubled parts. */
import fc from 'fast-check';
import { concat } from './bytes.testing';

export type Bytes = Uint8Array<ArrayBuffer>;

/** One way of damaging a file; `at` is a part of its length. */
export interface Mutation {
  readonly kind: 'flip' | 'set' | 'cut' | 'insert' | 'remove' | 'repeat' | 'splice';
  readonly at: number;
  readonly value: number;
  readonly length: number;
  /** Where bytes come from that are spliced in, a part of the length as well. */
  readonly from?: number;
}

const PLACE = fc.double({ min: 0, max: 1, noNaN: true });

export const MUTATIONS: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'set', 'set', 'cut', 'insert', 'remove', 'repeat'),
    at: PLACE,
    value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x15, 0x2c, 0x10),
    length: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** For files of many kilobytes: whole sectors and pages go as well. */
export const LARGE_MUTATIONS: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'set', 'cut', 'insert', 'remove', 'repeat', 'splice'),
    at: PLACE,
    from: PLACE,
    value: fc.constantFrom(0, 0, 0xff, 0x2f),
    length: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 8192 })),
  }),
  { minLength: 1, maxLength: 4 },
);

/** What becomes of the bytes, in a copy. */
export function damage(bytes: Bytes, { kind, at, value, length, from = 0 }: Mutation): Bytes {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'flip': {
      const copy = bytes.slice();
      if (place < copy.length) copy[place]! ^= 1 << (length & 7);
      return copy;
    }
    case 'set':
      return bytes.slice().fill(value, place, place + (length > 40 ? length : length & 7));
    case 'cut':
      return before.slice();
    case 'insert':
      return concat(before, new Uint8Array(length).fill(value), after);
    case 'remove':
      return concat(before, after.subarray(length));
    case 'repeat':
      return concat(before, after.subarray(0, length), after);
    case 'splice': {
      const start = Math.floor(from * bytes.length);
      const part = bytes.subarray(start, start + length);
      return concat(before, part, after.subarray(part.length));
    }
  }
}
