/**
 * Sets of faces kept between visits, over a directory that somebody passes in (the browser's private
 * file system, or a map in a test). Pixels are written before the index that makes them a set, so that
 * a write that is cut short leaves nothing that looks like one.
 */
import { ImportError } from '../import/importError';
import type { FaceSet } from '../types';
import {
  bytesOf,
  countAll,
  facesOf,
  indexOf,
  infoOf,
  isIndex,
  type KeptCounts,
  type KeptIndex,
  type KeptSetInfo,
  readIndex,
  requireWhole,
} from './keptSet';
import { type ReadWork, readCrops, type StoredFile } from './readCrops';

/** A flat directory of files. */
export interface StoreDirectory {
  /** Names of all files. */
  list(): Promise<readonly string[]>;
  /** The whole file. @throws where there is no such file */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** To read parts of it. @throws where there is no such file */
  open(name: string): Promise<StoredFile>;
  /** Replaces the file. @throws where there is no room */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>;
  /** Bytes in use and allowed, as far as the system says. */
  estimate(): Promise<{ readonly usage: number | null; readonly quota: number | null }>;
}

export interface KeptSets {
  readonly sets: readonly KeptSetInfo[];
  readonly usage: number | null;
  readonly quota: number | null;
}

/** What is kept with the faces; `config` is handed back on opening. */
export interface AboutSet {
  readonly name: string;
  readonly savedAt: number;
  readonly config: unknown;
}

export interface OpenedSet {
  readonly id: string;
  readonly index: KeptIndex;
  /** Without their pixels. */
  readonly faces: FaceSet;
  /**
   * Crops as they lie one after the other, `[images, cropSize, cropSize, 3]`.
   * @param images indices, or `null` for every image
   * @throws ImportError `data/storage`, or the signal's reason
   */
  pixels(images: Uint32Array | null, work?: ReadWork): Promise<Uint8Array<ArrayBuffer>>;
}

const indexName = (id: string): string => `${id}.json`;
const pixelsName = (id: string): string => `${id}.rgb`;

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 2 ** 20)).toLocaleString('en')} MB`;
}

/** Half-written files hold none; one that another version wrote may be there and not be for us to read. */
function indexIn(bytes: Uint8Array): KeptIndex | 'unreadable' | 'none' {
  const text = new TextDecoder().decode(bytes);
  try {
    return readIndex(text);
  } catch {
    return isIndex(text) ? 'unreadable' : 'none';
  }
}

function noRoom(needed: number, detail: string): ImportError {
  return new ImportError(
    'data/storage',
    `The faces could not be kept in this browser: ${detail} They take ${megabytes(needed)}.`,
    'They stay loaded until the page is closed. Delete a kept set, or choose a smaller crop size.',
  );
}

function cannotOpen(error: unknown): ImportError {
  return new ImportError(
    'data/storage',
    `The kept faces cannot be opened: ${detailOf(error)}.`,
    'Drop the files again, and delete the set where it is still in the list of those kept.',
  );
}

/** What goes on a sentence; the system's own words are about files that nobody has seen. */
function detailOf(error: unknown): string {
  if (error instanceof DOMException) {
    return error.name === 'NotFoundError'
      ? 'a part of them is missing'
      : `the browser cannot read its own copy (${error.name})`;
  }
  const detail = error instanceof Error ? error.message : String(error);
  return detail.replace(/\.$/, '');
}

function notKept(): ImportError {
  return new ImportError(
    'data/kept-gone',
    'These faces are not kept in this browser any more.',
    'Drop the folder or archive again.',
  );
}

export class FaceStore {
  readonly #directory: StoreDirectory;
  /** One thing after the other: a list made while a set is written would take its pixels for remains. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Of sets whose index was read: it is never written again. */
  readonly #infos = new Map<string, KeptSetInfo>();

  readonly #count: (index: KeptIndex) => KeptCounts;

  /** @param count what opening gives, as far as it depends on what was kept with the faces */
  constructor(directory: StoreDirectory, count: (index: KeptIndex) => KeptCounts = countAll) {
    this.#directory = directory;
    this.#count = count;
  }

  /**
   * Newest first. What is no set is removed; what cannot be read at the moment, or not by this version, is
   * left out.
   */
  list(): Promise<KeptSets> {
    return this.#inTurn(() => this.#list());
  }

  async #list(): Promise<KeptSets> {
    const files = new Set(await this.#directory.list());
    const sets: KeptSetInfo[] = [];
    for (const file of files) {
      const id = /^(.+)\.json$/.exec(file)?.[1];
      if (id === undefined) continue;
      // A file that cannot be read now may be read later: only what is damaged is cleared away.
      const known = this.#infos.get(id);
      const bytes = known === undefined ? await this.#directory.read(file).catch(() => null) : null;
      if (known !== undefined) sets.push(known);
      if (bytes === null) continue;
      const index = indexIn(bytes);
      // Another page may be writing it at the moment.
      if (index === 'none') await this.#remove(id).catch(() => undefined);
      else if (index !== 'unreadable') sets.push(this.#know(id, index));
    }
    // Pixels whose index was never written.
    for (const file of files) {
      const id = /^(.+)\.rgb$/.exec(file)?.[1];
      if (id === undefined || files.has(indexName(id))) continue;
      // Another page may be writing them at the moment: then they are not for us to remove.
      await this.#directory.remove(file).catch(() => undefined);
    }
    sets.sort((a, b) => b.savedAt - a.savedAt);
    return { sets, ...(await this.#directory.estimate()) };
  }

  /**
   * @throws ImportError `data/storage`, with nothing left behind
   */
  keep(id: string, faces: FaceSet, about: AboutSet): Promise<KeptSetInfo> {
    return this.#inTurn(() => this.#keep(id, faces, about));
  }

  async #keep(id: string, faces: FaceSet, about: AboutSet): Promise<KeptSetInfo> {
    const index = indexOf(faces, about);
    const needed = bytesOf(index);
    const { usage, quota } = await this.#directory.estimate();
    if (usage !== null && quota !== null && usage + needed > quota) {
      throw noRoom(
        needed,
        `it allows ${megabytes(quota)}, of which ${megabytes(usage)} are in use.`,
      );
    }
    try {
      await this.#directory.write(pixelsName(id), faces.pixels);
      await this.#directory.write(indexName(id), new TextEncoder().encode(JSON.stringify(index)));
    } catch (error) {
      await this.#remove(id).catch(() => undefined);
      const detail = error instanceof Error ? error.message : String(error);
      throw noRoom(needed, detail.endsWith('.') ? detail : `${detail}.`);
    }
    return this.#know(id, index);
  }

  /**
   * Reads the index alone: the pixels are read when they are asked for.
   * @throws ImportError `data/kept-gone` where there is no such set, `data/storage` where it is damaged
   */
  async open(id: string): Promise<OpenedSet> {
    try {
      const index = await this.#index(id);
      const file = await this.#directory.open(pixelsName(id));
      file.close();
      requireWhole(index, file.size);
      this.#know(id, index);
      return {
        id,
        index,
        faces: facesOf(index),
        pixels: (images, work) => this.#pixels(id, index, images, work),
      };
    } catch (error) {
      throw await this.#problemWith(id, error);
    }
  }

  async #pixels(
    id: string,
    index: KeptIndex,
    images: Uint32Array | null,
    work: ReadWork = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const file = await this.#directory.open(pixelsName(id));
      try {
        requireWhole(index, file.size);
        return await readCrops(file, index, images, work);
      } finally {
        file.close();
      }
    } catch (error) {
      work.signal?.throwIfAborted();
      throw cannotOpen(error);
    }
  }

  /**
   * The names of a set's identities, without its pixels.
   * @throws ImportError `data/kept-gone` where there is no such set, `data/storage` where it is damaged
   */
  async people(id: string): Promise<{ readonly name: string; readonly people: string[] }> {
    try {
      const { name, identities } = await this.#index(id);
      return { name, people: identities.map((identity) => identity.name) };
    } catch (error) {
      throw await this.#problemWith(id, error);
    }
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(() => this.#remove(id));
  }

  async #remove(id: string): Promise<void> {
    // The index first: without it the rest is no set.
    await this.#directory.remove(indexName(id));
    await this.#directory.remove(pixelsName(id));
  }

  #know(id: string, index: KeptIndex): KeptSetInfo {
    const info = infoOf(id, index, this.#count(index));
    this.#infos.set(id, info);
    return info;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    // What fails is told to whoever asked; what waits behind it still gets its turn.
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** What was deleted is no damage: here, in another tab, or by the browser itself. */
  async #problemWith(id: string, error: unknown): Promise<ImportError> {
    const there = await this.#directory.list().catch(() => null);
    return there === null || there.includes(indexName(id)) ? cannotOpen(error) : notKept();
  }

  async #index(id: string): Promise<KeptIndex> {
    return readIndex(new TextDecoder().decode(await this.#directory.read(indexName(id))));
  }
}
