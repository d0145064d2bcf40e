import { expect, test } from 'vitest';
import { PART, partsOf } from './splitParts';

const faces = {
  labels: Int32Array.of(0, 0, 1, 1, 2),
  identities: ['Ann', 'Bob', 'Cy'].map((name) => ({ name, count: 1 })),
};

test('everybody trains, trains and is held out as well, is held out, or is not used', () => {
  const parts = (train: number[], validation: number[]) =>
    partsOf(faces, { train: Uint32Array.from(train), validation: Uint32Array.from(validation) });
  expect(parts([0, 2, 4], [1, 3])).toBeNull();
  expect(parts([0], [1, 2, 3])).toEqual(Uint8Array.of(PART.trains, PART.heldOut, PART.unused));
});
