import { describe, expect, it } from 'vitest';
import type { Edit } from './edit';
import { applyEdits } from './edits';
import { facesOf } from './faces.testing';
import { materialise } from './materialise';
import { keptAs, type RecutCrop, withCrops } from './recut';

/** Images have one pixel: that of image i is i. */
const FACES = facesOf({ Ann: 2, Bob: 3 });
const POINTS = [30, 40, 60, 41, 45, 60, 33, 80, 58, 81];
const SET: RecutCrop = {
  correction: { kind: 'points', points: POINTS },
  rgb: Uint8Array.of(91, 92, 93),
};
const MIDDLE: RecutCrop = { correction: { kind: 'middle' }, rgb: Uint8Array.of(81, 82, 83) };

const firstOf = ({ pixels }: { readonly pixels: Uint8Array }) =>
  Array.from({ length: pixels.length / 3 }, (_, image) => pixels[3 * image]);

describe('crops that were cut anew', () => {
  it('take the place of the ones read, and say how they lie', () => {
    const faces = { ...FACES, placements: ['one', 'none', 'several', 'one', 'none'] as const };
    const made = withCrops(
      faces,
      new Map([
        [1, SET],
        [2, MIDDLE],
      ]),
    );
    expect(firstOf(made)).toEqual([0, 91, 81, 3, 4]);
    expect(made.placements).toEqual(['one', 'set', 'middle', 'one', 'none']);
    expect([...made.facePoints!.subarray(10, 20)]).toEqual(POINTS);
    expect(made.facePoints!.subarray(20, 30).every(Number.isNaN)).toBe(true);
    expect(firstOf(faces)).toEqual([0, 1, 2, 3, 4]);
  });

  it('find their image where images go and move', () => {
    const edits: Edit[] = [
      { kind: 'remove', images: ['Ann/1'] },
      { kind: 'move', images: ['Bob/3'], to: 'Ann' },
      { kind: 'align', image: 'Bob/2', points: POINTS },
    ];
    const made = materialise(FACES, applyEdits(FACES, edits), new Map([[3, SET]]));
    expect(made.names).toEqual(['Ann/2', 'Bob/3', 'Bob/1', 'Bob/2']);
    expect(firstOf(made)).toEqual([1, 4, 2, 91]);
    expect(made.placements).toEqual([null, null, null, 'set']);
    expect(firstOf(FACES)).toEqual([0, 1, 2, 3, 4]);
  });

  it('of a removed image are nowhere', () => {
    const edits: Edit[] = [
      { kind: 'align', image: 'Bob/2', points: POINTS },
      { kind: 'remove', images: ['Bob/2'] },
    ];
    const made = materialise(FACES, applyEdits(FACES, edits), new Map([[3, SET]]));
    expect(firstOf(made)).toEqual([0, 1, 2, 4]);
  });
});

describe('a set that is kept without its pictures', () => {
  const faces = {
    ...FACES,
    placements: ['one', 'left-out', 'several', 'left-out', 'left-out'] as const,
  };
  const edits: Edit[] = [
    { kind: 'remove', images: ['Bob/1'] },
    { kind: 'align', image: 'Bob/2', points: POINTS },
    { kind: 'middle', images: ['Bob/1'] },
    { kind: 'keep', images: ['Bob/3'] },
  ];
  const crops = new Map([
    [2, MIDDLE],
    [3, SET],
  ]);

  it('is the same to train on', () => {
    const kept = keptAs(faces, edits, crops);
    const used = materialise(faces, applyEdits(faces, edits), crops);
    const again = materialise(kept.faces, applyEdits(kept.faces, kept.edits));
    expect(again.names).toEqual(['Ann/1', 'Bob/1', 'Bob/2', 'Bob/3']);
    expect([again.names, firstOf(again)]).toEqual([used.names, firstOf(used)]);
    expect(again.placements).toEqual(['one', 'middle', 'set', 'none']);
  });

  it('needs no picture, and gives back what was left out where that is undone', () => {
    const kept = keptAs(faces, edits, crops);
    expect(applyEdits(kept.faces, kept.edits).crops.size).toBe(0);
    expect(kept.edits[0]).toEqual({ kind: 'remove', images: ['Ann/2', 'Bob/2', 'Bob/3'] });
    expect(applyEdits(kept.faces, []).images).toBe(5);
  });

  it('stays as it is where no face was looked for', () => {
    const plain = keptAs(FACES, [{ kind: 'remove', images: ['Bob/1'] }], new Map());
    expect(plain.faces).toBe(FACES);
    expect(plain.edits).toEqual([{ kind: 'remove', images: ['Bob/1'] }]);
  });
});
