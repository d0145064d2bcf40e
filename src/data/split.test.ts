import { describe, expect, test } from 'vitest';
import { ImportError } from './import/importError';
import { makeSplit, type SplitConfig, splitFaces } from './split';

/** Labels of identities with these numbers of images, interleaved so that order matters. */
function labelsOf(counts: readonly number[]): Int32Array {
  const labels: number[] = [];
  for (let round = 0; round < Math.max(...counts); round += 1) {
    for (const [label, count] of counts.entries()) if (round < count) labels.push(label);
  }
  return Int32Array.from(labels);
}

function countsIn(indices: Uint32Array, labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const index of indices) counts[labels[index]!]! += 1;
  return counts;
}

test('holds out the rounded share of every identity and lets at least one image train', () => {
  const counts = [1, 2, 3, 10, 24];
  const labels = labelsOf(counts);
  const { validation, train } = splitFaces(labels, counts.length, 0.25, 7);
  // round(0.25 · n): 0.25 → 0, 0.5 → 1, 0.75 → 1, 2.5 → 3, 6.
  expect(countsIn(validation, labels, counts.length)).toEqual([0, 1, 1, 3, 6]);
  expect(countsIn(train, labels, counts.length)).toEqual([1, 1, 2, 7, 18]);
});

test('a share near 1 still leaves one training image of each identity', () => {
  const counts = [1, 2, 5];
  const labels = labelsOf(counts);
  const { train } = splitFaces(labels, counts.length, 0.99, 7);
  expect(countsIn(train, labels, counts.length)).toEqual([1, 1, 1]);
});

test('every image is in exactly one of the two lists, ascending', () => {
  const labels = labelsOf([4, 9, 1, 30]);
  const { validation, train } = splitFaces(labels, 4, 0.3, 3);
  const all = [...train, ...validation].sort((a, b) => a - b);
  expect(all).toEqual(Array.from(labels.keys()));
  expect([...train]).toEqual([...train].sort((a, b) => a - b));
  expect([...validation]).toEqual([...validation].sort((a, b) => a - b));
});

test('share 0 holds nothing out', () => {
  expect(splitFaces(labelsOf([3, 3]), 2, 0, 1).validation).toHaveLength(0);
});

test('the same seed gives the same split, another seed another one', () => {
  const labels = labelsOf([40, 40]);
  const once = splitFaces(labels, 2, 0.5, 11);
  expect(splitFaces(labels, 2, 0.5, 11)).toEqual(once);
  expect(splitFaces(labels, 2, 0.5, 12)).not.toEqual(once);
});

test('the images of one identity are held out whatever identities come after it', () => {
  const few = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  const many = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
  const heldOfFirst = (labels: Int32Array, classes: number) =>
    splitFaces(labels, classes, 0.5, 5).validation.filter((index) => labels[index] === 0);
  expect(heldOfFirst(many, 3)).toEqual(heldOfFirst(few, 2));
});

test('no image is favoured: over many seeds each is held out about as often', () => {
  const labels = new Int32Array(10);
  const timesHeld = new Array<number>(10).fill(0);
  const seeds = 2000;
  for (let seed = 0; seed < seeds; seed += 1) {
    for (const index of splitFaces(labels, 1, 0.3, seed).validation) timesHeld[index]! += 1;
  }
  // Binomial(2000, 0.3): standard deviation 20.5, so 5 of them either way.
  for (const times of timesHeld) expect(Math.abs(times - 600)).toBeLessThan(103);
});

test('names the value that is out of range', () => {
  expect(() => splitFaces(Int32Array.from([0, 2]), 2, 0.2, 1)).toThrow(/image 1 has label 2/);
  expect(() => splitFaces(Int32Array.from([-1]), 2, 0.2, 1)).toThrow(/label -1/);
  expect(() => splitFaces(new Int32Array(2), 1, 1, 1)).toThrow(/not 1/);
  expect(() => splitFaces(new Int32Array(2), 1, Number.NaN, 1)).toThrow(/NaN/);
});

/** Faces of `name:part` images, in their order; identities sorted by name as in a `FaceSet`. */
function facesOf(images: readonly string[]) {
  const people = images.map((image) => image.split(':')[0]!);
  const names = [...new Set(people)].sort();
  const counts = names.map((name) => people.filter((person) => person === name).length);
  return {
    faces: {
      identities: names.map((name, at) => ({ name, count: counts[at]! })),
      labels: Int32Array.from(people, (person) => names.indexOf(person)),
    },
    splits: images.map((image) => image.split(':')[1] ?? null),
  };
}

/** The images of each list, as they were named. */
function divided(images: readonly string[], config: SplitConfig, seed = 1) {
  const { faces, splits } = facesOf(images);
  const split = makeSplit(faces, config, seed, splits);
  const named = (indices: Uint32Array) => Array.from(indices, (index) => images[index]!);
  return {
    classes: Array.from(split.trainIdentities, (identity) => faces.identities[identity]!.name),
    train: named(split.train),
    validation: named(split.validation),
    openSet: split.openSet,
    notes: split.notes,
  };
}

function failure(images: readonly string[], config: SplitConfig): ImportError {
  try {
    divided(images, config);
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
  throw new Error('an ImportError was expected');
}

describe('a closed set', () => {
  test('is what splitFaces gives', () => {
    const labels = labelsOf([4, 9, 1, 30]);
    const identities = [4, 9, 1, 30].map((count, at) => ({ name: String(at), count }));
    const split = makeSplit({ labels, identities }, { kind: 'closed', share: 0.3 }, 3);
    const { train, validation } = splitFaces(labels, 4, 0.3, 3);
    expect(split).toEqual({
      train,
      validation,
      trainIdentities: Uint32Array.of(0, 1, 2, 3),
      openSet: false,
      notes: [],
    });
  });

  test('says so where nothing can be held out, and is silent where nothing was asked for', () => {
    const images = ['a', 'b', 'c'];
    expect(divided(images, { kind: 'closed', share: 0.2 }).notes).toEqual([
      'Nothing is held out: there are too few images or identities for that.',
    ]);
    expect(divided(images, { kind: 'closed', share: 0 }).notes).toEqual([]);
  });

  test('needs two identities', () => {
    expect(failure(['a', 'a'], { kind: 'closed', share: 0.5 })).toMatchObject({
      code: 'data/too-few-identities',
      message: 'Only 1 identity would train; training needs at least 2.',
    });
  });
});

describe('an open set', () => {
  const images = Array.from({ length: 40 }, (_, at) => `p${String(at % 10)}`);

  test('holds whole identities out, the rounded share of them', () => {
    for (const [share, held] of [
      [0.3, 3],
      [0.26, 3],
      [0.01, 1],
      [0.99, 8],
    ] as const) {
      const { classes, train, validation, openSet } = divided(images, { kind: 'open', share });
      expect(openSet).toBe(true);
      expect(classes).toHaveLength(10 - held);
      expect([train.length, validation.length]).toEqual([4 * (10 - held), 4 * held]);
      expect(new Set(train)).toEqual(new Set(classes));
      expect(validation.filter((image) => classes.includes(image))).toEqual([]);
    }
  });

  test('the same seed holds the same identities out, another seed others', () => {
    const config = { kind: 'open', share: 0.5 } as const;
    expect(divided(images, config, 7)).toEqual(divided(images, config, 7));
    const drawn = [1, 2, 3, 4].map((seed) => divided(images, config, seed).classes.join());
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  test('every identity is held out about as often', () => {
    const { faces } = facesOf(images);
    const times = new Array<number>(10).fill(0);
    const seeds = 1000;
    for (let seed = 0; seed < seeds; seed += 1) {
      const { trainIdentities } = makeSplit(faces, { kind: 'open', share: 0.3 }, seed);
      for (const identity of trainIdentities) times[identity]! += 1;
    }
    // Binomial(1000, 0.7): standard deviation 14.5, so 5 of them either way.
    for (const trained of times) expect(Math.abs(trained - 700)).toBeLessThan(73);
  });

  test('share 0 holds nobody out; of two identities nobody can be', () => {
    expect(divided(images, { kind: 'open', share: 0 })).toMatchObject({
      openSet: false,
      notes: [],
    });
    const two = divided(['a', 'a', 'b', 'b'], { kind: 'open', share: 0.5 });
    expect(two.validation).toEqual([]);
    expect(two.notes).toHaveLength(1);
  });

  test('says so where no pair of one person is left to verify', () => {
    const { notes } = divided(['a', 'b', 'c', 'd'], { kind: 'open', share: 0.5 });
    expect(notes).toEqual([
      'No held-out identity has two images, so there is no pair of one person to verify.',
    ]);
  });

  test('names a share that is out of range', () => {
    expect(() => divided(images, { kind: 'open', share: 1 })).toThrow(RangeError);
    expect(() => divided(images, { kind: 'open', share: Number.NaN })).toThrow(/not NaN/);
  });
});

describe('the set’s own parts', () => {
  const own = { kind: 'own' } as const;

  test('other people in the other parts make it an open set; all of them are joined', () => {
    const images = ['a:train', 'b:train', 'c:val', 'c:val', 'd:test', 'b:train'];
    expect(divided(images, own)).toEqual({
      classes: ['a', 'b'],
      train: ['a:train', 'b:train', 'b:train'],
      validation: ['c:val', 'c:val', 'd:test'],
      openSet: true,
      notes: [],
    });
  });

  test('the same people make it a closed set; whoever does not train is left out', () => {
    const images = ['a:train', 'b:train', 'a:test', 'c:test', 'c:test'];
    expect(divided(images, own)).toMatchObject({
      validation: ['a:test'],
      openSet: false,
      notes: [
        '2 held-out images are left out: nobody on them trains, while others train and are held out.',
      ],
    });
  });

  test('whoever trains under another name is told of, held out or left out', () => {
    const told = (...images: string[]) => divided(images, own).notes[0];
    const note = /^1 person to hold out trains .* Ann Lee trains as Ann_Lee: merge them/;
    const images = ['Ann_Lee:train', 'Bob:train', 'Ann Lee:test', 'Ann Lee:test'];
    expect(divided(images, own).openSet).toBe(true);
    expect(told(...images)).toMatch(note);
    expect(told(...images, 'Bob:test')).toMatch(note);
  });

  test('images in no part are left out and told', () => {
    const { train, validation, notes } = divided(['a:train', 'b:train', 'a:val', 'a', 'c'], own);
    expect([train.length, validation.length]).toEqual([2, 1]);
    expect(notes).toEqual(['2 images are in no part of the set and left out.']);
  });

  test.each([
    ['no parts', ['a', 'b'], /does not say which/],
    ['no training part', ['a:gallery', 'b:probe'], /it has gallery, probe/],
    ['nothing but training', ['a:train', 'b:train'], /nothing else to hold out/],
  ])('%s', (_, images, message) => {
    expect(failure(images, own)).toMatchObject({
      code: 'data/no-split',
      message: expect.stringMatching(message),
    });
  });

  test('a set that says nothing, and one that says too little', () => {
    const { faces } = facesOf(['a', 'b']);
    expect(() => makeSplit(faces, own, 1)).toThrow(ImportError);
    expect(() => makeSplit(faces, own, 1, ['train'])).toThrow(/1 splits are given for 2 images/);
  });
});

describe('lists of names', () => {
  const images = ['Ann_Lee', 'Bob', 'Bob', 'Cy', 'Di', 'Di'];

  test('compare names as they are written anywhere', () => {
    const config = { kind: 'list', train: ['ann lee', 'BOB'], heldOut: ['pins_Di'] } as const;
    expect(divided(images, config)).toEqual({
      classes: ['Ann_Lee', 'Bob'],
      train: ['Ann_Lee', 'Bob', 'Bob'],
      validation: ['Di', 'Di'],
      openSet: true,
      notes: ['1 identity is in no list and left out.'],
    });
  });

  test('say who is listed and not there', () => {
    const config = {
      kind: 'list',
      train: ['Ann Lee', 'Bob', 'Eve', 'Fay'],
      heldOut: ['Di'],
    } as const;
    expect(divided(images, config).notes[0]).toBe('2 listed people have no image here.');
  });

  test.each([
    ['the same person twice', ['Ann Lee', 'Bob'], ['bob'], /bob is in both lists/],
    ['nobody that is there', ['Eve'], ['Di'], /None of the people listed/],
    ['one alone', ['Bob'], ['Di'], /Only 1 identity/],
  ])('%s', (_, train, heldOut, message) => {
    expect(failure(images, { kind: 'list', train, heldOut }).message).toMatch(message);
  });
});
