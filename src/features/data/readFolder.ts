/**
 * A folder on the person's disk that the browser gave a handle for, as the flat list of files that a drop
 * of it would be. Only Chromium gives such handles; what is typed here is what it has beyond the standard.
 */
import type { DroppedFile } from '../../bridge/protocol';
import { isJunkName } from '../../data/import/paths';
import type { RejectedFile } from '../../data/types';
import { Breather, type DropOptions, type Dropped } from './readDrop';

type Permission = 'granted' | 'denied' | 'prompt';

export type Folder = FileSystemDirectoryHandle & {
  queryPermission?(options: { readonly mode: 'read' }): Promise<Permission>;
  requestPermission?(options: { readonly mode: 'read' }): Promise<Permission>;
};

interface PickerWindow {
  readonly showDirectoryPicker?: (options: {
    readonly id: string;
    readonly mode: 'read';
  }) => Promise<Folder>;
}

/** Asks for a folder; `null` where the browser cannot, which leaves a file input to be asked instead. */
export function folderPicker(): (() => Promise<Folder>) | null {
  const { showDirectoryPicker }: Window & PickerWindow = window;
  if (showDirectoryPicker === undefined) return null;
  return () => showDirectoryPicker.call(window, { id: 'faces', mode: 'read' });
}

/** The one folder that was dropped. Call it inside the event; `null` where it is anything else. */
export function droppedFolder(items: ArrayLike<DataTransferItem>): Promise<Folder | null> {
  const files = Array.from(items).filter(({ kind }) => kind === 'file');
  const only: (DataTransferItem & FolderItem) | undefined = files[0];
  if (files.length !== 1 || only?.getAsFileSystemHandle === undefined) return Promise.resolve(null);
  return only.getAsFileSystemHandle().then(
    (handle) => (handle?.kind === 'directory' ? handle : null),
    () => null,
  );
}

interface FolderItem {
  getAsFileSystemHandle?(): Promise<Folder | FileSystemFileHandle | null>;
}

/** Whether it may be read. Asks where the browser wants that: call it inside a click. */
export async function mayRead(folder: Folder): Promise<boolean> {
  const now = await folder.queryPermission?.({ mode: 'read' });
  if (now === undefined || now === 'granted') return true;
  return (await folder.requestPermission?.({ mode: 'read' })) === 'granted';
}

interface Level {
  readonly path: string;
  readonly folder: FileSystemDirectoryHandle;
}

/** Folders that are listed, and files that are opened, at the same time. */
const LANES = 16;

/**
 * @throws the signal's reason when it is aborted, and a DOMException where the folder itself is gone or
 *   not to be read; what is below it and cannot be read is told in the result
 */
export async function readFolder(folder: Folder, options: DropOptions = {}): Promise<Dropped> {
  const files: DroppedFile[] = [];
  const unreadable: RejectedFile[] = [];
  const breather = new Breather();
  const refused = (name: string, error: unknown): void => {
    const detail = error instanceof Error ? error.message : String(error);
    unreadable.push({ name, reason: `The system did not hand it out: ${detail}` });
  };
  async function list({ path, folder: parent }: Level, below: Level[]): Promise<void> {
    const found: { readonly path: string; readonly file: FileSystemFileHandle }[] = [];
    for await (const child of parent.values()) {
      await breather.breathe(options, files.length);
      if (isJunkName(child.name)) continue;
      const place = `${path}/${child.name}`;
      if (child.kind === 'directory') below.push({ path: place, folder: child });
      else found.push({ path: place, file: child });
    }
    await inLanes(found, async (one) => {
      await breather.breathe(options, files.length);
      try {
        files.push({ path: one.path, file: await one.file.getFile() });
      } catch (error) {
        refused(one.path, error);
      }
    });
  }
  let level: Level[] = [];
  await list({ path: folder.name, folder }, level);
  while (level.length > 0) {
    const below: Level[] = [];
    await inLanes(level, async (one) => {
      try {
        await list(one, below);
      } catch (error) {
        options.signal?.throwIfAborted();
        refused(one.path, error);
      }
    });
    level = below;
  }
  options.onProgress?.(files.length);
  return { files, label: folder.name, unreadable };
}

async function inLanes<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
