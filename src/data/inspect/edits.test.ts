import { describe, expect, it } from 'vitest';
import { uniformInt } from '../../math/random';
import type { Edit } from './edit';
import { DECISION } from './editing';
import { applyEdits, type EditedFaces } from './edits';
import { facesOf } from './faces.testing';

const FACES = facesOf({ Ann: 3, Anne: 2, Bob: 4, Cy: 1 });
const POINTS: readonly number[] = [30, 40, 60, 41, 45, 60, 33, 80, 58, 81];

/** `name: images that take part`, by identity. */
function summary(edited: EditedFaces): Record<string, number> {
  return Object.fromEntries(
    edited.identities.map(({ name, count, excluded }) => [excluded ? `(${name})` : name, count]),
  );
}

function sentences(edits: readonly Edit[], faces = FACES): string[] {
  return applyEdits(faces, edits).steps.map(({ sentence }) => sentence);
}

describe('without edits', () => {
  it('everything is as it was', () => {
    const edited = applyEdits(FACES, []);
    expect(summary(edited)).toEqual({ Ann: 3, Anne: 2, Bob: 4, Cy: 1 });
    expect(edited.imageIdentity).toEqual(FACES.labels);
    expect(edited.owner).toEqual(FACES.labels);
    expect(edited.images).toBe(10);
    expect(edited.steps).toEqual([]);
  });
});

describe('identities', () => {
  it('are renamed, and sorted anew', () => {
    const edited = applyEdits(FACES, [{ kind: 'rename', identity: 'Ann', to: '  Zoe\u0308 ' }]);
    expect(edited.identities.map(({ name }) => name)).toEqual(['Anne', 'Bob', 'Cy', 'Zoë']);
    expect([...edited.imageIdentity]).toEqual([3, 3, 3, 0, 0, 1, 1, 1, 1, 2]);
    expect(edited.steps[0]?.sentence).toBe('Renamed Ann to Zoë (3 images)');
  });

  it('merge when one is renamed onto a name that is there, and the sentence says so', () => {
    const edits: Edit[] = [{ kind: 'rename', identity: 'Ann', to: 'Bob' }];
    expect(summary(applyEdits(FACES, edits))).toEqual({ Anne: 2, Bob: 7, Cy: 1 });
    expect(sentences(edits)).toEqual([
      'Renamed Ann to Bob, a name that was there, and merged the two (7 images)',
    ]);
  });

  it.each<[string[], string, Record<string, number>, string]>([
    [['Ann', 'Anne'], 'Anne', { Anne: 5, Bob: 4, Cy: 1 }, 'Merged Ann and Anne (5 images)'],
    [['Ann', 'Anne'], 'Cy', { Bob: 4, Cy: 6 }, 'Merged Ann and Anne into Cy (6 images)'],
    [['Ann', 'Bob'], 'New', { Anne: 2, Cy: 1, New: 7 }, 'Merged Ann and Bob into New (7 images)'],
    [['Cy'], 'Bob', { Ann: 3, Anne: 2, Bob: 5 }, 'Merged Cy into Bob (5 images)'],
    [['Ann', 'Anne', 'Bob', 'Cy'], 'Cy', { Cy: 10 }, 'Merged Ann, Anne and 2 others (10 images)'],
  ])('%j merge into %s', (identities, into, expected, sentence) => {
    const edits: Edit[] = [{ kind: 'merge', identities, into }];
    expect(summary(applyEdits(FACES, edits))).toEqual(expected);
    expect(sentences(edits)).toEqual([sentence]);
  });

  it('are excluded and included, with their images', () => {
    const exclude: Edit = { kind: 'exclude', identities: ['Ann', 'Cy'] };
    const out = applyEdits(FACES, [exclude]);
    expect(summary(out)).toEqual({ '(Ann)': 3, Anne: 2, Bob: 4, '(Cy)': 1 });
    expect([...out.imageIdentity]).toEqual([-1, -1, -1, 1, 1, 2, 2, 2, 2, -1]);
    expect([...out.owner]).toEqual([...FACES.labels]);
    expect(out.images).toBe(6);
    const include: Edit = { kind: 'include', identities: ['Cy', 'Bob'] };
    expect(summary(applyEdits(FACES, [exclude, include]))).toMatchObject({ '(Ann)': 3, Cy: 1 });
    expect(sentences([exclude, include])).toEqual([
      'Excluded Ann and Cy (4 images)',
      'Included Cy (1 image)',
    ]);
  });

  it('are excluded after a merge only where all of them were', () => {
    const exclude: Edit = { kind: 'exclude', identities: ['Ann', 'Cy'] };
    const into = (identities: string[], to: string): Edit[] => [
      exclude,
      { kind: 'merge', identities, into: to },
    ];
    expect(summary(applyEdits(FACES, into(['Ann', 'Bob'], 'Bob')))).toMatchObject({ Bob: 7 });
    expect(summary(applyEdits(FACES, into(['Bob', 'Ann'], 'Ann')))).toMatchObject({ Ann: 7 });
    expect(summary(applyEdits(FACES, into(['Ann', 'Bob'], 'New')))).toMatchObject({ New: 7 });
    expect(summary(applyEdits(FACES, into(['Ann', 'Cy'], 'New')))).toMatchObject({ '(New)': 4 });
    const renamed: Edit[] = [exclude, { kind: 'rename', identity: 'Cy', to: 'Bob' }];
    expect(summary(applyEdits(FACES, renamed))).toMatchObject({ Bob: 5 });
  });
});

describe('images', () => {
  it('are removed and brought back', () => {
    const remove: Edit = { kind: 'remove', images: ['Bob/1', 'Bob/3', 'Cy/1'] };
    const out = applyEdits(FACES, [remove]);
    expect(out.identities).toContainEqual({ name: 'Bob', count: 2, removed: 2, excluded: false });
    expect(out.identities).toContainEqual({ name: 'Cy', count: 0, removed: 1, excluded: false });
    expect([...out.imageIdentity]).toEqual([0, 0, 0, 1, 1, -1, 2, -1, 2, -1]);
    const back = applyEdits(FACES, [remove, { kind: 'keep', images: ['Bob/3'] }]);
    expect([...back.imageIdentity]).toEqual([0, 0, 0, 1, 1, -1, 2, 2, 2, -1]);
    expect(back.decisions[7]).toBe(DECISION.keep);
    expect(back.decisions[5]).toBe(DECISION.remove);
    expect(back.decisions[6]).toBe(DECISION.none);
    expect(back.steps.map(({ sentence }) => sentence)).toEqual([
      'Removed 3 images of Bob and Cy',
      'Kept Bob/3 of Bob',
    ]);
  });

  it('that were not removed can be kept: somebody looked at them', () => {
    const edited = applyEdits(FACES, [{ kind: 'keep', images: ['Ann/1'] }]);
    expect(edited.decisions[0]).toBe(DECISION.keep);
    expect(edited.images).toBe(10);
    expect(edited.steps[0]?.problem).toBeNull();
  });

  it('move to another identity or a new one, and an empty identity disappears', () => {
    const edits: Edit[] = [
      { kind: 'move', images: ['Ann/1', 'Cy/1'], to: 'Bob' },
      { kind: 'move', images: ['Bob/2'], to: 'Di' },
    ];
    expect(summary(applyEdits(FACES, edits))).toEqual({ Ann: 2, Anne: 2, Bob: 5, Di: 1 });
    expect(sentences(edits)).toEqual([
      'Moved 2 images of Ann and Cy to Bob',
      'Moved Bob/2 of Bob to Di, a new identity',
    ]);
  });

  it('stay removed when they move or their identity merges', () => {
    const edited = applyEdits(FACES, [
      { kind: 'remove', images: ['Ann/1', 'Bob/1'] },
      { kind: 'move', images: ['Ann/1'], to: 'Cy' },
      { kind: 'merge', identities: ['Bob', 'Cy'], into: 'Bob' },
    ]);
    expect(edited.identities).toContainEqual({
      name: 'Bob',
      count: 4,
      removed: 2,
      excluded: false,
    });
    expect(edited.images).toBe(8);
  });

  it('of one name have addresses of their own', () => {
    const faces = {
      ...FACES,
      names: FACES.names.map((_, image) => (image < 3 ? 'same' : 'other')),
    };
    const edited = applyEdits(faces, [{ kind: 'remove', images: ['same#2', 'other'] }]);
    expect([...edited.imageIdentity]).toEqual([0, -1, 0, -1, 1, 2, 2, 2, 2, 3]);
  });
});

describe('crops', () => {
  const align = (image: string, points = POINTS): Edit => ({ kind: 'align', image, points });

  it('are cut by points or from the middle; the last word counts', () => {
    const edits: Edit[] = [
      align('Bob/1'),
      { kind: 'middle', images: ['Ann/1', 'Ann/2'] },
      align('Ann/1'),
    ];
    const { crops, images } = applyEdits(FACES, edits);
    const by = (name: string) => crops.get(FACES.names.indexOf(name));
    expect(by('Bob/1')).toEqual({ kind: 'points', points: POINTS });
    expect(by('Ann/1')).toEqual({ kind: 'points', points: POINTS });
    expect(by('Ann/2')).toEqual({ kind: 'middle' });
    expect([crops.size, images]).toEqual([3, 10]);
    expect(sentences(edits)).toEqual([
      'Set the points of Bob/1 of Bob',
      'Took the middle of 2 images of Ann',
      'Set the points of Ann/1 of Ann',
    ]);
  });

  it('the same again is no change, unless the image had been removed', () => {
    const again = applyEdits(FACES, [align('Cy/1'), align('Cy/1')]);
    expect(again.steps[1]?.problem?.code).toBe('edit/no-change');
    const edits: Edit[] = [align('Cy/1'), { kind: 'remove', images: ['Cy/1'] }, align('Cy/1')];
    const back = applyEdits(FACES, edits);
    expect(back.steps[2]?.problem).toBeNull();
    expect(back.images).toBe(10);
  });

  it('an image without a face is left out until it is kept or its crop is set', () => {
    const placements = FACES.names.map((name) => (name.startsWith('Bob') ? 'left-out' : 'one'));
    const faces = { ...FACES, placements: placements as ('left-out' | 'one')[] };
    const before = applyEdits(faces, []);
    expect(summary(before)).toEqual({ Ann: 3, Anne: 2, Bob: 0, Cy: 1 });
    const edits: Edit[] = [
      { kind: 'keep', images: ['Bob/1'] },
      align('Bob/2'),
      { kind: 'middle', images: ['Bob/3'] },
    ];
    expect(summary(applyEdits(faces, edits))).toEqual({ Ann: 3, Anne: 2, Bob: 3, Cy: 1 });
  });
});

describe('names mean what they mean when their edit is carried out', () => {
  it('after a rename, the new name', () => {
    const edits: Edit[] = [
      { kind: 'rename', identity: 'Ann', to: 'Bob 2' },
      { kind: 'rename', identity: 'Bob', to: 'Ann' },
      { kind: 'exclude', identities: ['Ann'] },
    ];
    const edited = applyEdits(FACES, edits);
    expect(summary(edited)).toEqual({ '(Ann)': 4, Anne: 2, 'Bob 2': 3, Cy: 1 });
  });

  it('a name that is free again can be given again', () => {
    const edits: Edit[] = [
      { kind: 'merge', identities: ['Ann', 'Bob'], into: 'Bob' },
      { kind: 'move', images: ['Ann/2'], to: 'Ann' },
    ];
    expect(summary(applyEdits(FACES, edits))).toEqual({ Ann: 1, Anne: 2, Bob: 6, Cy: 1 });
  });
});

describe('an edit that does not fit the set', () => {
  it.each<[Edit, string]>([
    [{ kind: 'rename', identity: 'Eve', to: 'Ann' }, 'edit/unknown-identity'],
    [{ kind: 'rename', identity: 'Ann', to: ' \t' }, 'edit/empty-name'],
    [{ kind: 'rename', identity: 'Ann', to: 'x'.repeat(201) }, 'edit/long-name'],
    [{ kind: 'rename', identity: 'Ann', to: 'Ann ' }, 'edit/no-change'],
    [{ kind: 'merge', identities: [], into: 'Ann' }, 'edit/nothing-chosen'],
    [{ kind: 'merge', identities: ['Ann'], into: 'Ann' }, 'edit/no-change'],
    [{ kind: 'include', identities: ['Ann'] }, 'edit/no-change'],
    [{ kind: 'remove', images: ['Ann/9'] }, 'edit/unknown-image'],
    [{ kind: 'move', images: ['Ann/1'], to: 'Ann' }, 'edit/no-change'],
  ])('%j changes nothing and says why', (edit, code) => {
    const edited = applyEdits(FACES, [edit]);
    expect(summary(edited)).toEqual({ Ann: 3, Anne: 2, Bob: 4, Cy: 1 });
    expect(edited.imageIdentity).toEqual(FACES.labels);
    const { problem, sentence } = edited.steps[0]!;
    expect(problem?.code).toBe(code);
    expect(problem?.message).toMatch(/^[A-Z].*\.$/);
    expect(problem?.remedy).toMatch(/\.$/);
    expect(sentence).toBe(`Left out: ${problem?.message}`);
  });

  it('is carried out as far as it fits', () => {
    const edited = applyEdits(FACES, [{ kind: 'remove', images: ['Ann/9', 'Ann/1', 'gone'] }]);
    expect(edited.images).toBe(9);
    expect(edited.steps[0]?.sentence).toBe('Removed Ann/1 of Ann');
    expect(edited.steps[0]?.problem?.message).toBe(
      'In this data set there is no image Ann/9 and gone.',
    );
  });

  it('allows 200 characters, counted as people count them', () => {
    const long = '𝒜'.repeat(200);
    const edited = applyEdits(FACES, [{ kind: 'rename', identity: 'Ann', to: long }]);
    expect(edited.steps[0]?.problem).toBeNull();
  });
});

/** What edits mean, image by image and without any shortcut. */
function byTheBook(faces: typeof FACES, edits: readonly Edit[]) {
  const owner = Array.from(faces.labels, (label) => faces.identities[label]!.name);
  const removed = owner.map(() => false);
  const excluded = new Set<string>();
  const rename = (from: readonly string[], to: string) => {
    const names = new Set([...from, ...(owner.includes(to) ? [to] : [])]);
    const all = [...names].every((name) => excluded.has(name));
    for (const name of names) excluded.delete(name);
    if (all) excluded.add(to);
    for (const [image, name] of owner.entries()) if (names.has(name)) owner[image] = to;
  };
  for (const edit of edits) {
    if ('images' in edit || edit.kind === 'align') {
      for (const name of edit.kind === 'align' ? [edit.image] : edit.images) {
        const image = faces.names.indexOf(name);
        if (edit.kind === 'move') owner[image] = edit.to;
        else removed[image] = edit.kind === 'remove';
      }
      for (const name of [...excluded]) if (!owner.includes(name)) excluded.delete(name);
    } else if (edit.kind === 'rename' || edit.kind === 'merge') {
      const from = edit.kind === 'rename' ? [edit.identity] : edit.identities;
      const there = from.filter((name) => owner.includes(name));
      if (there.length > 0) rename(there, edit.kind === 'rename' ? edit.to : edit.into);
    } else {
      for (const name of edit.identities) {
        if (!owner.includes(name)) continue;
        if (edit.kind === 'exclude') excluded.add(name);
        else excluded.delete(name);
      }
    }
  }
  return owner.map((name, image) => (removed[image] || excluded.has(name) ? null : name));
}

describe('any edits', () => {
  it('mean the same as carried out image by image', () => {
    const people = ['Ann', 'Anne', 'Bob', 'Cy', 'Di', 'Eve'];
    for (let trial = 0; trial < 200; trial += 1) {
      const draw = (index: number, bound: number) => uniformInt(11, 900, trial, index, bound);
      const edits = Array.from({ length: 12 }, (_, step): Edit => {
        const at = step * 10;
        const name = (k: number) => people[draw(at + k, people.length)]!;
        const image = (k: number) => FACES.names[draw(at + k, FACES.names.length)]!;
        const choices: Edit[] = [
          { kind: 'rename', identity: name(1), to: name(2) },
          { kind: 'merge', identities: [name(1), name(2)], into: name(3) },
          { kind: 'exclude', identities: [name(1), name(2)] },
          { kind: 'include', identities: [name(1)] },
          { kind: 'remove', images: [image(1), image(2)] },
          { kind: 'keep', images: [image(1)] },
          { kind: 'move', images: [image(1), image(2)], to: name(3) },
          { kind: 'middle', images: [image(1), image(2)] },
          { kind: 'align', image: image(1), points: POINTS.map((value) => value + draw(at, 2)) },
        ];
        return choices[draw(at, choices.length)]!;
      });
      const edited = applyEdits(FACES, edits);
      const found = Array.from(edited.imageIdentity, (identity) =>
        identity < 0 ? null : edited.identities[identity]!.name,
      );
      expect(found).toEqual(byTheBook(FACES, edits));
      for (const [place, { count, removed }] of edited.identities.entries()) {
        const own = [...edited.owner.keys()].filter((image) => edited.owner[image] === place);
        const out = own.filter((image) => edited.decisions[image] === DECISION.remove);
        expect([count, removed]).toEqual([own.length - out.length, out.length]);
      }
    }
  });
});
