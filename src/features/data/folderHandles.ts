/**
 * Folders on the person's disk that are remembered when they ask for it: the browser keeps a handle, which
 * holds no picture and opens nothing without its permission. In this browser's IndexedDB.
 */
import { type DBSchema, openDB } from 'idb';
import { create } from 'zustand';
import type { Folder } from './readFolder';

export interface KeptFolder {
  readonly id: string;
  readonly folder: Folder;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

interface Schema extends DBSchema {
  folders: { key: string; value: KeptFolder };
}

const NAME = 'adacos-folders';

async function withFolders<T>(
  use: (database: Awaited<ReturnType<typeof openDB<Schema>>>) => Promise<T>,
): Promise<T> {
  const database = await openDB<Schema>(NAME, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('folders', { keyPath: 'id' });
    },
  });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/** Newest first. @throws where this browser stores nothing */
export function keptFolders(): Promise<readonly KeptFolder[]> {
  return withFolders(async (database) => {
    const all = await database.getAll('folders');
    return all.sort((a, b) => b.savedAt - a.savedAt);
  });
}

/** Remembers a folder; one that is remembered already stays as it is. @throws where nothing is stored */
export async function keepFolder(folder: Folder): Promise<void> {
  for (const kept of await keptFolders()) {
    if (await kept.folder.isSameEntry(folder)) return;
  }
  const id = crypto.randomUUID();
  await withFolders((database) => database.put('folders', { id, folder, savedAt: Date.now() }));
}

/** @throws where nothing is stored */
export function forgetFolder(id: string): Promise<void> {
  return withFolders((database) => database.delete('folders', id));
}

interface FolderInUse {
  /** What the faces taken last were read from, where the browser gave a handle for it. */
  readonly folder: Folder | null;
  /** The same, before the browser has said. */
  readonly coming: Promise<Folder | null> | null;
}

export const useFolderInUse = create<FolderInUse>()(() => ({ folder: null, coming: null }));
