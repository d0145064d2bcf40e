import { describe, expect, it } from 'vitest';
import { filterFaces } from '../import/filterFaces';
import { type Edit, EditError } from './edit';
import { applyEdits } from './edits';
import { facesOf } from './faces.testing';
import { materialise } from './materialise';

const FACES = {
  ...facesOf({ Ann: 2, Bob: 3, Cy: 1 }),
  sourceSizes: Uint32Array.from({ length: 12 }, (_, index) => 100 + index),
  formats: ['a', 'b', 'c', 'd', 'e', 'f'],
  splits: ['train', null, 'test', null, 'val', null],
  lists: { train: ['Ann'], heldOut: ['Bob'] },
};

function made(...edits: Edit[]) {
  return materialise(FACES, applyEdits(FACES, edits));
}

describe('pixels', () => {
  it('are not copied when no image goes or moves', () => {
    expect(made()).toBe(FACES);
    const renamed = made({ kind: 'rename', identity: 'Bob', to: 'Bo' });
    expect(renamed.pixels).toBe(FACES.pixels);
    expect(renamed.identities.map(({ name }) => name)).toEqual(['Ann', 'Bo', 'Cy']);
    const merged = made({ kind: 'merge', identities: ['Ann', 'Bob'], into: 'Ann' });
    expect(merged.pixels).toBe(FACES.pixels);
    expect([...merged.labels]).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('and all that belongs to an image go with it', () => {
    const faces = made(
      { kind: 'remove', images: ['Bob/2'] },
      { kind: 'rename', identity: 'Ann', to: 'Di' },
    );
    expect(faces.identities).toEqual([
      { name: 'Bob', count: 2 },
      { name: 'Cy', count: 1 },
      { name: 'Di', count: 2 },
    ]);
    const order = [2, 4, 5, 0, 1];
    expect([...faces.pixels]).toEqual(order.flatMap((image) => [image, image, image]));
    expect([...faces.labels]).toEqual([0, 0, 1, 2, 2]);
    expect(faces.names).toEqual(['Bob/1', 'Bob/3', 'Cy/1', 'Ann/1', 'Ann/2']);
    expect(faces.formats).toEqual(['c', 'e', 'f', 'a', 'b']);
    expect(faces.splits).toEqual(['test', 'val', null, 'train', null]);
    expect([...faces.sourceSizes!]).toEqual([104, 105, 108, 109, 110, 111, 100, 101, 102, 103]);
    expect([faces.origin, faces.rejected]).toEqual([FACES.origin, FACES.rejected]);
    expect(faces.lists).toEqual(FACES.lists);
  });

  it('are sorted even where the set was not, as the filter wants it', () => {
    const mixed = { ...facesOf({ Ann: 2, Bob: 2 }), labels: Int32Array.of(0, 1, 0, 1) };
    expect(materialise(mixed, applyEdits(mixed, []))).toBe(mixed);
    const edits: Edit[] = [{ kind: 'rename', identity: 'Bob', to: 'Bo' }];
    const faces = materialise(mixed, applyEdits(mixed, edits));
    expect([...faces.labels]).toEqual([0, 0, 1, 1]);
    expect([...faces.pixels]).toEqual([0, 2, 1, 3].flatMap((image) => [image, image, image]));
    expect(filterFaces(faces, 2).faces.labels).toHaveLength(4);
  });
});

describe('identities', () => {
  it('that are excluded or have no image left are not there', () => {
    const faces = made(
      { kind: 'exclude', identities: ['Bob'] },
      { kind: 'remove', images: ['Cy/1'] },
    );
    expect(faces.identities).toEqual([{ name: 'Ann', count: 2 }]);
    expect([...faces.pixels]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('cannot all go', () => {
    const edits: Edit[] = [{ kind: 'exclude', identities: ['Ann', 'Bob', 'Cy'] }];
    expect(() => made(...edits)).toThrow(EditError);
    expect(() => made(...edits)).toThrow('None of the 6 images takes part');
  });
});

it('a set without the optional facts stays without them', () => {
  const plain = facesOf({ Ann: 2, Bob: 2 });
  const edits: Edit[] = [{ kind: 'remove', images: ['Ann/1'] }];
  const faces = materialise(plain, applyEdits(plain, edits));
  expect(Object.keys(faces).sort()).toEqual(Object.keys(plain).sort());
});
