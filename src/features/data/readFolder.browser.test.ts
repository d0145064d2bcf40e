/** Folders by handle: the browser's private file system gives the same kind as a disk. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetFolder, keepFolder, keptFolders } from './folderHandles';
import { droppedFolder, type Folder, mayRead, readFolder } from './readFolder';

let root: FileSystemDirectoryHandle;
let folder: Folder;

async function put(parent: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  const file = await (await parent.getFileHandle(name, { create: true })).createWritable();
  await file.write(text);
  await file.close();
}

beforeEach(async () => {
  root = await navigator.storage.getDirectory();
  folder = await root.getDirectoryHandle('people', { create: true });
  const ann = await folder.getDirectoryHandle('Ann', { create: true });
  const deep = await ann.getDirectoryHandle('2019', { create: true });
  await put(ann, '1.jpg', 'one');
  await put(deep, '2.jpg', 'two');
  await put(folder, '.DS_Store', 'junk');
  await put(folder, 'list.txt', 'three');
});

afterEach(async () => {
  for (const { id } of await keptFolders()) await forgetFolder(id);
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
});

it('reads a folder as a drop of it would be', async () => {
  const { files, label, unreadable } = await readFolder(folder);
  expect(label).toBe('people');
  expect(unreadable).toEqual([]);
  const texts = await Promise.all(files.map(async ({ path, file }) => [path, await file.text()]));
  expect(texts.sort()).toEqual([
    ['people/Ann/1.jpg', 'one'],
    ['people/Ann/2019/2.jpg', 'two'],
    ['people/list.txt', 'three'],
  ]);
});

it('stops where it is called off', async () => {
  const stop = new AbortController();
  stop.abort(new Error('called off'));
  await expect(readFolder(folder, { signal: stop.signal })).rejects.toThrow('called off');
});

it('says that a folder is gone', async () => {
  await root.removeEntry('people', { recursive: true });
  await expect(readFolder(folder)).rejects.toMatchObject({ name: 'NotFoundError' });
});

it('tells what is below and cannot be read, and reads the rest', async () => {
  const locked = Object.create(folder, {
    values: {
      value: async function* () {
        yield await folder.getDirectoryHandle('Ann');
        const gone = await folder.getDirectoryHandle('gone', { create: true });
        await folder.removeEntry('gone');
        yield gone;
      },
    },
    name: { value: 'people' },
  });
  const { files, unreadable } = await readFolder(locked);
  expect(files.map(({ path }) => path).sort()).toEqual([
    'people/Ann/1.jpg',
    'people/Ann/2019/2.jpg',
  ]);
  expect(unreadable.map(({ name }) => name)).toEqual(['people/gone']);
});

it('remembers a folder once, gives it back readable, and forgets it', async () => {
  await keepFolder(folder);
  await keepFolder(await root.getDirectoryHandle('people'));
  const other = await root.getDirectoryHandle('others', { create: true });
  await keepFolder(other);
  const kept = await keptFolders();
  expect(kept.map((one) => one.folder.name).sort()).toEqual(['others', 'people']);
  const again = kept.find((one) => one.folder.name === 'people')!;
  expect((await readFolder(again.folder)).files).toHaveLength(3);
  await forgetFolder(again.id);
  expect((await keptFolders()).map((one) => one.folder.name)).toEqual(['others']);
});

it('asks for permission only where the browser wants that', async () => {
  const asked: string[] = [];
  const with_ = (now: string, then: string): Folder =>
    Object.create(folder, {
      queryPermission: { value: async () => now },
      requestPermission: {
        value: async () => {
          asked.push(then);
          return then;
        },
      },
    });
  expect(await mayRead(with_('granted', 'denied'))).toBe(true);
  expect(asked).toEqual([]);
  expect(await mayRead(with_('prompt', 'granted'))).toBe(true);
  expect(await mayRead(with_('prompt', 'denied'))).toBe(false);
  expect(asked).toEqual(['granted', 'denied']);
});

it('takes a dropped folder for one where it is alone', async () => {
  const item = (handle: FileSystemHandle): DataTransferItem =>
    Object.assign(Object.create(DataTransferItem.prototype, { kind: { value: 'file' } }), {
      getAsFileSystemHandle: async () => handle,
    });
  expect(await droppedFolder([item(folder)])).toBe(folder);
  expect(await droppedFolder([item(folder), item(folder)])).toBeNull();
  expect(await droppedFolder([item(await folder.getFileHandle('list.txt'))])).toBeNull();
  expect(await droppedFolder([])).toBeNull();
});
