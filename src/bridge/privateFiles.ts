/**
 * The browser's private file system as the directory of kept face sets. Written through synchronous
 * handles, which workers have everywhere; a browser without them keeps nothing and says so.
 */
import { COMING, type StoreDirectory } from '../data/store/keptSets';
import type { StoredFile } from '../data/store/readCrops';

/** The part of a synchronous handle that is used; the page's type library has it for workers only. */
interface SyncAccessHandle {
  getSize(): number;
  read(into: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

type SyncFileHandle = FileSystemFileHandle & {
  /** Takes the place of a file of that name, if there is one; not in the standard yet. */
  move?(name: string): Promise<void>;
  createSyncAccessHandle?(options?: {
    /** Chromium's: several pages may read a file together. */
    readonly mode: 'read-only';
  }): Promise<SyncAccessHandle>;
};

const FOLDER = 'kept-faces';
/** Pages are told apart from each other by nothing else: all of them use the one folder. */
const LOCK = FOLDER;

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

  async stamp(name: string): Promise<string> {
    const handle = await (await this.#open()).getFileHandle(name);
    const { lastModified, size } = await handle.getFile();
    return `${lastModified} ${size}`;
  }

  async open(name: string): Promise<StoredFile> {
    const handle: SyncFileHandle = await (await this.#open()).getFileHandle(name);
    // A file that another page reads or writes is locked for handles only.
    const access = await handle.createSyncAccessHandle?.({ mode: 'read-only' }).catch(() => null);
    return access == null ? blobOf(await handle.getFile()) : handleOf(access);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const handle: SyncFileHandle = await (await this.#open()).getFileHandle(name, { create: true });
    const access = await handle.createSyncAccessHandle?.();
    if (access === undefined) throw new Error('This browser gives pages no files of their own.');
    try {
      access.truncate(0);
      if (writeAll(access, bytes) !== bytes.length) throw new Error(NO_ROOM);
      access.flush();
    } finally {
      access.close();
    }
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    const coming = `${name}${COMING}`;
    try {
      await this.write(coming, bytes);
      const handle: SyncFileHandle = await (await this.#open()).getFileHandle(coming);
      if (handle.move === undefined) throw new Error('This browser cannot replace a file safely.');
      await handle.move(name);
    } catch (error) {
      await this.remove(coming).catch(() => undefined);
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await (await this.#open()).removeEntry(name);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
    }
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    // Absent outside of secure contexts, as these files are.
    const locks: LockManager | undefined = navigator.locks;
    if (locks === undefined) return work();
    let begun = false;
    try {
      return await locks.request(LOCK, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      // A page that is refused locks is refused files, too: what is wanted of them says so itself.
      return work();
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

const NO_ROOM = 'There is no more room, on the disk or for this page.';

function writeAll(access: SyncAccessHandle, bytes: Uint8Array): number {
  try {
    return access.write(bytes, { at: 0 });
  } catch (error) {
    // The browser's own words name its functions.
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    throw full ? new Error(NO_ROOM) : error;
  }
}

/** Straight into memory: no other process has a part in it. */
function handleOf(access: SyncAccessHandle): StoredFile {
  return {
    size: access.getSize(),
    read: (into, at) => {
      const read = access.read(into, { at });
      if (read !== into.length) throw new Error(`it ends ${into.length - read} bytes too early`);
    },
    close: () => access.close(),
  };
}

/** Read whole: hundreds of small reads would take longer. */
function blobOf(file: File): StoredFile {
  let whole: Promise<Uint8Array> | null = null;
  return {
    size: file.size,
    read: async (into, at) => {
      whole ??= file.arrayBuffer().then((bytes) => new Uint8Array(bytes));
      into.set((await whole).subarray(at, at + into.length));
    },
    close: () => {
      whole = null;
    },
  };
}
