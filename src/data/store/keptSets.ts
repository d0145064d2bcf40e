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
  glimpse,
  indexOf,
  infoOf,
  type KeptCounts,
  type KeptIndex,
  type KeptSetInfo,
  readIndex,
  requireWhole,
  type UnreadableIndex,
  type UnreadableSet,
  withConfig,
} from './keptSet';
import { type ReadWork, readCrops, type StoredFile } from './readCrops';

/** A flat directory of files. */
export interface StoreDirectory {
  /** Names of all files. */
  list(): Promise<readonly string[]>;
  /** The whole file. @throws where there is no such file */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Another one after each change of the file. @throws where there is no such file */
  stamp(name: string): Promise<string>;
  /** To read parts of it. @throws where there is no such file */
  open(name: string): Promise<StoredFile>;
  /** Replaces the file. @throws where there is no room */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * Replaces the file whole, or not at all; what is cut short leaves a file of that name and `COMING`.
   * @throws where that cannot be, with the file as it was
   */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>;
  /** Does this while nobody else does anything of the kind, here or in another page: not to be nested. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Bytes in use and allowed, as far as the system says. */
  estimate(): Promise<{ readonly usage: number | null; readonly quota: number | null }>;
}

export interface KeptSets {
  readonly sets: readonly KeptSetInfo[];
  /** They take room all the same, and are for the person to delete. */
  readonly unreadable: readonly UnreadableSet[];
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

/** After the name of a file that is written before it takes the place of the one of that name. */
export const COMING = '.new';

const indexName = (id: string): string => `${id}.json`;
const pixelsName = (id: string): string => `${id}.rgb`;

/** Files by the set they are of. Another version may keep others with a set than this one does. */
function partsOf(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, string[]>();
  for (const file of files) {
    const id = /^[^.]+/.exec(file)?.[0] ?? file;
    const parts = sets.get(id);
    if (parts === undefined) sets.set(id, [file]);
    else parts.push(file);
  }
  return sets;
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 2 ** 20)).toLocaleString('en')} MB`;
}

/** What the files of one set are at the moment. */
type Found =
  | { readonly kind: 'info'; readonly info: KeptSetInfo }
  | { readonly kind: 'unreadable'; readonly about: UnreadableIndex }
  | { readonly kind: 'remains' }
  | { readonly kind: 'busy' };

const REMAINS: Found = { kind: 'remains' };

const OF_ANOTHER_VERSION: Found = {
  kind: 'unreadable',
  about: { name: null, savedAt: null, because: 'version' },
};

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

function notWritten(error: unknown): ImportError {
  const detail =
    error instanceof DOMException
      ? `the browser cannot write its own copy (${error.name})`
      : detailOf(error);
  return new ImportError(
    'data/storage',
    `The kept copy cannot be written: ${detail}.`,
    'Keep these faces again.',
  );
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
  /** Of sets whose index was read here, as long as it is the same: another page may write it anew. */
  readonly #infos = new Map<string, { readonly stamp: string; readonly info: KeptSetInfo }>();

  readonly #count: (index: KeptIndex) => KeptCounts;

  /** @param count what opening gives, as far as it depends on what was kept with the faces */
  constructor(directory: StoreDirectory, count: (index: KeptIndex) => KeptCounts = countAll) {
    this.#directory = directory;
    this.#count = count;
  }

  /**
   * Newest first. What is no set is removed; what cannot be read at the moment is left out. Of a set that
   * another version wrote nothing is touched.
   */
  list(): Promise<KeptSets> {
    return this.#inTurn(() => this.#list());
  }

  async #list(): Promise<KeptSets> {
    const sets: KeptSetInfo[] = [];
    const unreadable: UnreadableSet[] = [];
    for (const [id, parts] of partsOf(await this.#directory.list())) {
      const found = await this.#look(id, parts);
      if (found.kind === 'info') sets.push(found.info);
      else if (found.kind === 'unreadable') {
        unreadable.push({ id, ...found.about, bytes: await this.#sizeOf(parts) });
      }
      // Another page may be writing it at the moment: then it is not for us to remove.
      else if (found.kind === 'remains') await this.#remove(id).catch(() => undefined);
    }
    sets.sort((a, b) => b.savedAt - a.savedAt);
    unreadable.sort((a, b) => (b.savedAt ?? 0) - (a.savedAt ?? 0));
    return { sets, unreadable, ...(await this.#directory.estimate()) };
  }

  async #look(id: string, parts: readonly string[]): Promise<Found> {
    const index = indexName(id);
    const ours = [index, `${index}${COMING}`, pixelsName(id)];
    const own = parts.every((part) => ours.includes(part));
    // Pixels whose index was never written, or what a version with other files keeps.
    if (!parts.includes(index)) return own ? REMAINS : OF_ANOTHER_VERSION;
    // A file that cannot be read now may be read later: only what is damaged is cleared away.
    const stamp = await this.#directory.stamp(index).catch(() => null);
    if (stamp === null) return { kind: 'busy' };
    const known = this.#infos.get(id);
    if (known?.stamp === stamp) return { kind: 'info', info: known.info };
    const bytes = await this.#directory.read(index).catch(() => null);
    if (bytes === null) return { kind: 'busy' };
    const text = new TextDecoder().decode(bytes);
    try {
      return { kind: 'info', info: this.#know(id, stamp, readIndex(text)) };
    } catch {
      // What is half written is no index; one that another version wrote is, and not for us to read.
      const about = glimpse(text);
      if (about !== null) return { kind: 'unreadable', about };
      return own ? REMAINS : OF_ANOTHER_VERSION;
    }
  }

  async #sizeOf(files: readonly string[]): Promise<number> {
    let bytes = 0;
    for (const name of files) {
      // What went meanwhile takes no room.
      const file = await this.#directory.open(name).catch(() => null);
      bytes += file?.size ?? 0;
      file?.close();
    }
    return bytes;
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
    return this.#infoOf(id, index);
  }

  /**
   * Keeps something else with faces that are kept, whose pixels stay as they are.
   * @param expected what was kept with them as far as the caller knows
   * @returns `behind` where another page keeps something else with them, which stays
   * @throws ImportError `data/kept-gone` or `data/storage`, with the set as it was
   */
  rewrite(id: string, config: unknown, expected: unknown): Promise<'written' | 'behind'> {
    return this.#inTurn(() => this.#rewrite(id, config, expected));
  }

  async #rewrite(id: string, config: unknown, expected: unknown): Promise<'written' | 'behind'> {
    try {
      const before = new TextDecoder().decode(await this.#directory.read(indexName(id)));
      const lies = JSON.stringify(readIndex(before).config);
      if (lies === JSON.stringify(config)) return 'written';
      if (lies !== JSON.stringify(expected)) return 'behind';
      const text = withConfig(before, config);
      await this.#directory.replace(indexName(id), new TextEncoder().encode(text));
      return 'written';
    } catch (error) {
      throw (await this.#isGone(id)) ? notKept() : notWritten(error);
    }
  }

  /**
   * Reads the index alone: the pixels are read when they are asked for.
   * @throws ImportError `data/kept-gone` where there is no such set, `data/storage` where it is damaged
   */
  async open(id: string): Promise<OpenedSet> {
    try {
      const stamp = await this.#directory.stamp(indexName(id));
      const index = await this.#index(id);
      const file = await this.#directory.open(pixelsName(id));
      file.close();
      requireWhole(index, file.size);
      this.#know(id, stamp, index);
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
    const [index, pixels] = [indexName(id), pixelsName(id)];
    // As long as there is an index the rest is listed, and can be deleted again.
    for (const part of partsOf(await this.#directory.list()).get(id) ?? []) {
      if (part !== index && part !== pixels) await this.#directory.remove(part);
    }
    // Without its index it is no set of ours: the pixels are remains.
    await this.#directory.remove(index);
    await this.#directory.remove(pixels);
  }

  /** @param stamp from before `index` was read */
  #know(id: string, stamp: string, index: KeptIndex): KeptSetInfo {
    const info = this.#infoOf(id, index);
    this.#infos.set(id, { stamp, info });
    return info;
  }

  #infoOf(id: string, index: KeptIndex): KeptSetInfo {
    return infoOf(id, index, this.#count(index));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(() => this.#directory.alone(work));
    // What fails is told to whoever asked; what waits behind it still gets its turn.
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** What was deleted is no damage: here, in another tab, or by the browser itself. */
  async #problemWith(id: string, error: unknown): Promise<ImportError> {
    return (await this.#isGone(id)) ? notKept() : cannotOpen(error);
  }

  async #isGone(id: string): Promise<boolean> {
    const there = await this.#directory.list().catch(() => null);
    return there !== null && !there.includes(indexName(id));
  }

  async #index(id: string): Promise<KeptIndex> {
    return readIndex(new TextDecoder().decode(await this.#directory.read(indexName(id))));
  }
}
