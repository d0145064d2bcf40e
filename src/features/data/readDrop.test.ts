import { describe, expect, test } from 'vitest';
import { type DropItem, readDataTransfer, readFileList } from './readDrop';

/** A folder as a tree: a string is a file's content, an Error is what the system says instead. */
interface Tree {
  readonly [name: string]: string | Tree | Error;
}

/** How many entries a reader hands out at a time; Chromium's number is 100. */
const AT_A_TIME = 100;

function entryOf(name: string, content: string | Tree | Error): FileSystemEntry {
  const isFile = typeof content === 'string' || content instanceof Error;
  const entry = {
    name,
    isFile,
    isDirectory: !isFile,
    file: (resolve: (file: File) => void, reject: (error: Error) => void) => {
      setTimeout(() => {
        if (content instanceof Error) reject(content);
        else resolve(new File([String(content)], name));
      });
    },
    createReader: () => {
      const left = Object.entries(content).map(([child, tree]) => entryOf(child, tree));
      return {
        readEntries: (resolve: (entries: FileSystemEntry[]) => void) => {
          setTimeout(() => resolve(left.splice(0, AT_A_TIME)));
        },
      };
    },
  };
  // The parts of an entry that are used; Node has no file system entries to make.
  return entry as unknown as FileSystemEntry;
}

function transferOf(tree: Tree): { items: DropItem[] } {
  return {
    items: Object.entries(tree).map(([name, content]) => ({
      kind: 'file',
      getAsFile: () => null,
      webkitGetAsEntry: () => entryOf(name, content),
    })),
  };
}

function pathsOf({ files }: { files: readonly { path: string }[] }): string[] {
  return files.map(({ path }) => path).sort();
}

describe('a drop', () => {
  test('of a folder of folders: every file with its path', async () => {
    const dropped = await readDataTransfer(
      transferOf({
        faces: {
          Ann: { '1.jpg': 'a', '2.jpg': 'b' },
          Bob: { '1.jpg': 'c', deep: { 'x.png': 'd' } },
        },
      }),
    );
    expect(pathsOf(dropped)).toEqual([
      'faces/Ann/1.jpg',
      'faces/Ann/2.jpg',
      'faces/Bob/1.jpg',
      'faces/Bob/deep/x.png',
    ]);
    expect(dropped.label).toBe('faces');
    const second = dropped.files.find(({ path }) => path === 'faces/Ann/2.jpg');
    expect(await second?.file.text()).toBe('b');
  });

  test('of more entries than a reader hands out at a time', async () => {
    const people = Object.fromEntries(
      Array.from({ length: 2 * AT_A_TIME + 30 }, (_, index) => [`p${index}`, { '1.jpg': 'x' }]),
    );
    expect((await readDataTransfer(transferOf({ faces: people }))).files).toHaveLength(230);
  });

  test('of folders, archives and files at once', async () => {
    const dropped = await readDataTransfer(
      transferOf({ Ann: { '1.jpg': 'a' }, 'more.zip': 'zip', 'Bob_0001.jpg': 'b' }),
    );
    expect(pathsOf(dropped)).toEqual(['Ann/1.jpg', 'Bob_0001.jpg', 'more.zip']);
    expect(dropped.label).toBe('Ann and 2 more');
  });

  test.each<[string, Parameters<typeof transferOf>[0]]>([
    ['orl and yale', { yale: { '1.jpg': 'a', '2.jpg': 'b' }, orl: { '1.jpg': 'c' } }],
    ['lfw and pairs.txt', { 'pairs.txt': 'x', lfw: { '1.jpg': 'c' } }],
    ['a.tar and 3 more', { 'd.tar': 'x', 'c.tar': 'x', 'b.tar': 'x', 'a.tar': 'x' }],
    ['2 files', { '1.jpg': 'a', '2.heic': 'b' }],
    ['orl', { orl: { '1.jpg': 'c' }, '.DS_Store': 'x' }],
  ])('is called “%s”', async (label, given) => {
    expect((await readDataTransfer(transferOf(given))).label).toBe(label);
  });

  test('of one archive is called like it', async () => {
    expect((await readDataTransfer(transferOf({ 'lfw.zip': 'x' }))).label).toBe('lfw.zip');
  });

  test('leaves junk and what lies in it behind', async () => {
    const dropped = await readDataTransfer(
      transferOf({
        faces: {
          '.DS_Store': 'x',
          'Thumbs.db': 'x',
          __MACOSX: { Ann: { '._1.jpg': 'x' } },
          '.git': { objects: { '1.jpg': 'x' } },
          Ann: { '1.jpg': 'a', '._1.jpg': 'x' },
        },
      }),
    );
    expect(pathsOf(dropped)).toEqual(['faces/Ann/1.jpg']);
  });

  test('of an empty folder has no files', async () => {
    expect(await readDataTransfer(transferOf({ faces: { Ann: {} } }))).toEqual({
      files: [],
      label: 'faces',
      unreadable: [],
    });
  });

  test('lists what the system does not hand out, and goes on', async () => {
    const dropped = await readDataTransfer(
      transferOf({ faces: { 'a.jpg': new Error('No permission.'), 'b.jpg': 'b' } }),
    );
    expect(pathsOf(dropped)).toEqual(['faces/b.jpg']);
    expect(dropped.unreadable).toEqual([
      { name: 'faces/a.jpg', reason: 'The system did not hand it out: No permission.' },
    ]);
  });

  test('asks for every item before anything else can happen', async () => {
    const asked: string[] = [];
    const items = ['a', 'b', 'c'].map((name) => ({
      kind: 'file',
      getAsFile: () => null,
      webkitGetAsEntry: () => {
        asked.push(name);
        return entryOf(name, 'x');
      },
    }));
    const reading = readDataTransfer({ items });
    expect(asked).toEqual(['a', 'b', 'c']);
    await reading;
  });

  test('takes pasted files that are no entries, and leaves text alone', async () => {
    const file = new File(['x'], 'image.png');
    const dropped = await readDataTransfer({
      items: [
        { kind: 'string', getAsFile: () => null, webkitGetAsEntry: () => null },
        { kind: 'file', getAsFile: () => file, webkitGetAsEntry: () => null },
        { kind: 'file', getAsFile: () => null, webkitGetAsEntry: () => null },
      ],
    });
    expect(dropped.files).toEqual([{ path: 'image.png', file }]);
    expect(dropped.label).toBe('image.png');
  });

  test('can be stopped', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readDataTransfer(transferOf({ a: 'x' }), { signal })).rejects.toThrow('enough');
  });

  test('says how many files there are so far, up to the last', async () => {
    const said: number[] = [];
    await readDataTransfer(transferOf({ a: { '1': 'x', '2': 'y', '3': 'z' } }), {
      onProgress: (files) => said.push(files),
    });
    expect(said.at(-1)).toBe(3);
  });
});

describe('picked files', () => {
  /** Node's files have no path; a browser's have, empty unless a folder was picked. */
  function picked(path: string): File {
    const inFolder = path.includes('/');
    const file = new File(['x'], path.slice(path.lastIndexOf('/') + 1));
    return Object.assign(file, { webkitRelativePath: inFolder ? path : '' });
  }

  test('from a folder keep its paths and take its name', async () => {
    const list = ['lfw/Ann/1.jpg', 'lfw/Bob/1.jpg', 'lfw/.DS_Store'].map(picked);
    const taken = await readFileList(list);
    expect(pathsOf(taken)).toEqual(['lfw/Ann/1.jpg', 'lfw/Bob/1.jpg']);
    expect(taken.label).toBe('lfw');
  });

  test('by themselves take their names', async () => {
    expect(pathsOf(await readFileList(['a.jpg', 'b.jpg'].map(picked)))).toEqual(['a.jpg', 'b.jpg']);
    expect((await readFileList(['a.jpg', 'b.jpg'].map(picked))).label).toBe('2 files');
    expect((await readFileList([picked('faces.tar')])).label).toBe('faces.tar');
    expect(await readFileList([])).toEqual({ files: [], label: '0 files', unreadable: [] });
  });

  test('thousands of them leave the page its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    const list = Array.from({ length: 5000 }, (_, index) => picked(`f/${index}.jpg`));
    let at = 0;
    // Each name takes a while, as it does for real files: 5000 of them would hold the page up.
    const slow = new Proxy(list, {
      get(target, key) {
        if (key === '500' || key === '2500') {
          at = performance.now() + 20;
          while (performance.now() < at);
        }
        return Reflect.get(target, key);
      },
    });
    await readFileList(slow);
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(2);
  });
});
