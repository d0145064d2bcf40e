/**
 * What was dropped, pasted or picked, as a flat list of files with their paths. Folders are walked in
 * small steps, so that thousands of files never hold the page up; nothing is read but names.
 */
import type { DroppedFile } from '../../bridge/protocol';
import { isPictureName } from '../../data/formats/imageName';
import { compareText, isJunkName, isJunkPath } from '../../data/import/paths';
import type { RejectedFile } from '../../data/types';

export interface Dropped {
  readonly files: readonly DroppedFile[];
  /** What was given: `orl`, `orl and yale`, `orl and 3 more`, or `12 files`. */
  readonly label: string;
  /** Files and folders that the system did not hand out. */
  readonly unreadable: readonly RejectedFile[];
}

export interface DropOptions {
  /** Called now and then with the number of files found so far. */
  readonly onProgress?: (files: number) => void;
  readonly signal?: AbortSignal;
}

/** The part of a `DataTransferItem` that is used. */
export type DropItem = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry'>;

type Given =
  | { readonly kind: 'entry'; readonly path: string; readonly entry: FileSystemEntry }
  | { readonly kind: 'file'; readonly path: string; readonly file: File };

/** A stretch of work after which the page gets a turn: well under the 50 ms of a long task. */
const STRETCH_MS = 8;
/** Entries that are asked for at the same time. */
const LANES = 16;

/** Gives the page a turn whenever the work has gone on for a while. */
export class Breather {
  #sinceMs = performance.now();

  async breathe(options: DropOptions, found: number): Promise<void> {
    options.signal?.throwIfAborted();
    if (performance.now() - this.#sinceMs < STRETCH_MS) return;
    options.onProgress?.(found);
    await new Promise((resolve) => setTimeout(resolve));
    this.#sinceMs = performance.now();
  }
}

/** All items at once: after the event handler returns, the browser forgets them. */
function collect(items: ArrayLike<DropItem>): Given[] {
  return Array.from(items).flatMap((item): Given[] => {
    if (item.kind !== 'file') return [];
    const entry = item.webkitGetAsEntry();
    if (entry !== null) return [{ kind: 'entry', path: entry.name, entry }];
    const file = item.getAsFile();
    return file === null ? [] : [{ kind: 'file', path: file.name, file }];
  });
}

function fileOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    // The two kinds of entry are told apart by `isFile` only, which TypeScript cannot follow.
    (entry as FileSystemFileEntry).file(resolve, reject);
  });
}

/** A directory reader hands out some entries at a time, and none when there are no more. */
async function childrenOf(entry: FileSystemEntry): Promise<FileSystemEntry[]> {
  // As above: `isDirectory` has been asked.
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return children;
    children.push(...some);
  }
}

/** Folders and archives by their names; many loose pictures are as many files. */
function labelOf(given: readonly { readonly path: string }[], files: number): string {
  const names = given.map(({ path }) => path).filter((path) => !isJunkName(path));
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  // What pictures lie beside comes first, however the system lists it.
  const named = names.filter((path) => !isPictureName(path)).sort(compareText);
  const [first, second] = [...named, ...names.filter(isPictureName)];
  if (named.length === 0 || first === undefined || second === undefined) {
    return `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`;
  }
  return names.length === 2
    ? `${first} and ${second}`
    : `${first} and ${(names.length - 1).toLocaleString('en')} more`;
}

async function walk(given: readonly Given[], options: DropOptions): Promise<Dropped> {
  const files: DroppedFile[] = [];
  const unreadable: RejectedFile[] = [];
  const breather = new Breather();
  let level: readonly Given[] = given;
  while (level.length > 0) {
    const below: Given[] = [];
    const queue = level.values();
    const lane = async () => {
      for (const item of queue) {
        await breather.breathe(options, files.length);
        if (item.kind === 'file') files.push({ path: item.path, file: item.file });
        else await open(item.entry, item.path, below);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    level = below;
  }
  async function open(entry: FileSystemEntry, path: string, below: Given[]): Promise<void> {
    if (isJunkName(entry.name)) return;
    try {
      if (entry.isFile) files.push({ path, file: await fileOf(entry) });
      else {
        for (const child of await childrenOf(entry)) {
          below.push({ kind: 'entry', path: `${path}/${child.name}`, entry: child });
        }
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      unreadable.push({ name: path, reason: `The system did not hand it out: ${detail}` });
    }
  }
  options.onProgress?.(files.length);
  return { files, label: labelOf(given, files.length), unreadable };
}

/**
 * Reads a drop or a paste. Call it inside the event handler, before anything is awaited.
 * @throws the signal's reason when it is aborted
 */
export function readDataTransfer(
  transfer: { readonly items: ArrayLike<DropItem> },
  options: DropOptions = {},
): Promise<Dropped> {
  return walk(collect(transfer.items), options);
}

/** The outermost folder of a picked folder, else the file. */
function topOf(file: File): string {
  return file.webkitRelativePath.split('/')[0] || file.name;
}

/**
 * Reads what a file input has, with `webkitdirectory` or without.
 * @throws the signal's reason when it is aborted
 */
export async function readFileList(
  list: ArrayLike<File>,
  options: DropOptions = {},
): Promise<Dropped> {
  const files: DroppedFile[] = [];
  const tops = new Set<string>();
  const breather = new Breather();
  for (let index = 0; index < list.length; index += 1) {
    await breather.breathe(options, files.length);
    const file = list[index]!;
    tops.add(topOf(file));
    const path = file.webkitRelativePath || file.name;
    if (!isJunkPath(path)) files.push({ path, file });
  }
  options.onProgress?.(files.length);
  const given = Array.from(tops, (path) => ({ path }));
  return { files, label: labelOf(given, files.length), unreadable: [] };
}
