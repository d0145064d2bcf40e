/**
 * The browser's private file system as the directory of kept face sets. Written through synchronous
 * handles, which workers have everywhere; a browser without them keeps nothing and says so.
 */
import type { StoreDirectory } from '../data/store/keptSets';

/** The part of a synchronous handle that is used; the page's type library has it for workers only. */
interface SyncAccessHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

type SyncFileHandle = FileSystemFileHandle & {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
};

const FOLDER = 'kept-faces';

export class PrivateFiles implements StoreDirectory {
  #folder: Promise<FileSystemDirectoryHandle> | null = null;

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of (await this.#open()).keys()) names.push(name);
    return names;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await (await this.#open()).getFileHandle(name);
    const file = await handle.getFile();
    return new Uint8Array(await file.arrayBuffer());
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const handle: SyncFileHandle = await (await this.#open()).getFileHandle(name, { create: true });
    const access = await handle.createSyncAccessHandle?.();
    if (access === undefined) throw new Error('This browser gives pages no files of their own.');
    try {
      access.truncate(0);
      const written = access.write(bytes, { at: 0 });
      if (written !== bytes.length) throw new Error('There is no more room on the disk.');
      access.flush();
    } finally {
      access.close();
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await (await this.#open()).removeEntry(name);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
    }
  }

  async estimate() {
    const { usage = null, quota = null } = await navigator.storage.estimate();
    return { usage, quota };
  }

  #open(): Promise<FileSystemDirectoryHandle> {
    this.#folder ??= navigator.storage
      .getDirectory()
      .then((root) => root.getDirectoryHandle(FOLDER, { create: true }));
    // A refusal is not kept: a private window may be left for another.
    this.#folder.catch(() => {
      this.#folder = null;
    });
    return this.#folder;
  }
}
