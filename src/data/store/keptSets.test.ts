import { describe, expect, test } from 'vitest';
import { FACES, MapDirectory } from './directory.testing';
import { FaceStore } from './keptSets';

/** Opened, with its pixels. */
async function openWhole(store: FaceStore, id: string) {
  const { faces, pixels, index } = await store.open(id);
  expect(faces.pixels).toHaveLength(0);
  return { index, faces: { ...faces, pixels: await pixels(null) } };
}

const ABOUT = { name: 'mine', savedAt: 12, config: { kind: 'files', cropSize: 2 } };

test('what is kept comes back as it was', async () => {
  const store = new FaceStore(new MapDirectory());
  const info = await store.keep('x', FACES, ABOUT);
  expect(info).toEqual({
    id: 'x',
    name: 'mine',
    label: 'some.zip',
    images: 3,
    identities: 2,
    cropSize: 2,
    bytes: 36,
    savedAt: 12,
  });
  const { faces, index } = await openWhole(store, 'x');
  expect(faces).toEqual(FACES);
  expect(index.config).toEqual(ABOUT.config);
  const { splits: _, formats: __, sourceSizes: ___, placements: ____, ...plain } = FACES;
  await store.keep('y', plain, ABOUT);
  expect((await openWhole(store, 'y')).faces).toEqual(plain);
});

test('the list has the newest first, and what is removed is gone', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('old', FACES, ABOUT);
  await store.keep('new', FACES, { ...ABOUT, savedAt: 99 });
  expect((await store.list()).sets.map(({ id }) => id)).toEqual(['new', 'old']);
  await store.remove('new');
  const { sets, usage, quota } = await store.list();
  expect(sets.map(({ id }) => id)).toEqual(['old']);
  expect([usage, quota]).toEqual([
    [...directory.files.values()].flatMap((f) => [...f]).length,
    1e6,
  ]);
});

describe('no room', () => {
  test('that the system tells of beforehand is a sentence with both numbers', async () => {
    const directory = new MapDirectory();
    directory.room = 20;
    const store = new FaceStore(directory);
    await expect(store.keep('x', FACES, ABOUT)).rejects.toMatchObject({
      code: 'data/storage',
      message: expect.stringContaining('it allows 1 MB'),
    });
    expect(directory.files.size).toBe(0);
  });

  test('that shows while writing leaves nothing behind', async () => {
    const directory = new MapDirectory();
    directory.breaksAt = 20;
    const store = new FaceStore(directory);
    await expect(store.keep('x', FACES, ABOUT)).rejects.toMatchObject({
      code: 'data/storage',
      message: expect.stringContaining('The disk is full.'),
    });
    expect(directory.files.size).toBe(0);
  });
});

describe('what is kept with the faces is replaced', () => {
  const CORRECTED = { ...ABOUT.config, edits: ['one'] };
  const textOf = (directory: MapDirectory) =>
    new TextDecoder().decode(directory.files.get('x.json'));

  async function kept() {
    const directory = new MapDirectory();
    const count = ({ config }: { config: unknown }) =>
      Object(config).edits === undefined
        ? { images: 3, identities: 2 }
        : { images: 1, identities: 1 };
    const store = new FaceStore(directory, count);
    await store.keep('x', FACES, ABOUT);
    return { directory, store };
  }

  test('with nothing else of theirs, and what is listed is told anew', async () => {
    const { directory, store } = await kept();
    rewrite(directory, '"version":1', '"version":1,"more":"of another version"');
    expect(await store.rewrite('x', CORRECTED, ABOUT.config)).toBe('written');
    const { faces, index } = await openWhole(store, 'x');
    expect(index).toMatchObject({ name: 'mine', savedAt: 12, config: CORRECTED });
    expect(faces).toEqual(FACES);
    expect(textOf(directory)).toContain('"more":"of another version"');
    expect((await store.list()).sets).toMatchObject([{ id: 'x', images: 1, identities: 1 }]);
    expect([...directory.files.keys()].sort()).toEqual(['x.json', 'x.rgb']);
  });

  test('or stays as it was where it cannot be written', async () => {
    const { directory, store } = await kept();
    const before = textOf(directory);
    directory.breaksAt = 20;
    await expect(store.rewrite('x', CORRECTED, ABOUT.config)).rejects.toMatchObject({
      code: 'data/storage',
      message: 'The kept copy cannot be written: The disk is full.',
    });
    expect(textOf(directory)).toBe(before);
    expect((await store.list()).sets).toMatchObject([{ images: 3 }]);
  });

  test('and is not made where the set is gone', async () => {
    const { directory, store } = await kept();
    await store.remove('x');
    await expect(store.rewrite('x', CORRECTED, ABOUT.config)).rejects.toMatchObject({
      code: 'data/kept-gone',
    });
    expect(directory.files.size).toBe(0);
  });

  test('and stays where another page has replaced it, which lists it anew', async () => {
    const { directory, store } = await kept();
    const another = new FaceStore(directory, ({ config }) =>
      Object(config).edits === undefined
        ? { images: 3, identities: 2 }
        : { images: 1, identities: 1 },
    );
    expect((await another.list()).sets).toMatchObject([{ images: 3 }]);
    expect(await store.rewrite('x', CORRECTED, ABOUT.config)).toBe('written');
    const before = textOf(directory);
    const other = { ...ABOUT.config, edits: ['other'] };
    expect(await another.rewrite('x', other, ABOUT.config)).toBe('behind');
    expect(textOf(directory)).toBe(before);
    expect((await another.list()).sets).toMatchObject([{ images: 1 }]);
    // What is there already need not be written.
    expect(await another.rewrite('x', CORRECTED, ABOUT.config)).toBe('written');
  });
});

test('some images are read without the others', async () => {
  const store = new FaceStore(new MapDirectory());
  await store.keep('x', FACES, ABOUT);
  const { pixels } = await store.open('x');
  const [first, last] = [FACES.pixels.subarray(0, 12), FACES.pixels.subarray(24)];
  expect([...(await pixels(Uint32Array.of(2, 0)))]).toEqual([...last, ...first]);
  expect(await pixels(new Uint32Array())).toHaveLength(0);
});

test('pixels that went after the set was opened are a sentence', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('x', FACES, ABOUT);
  const { pixels } = await store.open('x');
  directory.files.set('x.rgb', new Uint8Array(35));
  await expect(pixels(null)).rejects.toMatchObject({ code: 'data/storage' });
  await store.remove('x');
  await expect(pixels(null)).rejects.toMatchObject({ code: 'data/storage' });
});

test('a set that was opened is listed without being read again', async () => {
  const directory = new MapDirectory();
  await new FaceStore(directory).keep('x', FACES, ABOUT);
  const store = new FaceStore(directory);
  await store.open('x');
  directory.read = () => Promise.reject(new Error('read again'));
  expect((await store.list()).sets.map(({ id }) => id)).toEqual(['x']);
  directory.files.clear();
  expect((await store.list()).sets).toEqual([]);
});

test('pixels that another page is writing are no reason to list nothing', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('x', FACES, ABOUT);
  directory.files.set('half.rgb', new Uint8Array(3));
  directory.remove = () => Promise.reject(new Error('it is locked'));
  expect((await store.list()).sets.map(({ id }) => id)).toEqual(['x']);
});

function rewrite(directory: MapDirectory, from: string, to: string): void {
  const text = new TextDecoder().decode(directory.files.get('x.json'));
  expect(text).toContain(from);
  directory.files.set('x.json', new TextEncoder().encode(text.replace(from, to)));
}

/** Another visit, by a page that has read nothing yet. */
async function listAnew(directory: MapDirectory) {
  const { sets, unreadable } = await new FaceStore(directory).list();
  return { sets, unreadable };
}

describe('a set of another version', () => {
  async function keptAs(...changes: readonly (readonly [string, string])[]) {
    const directory = new MapDirectory();
    await new FaceStore(directory).keep('x', FACES, ABOUT);
    for (const [from, to] of changes) rewrite(directory, from, to);
    return directory;
  }

  test.each<[string, string, string, 'version' | 'contents']>([
    ['that says so', '"version":1', '"version":2', 'version'],
    ['with other contents', '"label":"some.zip"', '"label":["some.zip"]', 'contents'],
  ])('%s is told apart from those that open, and not touched', async (_, from, to, because) => {
    const directory = await keptAs([from, to]);
    const before = new Map(directory.files);
    const bytes = 36 + before.get('x.json')!.length;
    expect(await listAnew(directory)).toEqual({
      sets: [],
      unreadable: [{ id: 'x', name: 'mine', savedAt: 12, bytes, because }],
    });
    await expect(new FaceStore(directory).open('x')).rejects.toMatchObject({
      code: 'data/storage',
    });
    expect(directory.files).toEqual(before);
  });

  test.each<[string, string, string]>([
    ['of another kind', '"name":"mine"', '"name":["mine"]'],
    ['that is empty', '"name":"mine"', '"name":" "'],
    ['under another key', '"name":"mine"', '"title":"mine"'],
  ])('with a name %s has none', async (_, from, to) => {
    const directory = await keptAs(['"version":1', '"version":2'], [from, to]);
    expect((await listAnew(directory)).unreadable).toMatchObject([{ name: null, savedAt: 12 }]);
  });

  test.each(['"now"', '1e99'])('kept at %s has no time', async (time) => {
    const directory = await keptAs(
      ['"version":1', '"version":2'],
      ['"savedAt":12', `"savedAt":${time}`],
    );
    expect((await listAnew(directory)).unreadable).toMatchObject([{ name: 'mine', savedAt: null }]);
  });

  test('with files that this one does not write counts them, and goes with all of them', async () => {
    const directory = await keptAs(['"version":1', '"version":2']);
    const store = new FaceStore(directory);
    await store.keep('xy', FACES, ABOUT);
    directory.files.set('x.points', new Uint8Array(500));
    const bytes = 536 + directory.files.get('x.json')!.length;
    expect((await store.list()).unreadable).toMatchObject([{ id: 'x', bytes }]);
    await store.remove('x');
    expect([...directory.files.keys()].sort()).toEqual(['xy.json', 'xy.rgb']);
  });

  test.each<[string, Uint8Array<ArrayBuffer> | null]>([
    ['under another name', null],
    ['in another form', Uint8Array.from([31, 139])],
  ])('with its index %s is no remains', async (_, index) => {
    const directory = new MapDirectory();
    directory.files.set('x.rgb', new Uint8Array(36));
    directory.files.set('x.idx', new Uint8Array(4));
    if (index !== null) directory.files.set('x.json', index);
    const before = new Map(directory.files);
    expect((await listAnew(directory)).unreadable).toEqual([
      { id: 'x', name: null, savedAt: null, bytes: 40 + (index?.length ?? 0), because: 'version' },
    ]);
    expect(directory.files).toEqual(before);
  });

  test('of which a part cannot be deleted now is still listed', async () => {
    const directory = await keptAs(['"version":1', '"version":2']);
    directory.files.set('x.points', new Uint8Array(500));
    const remove = directory.remove.bind(directory);
    directory.remove = (name) =>
      name === 'x.points' ? Promise.reject(new Error('it is locked')) : remove(name);
    const store = new FaceStore(directory);
    await expect(store.remove('x')).rejects.toThrow('it is locked');
    expect((await store.list()).unreadable).toMatchObject([{ id: 'x', name: 'mine' }]);
  });

  test('that knows more is read without that', async () => {
    const directory = new MapDirectory();
    await new FaceStore(directory).keep('x', FACES, ABOUT);
    rewrite(directory, '"label"', '"colour":"red","label"');
    rewrite(directory, '"reason"', '"size":7,"reason"');
    rewrite(directory, '"count"', '"age":7,"count"');
    const store = new FaceStore(directory);
    expect((await store.list()).sets.map(({ id }) => id)).toEqual(['x']);
    expect((await openWhole(store, 'x')).faces).toEqual(FACES);
  });

  test('that told unused files by a key is read', async () => {
    const directory = new MapDirectory();
    const [failed, unused] = FACES.rejected;
    await new FaceStore(directory).keep('x', { ...FACES, rejected: [failed!] }, ABOUT);
    rewrite(directory, JSON.stringify(failed), JSON.stringify([unused, failed]).slice(1, -1));
    const { faces } = await new FaceStore(directory).open('x');
    expect(faces.rejected).toEqual([unused, failed]);
  });
});

test('no key is written that a page of before does not know', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('x', FACES, ABOUT);
  const { index, faces } = await store.open('x');
  expect(index.rejected.map((file) => Object.keys(file).join())).toEqual([
    'name,reason',
    'name,reason',
    'name,reason',
  ]);
  expect(faces.rejected).toEqual(FACES.rejected);
});

describe('damage', () => {
  test.each<[string, (directory: MapDirectory) => void]>([
    ['an index that is no JSON', (d) => d.files.set('x.json', Uint8Array.from([123]))],
    ['too few pixels', (d) => d.files.set('x.rgb', new Uint8Array(35))],
    ['no pixels', (d) => d.files.delete('x.rgb')],
    ['a name that is no text', (d) => rewrite(d, '"a/1.jpg"', '7')],
    ['a size below zero', (d) => rewrite(d, '[9,8', '[9,-8')],
    ['counts that do not fit', (d) => rewrite(d, '"count":2', '"count":3')],
  ])('%s is refused with a sentence', async (_, damage) => {
    const directory = new MapDirectory();
    const store = new FaceStore(directory);
    await store.keep('x', FACES, ABOUT);
    damage(directory);
    await expect(store.open('x')).rejects.toMatchObject({
      code: 'data/storage',
      message: expect.stringMatching(/^The kept faces cannot be opened: .*[^.]\.$/),
    });
  });

  test.each([
    ['NotFoundError', 'a part of them is missing'],
    ['NotReadableError', 'the browser cannot read its own copy (NotReadableError)'],
  ])('a %s of the system is told in words of ours', async (name, words) => {
    const directory = new MapDirectory();
    const store = new FaceStore(directory);
    await store.keep('x', FACES, ABOUT);
    directory.open = () => Promise.reject(new DOMException('A requested file …', name));
    await expect(store.open('x')).rejects.toMatchObject({
      code: 'data/storage',
      message: `The kept faces cannot be opened: ${words}.`,
    });
  });

  test('is not what a deleted set has', async () => {
    const directory = new MapDirectory();
    const store = new FaceStore(directory);
    await store.keep('x', FACES, ABOUT);
    await store.remove('x');
    directory.read = () => Promise.reject(new DOMException('A requested file …', 'NotFoundError'));
    const gone = { code: 'data/kept-gone', remedy: 'Drop the folder or archive again.' };
    await expect(store.open('x')).rejects.toMatchObject(gone);
    await expect(store.people('x')).rejects.toMatchObject(gone);
  });

  test('is cleared away when the sets are listed', async () => {
    const directory = new MapDirectory();
    const store = new FaceStore(directory);
    await store.keep('good', FACES, ABOUT);
    directory.files.set('bad.json', Uint8Array.from([123]));
    directory.files.set('bad.rgb', new Uint8Array(3));
    directory.files.set('half.rgb', new Uint8Array(3));
    expect((await store.list()).sets.map(({ id }) => id)).toEqual(['good']);
    expect([...directory.files.keys()].sort()).toEqual(['good.json', 'good.rgb']);
  });
});

test('a list that is asked for while a set is written does not take its pixels away', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  const keeping = store.keep('x', FACES, ABOUT);
  const [{ sets }] = await Promise.all([store.list(), keeping]);
  expect(sets.map(({ id }) => id)).toEqual(['x']);
  expect((await openWhole(store, 'x')).faces).toEqual(FACES);
});

test('nor does a list in another tab', async () => {
  const directory = new MapDirectory();
  const keeping = new FaceStore(directory).keep('x', FACES, ABOUT);
  const [{ sets }] = await Promise.all([new FaceStore(directory).list(), keeping]);
  expect(sets.map(({ id }) => id)).toEqual(['x']);
  expect((await openWhole(new FaceStore(directory), 'x')).faces).toEqual(FACES);
});

test('a set that is deleted while another tab replaces what is kept with it does not come back', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('x', FACES, ABOUT);
  const replace = directory.replace.bind(directory);
  directory.replace = async (name, bytes) => {
    // Time enough for the other tab.
    await new Promise((done) => setTimeout(done));
    return replace(name, bytes);
  };
  const written = store.rewrite('x', {}, ABOUT.config);
  await new FaceStore(directory).remove('x');
  expect(await written).toBe('written');
  expect(directory.files.size).toBe(0);
});

describe('what is left of an index whose writing was cut short', () => {
  const HALF = new TextEncoder().encode('{"version":1,"na');

  test('does nothing to the set, and goes with it', async () => {
    const directory = new MapDirectory();
    await new FaceStore(directory).keep('x', FACES, ABOUT);
    directory.files.set('x.json.new', HALF);
    const { sets, unreadable } = await listAnew(directory);
    expect([sets.map(({ id }) => id), unreadable]).toEqual([['x'], []]);
    const store = new FaceStore(directory);
    expect((await openWhole(store, 'x')).faces).toEqual(FACES);
    await store.remove('x');
    expect(directory.files.size).toBe(0);
  });

  test('is cleared away where there is no set', async () => {
    const directory = new MapDirectory();
    directory.files.set('x.json.new', HALF);
    expect(await listAnew(directory)).toEqual({ sets: [], unreadable: [] });
    expect(directory.files.size).toBe(0);
  });
});

test('a set that cannot be read at the moment is kept', async () => {
  const directory = new MapDirectory();
  await new FaceStore(directory).keep('busy', FACES, ABOUT);
  const store = new FaceStore(directory);
  const read = directory.read;
  directory.read = () => Promise.reject(new Error('another tab has it open'));
  expect((await store.list()).sets).toEqual([]);
  directory.read = read;
  expect((await store.list()).sets.map(({ id }) => id)).toEqual(['busy']);
  expect((await openWhole(store, 'busy')).faces).toEqual(FACES);
});

test('images out of the order of their identities are not kept', async () => {
  const store = new FaceStore(new MapDirectory());
  const mixed = { ...FACES, labels: Int32Array.from([0, 1, 0]) };
  await expect(store.keep('x', mixed, ABOUT)).rejects.toThrow(/image 2 stands before/);
});
