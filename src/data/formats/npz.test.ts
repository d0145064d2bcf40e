import { describe, expect, test } from 'vitest';
import { makeZip } from './archives.testing';
import { bytesOf } from './bytes.testing';
import { FormatError } from './errors';
import { makeNpy, netpbmParts } from './npy.testing';
import { indexNpy, indexNpz } from './npz';
import { splitOfName } from './npzRoles';

/** Images of 8 × 8, image n all of level n. */
function greys(count: number, first = 0): Uint8Array<ArrayBuffer> {
  const pixels = Uint8Array.from(
    { length: count * 64 },
    (_, index) => first + Math.floor(index / 64),
  );
  return makeNpy('|u1', [count, 8, 8], pixels);
}

function labels(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return makeNpy('<i4', [values.length], Int32Array.from(values));
}

function words(...values: readonly string[]): Uint8Array<ArrayBuffer> {
  const length = Math.max(...values.map((word) => word.length));
  const points = values.flatMap((word) =>
    Array.from(word.padEnd(length, '\0'), (c) => c.charCodeAt(0)),
  );
  return makeNpy(`<U${length}`, [values.length], Uint32Array.from(points));
}

type Arrays = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

const zipped = (arrays: Arrays, level = 0) =>
  makeZip(
    Object.entries(arrays).map(([name, bytes]) => ({ path: `${name}.npy`, bytes })),
    { level },
  );

async function npz(arrays: Arrays, level = 0) {
  return indexNpz(await zipped(arrays, level), 'set.npz');
}

const npy = (arrays: Arrays) =>
  indexNpy(
    Object.entries(arrays).map(([name, bytes]) => ({
      name: `${name}.npy`,
      blob: new Blob([bytes]),
    })),
  );

describe.each([
  ['stored', 0],
  ['deflated', 6],
])('an archive, %s', (_, level) => {
  test('of images, labels and names', async () => {
    const target_names = words('Ann', 'Bob');
    const found = await npz({ images: greys(3), target: labels(1, 0, 1), target_names }, level);
    expect(found).toMatchObject({ problem: null, skipped: [], notes: [] });
    expect(found.members.map(({ path, identity, split }) => [path, identity, split])).toEqual([
      ['set.npz/images/000001', 'Bob', null],
      ['set.npz/images/000002', 'Ann', null],
      ['set.npz/images/000003', 'Bob', null],
    ]);
    for (const [index, member] of found.members.entries()) {
      const image = await member.read();
      expect(image).toHaveLength(member.size);
      expect(netpbmParts(image)).toEqual({ header: 'P5 8 8 255', pixels: Array(64).fill(index) });
    }
  });

  test('of parts', async () => {
    const arrays = {
      x_train: greys(2),
      y_train: labels(4, 5),
      x_test: greys(1, 9),
      y_test: labels(4),
    };
    const { members, skipped, notes } = await npz(arrays, level);
    expect([skipped, notes]).toEqual([[], []]);
    expect(members.map(({ identity, split }) => [identity, split])).toEqual([
      ['4', 'train'],
      ['5', 'train'],
      ['4', 'test'],
    ]);
    expect(netpbmParts(await members[2]!.read()).pixels[0]).toBe(9);
  });

  test('damage in what is compressed is named, and throws nothing else', async () => {
    const content = new Uint8Array(
      await (await zipped({ images: greys(40), y: labels(1) }, level)).arrayBuffer(),
    );
    for (let at = 0; at < content.length; at += 23) {
      const damaged = Uint8Array.from(content);
      damaged[at]! ^= 0x55;
      try {
        const { members } = await indexNpz(new Blob([damaged]), 'set.npz');
        for (const member of members.slice(0, 2)) await member.read();
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});

/** A file that counts what is read from it, also through slices of slices. */
class CountedBlob extends Blob {
  readonly #inner: Blob;
  readonly #read: { bytes: number };

  constructor(inner: Blob, read: { bytes: number }) {
    super();
    this.#inner = inner;
    this.#read = read;
    // A getter of the base class cannot be overridden by one here: to TypeScript it is a property.
    Object.defineProperty(this, 'size', { value: inner.size });
  }

  override slice(start?: number, end?: number): Blob {
    return new CountedBlob(this.#inner.slice(start, end), this.#read);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    this.#read.bytes += this.#inner.size;
    return this.#inner.arrayBuffer();
  }
}

test('of a stored array only the slices that are wanted are read', async () => {
  const images = makeNpy('|u1', [20, 512, 512], new Uint8Array(20 * 512 * 512));
  const zip = await zipped({ images, y: labels(...Array<number>(20).fill(1)) });
  const read = { bytes: 0 };
  const { members } = await indexNpz(new CountedBlob(zip, read), 'set.npz');
  // The zip's table of contents is looked for in its last mebibyte.
  const indexing = read.bytes;
  expect(indexing).toBeLessThan(2.5e6);
  await members[15]!.read();
  await members[3]!.read();
  expect(read.bytes - indexing).toBe(2 * 512 * 512);
});

describe('which array is what', () => {
  const read = async (arrays: Arrays) => {
    const { members, skipped, notes } = await npz(arrays);
    return {
      read: [...new Set(members.map(({ path }) => path.split('/')[1]))],
      who: members.map(({ identity }) => identity),
      skipped: skipped.map(({ path }) => path),
      notes,
    };
  };
  const flat = makeNpy('|u1', [2, 256], new Uint8Array(512));
  const features = makeNpy('<f4', [2, 1024], new Float32Array(2048));

  test('images before flattened ones, whatever they are called', async () => {
    const found = await read({ data: flat, pictures: greys(2), target: labels(3, 4) });
    expect(found).toMatchObject({ read: ['pictures'], who: ['3', '4'], skipped: ['data.npy'] });
  });

  test('rows are images where they are called so', async () => {
    const found = await read({ data: flat, target: labels(3, 4) });
    expect(found).toMatchObject({ read: ['data'], who: ['3', '4'] });
    expect(found.notes).toEqual(['Each row of data was read as an image of 16 × 16.']);
    await expect(npz({ features, target: labels(3, 4) })).rejects.toThrow(
      'No array in it is a list of images: features is 2 × 1024, target is 2.',
    );
  });

  test('labels by their name before others of that length', async () => {
    const found = await read({ x: greys(2), age: labels(30, 40), person_id: labels(7, 8) });
    expect(found).toMatchObject({ who: ['7', '8'], skipped: ['age.npy'] });
    const { skipped } = await npz({ x: greys(2), age: labels(30, 40), person_id: labels(7, 8) });
    const reason =
      'It is an array of 2; the images were read from x and their labels from person_id.';
    expect(skipped).toEqual([{ path: 'age.npy', reason, unused: true }]);
  });

  test('the only column of that length is labels', async () => {
    expect(await read({ x: greys(2), who: words('Zoë', '王') })).toMatchObject({
      who: ['Zoë', '王'],
    });
    const two = await read({ x: greys(2), age: labels(30, 40), weight: labels(7, 8) });
    expect(two).toMatchObject({ who: [null, null], skipped: ['age.npy', 'weight.npy'] });
    expect(two.notes).toEqual(['No array of labels belongs to x.']);
  });

  test('arr_0 and arr_1, as arrays without names are called', async () => {
    expect(await read({ arr_0: greys(2), arr_1: labels(5, 6) })).toMatchObject({ who: ['5', '6'] });
  });

  test('images with labels of another number are left out, as nothing tells who is on them', async () => {
    await expect(npz({ images: greys(3), Labels: labels(1, 2) })).rejects.toMatchObject({
      message: 'The array Labels has 2 labels for the 3 images of images.',
      remedy: 'Give one number or name for each image.',
    });
    const found = await npz({
      x_train: greys(2),
      y_train: labels(4, 5),
      x_test: greys(3),
      y_test: labels(4, 4),
    });
    expect(found.members.map(({ identity }) => identity)).toEqual(['4', '5']);
    const why = 'The array y_test has 2 labels for the 3 images of x_test.';
    expect(found.skipped).toEqual([
      { path: 'x_test.npy', reason: `${why} Give one number or name for each image.` },
    ]);
    const note = `${why} These images are left out.`;
    expect(found).toMatchObject({ notes: [note], whoNotes: [note] });
  });

  test('a part without labels is left out, and parts are no people', async () => {
    const found = await read({ x_train: greys(2), y_train: labels(4, 5), x_test: greys(3) });
    expect(found).toMatchObject({ who: ['4', '5'], skipped: ['x_test.npy'] });
    await expect(npz({ x_train: greys(2), x_test: greys(2) })).rejects.toThrow(
      'No array of labels belongs to x_train.',
    );
  });

  test('an array without images', async () => {
    const empty = { x: greys(0), y: labels() };
    await expect(npz(empty)).rejects.toThrow('The array x has no images: it is 0 × 8 × 8.');
    const found = await read({ x_train: greys(1), y_train: labels(1), x_test: greys(0) });
    expect(found).toMatchObject({ who: ['1'], skipped: ['x_test.npy'] });
  });

  describe('one-hot labels', () => {
    const rows = (...values: readonly (readonly number[])[]) => {
      return makeNpy('<f8', [values.length, 3], Float64Array.from(values.flat()));
    };

    test('a row for each image with a single 1', async () => {
      const y = rows([0, 0, 1], [1, 0, 0], [0, 0, 1]);
      expect((await read({ x: greys(3), y })).who).toEqual(['2', '0', '2']);
      const target_names = words('Ann', 'Bob', 'Cleo');
      expect((await read({ x: greys(3), y, target_names })).who).toEqual(['Cleo', 'Ann', 'Cleo']);
      expect((await read({ x: greys(3), y, id: labels(7, 8, 9) })).who).toEqual(['7', '8', '9']);
    });

    test('in Fortran’s order', async () => {
      const turned = Uint8Array.of(0, 1, 0, 0, 1, 0);
      const y = makeNpy('|u1', [2, 3], turned, { fortran: true });
      expect((await read({ x: greys(2), y })).who).toEqual(['2', '0']);
    });

    test.each([
      ['two', [0, 1, 1]],
      ['none', [0, 0, 0]],
      ['another number', [0.5, 1, 0]],
    ])('a row with %s', async (_, row) => {
      await expect(npz({ x: greys(2), y: rows([1, 0, 0], row) })).rejects.toThrow(
        'The array y is 2 × 3, and row 2 does not have a single 1 among zeros.',
      );
    });

    test('of another number', async () => {
      await expect(npz({ x: greys(3), y: rows([1, 0, 0], [0, 1, 0]) })).rejects.toThrow(
        'The array y has 2 labels for the 3 images of x.',
      );
    });
  });

  test('a column of one may stand upright', async () => {
    const y = makeNpy('|u1', [2, 1], Uint8Array.of(3, 9));
    expect((await read({ x: greys(2), y })).who).toEqual(['3', '9']);
  });

  test('labels beyond the list of names stay numbers', async () => {
    const found = await read({ x: greys(3), y: labels(0, 5, -1), class_names: words('Ann') });
    expect(found.who).toEqual(['Ann', '5', '-1']);
  });

  test('without labels each array may be a person', async () => {
    const found = await read({ Ann: greys(2), Bob: greys(1) });
    expect(found.read).toEqual(['Ann', 'Bob']);
    expect(found.notes).toEqual(['No array of labels belongs to Ann, Bob.']);
    const named = await read({ Ann: greys(3), Bob: greys(1), names: words('Ann', 'Bob') });
    expect(named.read).toEqual(['Ann', 'Bob']);
  });

  test('a column of numbers before a table that is called labels', async () => {
    const points = makeNpy('<f8', [2, 4], Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    const found = await read({ x: greys(2), y: points, pid: labels(7, 9) });
    expect(found.who).toEqual(['7', '9']);
  });

  test.each([
    ['x_train', 'x', 'train'],
    ['X_train', 'x', 'train'],
    ['train_images', 'images', 'train'],
    ['xtest', 'x', 'test'],
    ['images.validation', 'images', 'val'],
    ['folder/y_probe', 'y', 'probe'],
    ['test', '', 'test'],
    ['target_names', 'target_names', null],
    ['contest_images', 'contest_images', null],
  ])('%s is %s of %s', (name, base, split) => {
    expect(splitOfName(name)).toEqual({ base, split });
  });
});

describe('what is not read', () => {
  const objects = makeNpy('|O', [2], bytesOf('cos\nsystem\n'));

  test('Python objects, by a sentence', async () => {
    await expect(npz({ images: objects })).rejects.toMatchObject({
      code: 'archive/unsupported',
      message: expect.stringMatching(/^images\.npy cannot be read: It holds Python objects/),
    });
    await expect(npz({ images: greys(2), labels: objects })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The labels of images are in labels\.npy; it holds Python obj/,
      ),
      remedy: 'Save them as an array of numbers or of text, such as y.astype(str).',
    });
    const found = await npz({ images: greys(2), labels: labels(1, 2), hair: objects });
    expect(found.skipped).toEqual([
      { path: 'hair.npy', reason: expect.stringMatching(/Python objects/) },
    ]);
    expect(found.members).toHaveLength(2);
  });

  test('an archive without arrays', async () => {
    const zip = await makeZip([{ path: 'a.txt', bytes: bytesOf('hello') }]);
    await expect(indexNpz(zip, 'a.npz')).rejects.toMatchObject({
      code: 'archive/unsupported',
      message: 'a.txt cannot be read: It is no NumPy array.',
    });
    await expect(indexNpz(await makeZip([]), 'a.npz')).rejects.toThrow('There is no array in it');
  });

  test('shapes that are no images, all of them named', async () => {
    const cube = makeNpy('|u1', [1, 2, 3, 4, 5], new Uint8Array(120));
    await expect(npz({ cube, names: words('a') })).rejects.toThrow(
      'No array in it is a list of images: cube is 1 × 2 × 3 × 4 × 5, names is text, 1.',
    );
  });
});

describe('arrays by themselves', () => {
  test('images with their labels beside them', async () => {
    const { members, notes } = await npy({ 'set/X': greys(2, 5), 'set/y': labels(8, 9) });
    expect(notes).toEqual([]);
    expect(members.map(({ path, identity }) => [path, identity])).toEqual([
      ['set/X/000001', '8'],
      ['set/X/000002', '9'],
    ]);
    expect(netpbmParts(await members[1]!.read()).pixels[0]).toBe(6);
  });

  test('alone, or one image each', async () => {
    expect((await npy({ olivetti_faces: greys(2) })).members.map(({ path }) => path)).toEqual([
      'olivetti_faces/000001',
      'olivetti_faces/000002',
    ]);
    const colour = makeNpy('|u1', [8, 9, 3], new Uint8Array(216).fill(7));
    const { members, notes } = await npy({ 'Ann/1': colour, 'Ann/2': colour });
    expect(notes).toEqual([]);
    expect(members.map(({ path }) => path)).toEqual(['Ann/1', 'Ann/2']);
    expect(netpbmParts(await members[1]!.read()).header).toBe('P6 9 8 255');
  });

  test('in Fortran’s order', async () => {
    // Element (n, y, x) of [2, 8, 9] lies at n + 2 (y + 8 x).
    const turned = new Uint8Array(144);
    const value = (n: number, y: number, x: number) => 100 * n + 9 * y + x;
    for (let n = 0; n < 2; n += 1)
      for (let y = 0; y < 8; y += 1)
        for (let x = 0; x < 9; x += 1) turned[n + 2 * (y + 8 * x)] = value(n, y, x);
    const { members } = await npy({ X: makeNpy('|u1', [2, 8, 9], turned, { fortran: true }) });
    const { header, pixels } = netpbmParts(await members[1]!.read());
    expect(header).toBe('P5 9 8 255');
    expect(pixels).toEqual(Array.from({ length: 72 }, (_, pixel) => 100 + pixel));
  });

  test('cut short, down to the last whole image', async () => {
    const bytes = greys(3);
    const { members, problem } = await npy({ X: bytes.slice(0, -65), y: labels(1, 2, 3) });
    expect(members.map(({ identity }) => identity)).toEqual(['1']);
    expect(problem).toMatchObject({ code: 'archive/truncated' });
    expect(netpbmParts(await members[0]!.read()).pixels).toEqual(Array(64).fill(0));
  });

  test('labels cut short leave images out', async () => {
    const found = npy({ X: greys(2), y: labels(1, 2).slice(0, -1) });
    await expect(found).rejects.toThrow(/^The array y is cut short/);
  });

  test('cut or changed at every byte, nothing but a FormatError', async () => {
    const bytes = makeNpy('<f4', [1, 8, 8], new Float32Array(64));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      for (const damaged of [bytes.slice(0, at), changed]) {
        try {
          const { members } = await npy({ X: damaged });
          for (const member of members) await member.read();
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }
  });

  test('claims that no file could hold', async () => {
    const { members, problem } = await npy({ X: makeNpy('|u1', [1e15, 8, 8], new Uint8Array(64)) });
    expect(members).toHaveLength(1);
    expect(problem?.code).toBe('archive/truncated');
    const claim = makeNpy('<f8', [1e9, 64, 64], new Uint8Array(64), { fortran: true });
    await expect(npy({ X: claim })).rejects.toMatchObject({ code: 'archive/truncated' });
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const files = [{ name: 'X.npy', blob: new Blob([greys(1)]) }];
    await expect(indexNpy(files, { signal })).rejects.toThrow('enough');
  });
});
