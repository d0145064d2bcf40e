import { describe, expect, test } from 'vitest';
import type { FaceSet } from '../types';
import { FaceStore, type StoreDirectory } from './keptSets';

class MapDirectory implements StoreDirectory {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  room = 1_000_000;
  /** Bytes after which writing fails, whatever was estimated. */
  breaksAt = Number.POSITIVE_INFINITY;

  async list() {
    return [...this.files.keys()];
  }
  async read(name: string) {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new Error(`${name} is not there`);
    return bytes;
  }
  async write(name: string, bytes: Uint8Array) {
    if (bytes.length > this.breaksAt) {
      this.files.set(name, bytes.slice(0, this.breaksAt));
      throw new Error('The disk is full.');
    }
    this.files.set(name, bytes.slice());
  }
  async remove(name: string) {
    this.files.delete(name);
  }
  async estimate() {
    const usage = [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
    return { usage, quota: this.room };
  }
}

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'some.zip' },
  cropSize: 2,
  pixels: Uint8Array.from({ length: 36 }, (_, at) => at * 7),
  labels: Int32Array.from([0, 0, 1]),
  names: ['a/1.jpg', 'a/2.jpg', 'b/<i>1</i>.jpg'],
  identities: [
    { name: 'a', count: 2 },
    { name: 'b', count: 1 },
  ],
  rejected: [{ name: 'notes.txt', reason: 'It is text.' }],
  sourceSizes: Uint32Array.from([9, 8, 7, 6, 5, 4]),
  formats: ['jpeg', 'png', 'gif'],
  splits: ['train', null, 'test'],
};
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
  const { faces, index } = await store.open('x');
  expect(faces).toEqual(FACES);
  expect(index.config).toEqual(ABOUT.config);
  const { splits: _, formats: __, sourceSizes: ___, ...plain } = FACES;
  await store.keep('y', plain, ABOUT);
  expect((await store.open('y')).faces).toEqual(plain);
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

describe('damage', () => {
  test.each<[string, (directory: MapDirectory) => void]>([
    ['an index that is no JSON', (d) => d.files.set('x.json', Uint8Array.from([123]))],
    ['too few pixels', (d) => d.files.set('x.rgb', new Uint8Array(35))],
    ['no pixels', (d) => d.files.delete('x.rgb')],
    [
      'counts that do not fit',
      (d) => {
        const text = new TextDecoder().decode(d.files.get('x.json'));
        d.files.set('x.json', new TextEncoder().encode(text.replace('"count":2', '"count":3')));
      },
    ],
  ])('%s is refused with a sentence', async (_, damage) => {
    const directory = new MapDirectory();
    const store = new FaceStore(directory);
    await store.keep('x', FACES, ABOUT);
    damage(directory);
    await expect(store.open('x')).rejects.toMatchObject({ code: 'data/storage' });
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
  expect((await store.open('x')).faces).toEqual(FACES);
});

test('a set that cannot be read at the moment is kept', async () => {
  const directory = new MapDirectory();
  const store = new FaceStore(directory);
  await store.keep('busy', FACES, ABOUT);
  const read = directory.read;
  directory.read = () => Promise.reject(new Error('another tab has it open'));
  expect((await store.list()).sets).toEqual([]);
  directory.read = read;
  expect((await store.list()).sets.map(({ id }) => id)).toEqual(['busy']);
  expect((await store.open('busy')).faces).toEqual(FACES);
});

test('images out of the order of their identities are not kept', async () => {
  const store = new FaceStore(new MapDirectory());
  const mixed = { ...FACES, labels: Int32Array.from([0, 1, 0]) };
  await expect(store.keep('x', mixed, ABOUT)).rejects.toThrow(/image 2 stands before/);
});
